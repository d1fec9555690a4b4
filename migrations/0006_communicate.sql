-- What people were told: updates, one delivery per recipient with every attempt, the public page as finished documents.

-- One row per message, with everything a text needs frozen as it was when it was sent.
create table incident_update (
  id text primary key,
  incident_id text not null references incident,
  seq integer not null,
  kind text not null check (kind in ('first','next','works_again','is_back','stand_down','correction','final','late')),
  status text not null check (status in ('looking','cause_known','checking_repair','works_again')),
  impact text not null,
  action text not null,
  next_at timestamptz,
  nothing_new boolean not null,
  automatic boolean not null,
  client_ids text[] not null,
  internal boolean not null,
  public_page boolean not null,
  -- {"reference","number","title","severity","drill","publicNames"} as they were
  about jsonb not null,
  sent_by text not null,
  created_at timestamptz not null
);
create index incident_update_incident on incident_update (incident_id, created_at);

-- The outbox. `valid_until` is when the message has become wrong to send: the next one is due, or it is too old.
create table delivery (
  id text primary key,
  update_id text not null references incident_update,
  incident_id text not null references incident,
  audience text not null check (audience in ('internal','client','public')),
  client_id text,
  -- every client for which this one address speaks
  client_ids text[] not null default '{}',
  contact_id text,
  person_id text,
  recipient_name text not null,
  zone text not null default 'UTC',
  channel text not null check (channel in ('email')),
  address text not null,
  -- the affected services by their public names, as far as this client uses them
  about text[] not null default '{}',
  idempotency_key text not null unique,
  state text not null check (state in ('queued','sending','sent','delivered','failed','withdrawn','not_configured')),
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  evidence jsonb,
  last_error text,
  urgent boolean not null,
  valid_until timestamptz not null,
  created_at timestamptz not null,
  sent_at timestamptz
);
create index delivery_due on delivery (urgent, next_attempt_at) where next_attempt_at is not null;
create index delivery_update on delivery (update_id);
create index delivery_incident on delivery (incident_id, created_at);
create index delivery_waiting_for_server on delivery (valid_until) where state = 'not_configured';

create table delivery_attempt (
  delivery_id text not null references delivery,
  attempt integer not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  outcome text check (outcome in ('sent','failed','failed_for_good')),
  detail text,
  primary key (delivery_id, attempt)
);

-- One row per promise of a message that was missed: at `send_at` the machine says so, unless a person did first.
create table late_message (
  incident_id text not null references incident,
  promise text not null,
  cycle integer not null,
  due_at timestamptz not null,
  send_at timestamptz not null,
  called_ids text[] not null default '{}',
  state text not null check (state in ('waiting','sent','not_needed')),
  primary key (incident_id, promise, cycle)
);
create index late_message_due on late_message (send_at) where state = 'waiting';

-- What the public page may know of an incident; a row exists once something was said publicly.
create table public_incident (
  incident_id text primary key references incident,
  reference text not null unique,
  state text not null,
  severity text not null check (severity in ('P1','P2','P3')),
  -- 'not': users cannot do a main task; 'partly': everything else
  level text not null check (level in ('not','partly')),
  service_ids text[] not null,
  started_at timestamptz not null,
  restored_at timestamptz,
  ended_at timestamptz,
  merged_into text,
  promised_at timestamptz,
  called_at timestamptz,
  hidden boolean not null,
  updated_at timestamptz not null
);
create index public_incident_started on public_incident (started_at desc);

-- One row per page: its revision, what it was rendered from, and the next instant at which time alone changes it.
create table page_state (
  page text primary key,
  revision bigint not null,
  inputs text not null,
  next_change_at timestamptz,
  rendered_at timestamptz not null
);

create table page_document (
  page text not null,
  path text not null,
  revision bigint not null,
  content_type text not null,
  bytes bytea not null,
  etag text not null,
  updated_at timestamptz not null,
  primary key (page, path)
);

-- Generated from migrations/ by scripts/schema.ts. Do not edit.

-- 0001_platform.sql
-- What every room stands on: settings, idempotent writes, live hints, the versions of the policy.
create table setting (
  key text primary key,
  value jsonb not null,
  updated_at timestamptz not null
);

-- One row per write that carried an Idempotency-Key; the answer is replayed to a repeated request.
create table idempotency (
  caller text not null,
  key text not null,
  request_hash text not null,
  status integer,
  body text,
  created_at timestamptz not null,
  primary key (caller, key)
);
create index idempotency_created_at on idempotency (created_at);

-- Hints for the live stream. The position is (tx, seq), read only below the oldest running transaction.
create table live_event (
  tx bigint not null default (pg_current_xact_id()::text::bigint),
  seq bigint generated always as identity,
  kind text not null,
  id text not null,
  version bigint not null,
  viewers text[],
  created_at timestamptz not null,
  primary key (tx, seq)
);
create index live_event_created_at on live_event (created_at);

create table policy_version (
  version integer generated always as identity primary key,
  yaml text not null,
  document jsonb not null,
  note text not null default '',
  created_by text,
  created_at timestamptz not null
);

-- 0002_accounts.sql
-- Who may sign in, and with what. The first five tables are the accounts library's, compiled once and under our names:
-- a test asks the library whether anything is missing. A login is not a person; person.login_id joins them.
create table login (
  id text primary key,
  name text not null,
  email text not null unique check (email = lower(email)),
  email_verified boolean not null,
  image text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  role text not null check (role in ('administrator', 'responder', 'viewer')),
  -- a disabled login has no sessions, and its tokens are refused
  disabled_at timestamptz
);

create table session (
  id text primary key,
  expires_at timestamptz not null,
  token text not null unique,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  address text,
  user_agent text,
  login_id text not null references login on delete cascade
);
create index session_login_id_idx on session (login_id);

create table account (
  id text primary key,
  account_id text not null,
  provider_id text not null,
  login_id text not null references login on delete cascade,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index account_login_id_idx on account (login_id);

create table verification (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index verification_identifier_idx on verification (identifier);

-- `key` is a hash; `metadata` carries the role it acts with; `last_request` is written at most once a minute.
create table api_token (
  id text primary key,
  config_id text not null,
  name text,
  start text,
  login_id text not null,
  prefix text,
  key text not null,
  refill_interval integer,
  refill_amount integer,
  last_refill_at timestamptz,
  enabled boolean,
  rate_limit_enabled boolean,
  rate_limit_time_window integer,
  rate_limit_max integer,
  request_count integer,
  remaining integer,
  last_request timestamptz,
  expires_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  permissions text,
  metadata text
);
create index api_token_config_id_idx on api_token (config_id);
create index api_token_login_id_idx on api_token (login_id);
create unique index api_token_key_idx on api_token (key);

-- One link each, for one person, once. Only the hash of what the link carries is kept.
-- With a login_id it is a link with which that login gets a new password.
create table invitation (
  id text primary key,
  email text not null check (email = lower(email)),
  role text not null check (role in ('administrator', 'responder', 'viewer')),
  login_id text references login on delete cascade,
  token_hash text not null unique,
  invited_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz
);
create unique index invitation_open on invitation (email) where accepted_at is null and revoked_at is null;

-- 0003_directory.sql
-- People, teams, services, clients: prepared before anything breaks. A person is not a login; a login may belong to a person.
create table person (
  id text primary key,
  name text not null,
  email text not null,
  zone text not null default 'UTC',
  -- [{"kind":"email"|"push"|"app","address":text,"testedAt":iso|null}] in the order in which they are tried
  channels jsonb not null default '[]',
  login_id text unique,
  rest_until timestamptz,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index person_email on person (lower(email)) where archived_at is null;

create table team (
  id text primary key,
  name text not null,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index team_name on team (lower(name)) where archived_at is null;

create table team_member (
  team_id text not null references team,
  person_id text not null references person,
  primary key (team_id, person_id)
);
create index team_member_person on team_member (person_id);

create table third_party (
  id text primary key,
  name text not null,
  status_url text,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create unique index third_party_name on third_party (lower(name)) where archived_at is null;

create table service (
  id text primary key,
  name text not null,
  -- what alerts and pipelines call it; unique among services that are not archived
  slug text not null,
  description text not null default '',
  -- no public name, no send: this is the only name that clients ever see
  public_name text,
  on_public_page boolean not null default false check (not on_public_page or public_name is not null),
  owner_team_id text references team,
  region text,
  -- who is woken, in this order; one zone for all four
  zone text not null default 'UTC',
  primary_id text references person,
  backup_id text references person,
  manager_id text references person,
  second_team_id text references team,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index service_slug on service (lower(slug)) where archived_at is null;

create table service_dependency (
  service_id text not null references service,
  depends_on_id text not null references service,
  primary key (service_id, depends_on_id),
  check (service_id <> depends_on_id)
);
create index service_dependency_depends_on on service_dependency (depends_on_id);

create table service_third_party (
  service_id text not null references service,
  third_party_id text not null references third_party,
  primary key (service_id, third_party_id)
);
create index service_third_party_third_party on service_third_party (third_party_id);

create table client (
  id text primary key,
  name text not null,
  account_owner_id text references person,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index client_name on client (lower(name)) where archived_at is null;

create table client_service (
  client_id text not null references client,
  service_id text not null references service,
  primary key (client_id, service_id)
);
create index client_service_service on client_service (service_id);

create table contact (
  id text primary key,
  client_id text not null references client,
  name text not null,
  email text,
  phone text,
  language text not null default 'en',
  zone text not null default 'UTC',
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index contact_client on contact (client_id);

-- 0004_incident.sql
-- The heart. The row is the truth for now (`document` is the whole incident, the other columns are its projection for queries);
-- the facts are the truth for then and are never changed.
create sequence incident_number;

create table incident (
  id text primary key,
  number bigint not null unique default nextval('incident_number'),
  reference text not null unique,
  seq integer not null,
  title text not null,
  state text not null check (state in ('detected','confirmed','restored','resolved','closed','dismissed','merged')),
  severity text not null check (severity in ('P1','P2','P3')),
  restricted boolean not null default false,
  viewers text[] not null default '{}',
  automatic boolean not null default false,
  storm_key text,
  service_ids text[] not null default '{}',
  lead_id text,
  comms_id text,
  policy_version integer not null references policy_version,
  drill boolean not null default false,
  detected_at timestamptz not null,
  declared_at timestamptz not null,
  restored_at timestamptz,
  ended_at timestamptz,
  -- when the incident must look at itself although nobody asks: end of the watch, quiet alerts, an unanswered data question
  wake_at timestamptz,
  updated_at timestamptz not null,
  document jsonb not null
);
-- One open automatic incident per storm: the database refuses the second.
create unique index incident_open_storm on incident (storm_key)
  where automatic and storm_key is not null and state in ('detected','confirmed');
create index incident_open on incident (state, severity) where state in ('detected','confirmed','restored','resolved');
create index incident_declared_at on incident (declared_at desc, id);
create index incident_wake on incident (wake_at) where wake_at is not null;
create index incident_services on incident using gin (service_ids);

create table fact (
  incident_id text not null references incident,
  seq integer not null,
  kind text not null,
  happened_at timestamptz not null,
  recorded_at timestamptz not null,
  actor jsonb not null,
  source text not null,
  data jsonb not null,
  primary key (incident_id, seq)
);

-- Something owed by somebody by a time. Knows subjects, not incidents.
create table promise (
  id bigint generated always as identity primary key,
  subject_kind text not null,
  subject_id text not null,
  kind text not null,
  cycle integer not null,
  owner_id text,
  opened_at timestamptz not null,
  due_at timestamptz not null,
  next_wake_at timestamptz,
  step integer not null default 0,
  state text not null check (state in ('open','kept','waived','void')),
  missed_at timestamptz,
  ended_at timestamptz,
  unique (subject_kind, subject_id, kind, cycle)
);
create index promise_wake on promise (next_wake_at) where next_wake_at is not null;
create index promise_open on promise (due_at) where state = 'open';
create index promise_owner on promise (owner_id) where state = 'open';

-- 0005_intake.sql
-- Signals arrive: integrations with their keys, what was received, and the alerts that came of it.
create table integration (
  id text primary key,
  name text not null,
  -- what the set-up page shows; the key itself is good on every intake address
  kind text not null check (kind in ('pagerduty','alertmanager','alertmanager_api','grafana','generic')),
  -- the key is shown once; here is only its SHA-256 and its last four characters
  key_hash text not null unique,
  key_hint text not null,
  service_id text references service,
  -- [{"match":[{"field","op","value"}],"service":text|null,"ignore":boolean}], the first that matches decides
  routing jsonb not null default '[]',
  -- [{"match":[…],"outcome":"declare"|"wait"|"record","proposedSeverity":"P1"|"P2"|"P3"|null}]
  outcomes jsonb not null default '[]',
  -- how generic JSON becomes a signal; null: the built-in field names
  mapping jsonb,
  last_received_at timestamptz,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index integration_name on integration (lower(name)) where archived_at is null;

-- One row, raised with every change above: a group written under an older version is sorted again and retried.
create table integration_version (
  single boolean primary key default true check (single),
  version bigint not null
);
insert into integration_version (version) values (1);

-- Alerts name services by slug or by name.
create index service_lower_name on service (lower(name)) where archived_at is null;

-- Current state, one row per time that a key was open. No foreign keys: this is the hot path, and what they
-- would point at is archived, never deleted.
create table alert (
  id text primary key,
  integration_id text not null,
  dedup_key text not null,
  service_id text,
  -- what the sender called the service, where no service has that name
  service_hint text,
  title text not null,
  severity text not null check (severity in ('critical','error','warning','info')),
  state text not null check (state in ('open','resolved')),
  outcome text not null check (outcome in ('declare','wait','record')),
  proposed_severity text check (proposed_severity in ('P1','P2','P3')),
  rule text not null,
  source text not null,
  format text not null,
  -- when the sender says that it began; first_at is when we heard of it
  started_at timestamptz not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  resolved_at timestamptz,
  ended_by text check (ended_by in ('signal','expiry')),
  expires_at timestamptz,
  upstream_acknowledged_at timestamptz,
  count integer not null,
  -- when a signal of it was last stored: Prometheus sends each alert again every minute, unchanged
  signal_at timestamptz not null,
  labels jsonb not null,
  links jsonb not null,
  details jsonb not null,
  -- rises with every change that declare must see
  change_seq integer not null default 1
);
create unique index alert_open on alert (integration_id, dedup_key) where state = 'open';
create index alert_key on alert (integration_id, dedup_key, first_at desc) where state = 'resolved';
create index alert_expires on alert (expires_at) where state = 'open' and expires_at is not null;
create index alert_first on alert (first_at desc, id desc);

-- Where declare put an alert, and the last change of it that declare saw. Apart from the alert, whose row is wide:
-- a storm is put into its incident by one narrow insert.
create table alert_place (
  alert_id text primary key,
  incident_id text,
  considered_seq integer not null
);
create index alert_place_incident on alert_place (incident_id) where incident_id is not null;

-- Under load, which alerts changed: one row per group of events, handed to declare a few times a second.
create table alert_news (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  alert_ids text[] not null
);

-- Every event as it came, redacted; append-only; one partition per day, made ahead and dropped after 30 days.
create table signal (
  id bigint generated always as identity,
  received_at timestamptz not null,
  integration_id text not null,
  alert_id text,
  dedup_key text not null,
  action text not null check (action in ('trigger','acknowledge','resolve')),
  format text not null,
  title text not null,
  -- opened, appended, acknowledged, resolved; dropped: no open alert had the key; ignored: a routing rule said so
  result text not null check (result in ('opened','appended','acknowledged','resolved','dropped','ignored')),
  payload jsonb not null,
  primary key (received_at, id)
) partition by range (received_at);
create index signal_alert on signal (alert_id, received_at desc) where alert_id is not null;

-- 0006_communicate.sql
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

-- 0007_oncall.sql
-- Reaching people: who must be called and why (page_call), what rings at one person (page), and how each ring went (page_delivery).
-- A call is written in the transaction that caused it and settled afterwards into pages, so that no lock spans incident and page.
create table page_call (
  id text primary key,
  incident_id text not null references incident,
  -- what caused it, once: `promise:<kind>:<cycle>:<step>`, `first:<seq>`, `after:<call>`, `hand:<random>`
  key text not null,
  rung text not null,
  reason text not null,
  request jsonb not null,
  created_at timestamptz not null,
  settle_by timestamptz,
  settled_at timestamptz,
  outcome jsonb,
  unique (incident_id, key)
);
create index page_call_open on page_call (settle_by) where settle_by is not null;

create table page (
  id text primary key,
  kind text not null check (kind in ('incident','test')),
  person_id text not null references person,
  state text not null check (state in ('held','sent','acknowledged','declined','unanswered','withdrawn')),
  seq integer not null,
  sent_at timestamptz,
  -- when it must look at itself: a held page is sent, an unanswered one goes to the next level
  wake_at timestamptz,
  night boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  document jsonb not null
);
-- All that is overdue at one person makes one page: the database refuses a second one that still waits for an answer.
create unique index page_awaiting_person on page (person_id) where kind = 'incident' and state in ('held','sent');
create index page_person on page (person_id, created_at desc);
create index page_wake on page (wake_at) where wake_at is not null;

create table page_fact (
  page_id text not null references page,
  seq integer not null,
  kind text not null,
  recorded_at timestamptz not null,
  actor jsonb not null,
  data jsonb not null,
  primary key (page_id, seq)
);

-- One page per (promise, cycle, step, person): the promise's step is in the key.
create table page_reason (
  incident_id text not null references incident,
  key text not null,
  person_id text not null references person,
  page_id text not null references page,
  call_id text not null references page_call,
  promise_kind text,
  cycle integer,
  step integer,
  level text not null,
  added_at timestamptz not null,
  primary key (incident_id, key, person_id)
);
create index page_reason_page on page_reason (page_id);

create table page_delivery (
  id text primary key,
  page_id text not null references page,
  ring integer not null,
  position integer not null,
  channel text not null,
  address text not null,
  state text not null check (state in ('queued','sent','failed','withdrawn')),
  attempts integer not null default 0,
  evidence text,
  problem text,
  -- every attempt: [{"at":iso,"evidence":text}|{"at":iso,"problem":text}]
  history jsonb not null default '[]',
  next_attempt_at timestamptz,
  created_at timestamptz not null,
  sent_at timestamptz,
  unique (page_id, ring, position)
);
create index page_delivery_next on page_delivery (next_attempt_at) where next_attempt_at is not null;

-- Who acted in which incident, last: they get a strip and a sound instead of a page.
create table presence (
  incident_id text not null references incident,
  person_id text not null,
  acted_at timestamptz not null,
  primary key (incident_id, person_id)
);

-- The learning ladder never pages: one mail in the owner's working hours.
create table reminder (
  id text primary key,
  incident_id text not null references incident,
  person_id text not null references person,
  promise_kind text not null,
  cycle integer not null,
  step integer not null,
  due_at timestamptz not null,
  state text not null check (state in ('queued','sent','failed','withdrawn')),
  attempts integer not null default 0,
  evidence text,
  problem text,
  next_attempt_at timestamptz,
  created_at timestamptz not null,
  unique (incident_id, promise_kind, cycle, step, person_id)
);
create index reminder_next on reminder (next_attempt_at) where next_attempt_at is not null;

-- 0008_triage.sql
-- What changed: deployments, configuration, flags, infrastructure, as pipelines and people tell it. Never an author.
create table change (
  id text primary key,
  service_id text references service,
  -- what the sender called the service, where no service has that name
  service_named text,
  kind text not null check (kind in ('deploy','config','flag','infra','migration','other')),
  summary text not null,
  source text not null,
  external_id text,
  -- [{"href":text,"text":text}]
  links jsonb not null default '[]',
  details jsonb not null default '{}',
  rollback text not null default 'unknown' check (rollback in ('safe','unsafe','unknown')),
  environment text,
  -- no foreign key: an integration is archived, never deleted
  integration_id text,
  happened_at timestamptz not null,
  received_at timestamptz not null,
  recorded_by text not null,
  version integer not null default 1
);
-- A change that is sent again is the same row.
create unique index change_sent_once on change (coalesce(integration_id, ''), source, external_id) where external_id is not null;
create index change_happened_at on change (happened_at desc, id desc);
create index change_service on change (service_id, happened_at desc);

-- 0009_learn.sql
-- Afterwards: the postmortem of an incident, every version that was saved, and what was agreed to do.
create table postmortem (
  id text primary key,
  incident_id text not null unique references incident,
  state text not null check (state in ('draft','published')),
  owner_id text references person,
  version integer not null,
  -- what the writers see
  sections jsonb not null,
  -- up to which fact of the incident lines were drafted, so that a later restoring adds only what is new
  drafted_through integer not null,
  covered_by text references incident,
  -- what was published: roles instead of people
  published jsonb,
  published_version integer,
  published_at timestamptz,
  published_by text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index postmortem_state on postmortem (state, created_at desc, id desc);

create table postmortem_version (
  postmortem_id text not null references postmortem,
  version integer not null,
  sections jsonb not null,
  saved_by text not null,
  saved_at timestamptz not null,
  primary key (postmortem_id, version)
);

create table action_item (
  id text primary key,
  incident_id text not null references incident,
  postmortem_id text not null references postmortem,
  text text not null,
  owner_id text not null references person,
  -- a calendar date such as 2026-12-04: the end of that working day where the owner lives
  due_on text not null check (due_on ~ '^\d{4}-\d\d-\d\d$'),
  done_condition text not null,
  strength text not null check (strength in ('stronger','intermediate','weaker')),
  state text not null check (state in ('open','done','dropped')),
  evidence text,
  dropped_because text,
  -- raised when the date moves, so that its reminders begin again
  cycle integer not null default 1,
  version integer not null default 1,
  created_by text not null,
  created_at timestamptz not null,
  ended_at timestamptz
);
create index action_item_postmortem on action_item (postmortem_id);
create index action_item_open on action_item (due_on, id) where state = 'open';
create index action_item_owner on action_item (owner_id) where state = 'open';

-- Reminders of what is owed afterwards. They never page: mail, in the working hours of the person.
create table learning_mail (
  id text primary key,
  person_id text not null references person,
  subject_kind text not null check (subject_kind in ('incident','action_item')),
  subject_id text not null,
  promise text not null,
  cycle integer not null,
  step integer not null,
  state text not null check (state in ('waiting','sent','withdrawn','failed')),
  send_at timestamptz not null,
  attempts integer not null default 0,
  -- what the mail server said, or why it was not sent
  evidence text,
  created_at timestamptz not null,
  ended_at timestamptz,
  -- one mail per step and person, however often the step is told
  unique (subject_kind, subject_id, promise, cycle, step, person_id)
);
create index learning_mail_waiting on learning_mail (send_at) where state = 'waiting';

-- 0010_storms.sql
-- Alerts have ids that sort by time: the list is read in the order of its key, and needs no index of its own.
drop index alert_first;

-- The event that opened an alert lies with it, as it came, redacted; it is emptied after 30 days. What is added to an alert later
-- is a signal. In a storm nearly every event opens an alert, and so is written once.
alter table alert add column payload json;

-- Nobody searches by these; sampling them after every few thousand events costs more than all that is ever planned with them.
alter table alert alter column labels set statistics 0, alter column links set statistics 0,
  alter column details set statistics 0, alter column title set statistics 0, alter column source set statistics 0,
  alter column payload set statistics 0;
alter table signal alter column payload set statistics 0, alter column title set statistics 0;

-- 0011_audiences.sql
-- Whose words are whose: every audience of a message has its text, and a delivery can only refer to the text of its own audience.

create table update_text (
  update_id text not null references incident_update,
  -- everybody inside, all affected clients, one client alone, the public page
  audience text not null check (audience in ('internal','clients','public') or audience ~ '^client:.'),
  impact text not null,
  action text not null,
  primary key (update_id, audience)
);

insert into update_text (update_id, audience, impact, action)
select id, audience, impact, action
from incident_update cross join unnest(array['internal', 'clients', 'public']) as wanted(audience)
where case audience when 'internal' then internal when 'public' then public_page else cardinality(client_ids) > 0 end
   or exists (select 1 from delivery d where d.update_id = incident_update.id
              and d.audience = case wanted.audience when 'clients' then 'client' else wanted.audience end);

alter table delivery add column text_audience text;
update delivery set text_audience = case audience when 'client' then 'clients' else audience end;
alter table delivery alter column text_audience set not null;
alter table delivery add constraint delivery_text foreign key (update_id, text_audience) references update_text (update_id, audience);
-- The text for one client reaches an address only as far as it speaks for that client.
alter table delivery add constraint delivery_reads_its_own check (case audience
  when 'internal' then text_audience = 'internal'
  when 'public' then text_audience = 'public'
  else text_audience = 'clients' or client_ids = array[substr(text_audience, 8)] end);
-- What is restricted or a drill is never public, whatever the program says.
alter table incident_update add constraint incident_update_public check (
  not public_page or not (coalesce((about ->> 'restricted')::boolean, false) or coalesce((about ->> 'drill')::boolean, false)));

-- 0012_templates.sql
-- Words that an organisation has prepared for its messages, by kind, severity, kind of failure and audience.
create table message_template (
  id text primary key,
  name text not null unique,
  kind text not null check (kind in ('first','next','works_again','is_back','stand_down','correction','final')),
  -- null: whatever it is
  severity text check (severity in ('P1','P2','P3')),
  category text,
  audience text not null check (audience in ('clients','internal','public')),
  impact text not null,
  action text not null,
  updated_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index message_template_kind on message_template (kind);

-- 0013_nudge.sql
-- The mail to whoever owes the next update, shortly before it is due: the draft, and a link to send "nothing new" with one button.
create table nudge (
  incident_id text not null references incident,
  -- of the promise: a nudge is over when another update is promised
  cycle integer not null,
  person_id text not null references person,
  due_at timestamptz not null,
  state text not null check (state in ('queued','sent','failed','not_needed')),
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  evidence text,
  last_error text,
  created_at timestamptz not null,
  primary key (incident_id, cycle, person_id)
);
create index nudge_due on nudge (next_attempt_at) where next_attempt_at is not null;

-- 0014_channels.sql
-- How people are told: an ordered list of channels for each contact, person and for the organisation; what happens when one is silent.

-- `address` is what may be shown; what must not be (addresses with tokens, signing secrets, keys) is sealed.
-- Neither a contact nor a person: a channel of the organisation, for internal messages.
create table channel (
  id text primary key,
  contact_id text references contact,
  person_id text references person,
  position integer not null,
  kind text not null check (kind in ('email','sms','voice','slack','teams','discord','mattermost','web_push','webhook')),
  label text,
  address text not null,
  sealed text,
  tested_at timestamptz,
  -- asked for no mail, or the other side said that the address has ended
  off_at timestamptz,
  off_why text,
  created_at timestamptz not null,
  check (num_nonnulls(contact_id, person_id) < 2)
);
create unique index channel_once on channel (coalesce(contact_id, person_id, ''), kind, address);
create index channel_contact on channel (contact_id) where contact_id is not null;
create index channel_person on channel (person_id) where person_id is not null;

-- Who can be reached how, in their order. Whoever has no list of their own is told by email.
create view reach as
  select id as channel_id, contact_id, person_id, kind, address, position from channel where off_at is null
  union all
  select null, k.id, null, 'email', lower(k.email), 0 from contact k
    where k.email <> '' and not exists (select 1 from channel ch where ch.contact_id = k.id)
  union all
  select null, null, p.id, 'email', lower(p.email), 0 from person p
    where p.email <> '' and not exists (select 1 from channel ch where ch.person_id = p.id);

alter table delivery drop constraint delivery_channel_check;
alter table delivery add constraint delivery_channel_check
  check (channel in ('email','sms','voice','slack','teams','discord','mattermost','web_push','webhook'));
alter table delivery add column channel_id text;
-- every contact for whom this one address speaks
alter table delivery add column contact_ids text[] not null default '{}';
-- when the recipient's next channel is due unless there is evidence
alter table delivery add column fallback_at timestamptz;
-- since when we know that this channel gave no evidence in time
alter table delivery add column silent_at timestamptz;
-- the last try did not even reach the server
alter table delivery add column unreachable boolean not null default false;
update delivery set contact_ids = array[contact_id] where contact_id is not null;

drop index delivery_due;
create index delivery_due on delivery (urgent, channel, next_attempt_at) where next_attempt_at is not null;
create index delivery_fallback on delivery (fallback_at) where fallback_at is not null;
create index delivery_unreachable on delivery (incident_id) where unreachable;

-- 0015_status_pages.sql
-- Many status pages instead of one: public ones and one per client; planned maintenance; subscribers; readers of private pages.

-- What an incident may show on pages. A row exists since something was said to anybody outside, not only on the public page;
-- which words a page shows follows from its own audience. The impact per client decides what a client's page is coloured.
alter table public_incident add column client_impacts jsonb not null default '{}';
create index public_incident_services on public_incident using gin (service_ids);

create table status_page (
  -- that of page_state and page_document
  id text primary key,
  -- null: the page at /status/
  slug text,
  -- null: everybody may read it; else it is this client's own, and private
  client_id text references client,
  -- null on the default page: the organisation decides
  name text,
  zone text,
  language text not null default 'en' check (language in ('en','de')),
  accent text,
  accent_dark text,
  logo bytea,
  logo_type text,
  -- who may read a private page besides the client's contacts: addresses, or domains as @example.com
  readers text[] not null default '{}',
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check ((slug is null) = (id = 'default')),
  check (id <> 'default' or client_id is null)
);
create unique index status_page_slug on status_page (slug) where archived_at is null;
create unique index status_page_client on status_page (client_id) where archived_at is null;
insert into status_page (id, created_at, updated_at) values ('default', 'epoch', 'epoch');

-- What stands on a page, put there by name. The default page keeps its mark on the service.
create table status_page_service (
  page_id text not null references status_page,
  service_id text not null references service,
  position integer not null,
  primary key (page_id, service_id)
);
create index status_page_service_service on status_page_service (service_id);

-- Something that a page shows has changed. Written with the change, taken by the rendering; nobody waits for anybody.
create table page_touch (
  id bigint generated always as identity primary key,
  page text not null,
  touched_at timestamptz not null
);
create index page_touch_page on page_touch (page);
alter table page_state add column renderings bigint not null default 0;

create table maintenance (
  id text primary key,
  -- stands in addresses and in calendars
  reference text not null unique,
  title text not null,
  impact text not null,
  state text not null check (state in ('scheduled','in_progress','completed','cancelled')),
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  started_at timestamptz,
  finished_at timestamptz,
  service_ids text[] not null,
  page_ids text[] not null,
  -- counts changes of the time, for calendars
  sequence integer not null default 0,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index maintenance_pages on maintenance using gin (page_ids);
create index maintenance_starts on maintenance (starts_at desc, id);

create table maintenance_update (
  maintenance_id text not null references maintenance,
  seq integer not null,
  state text not null check (state in ('scheduled','in_progress','completed','cancelled')),
  text text not null,
  said_by text not null,
  said_at timestamptz not null,
  primary key (maintenance_id, seq)
);

-- What subscribers are told of it, and when: the row is the timer.
create table maintenance_notice (
  id text primary key,
  maintenance_id text not null references maintenance,
  kind text not null check (kind in ('planned','changed','day_before','hour_before','started','extended','finished','cancelled')),
  text text not null default '',
  due_at timestamptz not null,
  state text not null check (state in ('waiting','told','not_needed')),
  created_at timestamptz not null
);
create index maintenance_notice_due on maintenance_notice (due_at) where state = 'waiting';
create index maintenance_notice_maintenance on maintenance_notice (maintenance_id);

-- Who asked to be told. Nothing is sent to an address before it has said yes.
create table subscription (
  id text primary key,
  page_id text not null references status_page,
  kind text not null check (kind in ('email','webhook','sms','slack')),
  address text not null,
  -- on a private page: the reader who asked; when he may no longer read, it ends
  reader text,
  -- empty: everything on the page
  service_ids text[] not null default '{}',
  state text not null check (state in ('waiting','active','ended')),
  -- the link in the first mail holds until then, and once
  confirm_until timestamptz,
  -- signs what a webhook gets
  secret text,
  ended_because text,
  created_at timestamptz not null,
  confirmed_at timestamptz,
  ended_at timestamptz,
  updated_at timestamptz not null,
  unique (page_id, kind, address)
);
create index subscription_active on subscription (page_id) where state = 'active';
create index subscription_listed on subscription (page_id, created_at desc, id);

-- The outbox of subscribers; apart from that of clients, so that neither ever waits for the other.
create table subscription_delivery (
  id text primary key,
  subscription_id text not null references subscription,
  kind text not null check (kind in ('confirm','update','maintenance')),
  -- the message, or the notice of a maintenance, that it carries
  update_id text references incident_update,
  notice_id text references maintenance_notice,
  -- what only this one needs: the link or the challenge that confirms
  about jsonb not null default '{}',
  idempotency_key text not null unique,
  state text not null check (state in ('queued','sending','sent','failed','withdrawn','not_configured')),
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  valid_until timestamptz not null,
  last_error text,
  evidence text,
  created_at timestamptz not null,
  sent_at timestamptz
);
create index subscription_delivery_due on subscription_delivery (next_attempt_at) where next_attempt_at is not null;
create index subscription_delivery_subscription on subscription_delivery (subscription_id, created_at desc);

-- A wish to read a private page, from whomever: whether the address is listed is looked up afterwards, out of sight.
create table page_access_wish (
  id text primary key,
  slug text not null,
  address text not null,
  language text not null,
  wished_at timestamptz not null,
  due_at timestamptz not null
);
create index page_access_wish_due on page_access_wish (due_at);

create table page_access_link (
  token_hash text primary key,
  page_id text not null references status_page,
  address text not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  created_at timestamptz not null
);
create index page_access_link_address on page_access_link (page_id, address, created_at);

create table page_session (
  token_hash text primary key,
  page_id text not null references status_page,
  address text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null
);
create index page_session_page on page_session (page_id, address);

-- A reader's own key to the feeds, the calendar and the JSON of a private page.
create table page_reader (
  id text primary key,
  page_id text not null references status_page,
  address text not null,
  created_at timestamptz not null,
  unique (page_id, address)
);

-- What has been copied to a folder or a bucket outside, so that only changes are copied.
create table page_copy (
  target text not null,
  page text not null,
  path text not null,
  file text not null,
  etag text not null,
  copied_at timestamptz not null,
  primary key (target, page, path)
);

-- 0016_portfolio.sql
-- The portfolio: what a contact is for, when a client reads, what its contract asks of us, and calls as evidence.

-- a free word such as "security"; who is told first when it is about that
alter table contact add column role text;

-- {"days":["mon"],"from":"09:00","to":"18:00","zone":"Europe/Berlin"}: when somebody there reads; null when unknown
alter table client add column cover jsonb;
-- {"firstResponseMinutes","cadenceMinutes":{"P1"},"clock":"detection"|"report","needsCall"}; null: only the policy times us
alter table client add column contract jsonb;

-- A message to one client alone keeps the promise to that client and no other, and its words never reach another draft.
alter table incident_update add column only_client_id text;
-- who was affected when it was sent, so that a beat can tell whether everybody was reached
alter table incident_update add column affected_client_ids text[] not null default '{}';

-- Calls that somebody made, one row per call; written by the fact and never changed.
create table client_call (
  id text primary key,
  incident_id text not null references incident,
  seq integer not null,
  client_id text not null,
  contact_id text,
  contact_name text not null,
  phone text,
  reached boolean not null,
  said text not null,
  called_by text not null,
  called_at timestamptz not null,
  recorded_at timestamptz not null
);
create index client_call_incident on client_call (incident_id, called_at);
create index client_call_client on client_call (client_id, called_at);

-- 0017_inbox.sql
-- What others tell us while an incident runs: questions and reports, the mails they come by, and our answers to them.

-- One row per question; a report of a fault is one that has no incident yet. The incident's document holds only its id and times.
create table question (
  id text primary key,
  incident_id text references incident,
  client_id text,
  contact_id text,
  person_id text,
  asker_name text not null,
  -- where the answer goes; null: nobody can be answered by mail
  asker_address text,
  via text not null check (via in ('email','form','api','slack','report')),
  -- one of ours: a client's contact or a person of the directory; a stranger's question has no clock
  known boolean not null,
  subject text not null default '',
  state text not null check (state in ('open','answered','set_aside')),
  set_aside_because text,
  -- {"serviceId","serviceNamed","mainTaskImpossible","reportedAt","since"} of a report
  report jsonb,
  -- {"channel","threadTs"} of a Slack thread
  slack jsonb,
  -- ids of the mails of this thread, oldest first, without angle brackets
  thread text[] not null default '{}',
  -- the message that the incident must still be told of; null once it knows
  untold_message_id text,
  tell_at timestamptz,
  -- while a report belongs to no incident its answer is owed by then
  due_at timestamptz,
  asked_at timestamptz not null,
  ended_at timestamptz,
  updated_at timestamptz not null
);
create index question_incident on question (incident_id, asked_at);
create index question_untold on question (tell_at) where tell_at is not null;
create index question_loose on question (asked_at) where incident_id is null;

create table question_message (
  id text primary key,
  -- their order; several may be of one instant
  seq bigint generated always as identity,
  question_id text not null references question,
  direction text not null check (direction in ('asked','answered')),
  body text not null,
  by_name text not null,
  -- whether the text of an answer becomes part of the next update
  carry text not null default 'no' check (carry in ('no','next','done')),
  carried_in text,
  created_at timestamptz not null
);
create index question_message_question on question_message (question_id, seq);
create index question_message_carry on question_message (question_id) where carry = 'next';

create table canned_answer (
  id text primary key,
  title text not null,
  body text not null,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index canned_answer_title on canned_answer (lower(title)) where archived_at is null;

-- Single mails that are no update: answers, reminders. Same life as a delivery, with every attempt and the server's words.
create table letter (
  id text primary key,
  purpose text not null check (purpose in ('answer','reminder')),
  idempotency_key text not null unique,
  question_id text references question,
  message_id text references question_message,
  -- the promise that a reminder is about; it is not sent once that is kept
  subject_kind text,
  subject_id text,
  promise text,
  cycle integer,
  to_name text not null,
  to_address text not null,
  subject text not null,
  body text not null,
  -- the mails before it, oldest first
  thread text[] not null default '{}',
  state text not null check (state in ('queued','sending','sent','failed','withdrawn','not_configured')),
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  last_error text,
  evidence jsonb,
  created_at timestamptz not null,
  valid_until timestamptz not null,
  sent_at timestamptz
);
create index letter_due on letter (next_attempt_at) where next_attempt_at is not null;
create index letter_question on letter (question_id) where question_id is not null;

create table letter_attempt (
  letter_id text not null references letter,
  attempt integer not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  outcome text check (outcome in ('sent','failed','failed_for_good')),
  detail text,
  primary key (letter_id, attempt)
);

-- Every mail that arrived, once by its Message-ID, as it came; what became of it is written beside it.
create table incoming_mail (
  id text primary key,
  message_id text not null unique,
  raw bytea,
  size integer not null,
  -- larger than we fetch: only its beginning is here
  truncated boolean not null,
  from_name text not null default '',
  from_address text not null default '',
  subject text not null default '',
  body text not null default '',
  attachments jsonb not null default '[]',
  state text not null check (state in ('received','bounce','auto_reply','question','report','unknown_sender','unreadable','looked_at')),
  why text,
  incident_id text,
  question_id text,
  received_at timestamptz not null,
  sort_at timestamptz,
  attempts integer not null default 0,
  sorted_at timestamptz
);
create index incoming_mail_sort on incoming_mail (sort_at) where sort_at is not null;
create index incoming_mail_state on incoming_mail (state, received_at desc);

-- How far a mailbox has been read. A new UIDVALIDITY begins anew; Message-IDs keep everything from happening twice.
create table mailbox_position (
  mailbox text primary key,
  uid_validity text not null,
  uid_next bigint not null,
  -- what lay there before is somebody else's business, also when the server renumbers it
  since timestamptz not null,
  read_at timestamptz not null
);

-- Reports come in through intake like every signal; the one integration that they belong to is made when the first one comes.
alter table integration drop constraint integration_kind_check;
alter table integration add constraint integration_kind_check
  check (kind in ('pagerduty','alertmanager','alertmanager_api','grafana','generic','reports'));
create unique index integration_reports on integration (kind) where kind = 'reports' and archived_at is null;

-- A reply in Slack is found by the thread that our message began.
create index delivery_slack_thread on delivery ((evidence ->> 'thread')) where channel = 'slack';

-- Duties to notify. Which presets apply is chosen by an administrator, for the organisation or for one client; without a choice there are none.
create table duty_choice (
  id text primary key,
  preset text not null check (preset in ('gdpr_controller','gdpr_processor','nis2','dora')),
  -- null: for the organisation, and for every client whose data is concerned
  client_id text references client,
  created_by text not null,
  created_at timestamptz not null,
  unique nulls not distinct (preset, client_id)
);

-- Since when we know, said by a person; every clock of the incident's duties starts there.
create table duty_awareness (
  incident_id text primary key references incident,
  aware_at timestamptz not null,
  kinds text[] not null,
  client_ids text[] not null,
  note text not null,
  set_by text not null,
  updated_at timestamptz not null
);

-- One row per duty and client: the subject of its own promise, so that (subject, kind, cycle) stays unique.
create table duty (
  id text primary key,
  incident_id text not null references incident,
  preset text not null,
  step text not null,
  client_id text,
  due_at timestamptz not null,
  state text not null check (state in ('open','decided','notified','not_required','void')),
  notified_at timestamptz,
  reference text,
  because text,
  ended_by text,
  ended_at timestamptz,
  created_at timestamptz not null,
  unique nulls not distinct (incident_id, preset, step, client_id)
);

-- 0018_change_ledger.sql
-- The ledger of changes: more kinds, versions, the steps of a staged rollout, and how to take it back.
alter table change drop constraint change_kind_check;
alter table change add constraint change_kind_check
  check (kind in ('deploy','config','flag','infra','migration','secret','job','dependency','third_party','other'));
alter table change add column state text not null default 'done'
  check (state in ('started','done','failed','rolled_back'));
alter table change add column version_before text;
alter table change add column version_after text;
-- [{"at":instant,"percent":number,"where":text}] of a staged rollout, oldest first
alter table change add column ramp jsonb not null default '[]';
-- when it was last widened: the last step of its ramp, else when it happened
alter table change add column live_at timestamptz;
update change set live_at = happened_at;
alter table change alter column live_at set not null;
alter table change add column rollback_how text;
-- lines, as a sender counts them
alter table change add column size integer;
-- it undoes something, or repairs it in haste
alter table change add column mends boolean not null default false;

-- 0019_sms_stopped.sql
-- Numbers that answered STOP. They stay known when a contact or a subscription goes and comes back: nobody else can ask for SMS in their name.

create table sms_stopped (
  address text primary key,
  stopped_at timestamptz not null
);

-- 0020_browsers_and_nudges.sql
-- Browsers that show notifications, answers that go back into Slack, and "nothing new" by SMS and by a button in Slack.

-- of a browser: when Humdrum was last opened in it
alter table channel add column used_at timestamptz;

-- a letter is a single message to one person; in Slack `to_address` is the channel and `thread` the message that it stands below
alter table letter add column channel text not null default 'email' check (channel in ('email','slack'));

-- One row per way by which somebody is nudged.
alter table nudge add column channel text not null default 'email' check (channel in ('email','sms','slack'));
alter table nudge add column address text not null default '';
alter table nudge drop constraint nudge_state_check;
alter table nudge add constraint nudge_state_check check (state in ('queued','sent','failed','not_needed','answered'));
alter table nudge drop constraint nudge_pkey;
alter table nudge add primary key (incident_id, cycle, person_id, channel, address);
-- {"channel","ts"}: where Slack has posted it, so that its button can be taken away
alter table nudge add column posted jsonb;
-- what stands in the place of the button once it was pressed; null once Slack shows it
alter table nudge add column reply text;
create index nudge_address on nudge (address) where channel = 'sms' and state = 'sent';

-- 0021_change_partitions.sql
-- Changes are kept in one partition for each week in which they happened, so that a week which is too old goes at once.
alter table change rename to change_whole;
alter table change_whole rename constraint change_pkey to change_whole_pkey;
drop index change_sent_once;
drop index change_happened_at;
drop index change_service;

create table change (
  id text not null,
  -- no foreign key: a service is archived, never deleted, and a check for each of thousands of rows is dear
  service_id text,
  service_named text,
  kind text not null
    check (kind in ('deploy','config','flag','infra','migration','secret','job','dependency','third_party','other')),
  summary text not null,
  source text not null,
  external_id text,
  links jsonb not null default '[]',
  details jsonb not null default '{}',
  -- planned: announced for happened_at, which may lie ahead
  state text not null default 'done' check (state in ('planned','started','done','failed','rolled_back')),
  rollback text not null default 'unknown' check (rollback in ('safe','unsafe','unknown')),
  rollback_how text,
  environment text,
  version_before text,
  version_after text,
  ramp jsonb not null default '[]',
  live_at timestamptz not null,
  size integer,
  mends boolean not null default false,
  integration_id text,
  happened_at timestamptz not null,
  -- of what was planned: until when
  ends_at timestamptz,
  -- what the sender's clock said, where that was ahead of ours
  claimed_at timestamptz,
  -- by the sender's clock, when it said this: of two messages the later one counts, whatever the order of their arrival
  said_at timestamptz,
  received_at timestamptz not null,
  recorded_by text not null,
  version integer not null default 1,
  primary key (id, happened_at)
) partition by range (happened_at);
create index change_happened_at on change (happened_at desc, id desc);
create index change_service on change (service_id, happened_at desc);

-- A change that is sent again is the same row, also when its time differs; a key of a partitioned table could not say that.
create table change_sent (
  -- the integration, or '' without one
  sender text not null,
  source text not null,
  external_id text not null,
  change_id text not null,
  happened_at timestamptz not null,
  primary key (sender, source, external_id)
);
create index change_sent_happened_at on change_sent (happened_at);

-- Who tells us of which kind of change to which service, and how often: silence is judged by the habit of the sender.
-- The row with an empty service and kind is the sender as a whole.
create table change_feed (
  -- the integration, else the source
  sender text not null,
  service_id text not null,
  kind text not null,
  source text not null,
  first_heard_at timestamptz not null,
  last_heard_at timestamptz not null,
  last_change_at timestamptz not null,
  changes integer not null,
  longest_silence_seconds integer not null,
  primary key (service_id, kind, sender)
);

-- Kinds of change that a service cannot have: somebody said so, and it is not unknown for ever.
create table service_without_kind (
  service_id text not null references service,
  kind text not null,
  said_by text not null,
  said_at timestamptz not null,
  primary key (service_id, kind)
);

-- Calendars of planned maintenance that are read: an address that is asked again and again, or a file that somebody handed in.
create table change_calendar (
  id text primary key,
  name text not null,
  -- the address may hold a secret: only its host is shown
  host text,
  sealed_url text,
  kind text not null check (kind in ('infra','job')),
  -- for entries that name no service of ours
  service_id text references service,
  etag text,
  last_modified text,
  -- of the text that was read last: unchanged, it is not recorded again
  digest text,
  -- how many entries the last reading had, and how many of them were recorded
  entries integer,
  recorded integer,
  read_at timestamptz,
  failed_at timestamptz,
  failure text,
  failures integer not null default 0,
  next_read_at timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  removed_at timestamptz
);
create index change_calendar_next on change_calendar (next_read_at) where next_read_at is not null;

-- (A migration is cut after each semicolon that ends a line, so this block has none.)
do $$ declare week date; begin
  for week in select distinct date_trunc('week', happened_at at time zone 'UTC')::date from change_whole
  loop execute format(
    'create table %I partition of change for values from (%L) to (%L)',
    'change_' || to_char(week, 'YYYYMMDD'), week::text || 'T00:00:00Z', (week + 7)::text || 'T00:00:00Z'); end loop; end $$;

insert into change (
  id, service_id, service_named, kind, summary, source, external_id, links, details, state, rollback, rollback_how, environment,
  version_before, version_after, ramp, live_at, size, mends, integration_id, happened_at, received_at, recorded_by, version)
select id, service_id, service_named, kind, summary, source, external_id, links, details, state, rollback, rollback_how, environment,
  version_before, version_after, ramp, live_at, size, mends, integration_id, happened_at, received_at, recorded_by, version
from change_whole;

insert into change_sent (sender, source, external_id, change_id, happened_at)
select coalesce(integration_id, ''), source, external_id, id, happened_at from change_whole where external_id is not null;

-- Both rows of a feed at once: its own, and that of its sender as a whole. What people enter by hand is no feed.
with heard as (
  select coalesce(integration_id, source) as sender, service_id, kind, source, happened_at, received_at
  from change_whole where integration_id is not null or source <> 'by hand'
), either as (
  select * from heard where service_id is not null
  union all select sender, '', '', source, happened_at, received_at from heard
), spaced as (
  select *, extract(epoch from received_at - lag(received_at)
    over (partition by service_id, kind, sender order by received_at)) as silence
  from either
)
insert into change_feed (sender, service_id, kind, source, first_heard_at, last_heard_at, last_change_at, changes, longest_silence_seconds)
select sender, service_id, kind, (array_agg(source order by received_at desc))[1], min(received_at), max(received_at), max(happened_at), count(*),
  coalesce(max(silence), 0)::integer
from spaced group by service_id, kind, sender;

drop table change_whole;

-- 0022_senders_of_changes.sql
-- Senders of changes: GitHub, GitLab and others bring deployments, flags and configuration by webhook, mostly signed.
alter table integration drop constraint integration_kind_check;
alter table integration add constraint integration_kind_check check (kind in
  ('pagerduty','alertmanager','alertmanager_api','grafana','generic','reports',
   'github','gitlab','argocd','kubernetes','cloudevents','launchdarkly','flags','sns','slack','standard_webhooks'));
-- {"services":[{"name","environment","service"}],"pipelines":[text],"topicArn","confirmTopic","flags":{…}}: how changes are read
alter table integration add column reading jsonb not null default '{}';
-- sealed: {"current":text,"previous":{"secret","until"}|null}; where it is set, nothing unsigned is taken
alter table integration add column signing_sealed text;

-- What came of the last deliveries, for the people who connect a sender; apart, because the register is read anew with every
-- change of an integration.
create table integration_tally (
  integration_id text primary key,
  changes bigint not null default 0,
  not_changes bigint not null default 0,
  last_not_change text,
  refused bigint not null default 0,
  last_refused_at timestamptz,
  last_refused_reason text
);

-- The deliveries of the last days by the id their sender gave them: a replay is answered and not stored again.
create table sender_delivery (
  integration_id text not null,
  delivery_id text not null,
  received_at timestamptz not null,
  primary key (integration_id, delivery_id)
);
create index sender_delivery_received on sender_delivery (received_at);

-- The course of a change that its sender tells in steps (started, done, failed), in the order of the sender's clock.
create table change_course (
  integration_id text not null,
  external_id text not null,
  -- where versions follow one another: a repository and its environment, an application
  place text,
  version text,
  state text check (state in ('started','done','failed','rolled_back')),
  -- by the sender's clock, as it was sent: it decides which step is the latest
  state_at timestamptz,
  began_at timestamptz not null,
  live_at timestamptz,
  -- the change as it was handed on, its times as texts
  told jsonb not null,
  received_at timestamptz not null,
  primary key (integration_id, external_id)
);
create index change_course_place on change_course (integration_id, place, began_at desc) where place is not null;
create index change_course_received on change_course (received_at);

-- A topic that asks to be confirmed, until an administrator does. The address is sealed: who has it can confirm.
create table topic_confirmation (
  integration_id text primary key,
  topic_arn text not null,
  address_sealed text not null,
  asked_at timestamptz not null,
  confirmed_at timestamptz
);

-- 0023_providers.sql
-- Third parties are asked how they are: what to ask, when it is due, what they last said, and what they were since.
alter table third_party add column feed_kind text
  check (feed_kind in ('statuspage','google_cloud','aws','azure','slack','instatus','better_stack','feed'));
alter table third_party add column feed_url text;
-- ids or names, as the feed gives them; none: all of it matters
alter table third_party add column components text[] not null default '{}';
alter table third_party add column probe_url text;
-- a text that the answer to our own check must contain
alter table third_party add column probe_text text;
-- when it is asked next; the directory sets it when what to ask has changed, triage afterwards; null: there is nothing to ask
alter table third_party add column check_at timestamptz;
alter table third_party add constraint third_party_feed check ((feed_kind is null) = (feed_url is null));
create index third_party_check on third_party (check_at) where archived_at is null and check_at is not null;

-- What a provider last said, and what our own check last saw. One row per third party that was asked at least once.
create table provider (
  third_party_id text primary key references third_party,
  -- kind, address, filter and probe that these answers belong to: after a change they say nothing
  asked text not null,
  -- the last attempt, whatever came of it
  attempted_at timestamptz not null,
  failures integer not null default 0,
  -- the last answer that could be read; a 304 is one
  answered_at timestamptz,
  -- the last answer with content, which alone is proof that a 304 does not lie
  content_at timestamptz,
  unchanged_since timestamptz,
  digest text,
  etag text,
  last_modified text,
  error text,
  -- what the feed says of the components that matter
  feed_state text check (feed_state in ('operational','degraded','partial','major','maintenance','unknown')),
  feed_note text,
  -- [{"id":text,"name":text,"group":text|null,"state":text}] all that the feed names
  components jsonb not null default '[]',
  probe_state text check (probe_state in ('operational','degraded','major')),
  probe_at timestamptz,
  probe_failures integer not null default 0,
  probe_note text,
  -- counts up whenever anybody should look again
  version integer not null default 1
);

create table provider_incident (
  third_party_id text not null references third_party,
  external_id text not null,
  title text not null,
  maintenance boolean not null default false,
  impact text not null check (impact in ('operational','degraded','partial','major','maintenance','unknown')),
  started_at timestamptz not null,
  ended_at timestamptz,
  -- it was not closed by the provider: it was gone from the feed
  vanished boolean not null default false,
  url text,
  -- names of components
  components text[] not null default '{}',
  -- [{"at":instant,"text":text}] newest first
  updates jsonb not null default '[]',
  -- it concerns the components that matter to us
  touches boolean not null,
  first_seen_at timestamptz not null,
  -- what was last recorded of it as changes, so that it is recorded once
  recorded text,
  primary key (third_party_id, external_id)
);
create index provider_incident_started on provider_incident (third_party_id, started_at);

-- What a provider was, from when to when; where no row covers a time, nobody was asking.
create table provider_span (
  third_party_id text not null references third_party,
  started_at timestamptz not null,
  -- null: it is so still, as of the last attempt
  ended_at timestamptz,
  state text not null check (state in ('operational','degraded','partial','major','maintenance','unknown')),
  primary key (third_party_id, started_at)
);

-- 0024_suspects.sql
-- What set incidents off, as people said afterwards, and the weights of the score that may be fitted to it.

-- One row per incident whose trigger a person has named; it teaches, and tells how often it was no change.
create table labelled_incident (
  incident_id text primary key references incident,
  -- null: it was not a change
  change_id text,
  -- of that change, as they were: the ledger forgets, this does not
  service_id text,
  kind text,
  named_at timestamptz not null,
  onset_at timestamptz,
  -- [{"changeId":text,"points":{term:points}}]: the best of the lane and the trigger, by the rule book; null until it has been looked at
  candidates jsonb
);
create index labelled_incident_named_at on labelled_incident (named_at);

-- Every switch of the weights; the latest row is in use. Nothing is overwritten, so that every switch can be taken back.
create table suspect_weights (
  version integer generated always as identity primary key,
  -- {term: factor}; 1 is the rule book
  weights jsonb not null,
  how text not null check (how in ('refit','defaults','earlier')),
  -- how many labelled incidents they were fitted to
  labelled integer not null,
  -- {"before":{…},"after":{…}} top-1 and top-3 on incidents that were held out; null for the rule book
  shown jsonb,
  chosen_by text not null,
  chosen_at timestamptz not null
);

-- 0025_playbooks.sql
-- Playbooks: what to do when a service fails in one way, as Markdown with steps; written in the app or read from a folder.
create table playbook (
  id text primary key,
  title text not null,
  -- null: whatever kind of failure it is
  category text check (category in ('deployment_regression','infrastructure','third_party','data','security','other')),
  -- none: for every service
  service_ids text[] not null default '{}',
  body text not null,
  steps integer not null,
  version integer not null default 1,
  source text not null check (source in ('app','folder')),
  -- of its file, for those that are read from a folder
  path text unique,
  -- a person has said since the last change that it is still right
  reviewed_at timestamptz,
  reviewed_by text,
  -- the day on which somebody tried it
  tested_on text,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  updated_by text not null,
  check ((source = 'folder') = (path is not null))
);
create index playbook_title on playbook (title, id);
create index playbook_words on playbook using gin (to_tsvector('simple', title || ' ' || body));

-- Every version as it was; an incident carries out one of them.
create table playbook_version (
  playbook_id text not null references playbook,
  version integer not null,
  title text not null,
  category text,
  service_ids text[] not null,
  body text not null,
  note text not null,
  created_by text not null,
  created_at timestamptz not null,
  primary key (playbook_id, version)
);

-- The text that an incident carries out, beside the ticks in its own document; written by the fact and never changed.
create table playbook_run (
  id text primary key,
  incident_id text not null references incident,
  playbook_id text not null references playbook,
  version integer not null,
  body text not null,
  -- [{"name":text,"value":text}]
  filled_in jsonb not null,
  started_by text not null,
  started_at timestamptz not null
);
create index playbook_run_incident on playbook_run (incident_id);
create index playbook_run_playbook on playbook_run (playbook_id, started_at desc);

-- The one folder or repository that playbooks are read from, how it went, and when it is read next.
create table playbook_source (
  id integer primary key check (id = 1),
  next_at timestamptz not null,
  tried_at timestamptz,
  -- when it could last be read as a whole
  read_at timestamptz,
  revision text,
  files integer not null default 0,
  -- why it could not be read, in words; null while it can
  failure text,
  -- [{"path":text,"line":number,"message":text}]
  problems jsonb not null default '[]'
);

-- 0026_levers.sql
-- Levers: what other programs do for us when it is pulled, each pull as a row with a time, and what still works without a third party.
create table lever (
  id text primary key,
  name text not null,
  does text not null check (does in ('roll_back','flag_off','shift_traffic','fail_over','switch_on','switch_off','other')),
  -- the kind of failure that it is offered for; null: any
  category text,
  -- empty: any service
  service_ids text[] not null default '{}',
  third_party_id text references third_party (id),
  -- the sentence that is confirmed, with the names of inputs in braces
  effect text not null,
  inputs jsonb not null default '[]',
  -- whom to ask and how the answer comes, without anything secret
  target jsonb not null,
  -- the values of headers, signing secrets and tokens, readable with the secret of this installation alone
  sealed text not null,
  time_out_minutes integer not null,
  time_box_minutes integer not null,
  temporary boolean not null,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index lever_name on lever (lower(name)) where archived_at is null;

create table lever_run (
  id text primary key,
  lever_id text not null references lever (id),
  incident_id text not null references incident (id),
  service_id text,
  effect text not null,
  inputs jsonb not null,
  asked_by text not null,
  state text not null check (state in ('asked','running','done','failed','timed_out','unknown')),
  -- requests that were begun, so that one that may have arrived is not sent a second time
  attempts integer not null default 0,
  -- a request was begun and its end not noted: a process died, and nobody knows whether it arrived
  sending boolean not null default false,
  polls integer not null default 0,
  -- where to look how far it is, once it was asked
  follow jsonb,
  words text not null default '',
  link text,
  asked_at timestamptz not null,
  gives_up_at timestamptz not null,
  -- when something is to be done for it; null once it is over
  next_at timestamptz,
  ended_at timestamptz
);
-- However many people press at once, in however many incidents, it is pulled once.
create unique index lever_run_once on lever_run (lever_id, coalesce(service_id, '')) where ended_at is null;
create index lever_run_due on lever_run (next_at) where next_at is not null;
create index lever_run_incident on lever_run (incident_id, asked_at);

-- what still works for clients when it fails, in public words
alter table third_party add column still_works text;

-- 0027_near_misses.sql
-- Near misses, anonymous by construction: no person, no address, a day instead of a time, random ids, nothing that counts.

-- What has come in since the last daily round. Nobody reads it; the round empties it by throwing the whole table's file away.
create table near_miss_box (
  id text primary key,
  -- the near miss that this adds something to; null: a new one
  adds_to text,
  receipt_hash text,
  reported_on text not null check (reported_on ~ '^\d{4}-\d\d-\d\d$'),
  again boolean not null,
  happened text not null,
  stopped text not null,
  -- a full hour; null once the box was stirred, when the order of its rows and their transaction say nothing any more
  stir_at timestamptz
);
create index near_miss_box_stir on near_miss_box (stir_at) where stir_at is not null;

-- One row: when the round looks again, and for which day it last did.
create table near_miss_round (
  one boolean primary key check (one),
  next_at timestamptz not null
);
insert into near_miss_round (one, next_at) values (true, '1970-01-01T00:00:00Z');

create table near_miss (
  id text primary key,
  state text not null check (state in ('waiting','answered')),
  reported_on text not null check (reported_on ~ '^\d{4}-\d\d-\d\d$'),
  -- it could happen again this week
  again boolean not null,
  happened text not null,
  stopped text not null,
  receipt_hash text not null unique,
  policy_version integer not null,
  -- the round that found it, the same instant for all of that day
  found_at timestamptz not null,
  due_at timestamptz not null,
  answer text,
  answered_by text,
  answered_at timestamptz,
  incident_id text references incident,
  version integer not null default 1
);
create index near_miss_state on near_miss (state, reported_on desc, id desc);

create table near_miss_addition (
  id text primary key,
  near_miss_id text not null references near_miss,
  added_on text not null check (added_on ~ '^\d{4}-\d\d-\d\d$'),
  text text not null
);
create index near_miss_addition_of on near_miss_addition (near_miss_id);

-- "It could happen again this week": the one thing that goes out at once. A row is gone when its mail has left.
create table near_miss_warning (
  id text primary key,
  reported_on text not null check (reported_on ~ '^\d{4}-\d\d-\d\d$'),
  happened text not null,
  stopped text not null,
  -- the beginning of the day, so that it is due and says no time; after a failure a full hour
  send_at timestamptz not null
);
create index near_miss_warning_send on near_miss_warning (send_at);

alter table learning_mail drop constraint learning_mail_subject_kind_check;
alter table learning_mail add constraint learning_mail_subject_kind_check
  check (subject_kind in ('incident','action_item','near_miss','near_miss_round'));

-- An action item comes of a postmortem or of a near miss.
alter table action_item alter column incident_id drop not null;
alter table action_item alter column postmortem_id drop not null;
alter table action_item add column near_miss_id text references near_miss;
alter table action_item add constraint action_item_of
  check ((postmortem_id is null) = (incident_id is null) and (postmortem_id is null) <> (near_miss_id is null));
create index action_item_near_miss on action_item (near_miss_id) where near_miss_id is not null;

-- 0028_documents.sql
-- Several people write one postmortem at once: its text as a document to which every edit is added, and who is writing just now.
create table postmortem_document (
  postmortem_id text primary key references postmortem,
  -- every edit up to this version of the postmortem, as one Yjs update
  state bytea not null,
  version integer not null,
  -- the newest version that can be read as a row of postmortem_version
  kept_version integer not null,
  -- who has written since when without a version being kept
  sitting_from timestamptz not null,
  sitting_authors text[] not null,
  written_at timestamptz not null
);

-- What was written after that state, one row for each edit that was accepted; folded into it now and then.
create table postmortem_edit (
  postmortem_id text not null references postmortem,
  version integer not null,
  edit bytea not null,
  written_by text not null,
  written_at timestamptz not null,
  primary key (postmortem_id, version)
);

-- Who is writing at this moment, by window; forgotten within a minute, so that it is no record of anybody's work.
create table postmortem_writer (
  postmortem_id text not null references postmortem,
  place_id text not null,
  name text not null,
  field text not null,
  seen_until timestamptz not null,
  primary key (postmortem_id, place_id)
);

-- 0029_review.sql
-- Agreeing on a text: who stands for a cover and why, comments, sign-offs, and what people outside read.
alter table postmortem add column covered_because text;
alter table postmortem add column covered_approved_by text;
alter table postmortem add column covered_at timestamptz;
create index postmortem_covered_by on postmortem (covered_by) where covered_by is not null;

-- A thread is its first comment; answers name it.
create table postmortem_comment (
  id text primary key,
  postmortem_id text not null references postmortem,
  -- counted within the postmortem; a mail about it is sent once
  number integer not null,
  thread_id text references postmortem_comment,
  section text not null check (section in ('timeline','root_cause','contributing_factors','action_items')),
  text text not null,
  mentions text[] not null default '{}',
  by_id text references person,
  by_name text not null,
  created_at timestamptz not null,
  -- only the first comment of a thread is resolved
  resolved_at timestamptz,
  resolved_by text,
  unique (postmortem_id, number),
  check (thread_id is null or resolved_at is null)
);

create table postmortem_review (
  postmortem_id text not null references postmortem,
  person_id text not null references person,
  state text not null check (state in ('asked','signed_off','changes_asked')),
  -- raised when the same person is asked again, so that the mail goes out again
  times_asked integer not null default 1,
  asked_by text not null,
  asked_at timestamptz not null,
  -- which text was read; a later one is shown as changed since
  version integer,
  text text not null default '',
  answered_at timestamptz,
  primary key (postmortem_id, person_id),
  check ((state = 'asked') = (answered_at is null)),
  check ((state = 'asked') = (version is null)),
  check (state <> 'changes_asked' or text <> '')
);

-- What people outside read, one text per audience (decision 10): written here, shown by the status pages.
create table postmortem_text (
  postmortem_id text not null references postmortem,
  audience text not null check (audience in ('clients','public') or audience ~ '^client:.+$'),
  text text not null,
  version integer not null,
  updated_by text not null,
  updated_at timestamptz not null,
  published text,
  published_at timestamptz,
  published_by text,
  corrected_at timestamptz,
  withdrawn_at timestamptz,
  withdrawn_because text,
  primary key (postmortem_id, audience),
  check ((published is null) = (published_at is null))
);

-- The status pages' own copy: what each audience may read of it.
create table public_postmortem (
  incident_id text not null references incident,
  audience text not null check (audience in ('clients','public') or audience ~ '^client:.+$'),
  client_ids text[] not null default '{}',
  text text not null,
  published_at timestamptz not null,
  corrected_at timestamptz,
  primary key (incident_id, audience),
  -- a text for one client names that client and nobody else
  check (audience not like 'client:%' or client_ids = array[substr(audience, 8)])
);

-- 0030_postmortem_search.sql
-- The text of every postmortem as it is searched: of a draft as it stands, of a published one the published copy. Written with what it comes from, in the same transaction.
create table postmortem_search (
  postmortem_id text primary key references postmortem,
  title text not null,
  -- what excerpts are cut from
  body text not null,
  -- each word as it stands and as its English stem; of the timeline the stems alone
  words tsvector not null,
  -- title (A) and causes (B) by their stems, by which hits are ranked: short, so that hundreds are compared in no time
  head tsvector not null,
  -- when the postmortem was opened: of a word that stands nearly everywhere the newest hits are read in this order, and no others
  opened_at timestamptz not null
);
alter table postmortem_search alter column head set storage main;
create index postmortem_search_words on postmortem_search using gin (words);
create index postmortem_search_opened on postmortem_search (opened_at desc, postmortem_id desc);

insert into postmortem_search (postmortem_id, title, body, words, head, opened_at)
select id, title, body,
  to_tsvector('simple', title || E'\n' || body) || to_tsvector('english', title || E'\n' || body),
  setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', cause), 'B'),
  created_at
from (
  select p.id, p.created_at, coalesce(p.published->>'title', i.title) as title,
    left(concat_ws(E'\n', s.sections->>'summary', s.sections->>'rootCause', s.sections->>'trigger'), 4000) as cause,
    left(concat_ws(E'\n', s.sections->>'summary', s.sections->>'rootCause', s.sections->>'trigger', s.sections->>'impact',
      s.sections->'contributingFactors'->'slowDetection'->>'text', s.sections->'contributingFactors'->'missingDocumentation'->>'text',
      s.sections->'contributingFactors'->'missingMonitoring'->>'text', s.sections->'contributingFactors'->>'others',
      s.sections->>'limitedHarm', s.sections->>'wentWell', s.sections->>'openQuestions', s.sections->>'noActionBecause',
      (select string_agg(a.text || E'\n' || a.done_condition, E'\n') from action_item a where a.postmortem_id = p.id and a.state <> 'dropped'),
      (select string_agg(line->>'text', E'\n') from jsonb_array_elements(s.sections->'timeline') as line)), 100000) as body
  from postmortem p
  join incident i on i.id = p.incident_id
  cross join lateral (select coalesce(p.published->'sections', p.sections) as sections) s
) written;

-- 0031_trackers.sql
-- Trackers: where action items live a second life as issues of GitHub, GitLab, Jira or Linear; each pair as a row with the time of its next look.
create table tracker (
  id text primary key,
  kind text not null check (kind in ('github','gitlab','jira','linear')),
  name text not null,
  base_url text not null,
  -- owner/name, group/project, the key of a project, the id of a team
  place text not null,
  issue_type text,
  -- who reads it there: for 'public' roles stand instead of names, and no title of an incident
  audience text not null check (audience in ('inside','public')),
  -- 'agreed': what is agreed is sent by itself; 'asked': only when somebody asks
  sends text not null check (sends in ('agreed','asked')),
  -- empty: any service
  service_ids text[] not null default '{}',
  -- token, account and signing secret, readable with the secret of this installation alone
  sealed text not null,
  failure text,
  failed_at timestamptz,
  heard_at timestamptz,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index tracker_name on tracker (lower(name)) where archived_at is null;

create table tracker_issue (
  action_item_id text primary key references action_item,
  tracker_id text not null references tracker,
  -- waiting: not there yet; refused: it cannot be sent or looked at as things are; deleted: it is not there any more
  state text not null check (state in ('waiting','linked','refused','deleted')),
  -- how it is asked for, and how people call it
  issue_id text,
  shown text,
  url text,
  -- what both sides said when they last agreed: what differs from it has changed
  agreed jsonb,
  -- what was last seen there
  theirs jsonb,
  -- requests that failed one after the other
  failures integer not null default 0,
  -- making it was begun and its end not noted, so it is looked for before it is made again
  sending boolean not null default false,
  failure text,
  failed_at timestamptz,
  asked_by text not null,
  asked_at timestamptz not null,
  seen_at timestamptz,
  -- who changed it there, as its last message said
  hinted_by text,
  next_at timestamptz
);
create index tracker_issue_due on tracker_issue (next_at) where next_at is not null;
create unique index tracker_issue_theirs on tracker_issue (tracker_id, issue_id) where issue_id is not null;

-- What happened to an action item: taken over from a tracker, returned to the service, opened again.
create table action_item_line (
  id bigint generated always as identity primary key,
  action_item_id text not null references action_item,
  at timestamptz not null,
  by text not null,
  text text not null
);
create index action_item_line_item on action_item_line (action_item_id, id);

-- Items that were agreed elsewhere, before: they have no incident here, perhaps a service.
alter table action_item drop constraint action_item_of;
alter table action_item add constraint action_item_of check (
  (postmortem_id is null or incident_id is not null) and (near_miss_id is null or (postmortem_id is null and incident_id is null)));
alter table action_item add column service_id text references service;
-- how it was called where it came from, so that the same file read twice makes nothing twice
alter table action_item add column external_id text;
create unique index action_item_external on action_item (external_id) where external_id is not null;
-- a tracker closed it: a person may still say what shows that it is done
alter table action_item add column ended_there boolean not null default false;
-- its owner has left and nobody could be found to take it
alter table action_item add column owner_gone_at timestamptz;
create index action_item_incident on action_item (incident_id);
create index action_item_state on action_item (state, due_on, id);
create index person_archived on person (archived_at) where archived_at is not null;

-- 0032_postmortem_templates.sql
-- What an organisation adds to the questions of a postmortem: own questions, own guidance, words that a draft begins with.
create table postmortem_template (
  id text primary key,
  name text not null,
  -- kinds of failure; empty: any that no other template is for
  categories text[] not null default '{}',
  questions jsonb not null,
  -- by field: what stands beside the question instead of our words
  guidance jsonb not null,
  -- by field: what a new draft says there
  beginnings jsonb not null,
  version integer not null default 1,
  updated_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  archived_at timestamptz
);
create unique index postmortem_template_name on postmortem_template (lower(name)) where archived_at is null;

-- The template as it was when the postmortem took it over: its id, name, version and guidance.
alter table postmortem add column template jsonb;

-- 0033_late_again.sql
-- The machine keeps its own word: an automatic message names the next time, and is followed by another one when that passes in silence.
-- A row of late_message stays 'waiting' with the named time as its timer until a person speaks; 'sent' is how it ends then.
alter table late_message add column said integer not null default 0;

-- The facts of an automatic message, so that each reader gets its words in their own language: {"promise","cycle","promisedAt","first","detectedAt",
-- "calledCount","calling","saidBefore"}.
alter table incident_update add column lateness jsonb;
alter table incident_update add constraint incident_update_lateness check (lateness is null or kind = 'late');
-- What a person told this audience last, which the automatic message repeats: {"impact","continued","at"}.
alter table update_text add column confirmed jsonb;

-- In which language the reader gets what no person wrote; as the contact had it when the message went out.
alter table delivery add column language text not null default 'en';

-- 0034_devices.sql
-- A contact turns messages on in a browser of its own, by a signed link, and hears there beside its list of channels (decision 30).

-- told together with the first channel of the list, never in its place, and never as proof
alter table channel add column beside boolean not null default false;
alter table channel add constraint channel_beside check (not beside or (kind = 'web_push' and contact_id is not null));
alter table delivery add column beside boolean not null default false;

create or replace view reach as
  select id as channel_id, contact_id, person_id, kind, address, position, beside from channel where off_at is null
  union all
  select null, k.id, null, 'email', lower(k.email), 0, false from contact k
    where k.email <> '' and not exists (select 1 from channel ch where ch.contact_id = k.id)
  union all
  select null, null, p.id, 'email', lower(p.email), 0, false from person p
    where p.email <> '' and not exists (select 1 from channel ch where ch.person_id = p.id);

-- A link that has turned a device on is used up; whoever has it from an old mail turns nothing on.
create table device_link (
  token_hash text primary key,
  contact_id text not null references contact,
  -- no reference: the device may have been removed since
  channel_id text not null,
  label text not null,
  -- to which the link was given; whoever reads there hears that a device was added
  address text not null,
  used_at timestamptz not null,
  -- kept until the link is too old anyway
  expires_at timestamptz not null,
  -- when the contact is told by mail that a device was added; null: it was
  notice_at timestamptz
);
create index device_link_notice on device_link (notice_at) where notice_at is not null;
create index device_link_expired on device_link (expires_at);

-- 0035_alert_documents.sql
-- What a sender said beside the title is kept as it was written: nothing searches inside it, and to take it apart costs as much as
-- to store it.
alter table alert
  alter column labels type json using labels::json,
  alter column links type json using links::json,
  alter column details type json using details::json;

-- What may join an incident without a word to anybody is told with all that is needed for it: nobody reads the alerts again.
alter table alert_news
  add column opened_ids text[], add column opened_services text[], add column opened_proposed text[];

-- What is open under a key is found by 128 bits of the key's SHA-256: an index of the keys themselves, which come in no order, grows
-- three times as large, and soon lies outside of PostgreSQL's memory.
alter table alert add column key_hash uuid;
update alert set key_hash =
  encode(substring(sha256(convert_to(integration_id || ' ' || dedup_key, 'UTF8')) from 1 for 16), 'hex')::uuid;
alter table alert alter column key_hash set not null;
drop index alert_open;
create unique index alert_open on alert (key_hash) where state = 'open';

-- 0036_quiet_joins.sql
-- Whether another alert of one of its services may join without a word to anybody. It was reckoned from the document and from its
-- alerts, for every incident in every look, which grew with the storm; the incident knows it when it is saved.
alter table incident add column alerts_join_quietly boolean not null default false;

-- Read and deleted within half a second: compressing them cost more than writing them.
alter table alert_news
  alter column alert_ids set storage external, alter column opened_ids set storage external,
  alter column opened_services set storage external, alter column opened_proposed set storage external;

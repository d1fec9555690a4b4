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

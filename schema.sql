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
  updated_at timestamptz not null,
  document jsonb not null
);
-- One open automatic incident per storm: the database refuses the second.
create unique index incident_open_storm on incident (storm_key)
  where automatic and storm_key is not null and state in ('detected','confirmed');
create index incident_open on incident (state, severity) where state in ('detected','confirmed','restored','resolved');
create index incident_declared_at on incident (declared_at desc, id);
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

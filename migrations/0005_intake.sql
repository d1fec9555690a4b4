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

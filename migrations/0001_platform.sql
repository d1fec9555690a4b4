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

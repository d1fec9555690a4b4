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

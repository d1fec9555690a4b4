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

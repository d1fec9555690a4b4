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

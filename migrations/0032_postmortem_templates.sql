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

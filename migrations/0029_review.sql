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

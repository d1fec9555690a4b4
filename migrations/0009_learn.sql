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

-- What others tell us while an incident runs: questions and reports, the mails they come by, and our answers to them.

-- One row per question; a report of a fault is one that has no incident yet. The incident's document holds only its id and times.
create table question (
  id text primary key,
  incident_id text references incident,
  client_id text,
  contact_id text,
  person_id text,
  asker_name text not null,
  -- where the answer goes; null: nobody can be answered by mail
  asker_address text,
  via text not null check (via in ('email','form','api','slack','report')),
  -- one of ours: a client's contact or a person of the directory; a stranger's question has no clock
  known boolean not null,
  subject text not null default '',
  state text not null check (state in ('open','answered','set_aside')),
  set_aside_because text,
  -- {"serviceId","serviceNamed","mainTaskImpossible","reportedAt","since"} of a report
  report jsonb,
  -- {"channel","threadTs"} of a Slack thread
  slack jsonb,
  -- ids of the mails of this thread, oldest first, without angle brackets
  thread text[] not null default '{}',
  -- the message that the incident must still be told of; null once it knows
  untold_message_id text,
  tell_at timestamptz,
  -- while a report belongs to no incident its answer is owed by then
  due_at timestamptz,
  asked_at timestamptz not null,
  ended_at timestamptz,
  updated_at timestamptz not null
);
create index question_incident on question (incident_id, asked_at);
create index question_untold on question (tell_at) where tell_at is not null;
create index question_loose on question (asked_at) where incident_id is null;

create table question_message (
  id text primary key,
  -- their order; several may be of one instant
  seq bigint generated always as identity,
  question_id text not null references question,
  direction text not null check (direction in ('asked','answered')),
  body text not null,
  by_name text not null,
  -- whether the text of an answer becomes part of the next update
  carry text not null default 'no' check (carry in ('no','next','done')),
  carried_in text,
  created_at timestamptz not null
);
create index question_message_question on question_message (question_id, seq);
create index question_message_carry on question_message (question_id) where carry = 'next';

create table canned_answer (
  id text primary key,
  title text not null,
  body text not null,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index canned_answer_title on canned_answer (lower(title)) where archived_at is null;

-- Single mails that are no update: answers, reminders. Same life as a delivery, with every attempt and the server's words.
create table letter (
  id text primary key,
  purpose text not null check (purpose in ('answer','reminder')),
  idempotency_key text not null unique,
  question_id text references question,
  message_id text references question_message,
  -- the promise that a reminder is about; it is not sent once that is kept
  subject_kind text,
  subject_id text,
  promise text,
  cycle integer,
  to_name text not null,
  to_address text not null,
  subject text not null,
  body text not null,
  -- the mails before it, oldest first
  thread text[] not null default '{}',
  state text not null check (state in ('queued','sending','sent','failed','withdrawn','not_configured')),
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  last_error text,
  evidence jsonb,
  created_at timestamptz not null,
  valid_until timestamptz not null,
  sent_at timestamptz
);
create index letter_due on letter (next_attempt_at) where next_attempt_at is not null;
create index letter_question on letter (question_id) where question_id is not null;

create table letter_attempt (
  letter_id text not null references letter,
  attempt integer not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  outcome text check (outcome in ('sent','failed','failed_for_good')),
  detail text,
  primary key (letter_id, attempt)
);

-- Every mail that arrived, once by its Message-ID, as it came; what became of it is written beside it.
create table incoming_mail (
  id text primary key,
  message_id text not null unique,
  raw bytea,
  size integer not null,
  -- larger than we fetch: only its beginning is here
  truncated boolean not null,
  from_name text not null default '',
  from_address text not null default '',
  subject text not null default '',
  body text not null default '',
  attachments jsonb not null default '[]',
  state text not null check (state in ('received','bounce','auto_reply','question','report','unknown_sender','unreadable','looked_at')),
  why text,
  incident_id text,
  question_id text,
  received_at timestamptz not null,
  sort_at timestamptz,
  attempts integer not null default 0,
  sorted_at timestamptz
);
create index incoming_mail_sort on incoming_mail (sort_at) where sort_at is not null;
create index incoming_mail_state on incoming_mail (state, received_at desc);

-- How far a mailbox has been read. A new UIDVALIDITY begins anew; Message-IDs keep everything from happening twice.
create table mailbox_position (
  mailbox text primary key,
  uid_validity text not null,
  uid_next bigint not null,
  -- what lay there before is somebody else's business, also when the server renumbers it
  since timestamptz not null,
  read_at timestamptz not null
);

-- Reports come in through intake like every signal; the one integration that they belong to is made when the first one comes.
alter table integration drop constraint integration_kind_check;
alter table integration add constraint integration_kind_check
  check (kind in ('pagerduty','alertmanager','alertmanager_api','grafana','generic','reports'));
create unique index integration_reports on integration (kind) where kind = 'reports' and archived_at is null;

-- A reply in Slack is found by the thread that our message began.
create index delivery_slack_thread on delivery ((evidence ->> 'thread')) where channel = 'slack';

-- Duties to notify. Which presets apply is chosen by an administrator, for the organisation or for one client; without a choice there are none.
create table duty_choice (
  id text primary key,
  preset text not null check (preset in ('gdpr_controller','gdpr_processor','nis2','dora')),
  -- null: for the organisation, and for every client whose data is concerned
  client_id text references client,
  created_by text not null,
  created_at timestamptz not null,
  unique nulls not distinct (preset, client_id)
);

-- Since when we know, said by a person; every clock of the incident's duties starts there.
create table duty_awareness (
  incident_id text primary key references incident,
  aware_at timestamptz not null,
  kinds text[] not null,
  client_ids text[] not null,
  note text not null,
  set_by text not null,
  updated_at timestamptz not null
);

-- One row per duty and client: the subject of its own promise, so that (subject, kind, cycle) stays unique.
create table duty (
  id text primary key,
  incident_id text not null references incident,
  preset text not null,
  step text not null,
  client_id text,
  due_at timestamptz not null,
  state text not null check (state in ('open','decided','notified','not_required','void')),
  notified_at timestamptz,
  reference text,
  because text,
  ended_by text,
  ended_at timestamptz,
  created_at timestamptz not null,
  unique nulls not distinct (incident_id, preset, step, client_id)
);

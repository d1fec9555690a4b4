-- Near misses, anonymous by construction: no person, no address, a day instead of a time, random ids, nothing that counts.

-- What has come in since the last daily round. Nobody reads it; the round empties it by throwing the whole table's file away.
create table near_miss_box (
  id text primary key,
  -- the near miss that this adds something to; null: a new one
  adds_to text,
  receipt_hash text,
  reported_on text not null check (reported_on ~ '^\d{4}-\d\d-\d\d$'),
  again boolean not null,
  happened text not null,
  stopped text not null,
  -- a full hour; null once the box was stirred, when the order of its rows and their transaction say nothing any more
  stir_at timestamptz
);
create index near_miss_box_stir on near_miss_box (stir_at) where stir_at is not null;

-- One row: when the round looks again, and for which day it last did.
create table near_miss_round (
  one boolean primary key check (one),
  next_at timestamptz not null
);
insert into near_miss_round (one, next_at) values (true, '1970-01-01T00:00:00Z');

create table near_miss (
  id text primary key,
  state text not null check (state in ('waiting','answered')),
  reported_on text not null check (reported_on ~ '^\d{4}-\d\d-\d\d$'),
  -- it could happen again this week
  again boolean not null,
  happened text not null,
  stopped text not null,
  receipt_hash text not null unique,
  policy_version integer not null,
  -- the round that found it, the same instant for all of that day
  found_at timestamptz not null,
  due_at timestamptz not null,
  answer text,
  answered_by text,
  answered_at timestamptz,
  incident_id text references incident,
  version integer not null default 1
);
create index near_miss_state on near_miss (state, reported_on desc, id desc);

create table near_miss_addition (
  id text primary key,
  near_miss_id text not null references near_miss,
  added_on text not null check (added_on ~ '^\d{4}-\d\d-\d\d$'),
  text text not null
);
create index near_miss_addition_of on near_miss_addition (near_miss_id);

-- "It could happen again this week": the one thing that goes out at once. A row is gone when its mail has left.
create table near_miss_warning (
  id text primary key,
  reported_on text not null check (reported_on ~ '^\d{4}-\d\d-\d\d$'),
  happened text not null,
  stopped text not null,
  -- the beginning of the day, so that it is due and says no time; after a failure a full hour
  send_at timestamptz not null
);
create index near_miss_warning_send on near_miss_warning (send_at);

alter table learning_mail drop constraint learning_mail_subject_kind_check;
alter table learning_mail add constraint learning_mail_subject_kind_check
  check (subject_kind in ('incident','action_item','near_miss','near_miss_round'));

-- An action item comes of a postmortem or of a near miss.
alter table action_item alter column incident_id drop not null;
alter table action_item alter column postmortem_id drop not null;
alter table action_item add column near_miss_id text references near_miss;
alter table action_item add constraint action_item_of
  check ((postmortem_id is null) = (incident_id is null) and (postmortem_id is null) <> (near_miss_id is null));
create index action_item_near_miss on action_item (near_miss_id) where near_miss_id is not null;

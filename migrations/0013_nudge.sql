-- The mail to whoever owes the next update, shortly before it is due: the draft, and a link to send "nothing new" with one button.
create table nudge (
  incident_id text not null references incident,
  -- of the promise: a nudge is over when another update is promised
  cycle integer not null,
  person_id text not null references person,
  due_at timestamptz not null,
  state text not null check (state in ('queued','sent','failed','not_needed')),
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  evidence text,
  last_error text,
  created_at timestamptz not null,
  primary key (incident_id, cycle, person_id)
);
create index nudge_due on nudge (next_attempt_at) where next_attempt_at is not null;

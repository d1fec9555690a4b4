-- Reaching people: who must be called and why (page_call), what rings at one person (page), and how each ring went (page_delivery).
-- A call is written in the transaction that caused it and settled afterwards into pages, so that no lock spans incident and page.
create table page_call (
  id text primary key,
  incident_id text not null references incident,
  -- what caused it, once: `promise:<kind>:<cycle>:<step>`, `first:<seq>`, `after:<call>`, `hand:<random>`
  key text not null,
  rung text not null,
  reason text not null,
  request jsonb not null,
  created_at timestamptz not null,
  settle_by timestamptz,
  settled_at timestamptz,
  outcome jsonb,
  unique (incident_id, key)
);
create index page_call_open on page_call (settle_by) where settle_by is not null;

create table page (
  id text primary key,
  kind text not null check (kind in ('incident','test')),
  person_id text not null references person,
  state text not null check (state in ('held','sent','acknowledged','declined','unanswered','withdrawn')),
  seq integer not null,
  sent_at timestamptz,
  -- when it must look at itself: a held page is sent, an unanswered one goes to the next level
  wake_at timestamptz,
  night boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  document jsonb not null
);
-- All that is overdue at one person makes one page: the database refuses a second one that still waits for an answer.
create unique index page_awaiting_person on page (person_id) where kind = 'incident' and state in ('held','sent');
create index page_person on page (person_id, created_at desc);
create index page_wake on page (wake_at) where wake_at is not null;

create table page_fact (
  page_id text not null references page,
  seq integer not null,
  kind text not null,
  recorded_at timestamptz not null,
  actor jsonb not null,
  data jsonb not null,
  primary key (page_id, seq)
);

-- One page per (promise, cycle, step, person): the promise's step is in the key.
create table page_reason (
  incident_id text not null references incident,
  key text not null,
  person_id text not null references person,
  page_id text not null references page,
  call_id text not null references page_call,
  promise_kind text,
  cycle integer,
  step integer,
  level text not null,
  added_at timestamptz not null,
  primary key (incident_id, key, person_id)
);
create index page_reason_page on page_reason (page_id);

create table page_delivery (
  id text primary key,
  page_id text not null references page,
  ring integer not null,
  position integer not null,
  channel text not null,
  address text not null,
  state text not null check (state in ('queued','sent','failed','withdrawn')),
  attempts integer not null default 0,
  evidence text,
  problem text,
  -- every attempt: [{"at":iso,"evidence":text}|{"at":iso,"problem":text}]
  history jsonb not null default '[]',
  next_attempt_at timestamptz,
  created_at timestamptz not null,
  sent_at timestamptz,
  unique (page_id, ring, position)
);
create index page_delivery_next on page_delivery (next_attempt_at) where next_attempt_at is not null;

-- Who acted in which incident, last: they get a strip and a sound instead of a page.
create table presence (
  incident_id text not null references incident,
  person_id text not null,
  acted_at timestamptz not null,
  primary key (incident_id, person_id)
);

-- The learning ladder never pages: one mail in the owner's working hours.
create table reminder (
  id text primary key,
  incident_id text not null references incident,
  person_id text not null references person,
  promise_kind text not null,
  cycle integer not null,
  step integer not null,
  due_at timestamptz not null,
  state text not null check (state in ('queued','sent','failed','withdrawn')),
  attempts integer not null default 0,
  evidence text,
  problem text,
  next_attempt_at timestamptz,
  created_at timestamptz not null,
  unique (incident_id, promise_kind, cycle, step, person_id)
);
create index reminder_next on reminder (next_attempt_at) where next_attempt_at is not null;

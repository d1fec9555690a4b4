-- Changes are kept in one partition for each week in which they happened, so that a week which is too old goes at once.
alter table change rename to change_whole;
alter table change_whole rename constraint change_pkey to change_whole_pkey;
drop index change_sent_once;
drop index change_happened_at;
drop index change_service;

create table change (
  id text not null,
  -- no foreign key: a service is archived, never deleted, and a check for each of thousands of rows is dear
  service_id text,
  service_named text,
  kind text not null
    check (kind in ('deploy','config','flag','infra','migration','secret','job','dependency','third_party','other')),
  summary text not null,
  source text not null,
  external_id text,
  links jsonb not null default '[]',
  details jsonb not null default '{}',
  -- planned: announced for happened_at, which may lie ahead
  state text not null default 'done' check (state in ('planned','started','done','failed','rolled_back')),
  rollback text not null default 'unknown' check (rollback in ('safe','unsafe','unknown')),
  rollback_how text,
  environment text,
  version_before text,
  version_after text,
  ramp jsonb not null default '[]',
  live_at timestamptz not null,
  size integer,
  mends boolean not null default false,
  integration_id text,
  happened_at timestamptz not null,
  -- of what was planned: until when
  ends_at timestamptz,
  -- what the sender's clock said, where that was ahead of ours
  claimed_at timestamptz,
  -- by the sender's clock, when it said this: of two messages the later one counts, whatever the order of their arrival
  said_at timestamptz,
  received_at timestamptz not null,
  recorded_by text not null,
  version integer not null default 1,
  primary key (id, happened_at)
) partition by range (happened_at);
create index change_happened_at on change (happened_at desc, id desc);
create index change_service on change (service_id, happened_at desc);

-- A change that is sent again is the same row, also when its time differs; a key of a partitioned table could not say that.
create table change_sent (
  -- the integration, or '' without one
  sender text not null,
  source text not null,
  external_id text not null,
  change_id text not null,
  happened_at timestamptz not null,
  primary key (sender, source, external_id)
);
create index change_sent_happened_at on change_sent (happened_at);

-- Who tells us of which kind of change to which service, and how often: silence is judged by the habit of the sender.
-- The row with an empty service and kind is the sender as a whole.
create table change_feed (
  -- the integration, else the source
  sender text not null,
  service_id text not null,
  kind text not null,
  source text not null,
  first_heard_at timestamptz not null,
  last_heard_at timestamptz not null,
  last_change_at timestamptz not null,
  changes integer not null,
  longest_silence_seconds integer not null,
  primary key (service_id, kind, sender)
);

-- Kinds of change that a service cannot have: somebody said so, and it is not unknown for ever.
create table service_without_kind (
  service_id text not null references service,
  kind text not null,
  said_by text not null,
  said_at timestamptz not null,
  primary key (service_id, kind)
);

-- Calendars of planned maintenance that are read: an address that is asked again and again, or a file that somebody handed in.
create table change_calendar (
  id text primary key,
  name text not null,
  -- the address may hold a secret: only its host is shown
  host text,
  sealed_url text,
  kind text not null check (kind in ('infra','job')),
  -- for entries that name no service of ours
  service_id text references service,
  etag text,
  last_modified text,
  -- of the text that was read last: unchanged, it is not recorded again
  digest text,
  -- how many entries the last reading had, and how many of them were recorded
  entries integer,
  recorded integer,
  read_at timestamptz,
  failed_at timestamptz,
  failure text,
  failures integer not null default 0,
  next_read_at timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  removed_at timestamptz
);
create index change_calendar_next on change_calendar (next_read_at) where next_read_at is not null;

-- (A migration is cut after each semicolon that ends a line, so this block has none.)
do $$ declare week date; begin
  for week in select distinct date_trunc('week', happened_at at time zone 'UTC')::date from change_whole
  loop execute format(
    'create table %I partition of change for values from (%L) to (%L)',
    'change_' || to_char(week, 'YYYYMMDD'), week::text || 'T00:00:00Z', (week + 7)::text || 'T00:00:00Z'); end loop; end $$;

insert into change (
  id, service_id, service_named, kind, summary, source, external_id, links, details, state, rollback, rollback_how, environment,
  version_before, version_after, ramp, live_at, size, mends, integration_id, happened_at, received_at, recorded_by, version)
select id, service_id, service_named, kind, summary, source, external_id, links, details, state, rollback, rollback_how, environment,
  version_before, version_after, ramp, live_at, size, mends, integration_id, happened_at, received_at, recorded_by, version
from change_whole;

insert into change_sent (sender, source, external_id, change_id, happened_at)
select coalesce(integration_id, ''), source, external_id, id, happened_at from change_whole where external_id is not null;

-- Both rows of a feed at once: its own, and that of its sender as a whole. What people enter by hand is no feed.
with heard as (
  select coalesce(integration_id, source) as sender, service_id, kind, source, happened_at, received_at
  from change_whole where integration_id is not null or source <> 'by hand'
), either as (
  select * from heard where service_id is not null
  union all select sender, '', '', source, happened_at, received_at from heard
), spaced as (
  select *, extract(epoch from received_at - lag(received_at)
    over (partition by service_id, kind, sender order by received_at)) as silence
  from either
)
insert into change_feed (sender, service_id, kind, source, first_heard_at, last_heard_at, last_change_at, changes, longest_silence_seconds)
select sender, service_id, kind, (array_agg(source order by received_at desc))[1], min(received_at), max(received_at), max(happened_at), count(*),
  coalesce(max(silence), 0)::integer
from spaced group by service_id, kind, sender;

drop table change_whole;

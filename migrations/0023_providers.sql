-- Third parties are asked how they are: what to ask, when it is due, what they last said, and what they were since.
alter table third_party add column feed_kind text
  check (feed_kind in ('statuspage','google_cloud','aws','azure','slack','instatus','better_stack','feed'));
alter table third_party add column feed_url text;
-- ids or names, as the feed gives them; none: all of it matters
alter table third_party add column components text[] not null default '{}';
alter table third_party add column probe_url text;
-- a text that the answer to our own check must contain
alter table third_party add column probe_text text;
-- when it is asked next; the directory sets it when what to ask has changed, triage afterwards; null: there is nothing to ask
alter table third_party add column check_at timestamptz;
alter table third_party add constraint third_party_feed check ((feed_kind is null) = (feed_url is null));
create index third_party_check on third_party (check_at) where archived_at is null and check_at is not null;

-- What a provider last said, and what our own check last saw. One row per third party that was asked at least once.
create table provider (
  third_party_id text primary key references third_party,
  -- kind, address, filter and probe that these answers belong to: after a change they say nothing
  asked text not null,
  -- the last attempt, whatever came of it
  attempted_at timestamptz not null,
  failures integer not null default 0,
  -- the last answer that could be read; a 304 is one
  answered_at timestamptz,
  -- the last answer with content, which alone is proof that a 304 does not lie
  content_at timestamptz,
  unchanged_since timestamptz,
  digest text,
  etag text,
  last_modified text,
  error text,
  -- what the feed says of the components that matter
  feed_state text check (feed_state in ('operational','degraded','partial','major','maintenance','unknown')),
  feed_note text,
  -- [{"id":text,"name":text,"group":text|null,"state":text}] all that the feed names
  components jsonb not null default '[]',
  probe_state text check (probe_state in ('operational','degraded','major')),
  probe_at timestamptz,
  probe_failures integer not null default 0,
  probe_note text,
  -- counts up whenever anybody should look again
  version integer not null default 1
);

create table provider_incident (
  third_party_id text not null references third_party,
  external_id text not null,
  title text not null,
  maintenance boolean not null default false,
  impact text not null check (impact in ('operational','degraded','partial','major','maintenance','unknown')),
  started_at timestamptz not null,
  ended_at timestamptz,
  -- it was not closed by the provider: it was gone from the feed
  vanished boolean not null default false,
  url text,
  -- names of components
  components text[] not null default '{}',
  -- [{"at":instant,"text":text}] newest first
  updates jsonb not null default '[]',
  -- it concerns the components that matter to us
  touches boolean not null,
  first_seen_at timestamptz not null,
  -- what was last recorded of it as changes, so that it is recorded once
  recorded text,
  primary key (third_party_id, external_id)
);
create index provider_incident_started on provider_incident (third_party_id, started_at);

-- What a provider was, from when to when; where no row covers a time, nobody was asking.
create table provider_span (
  third_party_id text not null references third_party,
  started_at timestamptz not null,
  -- null: it is so still, as of the last attempt
  ended_at timestamptz,
  state text not null check (state in ('operational','degraded','partial','major','maintenance','unknown')),
  primary key (third_party_id, started_at)
);

-- Many status pages instead of one: public ones and one per client; planned maintenance; subscribers; readers of private pages.

-- What an incident may show on pages. A row exists since something was said to anybody outside, not only on the public page;
-- which words a page shows follows from its own audience. The impact per client decides what a client's page is coloured.
alter table public_incident add column client_impacts jsonb not null default '{}';
create index public_incident_services on public_incident using gin (service_ids);

create table status_page (
  -- that of page_state and page_document
  id text primary key,
  -- null: the page at /status/
  slug text,
  -- null: everybody may read it; else it is this client's own, and private
  client_id text references client,
  -- null on the default page: the organisation decides
  name text,
  zone text,
  language text not null default 'en' check (language in ('en','de')),
  accent text,
  accent_dark text,
  logo bytea,
  logo_type text,
  -- who may read a private page besides the client's contacts: addresses, or domains as @example.com
  readers text[] not null default '{}',
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check ((slug is null) = (id = 'default')),
  check (id <> 'default' or client_id is null)
);
create unique index status_page_slug on status_page (slug) where archived_at is null;
create unique index status_page_client on status_page (client_id) where archived_at is null;
insert into status_page (id, created_at, updated_at) values ('default', 'epoch', 'epoch');

-- What stands on a page, put there by name. The default page keeps its mark on the service.
create table status_page_service (
  page_id text not null references status_page,
  service_id text not null references service,
  position integer not null,
  primary key (page_id, service_id)
);
create index status_page_service_service on status_page_service (service_id);

-- Something that a page shows has changed. Written with the change, taken by the rendering; nobody waits for anybody.
create table page_touch (
  id bigint generated always as identity primary key,
  page text not null,
  touched_at timestamptz not null
);
create index page_touch_page on page_touch (page);
alter table page_state add column renderings bigint not null default 0;

create table maintenance (
  id text primary key,
  -- stands in addresses and in calendars
  reference text not null unique,
  title text not null,
  impact text not null,
  state text not null check (state in ('scheduled','in_progress','completed','cancelled')),
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  started_at timestamptz,
  finished_at timestamptz,
  service_ids text[] not null,
  page_ids text[] not null,
  -- counts changes of the time, for calendars
  sequence integer not null default 0,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index maintenance_pages on maintenance using gin (page_ids);
create index maintenance_starts on maintenance (starts_at desc, id);

create table maintenance_update (
  maintenance_id text not null references maintenance,
  seq integer not null,
  state text not null check (state in ('scheduled','in_progress','completed','cancelled')),
  text text not null,
  said_by text not null,
  said_at timestamptz not null,
  primary key (maintenance_id, seq)
);

-- What subscribers are told of it, and when: the row is the timer.
create table maintenance_notice (
  id text primary key,
  maintenance_id text not null references maintenance,
  kind text not null check (kind in ('planned','changed','day_before','hour_before','started','extended','finished','cancelled')),
  text text not null default '',
  due_at timestamptz not null,
  state text not null check (state in ('waiting','told','not_needed')),
  created_at timestamptz not null
);
create index maintenance_notice_due on maintenance_notice (due_at) where state = 'waiting';
create index maintenance_notice_maintenance on maintenance_notice (maintenance_id);

-- Who asked to be told. Nothing is sent to an address before it has said yes.
create table subscription (
  id text primary key,
  page_id text not null references status_page,
  kind text not null check (kind in ('email','webhook','sms','slack')),
  address text not null,
  -- on a private page: the reader who asked; when he may no longer read, it ends
  reader text,
  -- empty: everything on the page
  service_ids text[] not null default '{}',
  state text not null check (state in ('waiting','active','ended')),
  -- the link in the first mail holds until then, and once
  confirm_until timestamptz,
  -- signs what a webhook gets
  secret text,
  ended_because text,
  created_at timestamptz not null,
  confirmed_at timestamptz,
  ended_at timestamptz,
  updated_at timestamptz not null,
  unique (page_id, kind, address)
);
create index subscription_active on subscription (page_id) where state = 'active';
create index subscription_listed on subscription (page_id, created_at desc, id);

-- The outbox of subscribers; apart from that of clients, so that neither ever waits for the other.
create table subscription_delivery (
  id text primary key,
  subscription_id text not null references subscription,
  kind text not null check (kind in ('confirm','update','maintenance')),
  -- the message, or the notice of a maintenance, that it carries
  update_id text references incident_update,
  notice_id text references maintenance_notice,
  -- what only this one needs: the link or the challenge that confirms
  about jsonb not null default '{}',
  idempotency_key text not null unique,
  state text not null check (state in ('queued','sending','sent','failed','withdrawn','not_configured')),
  attempts integer not null default 0,
  next_attempt_at timestamptz,
  valid_until timestamptz not null,
  last_error text,
  evidence text,
  created_at timestamptz not null,
  sent_at timestamptz
);
create index subscription_delivery_due on subscription_delivery (next_attempt_at) where next_attempt_at is not null;
create index subscription_delivery_subscription on subscription_delivery (subscription_id, created_at desc);

-- A wish to read a private page, from whomever: whether the address is listed is looked up afterwards, out of sight.
create table page_access_wish (
  id text primary key,
  slug text not null,
  address text not null,
  language text not null,
  wished_at timestamptz not null,
  due_at timestamptz not null
);
create index page_access_wish_due on page_access_wish (due_at);

create table page_access_link (
  token_hash text primary key,
  page_id text not null references status_page,
  address text not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  created_at timestamptz not null
);
create index page_access_link_address on page_access_link (page_id, address, created_at);

create table page_session (
  token_hash text primary key,
  page_id text not null references status_page,
  address text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null
);
create index page_session_page on page_session (page_id, address);

-- A reader's own key to the feeds, the calendar and the JSON of a private page.
create table page_reader (
  id text primary key,
  page_id text not null references status_page,
  address text not null,
  created_at timestamptz not null,
  unique (page_id, address)
);

-- What has been copied to a folder or a bucket outside, so that only changes are copied.
create table page_copy (
  target text not null,
  page text not null,
  path text not null,
  file text not null,
  etag text not null,
  copied_at timestamptz not null,
  primary key (target, page, path)
);

-- A contact turns messages on in a browser of its own, by a signed link, and hears there beside its list of channels (decision 30).

-- told together with the first channel of the list, never in its place, and never as proof
alter table channel add column beside boolean not null default false;
alter table channel add constraint channel_beside check (not beside or (kind = 'web_push' and contact_id is not null));
alter table delivery add column beside boolean not null default false;

create or replace view reach as
  select id as channel_id, contact_id, person_id, kind, address, position, beside from channel where off_at is null
  union all
  select null, k.id, null, 'email', lower(k.email), 0, false from contact k
    where k.email <> '' and not exists (select 1 from channel ch where ch.contact_id = k.id)
  union all
  select null, null, p.id, 'email', lower(p.email), 0, false from person p
    where p.email <> '' and not exists (select 1 from channel ch where ch.person_id = p.id);

-- A link that has turned a device on is used up; whoever has it from an old mail turns nothing on.
create table device_link (
  token_hash text primary key,
  contact_id text not null references contact,
  -- no reference: the device may have been removed since
  channel_id text not null,
  label text not null,
  -- to which the link was given; whoever reads there hears that a device was added
  address text not null,
  used_at timestamptz not null,
  -- kept until the link is too old anyway
  expires_at timestamptz not null,
  -- when the contact is told by mail that a device was added; null: it was
  notice_at timestamptz
);
create index device_link_notice on device_link (notice_at) where notice_at is not null;
create index device_link_expired on device_link (expires_at);

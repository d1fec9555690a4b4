-- How people are told: an ordered list of channels for each contact, person and for the organisation; what happens when one is silent.

-- `address` is what may be shown; what must not be (addresses with tokens, signing secrets, keys) is sealed.
-- Neither a contact nor a person: a channel of the organisation, for internal messages.
create table channel (
  id text primary key,
  contact_id text references contact,
  person_id text references person,
  position integer not null,
  kind text not null check (kind in ('email','sms','voice','slack','teams','discord','mattermost','web_push','webhook')),
  label text,
  address text not null,
  sealed text,
  tested_at timestamptz,
  -- asked for no mail, or the other side said that the address has ended
  off_at timestamptz,
  off_why text,
  created_at timestamptz not null,
  check (num_nonnulls(contact_id, person_id) < 2)
);
create unique index channel_once on channel (coalesce(contact_id, person_id, ''), kind, address);
create index channel_contact on channel (contact_id) where contact_id is not null;
create index channel_person on channel (person_id) where person_id is not null;

-- Who can be reached how, in their order. Whoever has no list of their own is told by email.
create view reach as
  select id as channel_id, contact_id, person_id, kind, address, position from channel where off_at is null
  union all
  select null, k.id, null, 'email', lower(k.email), 0 from contact k
    where k.email <> '' and not exists (select 1 from channel ch where ch.contact_id = k.id)
  union all
  select null, null, p.id, 'email', lower(p.email), 0 from person p
    where p.email <> '' and not exists (select 1 from channel ch where ch.person_id = p.id);

alter table delivery drop constraint delivery_channel_check;
alter table delivery add constraint delivery_channel_check
  check (channel in ('email','sms','voice','slack','teams','discord','mattermost','web_push','webhook'));
alter table delivery add column channel_id text;
-- every contact for whom this one address speaks
alter table delivery add column contact_ids text[] not null default '{}';
-- when the recipient's next channel is due unless there is evidence
alter table delivery add column fallback_at timestamptz;
-- since when we know that this channel gave no evidence in time
alter table delivery add column silent_at timestamptz;
-- the last try did not even reach the server
alter table delivery add column unreachable boolean not null default false;
update delivery set contact_ids = array[contact_id] where contact_id is not null;

drop index delivery_due;
create index delivery_due on delivery (urgent, channel, next_attempt_at) where next_attempt_at is not null;
create index delivery_fallback on delivery (fallback_at) where fallback_at is not null;
create index delivery_unreachable on delivery (incident_id) where unreachable;

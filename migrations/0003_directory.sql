-- People, teams, services, clients: prepared before anything breaks. A person is not a login; a login may belong to a person.
create table person (
  id text primary key,
  name text not null,
  email text not null,
  zone text not null default 'UTC',
  -- [{"kind":"email"|"push"|"app","address":text,"testedAt":iso|null}] in the order in which they are tried
  channels jsonb not null default '[]',
  login_id text unique,
  rest_until timestamptz,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index person_email on person (lower(email)) where archived_at is null;

create table team (
  id text primary key,
  name text not null,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index team_name on team (lower(name)) where archived_at is null;

create table team_member (
  team_id text not null references team,
  person_id text not null references person,
  primary key (team_id, person_id)
);
create index team_member_person on team_member (person_id);

create table third_party (
  id text primary key,
  name text not null,
  status_url text,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create unique index third_party_name on third_party (lower(name)) where archived_at is null;

create table service (
  id text primary key,
  name text not null,
  -- what alerts and pipelines call it; unique among services that are not archived
  slug text not null,
  description text not null default '',
  -- no public name, no send: this is the only name that clients ever see
  public_name text,
  on_public_page boolean not null default false check (not on_public_page or public_name is not null),
  owner_team_id text references team,
  region text,
  -- who is woken, in this order; one zone for all four
  zone text not null default 'UTC',
  primary_id text references person,
  backup_id text references person,
  manager_id text references person,
  second_team_id text references team,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index service_slug on service (lower(slug)) where archived_at is null;

create table service_dependency (
  service_id text not null references service,
  depends_on_id text not null references service,
  primary key (service_id, depends_on_id),
  check (service_id <> depends_on_id)
);
create index service_dependency_depends_on on service_dependency (depends_on_id);

create table service_third_party (
  service_id text not null references service,
  third_party_id text not null references third_party,
  primary key (service_id, third_party_id)
);
create index service_third_party_third_party on service_third_party (third_party_id);

create table client (
  id text primary key,
  name text not null,
  account_owner_id text references person,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index client_name on client (lower(name)) where archived_at is null;

create table client_service (
  client_id text not null references client,
  service_id text not null references service,
  primary key (client_id, service_id)
);
create index client_service_service on client_service (service_id);

create table contact (
  id text primary key,
  client_id text not null references client,
  name text not null,
  email text,
  phone text,
  language text not null default 'en',
  zone text not null default 'UTC',
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index contact_client on contact (client_id);

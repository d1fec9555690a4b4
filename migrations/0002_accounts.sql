-- Who may sign in, and with what. The first five tables are the accounts library's, compiled once and under our names:
-- a test asks the library whether anything is missing. A login is not a person; person.login_id joins them.
create table login (
  id text primary key,
  name text not null,
  email text not null unique check (email = lower(email)),
  email_verified boolean not null,
  image text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  role text not null check (role in ('administrator', 'responder', 'viewer')),
  -- a disabled login has no sessions, and its tokens are refused
  disabled_at timestamptz
);

create table session (
  id text primary key,
  expires_at timestamptz not null,
  token text not null unique,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  address text,
  user_agent text,
  login_id text not null references login on delete cascade
);
create index session_login_id_idx on session (login_id);

create table account (
  id text primary key,
  account_id text not null,
  provider_id text not null,
  login_id text not null references login on delete cascade,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index account_login_id_idx on account (login_id);

create table verification (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create index verification_identifier_idx on verification (identifier);

-- `key` is a hash; `metadata` carries the role it acts with; `last_request` is written at most once a minute.
create table api_token (
  id text primary key,
  config_id text not null,
  name text,
  start text,
  login_id text not null,
  prefix text,
  key text not null,
  refill_interval integer,
  refill_amount integer,
  last_refill_at timestamptz,
  enabled boolean,
  rate_limit_enabled boolean,
  rate_limit_time_window integer,
  rate_limit_max integer,
  request_count integer,
  remaining integer,
  last_request timestamptz,
  expires_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  permissions text,
  metadata text
);
create index api_token_config_id_idx on api_token (config_id);
create index api_token_login_id_idx on api_token (login_id);
create unique index api_token_key_idx on api_token (key);

-- One link each, for one person, once. Only the hash of what the link carries is kept.
-- With a login_id it is a link with which that login gets a new password.
create table invitation (
  id text primary key,
  email text not null check (email = lower(email)),
  role text not null check (role in ('administrator', 'responder', 'viewer')),
  login_id text references login on delete cascade,
  token_hash text not null unique,
  invited_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz
);
create unique index invitation_open on invitation (email) where accepted_at is null and revoked_at is null;

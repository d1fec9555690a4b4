-- What changed: deployments, configuration, flags, infrastructure, as pipelines and people tell it. Never an author.
create table change (
  id text primary key,
  service_id text references service,
  -- what the sender called the service, where no service has that name
  service_named text,
  kind text not null check (kind in ('deploy','config','flag','infra','migration','other')),
  summary text not null,
  source text not null,
  external_id text,
  -- [{"href":text,"text":text}]
  links jsonb not null default '[]',
  details jsonb not null default '{}',
  rollback text not null default 'unknown' check (rollback in ('safe','unsafe','unknown')),
  environment text,
  -- no foreign key: an integration is archived, never deleted
  integration_id text,
  happened_at timestamptz not null,
  received_at timestamptz not null,
  recorded_by text not null,
  version integer not null default 1
);
-- A change that is sent again is the same row.
create unique index change_sent_once on change (coalesce(integration_id, ''), source, external_id) where external_id is not null;
create index change_happened_at on change (happened_at desc, id desc);
create index change_service on change (service_id, happened_at desc);

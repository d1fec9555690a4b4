-- Senders of changes: GitHub, GitLab and others bring deployments, flags and configuration by webhook, mostly signed.
alter table integration drop constraint integration_kind_check;
alter table integration add constraint integration_kind_check check (kind in
  ('pagerduty','alertmanager','alertmanager_api','grafana','generic','reports',
   'github','gitlab','argocd','kubernetes','cloudevents','launchdarkly','flags','sns','slack','standard_webhooks'));
-- {"services":[{"name","environment","service"}],"pipelines":[text],"topicArn","confirmTopic","flags":{…}}: how changes are read
alter table integration add column reading jsonb not null default '{}';
-- sealed: {"current":text,"previous":{"secret","until"}|null}; where it is set, nothing unsigned is taken
alter table integration add column signing_sealed text;

-- What came of the last deliveries, for the people who connect a sender; apart, because the register is read anew with every
-- change of an integration.
create table integration_tally (
  integration_id text primary key,
  changes bigint not null default 0,
  not_changes bigint not null default 0,
  last_not_change text,
  refused bigint not null default 0,
  last_refused_at timestamptz,
  last_refused_reason text
);

-- The deliveries of the last days by the id their sender gave them: a replay is answered and not stored again.
create table sender_delivery (
  integration_id text not null,
  delivery_id text not null,
  received_at timestamptz not null,
  primary key (integration_id, delivery_id)
);
create index sender_delivery_received on sender_delivery (received_at);

-- The course of a change that its sender tells in steps (started, done, failed), in the order of the sender's clock.
create table change_course (
  integration_id text not null,
  external_id text not null,
  -- where versions follow one another: a repository and its environment, an application
  place text,
  version text,
  state text check (state in ('started','done','failed','rolled_back')),
  -- by the sender's clock, as it was sent: it decides which step is the latest
  state_at timestamptz,
  began_at timestamptz not null,
  live_at timestamptz,
  -- the change as it was handed on, its times as texts
  told jsonb not null,
  received_at timestamptz not null,
  primary key (integration_id, external_id)
);
create index change_course_place on change_course (integration_id, place, began_at desc) where place is not null;
create index change_course_received on change_course (received_at);

-- A topic that asks to be confirmed, until an administrator does. The address is sealed: who has it can confirm.
create table topic_confirmation (
  integration_id text primary key,
  topic_arn text not null,
  address_sealed text not null,
  asked_at timestamptz not null,
  confirmed_at timestamptz
);

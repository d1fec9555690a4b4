-- Trackers: where action items live a second life as issues of GitHub, GitLab, Jira or Linear; each pair as a row with the time of its next look.
create table tracker (
  id text primary key,
  kind text not null check (kind in ('github','gitlab','jira','linear')),
  name text not null,
  base_url text not null,
  -- owner/name, group/project, the key of a project, the id of a team
  place text not null,
  issue_type text,
  -- who reads it there: for 'public' roles stand instead of names, and no title of an incident
  audience text not null check (audience in ('inside','public')),
  -- 'agreed': what is agreed is sent by itself; 'asked': only when somebody asks
  sends text not null check (sends in ('agreed','asked')),
  -- empty: any service
  service_ids text[] not null default '{}',
  -- token, account and signing secret, readable with the secret of this installation alone
  sealed text not null,
  failure text,
  failed_at timestamptz,
  heard_at timestamptz,
  archived_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index tracker_name on tracker (lower(name)) where archived_at is null;

create table tracker_issue (
  action_item_id text primary key references action_item,
  tracker_id text not null references tracker,
  -- waiting: not there yet; refused: it cannot be sent or looked at as things are; deleted: it is not there any more
  state text not null check (state in ('waiting','linked','refused','deleted')),
  -- how it is asked for, and how people call it
  issue_id text,
  shown text,
  url text,
  -- what both sides said when they last agreed: what differs from it has changed
  agreed jsonb,
  -- what was last seen there
  theirs jsonb,
  -- requests that failed one after the other
  failures integer not null default 0,
  -- making it was begun and its end not noted, so it is looked for before it is made again
  sending boolean not null default false,
  failure text,
  failed_at timestamptz,
  asked_by text not null,
  asked_at timestamptz not null,
  seen_at timestamptz,
  -- who changed it there, as its last message said
  hinted_by text,
  next_at timestamptz
);
create index tracker_issue_due on tracker_issue (next_at) where next_at is not null;
create unique index tracker_issue_theirs on tracker_issue (tracker_id, issue_id) where issue_id is not null;

-- What happened to an action item: taken over from a tracker, returned to the service, opened again.
create table action_item_line (
  id bigint generated always as identity primary key,
  action_item_id text not null references action_item,
  at timestamptz not null,
  by text not null,
  text text not null
);
create index action_item_line_item on action_item_line (action_item_id, id);

-- Items that were agreed elsewhere, before: they have no incident here, perhaps a service.
alter table action_item drop constraint action_item_of;
alter table action_item add constraint action_item_of check (
  (postmortem_id is null or incident_id is not null) and (near_miss_id is null or (postmortem_id is null and incident_id is null)));
alter table action_item add column service_id text references service;
-- how it was called where it came from, so that the same file read twice makes nothing twice
alter table action_item add column external_id text;
create unique index action_item_external on action_item (external_id) where external_id is not null;
-- a tracker closed it: a person may still say what shows that it is done
alter table action_item add column ended_there boolean not null default false;
-- its owner has left and nobody could be found to take it
alter table action_item add column owner_gone_at timestamptz;
create index action_item_incident on action_item (incident_id);
create index action_item_state on action_item (state, due_on, id);
create index person_archived on person (archived_at) where archived_at is not null;

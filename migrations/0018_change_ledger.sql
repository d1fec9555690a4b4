-- The ledger of changes: more kinds, versions, the steps of a staged rollout, and how to take it back.
alter table change drop constraint change_kind_check;
alter table change add constraint change_kind_check
  check (kind in ('deploy','config','flag','infra','migration','secret','job','dependency','third_party','other'));
alter table change add column state text not null default 'done'
  check (state in ('started','done','failed','rolled_back'));
alter table change add column version_before text;
alter table change add column version_after text;
-- [{"at":instant,"percent":number,"where":text}] of a staged rollout, oldest first
alter table change add column ramp jsonb not null default '[]';
-- when it was last widened: the last step of its ramp, else when it happened
alter table change add column live_at timestamptz;
update change set live_at = happened_at;
alter table change alter column live_at set not null;
alter table change add column rollback_how text;
-- lines, as a sender counts them
alter table change add column size integer;
-- it undoes something, or repairs it in haste
alter table change add column mends boolean not null default false;

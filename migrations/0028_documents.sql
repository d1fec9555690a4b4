-- Several people write one postmortem at once: its text as a document to which every edit is added, and who is writing just now.
create table postmortem_document (
  postmortem_id text primary key references postmortem,
  -- every edit up to this version of the postmortem, as one Yjs update
  state bytea not null,
  version integer not null,
  -- the newest version that can be read as a row of postmortem_version
  kept_version integer not null,
  -- who has written since when without a version being kept
  sitting_from timestamptz not null,
  sitting_authors text[] not null,
  written_at timestamptz not null
);

-- What was written after that state, one row for each edit that was accepted; folded into it now and then.
create table postmortem_edit (
  postmortem_id text not null references postmortem,
  version integer not null,
  edit bytea not null,
  written_by text not null,
  written_at timestamptz not null,
  primary key (postmortem_id, version)
);

-- Who is writing at this moment, by window; forgotten within a minute, so that it is no record of anybody's work.
create table postmortem_writer (
  postmortem_id text not null references postmortem,
  place_id text not null,
  name text not null,
  field text not null,
  seen_until timestamptz not null,
  primary key (postmortem_id, place_id)
);

-- What set incidents off, as people said afterwards, and the weights of the score that may be fitted to it.

-- One row per incident whose trigger a person has named; it teaches, and tells how often it was no change.
create table labelled_incident (
  incident_id text primary key references incident,
  -- null: it was not a change
  change_id text,
  -- of that change, as they were: the ledger forgets, this does not
  service_id text,
  kind text,
  named_at timestamptz not null,
  onset_at timestamptz,
  -- [{"changeId":text,"points":{term:points}}]: the best of the lane and the trigger, by the rule book; null until it has been looked at
  candidates jsonb
);
create index labelled_incident_named_at on labelled_incident (named_at);

-- Every switch of the weights; the latest row is in use. Nothing is overwritten, so that every switch can be taken back.
create table suspect_weights (
  version integer generated always as identity primary key,
  -- {term: factor}; 1 is the rule book
  weights jsonb not null,
  how text not null check (how in ('refit','defaults','earlier')),
  -- how many labelled incidents they were fitted to
  labelled integer not null,
  -- {"before":{…},"after":{…}} top-1 and top-3 on incidents that were held out; null for the rule book
  shown jsonb,
  chosen_by text not null,
  chosen_at timestamptz not null
);

-- The text of every postmortem as it is searched: of a draft as it stands, of a published one the published copy. Written with what it comes from, in the same transaction.
create table postmortem_search (
  postmortem_id text primary key references postmortem,
  title text not null,
  -- what excerpts are cut from
  body text not null,
  -- each word as it stands and as its English stem; of the timeline the stems alone
  words tsvector not null,
  -- title (A) and causes (B) by their stems, by which hits are ranked: short, so that hundreds are compared in no time
  head tsvector not null,
  -- when the postmortem was opened: of a word that stands nearly everywhere the newest hits are read in this order, and no others
  opened_at timestamptz not null
);
alter table postmortem_search alter column head set storage main;
create index postmortem_search_words on postmortem_search using gin (words);
create index postmortem_search_opened on postmortem_search (opened_at desc, postmortem_id desc);

insert into postmortem_search (postmortem_id, title, body, words, head, opened_at)
select id, title, body,
  to_tsvector('simple', title || E'\n' || body) || to_tsvector('english', title || E'\n' || body),
  setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', cause), 'B'),
  created_at
from (
  select p.id, p.created_at, coalesce(p.published->>'title', i.title) as title,
    left(concat_ws(E'\n', s.sections->>'summary', s.sections->>'rootCause', s.sections->>'trigger'), 4000) as cause,
    left(concat_ws(E'\n', s.sections->>'summary', s.sections->>'rootCause', s.sections->>'trigger', s.sections->>'impact',
      s.sections->'contributingFactors'->'slowDetection'->>'text', s.sections->'contributingFactors'->'missingDocumentation'->>'text',
      s.sections->'contributingFactors'->'missingMonitoring'->>'text', s.sections->'contributingFactors'->>'others',
      s.sections->>'limitedHarm', s.sections->>'wentWell', s.sections->>'openQuestions', s.sections->>'noActionBecause',
      (select string_agg(a.text || E'\n' || a.done_condition, E'\n') from action_item a where a.postmortem_id = p.id and a.state <> 'dropped'),
      (select string_agg(line->>'text', E'\n') from jsonb_array_elements(s.sections->'timeline') as line)), 100000) as body
  from postmortem p
  join incident i on i.id = p.incident_id
  cross join lateral (select coalesce(p.published->'sections', p.sections) as sections) s
) written;

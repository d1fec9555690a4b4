/** What was learned from past incidents, for whoever stands before one that looks the same. */
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import { firstSentence } from './first-sentence.ts';

export type LearnedFromOne = {
  postmortemId: string;
  state: 'draft' | 'published';
  rootCause: string | null;
  done: { what: string; evidence: string | null }[];
  open: number;
};

/**
 * The caller has made sure that these incidents may be seen.
 * @returns by the id of the incident; one that is covered by another's postmortem gets what that one says
 */
export async function learnedFrom(db: Db, incidentIds: string[]): Promise<Map<string, LearnedFromOne>> {
  if (incidentIds.length === 0) return new Map();
  const { rows } = await sql<Row>`
    select own.incident_id as incident_id, p.id, p.state,
      coalesce(p.published->'sections'->>'rootCause', p.sections->>'rootCause') as root_cause,
      (select coalesce(jsonb_agg(jsonb_build_object('what', a.text, 'evidence', a.evidence) order by a.ended_at, a.id), '[]')
        from action_item a where a.postmortem_id = p.id and a.state = 'done') as done,
      (select count(*)::int from action_item a where a.postmortem_id = p.id and a.state = 'open') as open
    from postmortem own
    join postmortem p on p.incident_id = coalesce(own.covered_by, own.incident_id)
    join incident i on i.id = p.incident_id
    where own.incident_id = any(${incidentIds}::text[]) and (own.covered_by is null or not i.restricted)`.execute(
    db,
  );
  return new Map(
    rows.map((row) => [
      row.incident_id,
      {
        postmortemId: row.id,
        state: row.state,
        rootCause: firstSentence(row.root_cause ?? ''),
        done: row.done,
        open: row.open,
      },
    ]),
  );
}

type Row = {
  incident_id: string;
  id: string;
  state: LearnedFromOne['state'];
  root_cause: string | null;
  done: LearnedFromOne['done'];
  open: number;
};

/** A postmortem is never waived; another incident's may cover it, approved by name, and that can be taken back. */
import type { Happening } from '#incident/room.ts';
import { incidentFor, seenBy } from '#incident/seen-by.ts';
import type { Incident } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import type { Caller } from '#platform/http/app.ts';
import type { Live } from '#platform/http/live.ts';
import { findPostmortem, publishHint } from './postmortems.ts';
import type { House } from './room.ts';

const CANDIDATES_MAX = 20;
const COVERED_MAX = 50;

/**
 * @returns the incident whose postmortem may cover that of `incident`
 * @throws Refused when it is the same, merged, has none of its own, is covered itself, or not everybody here could read it
 */
export async function coveringIncident(
  { incidents, platform }: House,
  id: string,
  incident: Incident,
  caller: Caller,
): Promise<Incident> {
  if (id === incident.id)
    throw new Refused('invalid', 'A postmortem cannot cover itself.', { mend: 'Name the other incident.' });
  const covering = await incidentFor(incidents, id, caller);
  if (covering.state === 'merged' || covering.state === 'dismissed')
    throw new Refused('conflict', `INC-${covering.number} is ${covering.state}: nothing is learned there.`, {
      mend: 'Name an incident whose postmortem is written or being written.',
    });
  if (!readableBy(covering, incident))
    throw new Refused(
      'conflict',
      `INC-${covering.number} is restricted: not everybody who should learn from this one could read it.`,
      { mend: 'Name another incident, or write a postmortem of its own.' },
    );
  await refuseChain(platform.db, incident, covering);
  return covering;
}

function readableBy(covering: Incident, incident: Incident): boolean {
  if (!covering.restricted) return true;
  return incident.restricted && incident.viewers.every((id) => covering.viewers.includes(id));
}

/** One covers another, and that is all: whoever follows a cover finds a text. Also refuses a circle. */
async function refuseChain(
  db: Db | Tx,
  incident: Pick<Incident, 'id' | 'number'>,
  covering: { id: string; number: number },
): Promise<void> {
  const other = await findPostmortem(db, { incidentId: covering.id });
  if (!other)
    throw new Refused('conflict', `INC-${covering.number} has no postmortem of its own.`, {
      mend: 'Name an incident whose postmortem is written or being written.',
    });
  if (other.coveredBy)
    throw new Refused('conflict', `INC-${covering.number} is covered by another postmortem itself.`, {
      mend: 'Name the incident whose postmortem is really written.',
    });
  const covered = await db
    .selectFrom('postmortem')
    .innerJoin('incident', 'incident.id', 'postmortem.incident_id')
    .select('incident.number')
    .where('postmortem.covered_by', '=', incident.id)
    .orderBy('incident.number')
    .executeTakeFirst();
  if (covered)
    throw new Refused('conflict', `The postmortem of this incident covers INC-${covered.number}.`, {
      mend: `Write it, or let INC-${covered.number} be covered by the other one first.`,
    });
}

type Covered = { by: { id: string; number: number }; approvedBy: string; reason?: string | undefined };

/** The last look, with both rows held, so that two covers at once cannot make a circle. */
export async function cover(
  { by, approvedBy, reason }: Covered,
  { incident, now, tx }: Happening,
  live: Live,
): Promise<void> {
  // Always in the same order: two transactions never wait for each other.
  await tx
    .selectFrom('postmortem')
    .select('id')
    .where('incident_id', 'in', [incident.id, by.id])
    .orderBy('id')
    .forUpdate()
    .execute();
  const known = await findPostmortem(tx, { incidentId: incident.id });
  if (!known) return;
  await refuseChain(tx, incident, by);
  await tx
    .updateTable('postmortem')
    .set({
      covered_by: by.id,
      covered_because: reason ?? null,
      covered_approved_by: approvedBy,
      covered_at: now,
      updated_at: now,
    })
    .where('id', '=', known.id)
    .execute();
  await publishHint(live, tx, known, incident, now);
}

export async function uncover({ incident, now, tx }: Happening, live: Live): Promise<void> {
  const known = await findPostmortem(tx, { incidentId: incident.id }, 'lock');
  if (!known) return;
  await tx
    .updateTable('postmortem')
    .set({
      covered_by: null,
      covered_because: null,
      covered_approved_by: null,
      covered_at: null,
      updated_at: now,
    })
    .where('id', '=', known.id)
    .execute();
  await publishHint(live, tx, known, incident, now);
}

export type Standing = {
  postmortemId: string;
  incidentId: string;
  number: number;
  /** Null for who may not see that incident. */
  title: string | null;
  state: 'draft' | 'published';
  incidentState: string;
  publishedAt: string | null;
  dueAt: string | null;
};
export type CoverShown = {
  coveredBy: (Standing & { approvedBy: string; because: string | null; at: string | null }) | null;
  /** What is learned here for others, too. */
  covers: Standing[];
};

export async function showCover(db: Db, incident: Incident, caller: Caller): Promise<CoverShown> {
  const own = await db
    .selectFrom('postmortem')
    .select(['covered_by', 'covered_because', 'covered_approved_by', 'covered_at'])
    .where('incident_id', '=', incident.id)
    .executeTakeFirst();
  const covering = own?.covered_by
    ? (await standings(db, caller, { incidentId: own.covered_by }, 1))[0]
    : undefined;
  const covers = await standings(db, caller, { coveredBy: incident.id }, COVERED_MAX);
  return {
    coveredBy: covering
      ? {
          ...covering,
          approvedBy: own?.covered_approved_by ?? incident.postmortem?.coveredBy?.approvedBy ?? '',
          because: own?.covered_because ?? null,
          at: own?.covered_at?.toString() ?? null,
        }
      : null,
    covers: covers.filter((each) => each.title !== null),
  };
}

/** @returns those that may cover it and whose title or number has these words, the newest first */
export async function coverCandidates(
  db: Db,
  incident: Incident,
  words: string,
  caller: Caller,
): Promise<Standing[]> {
  const found = await standings(db, caller, { notIncidentId: incident.id, words }, CANDIDATES_MAX);
  return found.filter((each) => each.title !== null);
}

type Wanted = { incidentId: string } | { coveredBy: string } | { notIncidentId: string; words: string };

async function standings(db: Db, caller: Caller, wanted: Wanted, limit: number): Promise<Standing[]> {
  let query = db
    .selectFrom('postmortem')
    .innerJoin('incident', 'incident.id', 'postmortem.incident_id')
    .leftJoin('promise', (join) =>
      join
        .onRef('promise.subject_id', '=', 'postmortem.incident_id')
        .on('promise.subject_kind', '=', 'incident')
        .on('promise.kind', '=', 'postmortem_published')
        .on('promise.state', '=', 'open'),
    )
    .select([
      'postmortem.id',
      'postmortem.state',
      'postmortem.published_at',
      'incident.id as incident_id',
      'incident.number',
      'incident.title',
      'incident.state as incident_state',
      'incident.restricted',
      'incident.viewers',
      'promise.due_at',
    ])
    .orderBy('incident.number', 'desc')
    .limit(limit);
  if ('incidentId' in wanted) query = query.where('incident.id', '=', wanted.incidentId);
  else if ('coveredBy' in wanted) query = query.where('postmortem.covered_by', '=', wanted.coveredBy);
  else {
    query = query
      .where('incident.id', '<>', wanted.notIncidentId)
      .where('postmortem.covered_by', 'is', null)
      .where('incident.restricted', '=', false)
      .where('incident.state', 'not in', ['merged', 'dismissed']);
    const number = /^(?:INC-)?(\d{1,9})$/i.exec(wanted.words.trim())?.[1];
    const like = `%${wanted.words.trim().replace(/[\\%_]/g, '\\$&')}%`;
    if (wanted.words.trim())
      query = query.where((row) =>
        row.or([
          row('incident.title', 'ilike', like),
          ...(number ? [row('incident.number', '=', Number(number))] : []),
        ]),
      );
  }
  const rows = await query.execute();
  return rows.map((row) => ({
    postmortemId: row.id,
    incidentId: row.incident_id,
    number: row.number,
    title: seenBy(row, caller.personId) ? row.title : null,
    state: row.state as Standing['state'],
    incidentState: row.incident_state,
    publishedAt: row.published_at?.toString() ?? null,
    dueAt: row.due_at?.toString() ?? null,
  }));
}

/** Near misses as those see them who answer: waiting and answered, month by month, never by person or team. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { Db, Tx } from '#platform/db/database.ts';
import { cursorOf, readCursor } from '#platform/http/fields.ts';

const MONTHS_SHOWN = 12;
const ITEMS_MAX = 50;
const at = z.string();

export const nearMiss = z.object({
  id: z.string(),
  state: z.enum(['waiting', 'answered']),
  reportedOn: z.string().describe('The day; there is no time'),
  again: z.boolean().describe('Whoever reported it thinks that it could happen again this week'),
  happened: z.string(),
  stopped: z.string(),
  additions: z.array(z.object({ addedOn: z.string(), text: z.string() })),
  dueAt: at,
  overdue: z.boolean(),
  answer: z.string().nullable(),
  answeredBy: z.string().nullable(),
  answeredAt: at.nullable(),
  incident: z.object({ id: z.string(), number: z.number() }).nullable(),
  actionItems: z.array(
    z.object({
      id: z.string(),
      text: z.string(),
      ownerName: z.string(),
      dueOn: z.string(),
      state: z.string(),
    }),
  ),
});
export type NearMiss = z.output<typeof nearMiss>;

export type NearMissFilter = { show: 'all' | 'waiting' | 'answered'; id?: string | undefined };

/** @param viewerId an incident that it became is named only to those who may know of it */
export async function listNearMisses(
  db: Db | Tx,
  { show, id }: NearMissFilter,
  viewerId: string | undefined,
  now: Temporal.Instant,
  page: { cursor?: string | undefined; limit: number },
): Promise<{ items: NearMiss[]; next: string | null }> {
  let query = db
    .selectFrom('near_miss')
    .leftJoin('incident', (join) =>
      join
        .onRef('incident.id', '=', 'near_miss.incident_id')
        .on(sql<boolean>`(not incident.restricted or ${viewerId ?? ''} = any(incident.viewers))`),
    )
    .selectAll('near_miss')
    .select(['incident.id as known_incident', 'incident.number as incident_number'])
    .orderBy('near_miss.reported_on', 'desc')
    .orderBy('near_miss.id', 'desc')
    .limit(page.limit + 1);
  if (show !== 'all') query = query.where('near_miss.state', '=', show);
  if (id) query = query.where('near_miss.id', '=', id);
  if (page.cursor) {
    const [day, after] = readCursor(page.cursor);
    query = query.where(sql<boolean>`(near_miss.reported_on, near_miss.id) < (${day}::text, ${after}::text)`);
  }
  const found = await query.execute();
  const rows = found.slice(0, page.limit);
  const ids = rows.map((row) => row.id);
  const additions = ids.length
    ? await db
        .selectFrom('near_miss_addition')
        .select(['near_miss_id', 'added_on', 'text'])
        .where('near_miss_id', 'in', ids)
        .orderBy('added_on')
        .orderBy('id')
        .execute()
    : [];
  const items = ids.length
    ? await db
        .selectFrom('action_item')
        .innerJoin('person', 'person.id', 'action_item.owner_id')
        .select(['action_item.id', 'action_item.text', 'action_item.due_on', 'action_item.state'])
        .select(['action_item.near_miss_id', 'person.name as owner_name'])
        .where('action_item.near_miss_id', 'in', ids)
        .orderBy('action_item.due_on')
        .limit(ids.length * ITEMS_MAX)
        .execute()
    : [];
  const shown = rows.map(
    (row): NearMiss => ({
      id: row.id,
      state: row.state as NearMiss['state'],
      reportedOn: row.reported_on,
      again: row.again,
      happened: row.happened,
      stopped: row.stopped,
      additions: additions
        .filter((each) => each.near_miss_id === row.id)
        .map((each) => ({ addedOn: each.added_on, text: each.text })),
      dueAt: row.due_at.toString(),
      overdue: row.state === 'waiting' && Temporal.Instant.compare(row.due_at, now) <= 0,
      answer: row.answer,
      answeredBy: row.answered_by,
      answeredAt: row.answered_at?.toString() ?? null,
      incident:
        row.known_incident && row.incident_number !== null
          ? { id: row.known_incident, number: row.incident_number }
          : null,
      actionItems: items
        .filter((each) => each.near_miss_id === row.id)
        .map((each) => ({
          id: each.id,
          text: each.text,
          ownerName: each.owner_name,
          dueOn: each.due_on,
          state: each.state,
        })),
    }),
  );
  const last = rows.at(-1);
  return {
    items: shown,
    next: found.length > page.limit && last ? cursorOf(last.reported_on, last.id) : null,
  };
}

export type Month = { month: string; reported: number; answered: number };

/** How many were reported in each of the last twelve months, the newest first: more is better. */
export async function monthsOf(db: Db): Promise<Month[]> {
  const { rows } = await sql<Month>`
    select left(reported_on, 7) as month, count(*)::int as reported, count(*) filter (where state = 'answered')::int as answered
    from near_miss group by 1 order by 1 desc limit ${MONTHS_SHOWN}`.execute(db);
  return rows;
}

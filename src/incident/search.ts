/** Finds incidents for the one search field of the app, by title, number or reference; what the caller must not know is not found. */
import type { Db } from '#platform/db/database.ts';
import { matching, visibleTo } from './list-routes.ts';
import { STATE_NAMES } from './words.ts';

type Asked = { q: string; limit: number; caller: { personId: string | undefined } };
type FoundIncident = { kind: 'incident'; id: string; title: string; detail: string };

export function createIncidentSearch(db: Db): (asked: Asked) => Promise<FoundIncident[]> {
  return async ({ q, limit, caller }) => {
    const rows = await db
      .selectFrom('incident')
      .select(['id', 'number', 'title', 'severity', 'state'])
      .where(visibleTo({ personId: caller.personId }))
      .where(matching(q.trim()))
      .orderBy('declared_at', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      kind: 'incident',
      id: row.id,
      title: row.title,
      detail: `INC-${row.number} · ${row.severity} · ${STATE_NAMES[row.state] ?? row.state}`,
    }));
  };
}

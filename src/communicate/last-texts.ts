/** What each audience was told last by a person: the only words that may be carried over to it. */
import { sql } from 'kysely';
import type { UpdateKind, UpdateStatus } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import type { AudienceKey } from './text.ts';

export type LastText = {
  audience: AudienceKey;
  impact: string;
  action: string;
  kind: UpdateKind;
  status: UpdateStatus;
  at: Temporal.Instant;
  /** The time of the next one, as it was promised to this audience. */
  nextAt: Temporal.Instant | null;
};
export type LastTexts = Map<AudienceKey, LastText>;

/**
 * @param until only what had been said by then
 * @returns by audience; without those that a person has told nothing yet
 */
export async function lastTexts(
  db: Db | Tx,
  incidentId: string,
  until?: Temporal.Instant,
): Promise<LastTexts> {
  const soFar = until ? sql`and u.created_at <= ${until}::timestamptz` : sql``;
  const { rows } = await sql<LastText>`
    select distinct on (t.audience) t.audience, t.impact, t.action, u.kind, u.status, u.created_at as at, u.next_at as "nextAt"
    from incident_update u join update_text t on t.update_id = u.id
    where u.incident_id = ${incidentId} and not u.automatic ${soFar}
    order by t.audience, u.created_at desc, u.seq desc`.execute(db);
  return new Map(rows.map((row) => [row.audience, row]));
}

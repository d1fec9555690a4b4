/** Whether a reason to page still holds; asked when a call is settled and again just before anything rings. */
import { seenBy } from '#incident/seen-by.ts';
import type { Incident } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import type { Reason } from './page.ts';

/**
 * @param open the incident's promises that are still owed, by `openPromises`
 * @param personId who is rung for it, once that is known
 * @returns why the reason no longer stands; undefined while it does
 */
export function endedBecause(
  incident: Incident,
  reason: Pick<Reason, 'kind' | 'promise'>,
  open: ReadonlySet<string>,
  personId?: string,
): string | undefined {
  if (personId && !seenBy(incident, personId)) return 'It is seen by named people only now.';
  if (incident.state === 'merged') return `Merged into INC-${incident.mergedInto?.number}.`;
  if (reason.promise)
    return open.has(keyOf(reason.promise)) ? undefined : 'The promise has been kept, or is no longer owed.';
  return overBecause(incident, reason.kind);
}

function overBecause(incident: Incident, kind: Reason['kind']): string | undefined {
  switch (incident.state) {
    case 'dismissed':
      return 'The incident was a false alarm, or has recovered by itself.';
    case 'resolved':
    case 'closed':
    case 'merged':
      return 'The incident is over.';
    case 'restored':
      return kind === 'first' ? 'Users can do the task again.' : undefined;
    case 'detected':
    case 'confirmed':
      if (kind !== 'first') return undefined;
      if (incident.lead) return `${incident.lead.name} has it.`;
      return incident.severity === 'P3' ? 'It is a P3; nobody is woken for it.' : undefined;
  }
}

/** @returns the promises of this incident that are neither kept nor void, for `endedBecause` */
export async function openPromises(db: Db | Tx, incidentId: string): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('promise')
    .select(['kind', 'cycle'])
    .where('subject_kind', '=', 'incident')
    .where('subject_id', '=', incidentId)
    .where('state', '=', 'open')
    .execute();
  return new Set(rows.map(keyOf));
}

function keyOf(promise: { kind: string; cycle: number }): string {
  return `${promise.kind}:${promise.cycle}`;
}

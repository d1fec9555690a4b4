/** Whether a service is prepared for a repair: a playbook, and a known way back. process.md, "Readiness". */
import type { Db } from '#platform/db/database.ts';

export type Unprepared = { serviceId: string; code: 'no_playbook' | 'rollback_unknown'; text: string };

const NO_PLAYBOOK = 'No playbook says what to do when it fails.';
const NO_WAY_BACK =
  'How to roll it back is not known: no lever does it, no playbook is about a deployment, no change has said it.';

/**
 * One playbook for its services counts, whatever kind of failure it is for. One that is for every service counts as well.
 * @param toldRollback of which of these services a change has said how, or whether, it can be rolled back
 */
export async function unprepared(
  db: Db,
  serviceIds: string[],
  toldRollback: (serviceIds: string[]) => Promise<Set<string>>,
): Promise<Unprepared[]> {
  const playbooks = await db
    .selectFrom('playbook')
    .select(['category', 'service_ids'])
    .where('archived_at', 'is', null)
    .where('steps', '>', 0)
    .execute();
  const levers = await db
    .selectFrom('lever')
    .select('service_ids')
    .where('archived_at', 'is', null)
    .where('does', '=', 'roll_back')
    .execute();
  const fits = (ids: string[], id: string) => ids.length === 0 || ids.includes(id);
  const has = (id: string, only?: string) =>
    playbooks.some((each) => fits(each.service_ids, id) && (!only || each.category === only));
  const undecided = serviceIds.filter(
    (id) => !has(id, 'deployment_regression') && !levers.some((lever) => fits(lever.service_ids, id)),
  );
  const told = undecided.length ? await toldRollback(undecided) : new Set();
  return [
    ...serviceIds.flatMap((serviceId) =>
      has(serviceId) ? [] : [{ serviceId, code: 'no_playbook' as const, text: NO_PLAYBOOK }],
    ),
    ...undecided.flatMap((serviceId) =>
      told.has(serviceId) ? [] : [{ serviceId, code: 'rollback_unknown' as const, text: NO_WAY_BACK }],
    ),
  ];
}

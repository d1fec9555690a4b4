/** Who may change a playbook: administrators, and the teams that own the services it is for. One for every service is the administrators'. */
import type { Db, Tx } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import type { Caller } from '#platform/http/app.ts';

/** @param serviceIds all of them must belong to a team of the caller; decision 20 says why */
export async function mayEdit(
  db: Db | Tx,
  caller: Pick<Caller, 'role' | 'personId'>,
  serviceIds: readonly string[],
): Promise<boolean> {
  if (caller.role === 'administrator') return true;
  if (caller.role !== 'responder' || !caller.personId || !serviceIds.length) return false;
  const owned = await db
    .selectFrom('service')
    .innerJoin('team_member', 'team_member.team_id', 'service.owner_team_id')
    .select('service.id')
    .distinct()
    .where('service.id', 'in', [...serviceIds])
    .where('team_member.person_id', '=', caller.personId)
    .execute();
  return owned.length === new Set(serviceIds).size;
}

/** @throws Refused when the caller may not */
export async function demandEdit(
  db: Db | Tx,
  caller: Pick<Caller, 'role' | 'personId'>,
  serviceIds: readonly string[],
): Promise<void> {
  if (await mayEdit(db, caller, serviceIds)) return;
  throw new Refused(
    'forbidden',
    serviceIds.length
      ? 'A playbook is changed by the team that owns its services; nothing was saved.'
      : 'A playbook for every service is changed by administrators; nothing was saved.',
    { mend: 'Name services of your own team, or ask an administrator.' },
  );
}

/** A message to one client alone: what it heard last, and its services by their public names. No word of another client's message gets in. */
import { contractCadence, isForOneClient } from '#incident/client-clocks.ts';
import type { FactOf } from '#incident/facts.ts';
import type { Happening } from '#incident/room.ts';
import type { Incident } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import type { Policy } from '#promise/policy.ts';
import { affectedClients, type KnownService, reachesClients } from './audience.ts';
import type { Asked } from './compose.ts';

/** @returns the one client for whom alone a message would be, as asked for; undefined when others read it as well */
export function onlyReader(incident: Incident, asked: Pick<Asked, 'kind' | 'audience'>): string | undefined {
  const { clientIds, internal, publicPage } = asked.audience;
  if (clientIds === 'affected') return undefined;
  const alone = isForOneClient(incident, {
    kind: asked.kind,
    clientIds,
    internal,
    publicPage: publicPage ?? true,
  });
  return alone ? clientIds[0] : undefined;
}

/** @returns milliseconds: the contract's cadence where it is shorter than everybody's; undefined without any */
export function cadenceFor(
  incident: Pick<Incident, 'severity' | 'cadenceStretch' | 'clientClocks'>,
  policy: Policy,
  onlyClientId: string | undefined,
): number | undefined {
  const cadence = policy.cadence[incident.severity];
  const common = cadence === undefined ? undefined : cadence * incident.cadenceStretch;
  const own = onlyClientId ? contractCadence(incident, onlyClientId) : undefined;
  return own === undefined || common === undefined ? (own ?? common) : Math.min(own, common);
}

export async function servicesServing(
  db: Db,
  services: KnownService[],
  clientId: string,
): Promise<KnownService[]> {
  if (!services.length) return [];
  const rows = await db
    .selectFrom('client_service')
    .select('service_id')
    .where('client_id', '=', clientId)
    .where(
      'service_id',
      'in',
      services.map((each) => each.id),
    )
    .execute();
  return services.filter((each) => rows.some((row) => row.service_id === each.id));
}

/** Keeps with the message whom it was for alone, and who was affected when it went out. */
export async function noteReaders(
  { update, onlyClientId }: FactOf<'update_sent'>,
  { incident, tx }: Happening,
): Promise<void> {
  // A stand-down or a correction goes to exactly those who were told; nobody else waits for it.
  const everybody = reachesClients(incident) && update.kind !== 'stand_down' && update.kind !== 'correction';
  const affected = everybody
    ? (await affectedClients(tx, incident)).filter((each) => each.impact !== 'not_affected')
    : [];
  await tx
    .updateTable('incident_update')
    .set({
      only_client_id: onlyClientId ?? null,
      affected_client_ids: affected.map((each) => each.id),
    })
    .where('id', '=', update.updateId)
    .execute();
}

/** Finds the contracts of clients that an incident has come to affect, so that they are frozen in its document with the fact that brought them. */
import { sql } from 'kysely';
import type { Tx } from '#platform/db/database.ts';
import { clocksOf, isForOneClient } from './client-clocks.ts';
import type { Command } from './commands.ts';
import type { FactBody } from './facts.ts';
import type { ContractTerms, Incident } from './types.ts';

type Named = { clientId: string; clientName: string; contract: ContractTerms | null };

/** Commands after which other clients may be affected than before. */
const CHANGES_CLIENTS: Command['type'][] = [
  'declare',
  'change_services',
  'set_client_impact',
  'take_in',
  'split',
];

/** Clients that a command names; their clocks must exist before it is recorded. */
export async function contractsNamed(
  tx: Tx,
  incident: Incident,
  command: Command,
  now: Temporal.Instant,
): Promise<FactBody[]> {
  const ids = namedBy(command).filter((id) => !clocksOf(incident)[id]);
  if (!ids.length || incident.drill) return [];
  const alone = command.type === 'send_update' && isForOneClient(incident, command.update);
  const clients = (await readContracts(tx, ids)).filter((each) => each.contract || alone);
  return noted(clients, [], now);
}

function namedBy(command: Command): string[] {
  switch (command.type) {
    case 'send_update':
      return command.update.clientIds;
    case 'record_client_report':
    case 'log_call':
      return [command.clientId];
    default:
      return [];
  }
}

/** What the change of services or impacts means for the clocks: new clients with a contract, and clients that are no longer affected. */
export async function contractsOfAffected(
  tx: Tx,
  incident: Incident,
  command: Command,
  now: Temporal.Instant,
): Promise<FactBody[]> {
  if (!CHANGES_CLIENTS.includes(command.type) || incident.drill) return [];
  const clocks = clocksOf(incident);
  const affected = (await readAffected(tx, incident)).filter(
    ({ clientId }) => incident.clientImpacts[clientId] !== 'not_affected',
  );
  const fresh = affected.filter(({ clientId, contract }) => {
    const clock = clocks[clientId];
    return clock ? clock.left : contract !== null;
  });
  const left = Object.keys(clocks).filter(
    (id) => !clocks[id]?.left && !affected.some((each) => each.clientId === id),
  );
  return noted(fresh, left, command.type === 'declare' ? incident.detectedAt : now);
}

function noted(clients: Named[], leftClientIds: string[], since: Temporal.Instant): FactBody[] {
  if (clients.length + leftClientIds.length === 0) return [];
  return [
    {
      kind: 'contracts_noted',
      clients: clients.map(({ contract, ...each }) => ({
        ...each,
        since,
        ...(contract ? { contract } : {}),
      })),
      leftClientIds,
    },
  ];
}

async function readContracts(tx: Tx, ids: string[]): Promise<Named[]> {
  const rows = await tx
    .selectFrom('client')
    .select(['id', 'name', 'contract'])
    .where('id', 'in', ids)
    .where('archived_at', 'is', null)
    .orderBy('name')
    .execute();
  return rows.map((row) => ({
    clientId: row.id,
    clientName: row.name,
    contract: row.contract as ContractTerms | null,
  }));
}

/** With a contract, or with a clock already; everybody else is timed by the policy alone. */
async function readAffected(tx: Tx, incident: Incident): Promise<Named[]> {
  const known = Object.keys(clocksOf(incident));
  const named = [...Object.keys(incident.clientImpacts), ...incident.toldClientIds];
  if (!known.length && !named.length && !incident.serviceIds.length) return [];
  const { rows } = await sql<{ clientId: string; clientName: string; contract: ContractTerms | null }>`
    select c.id as "clientId", c.name as "clientName", c.contract
    from client c
    where c.archived_at is null and (c.contract is not null or c.id = any(${known}::text[]))
      and (c.id = any(${named}::text[])
           or exists (select 1 from client_service cs where cs.client_id = c.id and cs.service_id = any(${incident.serviceIds}::text[])))
    order by c.name, c.id`.execute(tx);
  return rows;
}

/** Who has been told, by evidence: that a message was sent is not that it arrived. */
import { useQuery } from '@tanstack/react-query';
import type { IncidentView } from '#incident/view.ts';
import { type ClientTold, deliveriesQuery } from './deliveries.ts';

export type Told = {
  told: number;
  affected: number;
  /** `half`: what they have is not the newest message to them. */
  of: (clientId: string) => 'told' | 'half' | 'not_told';
};

/** Undefined until it is known. */
export function useTold(incident: IncidentView): Told | undefined {
  const clients = useQuery(deliveriesQuery(incident.id)).data?.clients;
  return clients && toldOf(clients);
}

/** Counts whoever has the newest message; what they knew before is old. Pure. */
export function toldOf(clients: Pick<ClientTold, 'id' | 'impact' | 'told' | 'latestTold'>[]): Told {
  const affected = clients.filter((each) => each.impact !== 'not_affected');
  const states = new Map(
    affected.map((each) => [each.id, each.latestTold ? 'told' : each.told ? 'half' : 'not_told'] as const),
  );
  return {
    told: [...states.values()].filter((state) => state === 'told').length,
    affected: affected.length,
    of: (clientId) => states.get(clientId) ?? 'not_told',
  };
}

/** Who has been told, by evidence: that a message was sent is not that it arrived. */
import { useQuery } from '@tanstack/react-query';
import type { IncidentView } from '#incident/view.ts';
import { deliveriesQuery } from './deliveries.ts';

export type Told = { told: number; affected: number; has: (clientId: string) => boolean };

/** Undefined until it is known. */
export function useTold(incident: IncidentView): Told | undefined {
  const clients = useQuery(deliveriesQuery(incident.id)).data?.clients;
  if (!clients) return undefined;
  const affected = clients.filter((each) => each.impact !== 'not_affected');
  const reached = new Set(affected.filter((each) => each.told).map((each) => each.id));
  return { told: reached.size, affected: affected.length, has: (clientId) => reached.has(clientId) };
}

/** A provider's incident as a change of every service that depends on it, so that it stands in what changed. Pure. */
import type { IncomingChange } from '#incident/change.ts';
import { PROVIDER_STATE_WORDS, type ProviderState } from './state.ts';

export const CHANGE_SOURCE = 'status feed';

export type KeptIncident = {
  externalId: string;
  title: string;
  maintenance: boolean;
  impact: ProviderState;
  startedAt: Temporal.Instant;
  endedAt: Temporal.Instant | null;
  vanished: boolean;
  url: string | null;
  components: string[];
  touches: boolean;
};

/** @returns one change for each service, the same one however often it is made; none before it has begun */
export function asChanges(
  provider: { id: string; name: string },
  incident: KeptIncident,
  { serviceIds, now }: { serviceIds: readonly string[]; now: Temporal.Instant },
): IncomingChange[] {
  if (Temporal.Instant.compare(incident.startedAt, now) > 0) return [];
  const over = incident.endedAt !== null || !incident.touches;
  return serviceIds.map((serviceId) => ({
    integrationId: undefined,
    serviceId,
    externalId: `${provider.id}/${serviceId}/${incident.externalId}`,
    kind: 'third_party',
    summary: `${provider.name}: ${incident.title}`,
    source: CHANGE_SOURCE,
    happenedAt: incident.startedAt,
    state: over ? 'done' : 'started',
    links: incident.url ? [{ href: incident.url, text: `${provider.name}'s own page` }] : [],
    details: {
      thirdPartyId: provider.id,
      providerIncident: incident.externalId,
      impact: PROVIDER_STATE_WORDS[incident.impact],
      maintenance: incident.maintenance,
      components: incident.components,
      endedAt: incident.endedAt?.toString() ?? null,
      ...(incident.vanished
        ? { note: 'It was gone from the feed; the provider did not say that it is over.' }
        : {}),
    },
    recordedBy: `${provider.name}'s ${CHANGE_SOURCE}`,
  }));
}

/** The list of changes: what a provider reports once stands in it once, whatever number of services depends on it. Pure. */
import type { Change } from './change.ts';

/** `ids`: of all the changes that it stands for. `services`: all that it concerns, by name; one that is not stated is left out. */
export type Listed = { change: Change; ids: string[]; services: string[] };

/** @returns in the order of the changes; of one incident of a provider the first stands for all */
export function listed(changes: readonly Change[]): Listed[] {
  return [...Map.groupBy(changes, (change) => providerIncidentOf(change) ?? change.id).values()].flatMap(
    (same) => {
      const [change] = same;
      if (!change) return [];
      const names = same.flatMap(({ serviceName }) => serviceName ?? []);
      return [{ change, ids: same.map(({ id }) => id), services: [...new Set(names)] }];
    },
  );
}

/** The same two details by which the lane of an incident knows it. */
function providerIncidentOf({ kind, details }: Change): string | undefined {
  const { thirdPartyId, providerIncident } = details;
  return kind === 'third_party' && thirdPartyId && providerIncident
    ? `${thirdPartyId} ${providerIncident}`
    : undefined;
}

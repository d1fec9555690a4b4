/** How the third parties around an incident do, as its lane says it. */
import type { ProviderState } from '../evidence.ts';
import type { ThirdParty } from '../neighbourhood.ts';
import type { ProviderAround } from './around.ts';

/**
 * @param told what is known of them, and perhaps of others
 * @returns one for each of the third parties, in their order; without a feed it is unknown
 */
export function providerStates(
  parties: readonly Pick<ThirdParty, 'id' | 'name' | 'statusUrl'>[],
  told: readonly ProviderAround[],
): ProviderState[] {
  const byId = new Map(told.map((each) => [each.id, each]));
  return parties.map(({ id, name, statusUrl }) => {
    const around = byId.get(id);
    if (!around) return { id, name, state: 'unknown', asOf: null, says: null, url: statusUrl };
    const open = around.incidents.find((each) => each.openThen);
    return {
      id,
      name,
      state: stateOf(around),
      asOf: around.asOf ? Temporal.Instant.from(around.asOf) : null,
      says: open?.title ?? null,
      url: open?.url ?? statusUrl,
    };
  });
}

function stateOf({ stale, state }: ProviderAround): ProviderState['state'] {
  if (stale) return 'stale';
  if (state === 'operational') return 'green';
  return state === 'unknown' ? 'unknown' : 'incident';
}

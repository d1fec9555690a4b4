/** What did not change, in plain words: absence is evidence only where somebody would have told us. Pure. */
import type { ChangeKind } from '#incident/change.ts';
import type { Candidate, Distance } from './score.ts';

export type Evidence = {
  about: 'changes' | 'provider';
  /** `absent` speaks against something, `unknown` says nothing, `present` is worth a look. */
  tells: 'absent' | 'unknown' | 'present';
  text: string;
};

/** How a provider does, as whoever reads its status feed tells it. */
export type ProviderState = {
  id: string;
  name: string;
  state: 'green' | 'incident' | 'stale' | 'unknown';
  /** When its feed was last read. */
  asOf: Temporal.Instant | null;
  /** What it reports, in its own words. */
  says: string | null;
  url: string | null;
};

const HOURS = 24;
const LOOKED_AT: readonly (readonly [ChangeKind, string, string])[] = [
  ['deploy', 'deployment', 'Deployments'],
  ['config', 'configuration change', 'Configuration'],
  ['flag', 'feature flag change', 'Feature flags'],
  ['migration', 'migration', 'Migrations'],
  ['infra', 'infrastructure change', 'Infrastructure'],
];
const CALLED = new Set<Distance>(['same', 'one_hop', 'two_hops', 'three_hops']);

/**
 * @param heard which kinds of change have been heard of, per service: a silent feed is unknown, never "nothing changed"
 * @returns one line for each kind that did not change, and for each kind that nobody tells us of
 */
export function changesEvidence(
  candidates: readonly Candidate[],
  around: {
    onset: number;
    /** The onset and its doubt. */
    until: number;
    distances: ReadonlyMap<string, Distance>;
    affected: readonly { id: string; name: string }[];
    heard: ReadonlyMap<string, ReadonlySet<string>>;
  },
): Evidence[] {
  if (around.affected.length === 0) return [];
  const names = listed(around.affected.map((each) => each.name));
  const called = [...around.distances].filter(([, distance]) => CALLED.has(distance)).map(([id]) => id);
  const calls =
    called.length > around.affected.length
      ? ` or anything ${around.affected.length > 1 ? 'they call' : 'it calls'}`
      : '';
  const since = around.onset - HOURS * 3_600_000;
  return LOOKED_AT.flatMap(([kind, one, many]): Evidence[] => {
    const found = candidates.some(
      (each) =>
        each.kind === kind &&
        each.happenedAt >= since &&
        each.happenedAt <= around.until &&
        (each.serviceId === null || CALLED.has(around.distances.get(each.serviceId) ?? 'none')),
    );
    if (found) return [];
    return called.some((id) => around.heard.get(id)?.has(kind))
      ? [{ about: 'changes', tells: 'absent', text: `No ${one} to ${names}${calls} in ${HOURS} h` }]
      : [{ about: 'changes', tells: 'unknown', text: `${many}: unknown, no feed connected` }];
  });
}

/** @returns one line for each provider that the affected services depend on */
export function providersEvidence(providers: readonly ProviderState[]): Evidence[] {
  return providers.map((provider) => ({ about: 'provider', ...providerWords(provider) }));
}

function providerWords({ name, state, asOf, says }: ProviderState): Pick<Evidence, 'tells' | 'text'> {
  const clock = asOf ? `${asOf.toString().slice(11, 16)} UTC` : undefined;
  switch (state) {
    case 'green':
      return { tells: 'absent', text: `${name}’s feed is green as of ${clock ?? 'now'}` };
    case 'incident':
      return {
        tells: 'present',
        text: `${name} reports ${says ? `“${says}”` : 'an incident'}${clock ? ` as of ${clock}` : ''}`,
      };
    case 'stale':
      return {
        tells: 'unknown',
        text: `${name}: unknown, its feed was last read ${clock ? `at ${clock}` : 'long ago'}`,
      };
    case 'unknown':
      return { tells: 'unknown', text: `${name}: unknown, no feed connected` };
  }
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

const SHARE_MIN = 10;

/** The last row of every lane: how often it was no change at all, here. */
export function noneWords(labelled: number, notAChange: number): { share: number | null; text: string } {
  if (labelled < SHARE_MIN)
    return {
      share: null,
      text: `${labelled === 0 ? 'No past incident has' : `Only ${labelled} past ${labelled === 1 ? 'incident has' : 'incidents have'}`} a named trigger: too few to say how often it was not a change.`,
    };
  const share = notAChange / labelled;
  return {
    share,
    text: `In ${Math.round(share * 100)}% of ${labelled} past incidents it was not a change.`,
  };
}

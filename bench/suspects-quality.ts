/** How often the change that set it off stands first: invented incidents with known triggers, ranked by us and by three simple rankers. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import type { ChangeKind } from '#incident/change.ts';
import { distancesIn, reversed } from '#src/triage/distances.ts';
import { type Ranked, rank } from '#src/triage/rank.ts';
import { type Candidate, type History, liveAt, STRONG_FROM } from '#src/triage/score.ts';
import { tokensOf } from '#src/triage/tokens.ts';
import {
  incidentsOf,
  type MadeChange,
  type MadeIncident,
  type MadeKind,
} from './suspects-quality/generator.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
// As the room assumes where nobody has said better.
const UNCERTAINTY = 10 * MINUTE;
// The first third, by time, teaches what a score means as a probability; the rest is measured.
const TAUGHT_SHARE = 1 / 3;

const KIND: Record<MadeKind, ChangeKind> = {
  code: 'deploy',
  config: 'config',
  flag: 'flag',
  depbump: 'dependency',
  infra: 'infra',
  docs: 'other',
  migration: 'migration',
  secret: 'secret',
};

type Ranker = 'ours' | 'same service, then recent' | 'most recent' | 'random';
type Seen = {
  made: MadeIncident;
  /** The place of the culprit, from 1; infinite where nobody recorded it. */
  places: Record<Ranker, number>;
  top: number;
};

export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({
    args,
    options: { incidents: { type: 'string', default: '3000' }, seed: { type: 'string', default: '7' } },
  });
  const [count, seed] = [Number(values.incidents), Number(values.seed)];
  const seen: Seen[] = [];
  const dice = diceOf(seed);
  for (const made of incidentsOf(seed, count)) seen.push(look(made, dice));
  const caused = seen.filter((each) => each.made.culprit);
  const rankers: Ranker[] = ['ours', 'same service, then recent', 'most recent', 'random'];
  console.table(
    Object.fromEntries(rankers.map((ranker) => [ranker, figures(caused.map((each) => each.places[ranker]))])),
  );
  console.table(
    Object.fromEntries(
      SLICES.map(([name, belongs]) => {
        const part = caused.filter(({ made }) => belongs(made));
        const of = (ranker: Ranker) => figures(part.map((each) => each.places[ranker]));
        return [
          name,
          {
            n: part.length,
            'top-1': of('ours')['top-1'],
            'top-3': of('ours')['top-3'],
            'most recent top-1': of('most recent')['top-1'],
            'same service top-1': of('same service, then recent')['top-1'],
          },
        ];
      }),
    ),
  );
  const ours = figures(caused.map((each) => each.places.ours));
  const calm = seen.filter((each) => !each.made.culprit);
  const calibration = calibrated(seen);
  const strong = seen.filter((each) => each.top >= STRONG_FROM);
  const shares = {
    coverage: share(caused, (each) => each.made.culprit?.recorded === true),
    falseLeads: share(calm, (each) => each.top >= STRONG_FROM),
    strongShare: share(seen, (each) => each.top >= STRONG_FROM),
    strongRight: share(strong, (each) => each.made.culprit !== undefined),
  };
  console.table({ ...shares, ...calibration });
  return {
    bench: 'suspects-quality',
    value: ours['top-1'],
    unit: 'share of change-caused incidents whose trigger stands first',
    ratio: rounded(
      ours['top-1'] / figures(caused.map((each) => each.places['same service, then recent']))['top-1'],
    ),
    top3: ours['top-3'],
    mrr: ours.mrr,
    baselines: Object.fromEntries(
      rankers.slice(1).map((ranker) => [ranker, figures(caused.map((each) => each.places[ranker]))['top-1']]),
    ),
    ...shares,
    ...calibration,
    n: count,
    changeCaused: caused.length,
    seed,
    versions: { node: process.version },
    cores: cpus().length,
  };
}

const SLICES: [string, (made: MadeIncident) => boolean][] = [
  ['fast, within 15 min', ({ lag = 0 }) => lag <= 15 * MINUTE],
  ['slow, to 6 h', ({ lag = 0 }) => lag > 15 * MINUTE && lag <= 6 * HOUR],
  ['latent, over 6 h', ({ lag = 0 }) => lag > 6 * HOUR],
  ['decoy on the affected service within 60 min', hasDecoy],
  ['two or more hops away', ({ hops = 0, wrongService }) => hops >= 2 && !wrongService],
  ['code', ({ culprit }) => culprit?.kind === 'code'],
  ['configuration', ({ culprit }) => culprit?.kind === 'config'],
  ['staged', ({ culprit }) => (culprit?.steps.length ?? 0) > 0],
  ['not recorded: the feed is missing', ({ culprit }) => culprit?.recorded === false],
  ['the wrong service was named', ({ wrongService }) => wrongService],
];

function hasDecoy({ changes, affected, onset, culprit }: MadeIncident): boolean {
  return changes.some(
    (each) =>
      each.id !== culprit?.id &&
      each.service === affected &&
      each.at <= onset &&
      onset - each.at <= 60 * MINUTE,
  );
}

function look(made: MadeIncident, dice: () => number): Seen {
  const candidates = made.changes.map(candidateOf);
  const { ranked } = rank(candidates, {
    onset: made.onset,
    uncertainty: UNCERTAINTY,
    distances: distancesIn(made.calls, reversed(made.calls), [made.affected]),
    words: wordsOf(made),
    versions: new Set(made.versions),
    regions: new Set(made.regions),
    environments: new Set(),
    zoneOffset: 0,
    history: historyOf(made),
    rolledBack: new Map(),
  });
  const before = candidates.filter((each) => live(each, made) <= made.onset);
  const recent = before.toSorted((one, other) => live(other, made) - live(one, made));
  const same = [
    ...recent.filter((each) => each.serviceId === made.affected),
    ...recent.filter((each) => each.serviceId !== made.affected),
  ];
  const shuffled = before
    .map((each) => ({ id: each.id, by: dice() }))
    .toSorted((one, other) => one.by - other.by);
  const place = (list: { id: string }[]): number => {
    const index = list.findIndex((each) => each.id === made.culprit?.id);
    return index < 0 ? Number.POSITIVE_INFINITY : index + 1;
  };
  return {
    made,
    top: ranked[0]?.total ?? Number.NEGATIVE_INFINITY,
    places: {
      ours: place(ranked.map((each: Ranked) => each.change)),
      'same service, then recent': place(same),
      'most recent': place(recent),
      random: place(shuffled),
    },
  };
}

const live = (change: Candidate, made: MadeIncident): number => liveAt(change, made.onset);

function candidateOf(made: MadeChange): Candidate {
  return {
    id: made.id,
    serviceId: made.service,
    kind: KIND[made.kind],
    summary: made.summary,
    state: 'done',
    happenedAt: made.at,
    steps: made.steps,
    environment: null,
    versionAfter: made.version,
    size: made.lines,
    mends: false,
    checksSkipped: false,
  };
}

/** As the lane has it: the name of the affected service is judged by distance already. */
function wordsOf({ alert, affected }: MadeIncident): Set<string> {
  return tokensOf(alert).difference(tokensOf(affected));
}

function historyOf({ history }: MadeIncident): History {
  const all = { changes: 0, caused: 0 };
  for (const { changes, caused } of history.values()) {
    all.changes += changes;
    all.caused += caused;
  }
  return { all, services: history, kinds: new Map() };
}

function figures(places: number[]) {
  return {
    'top-1': share(places, (place) => place <= 1),
    'top-3': share(places, (place) => place <= 3),
    'top-5': share(places, (place) => place <= 5),
    mrr: rounded(places.reduce((sum, place) => sum + 1 / place, 0) / Math.max(1, places.length)),
    'median place': places.toSorted((one, other) => one - other)[places.length >> 1] ?? Number.NaN,
  };
}

/** "A change caused it" as a probability of the best score, learned on the first part and measured on the rest. */
function calibrated(seen: Seen[]): { brier: number; brierOfTheShareAlone: number } {
  const cut = Math.floor(seen.length * TAUGHT_SHARE);
  const [taught, measured] = [seen.slice(0, cut), seen.slice(cut)];
  const { slope, middle } = logistic(taught.map((each) => [each.top, each.made.culprit ? 1 : 0]));
  const base = share(taught, (each) => each.made.culprit !== undefined);
  const squared = (guess: (each: Seen) => number): number =>
    rounded(
      measured.reduce((sum, each) => sum + (guess(each) - (each.made.culprit ? 1 : 0)) ** 2, 0) /
        measured.length,
    );
  return {
    brier: squared((each) => 1 / (1 + Math.exp(-slope * (each.top - middle)))),
    brierOfTheShareAlone: squared(() => base),
  };
}

/** One feature and an intercept, by plain gradient descent. */
function logistic(pairs: [number, number][]): { slope: number; middle: number } {
  let [slope, shift] = [0.5, 0];
  for (let turn = 0; turn < 4000; turn++) {
    let [bySlope, byShift] = [0, 0];
    for (const [x, y] of pairs) {
      const miss = 1 / (1 + Math.exp(-(slope * (x - 5) + shift))) - y;
      bySlope += miss * (x - 5);
      byShift += miss;
    }
    slope -= (0.2 * bySlope) / pairs.length;
    shift -= (0.2 * byShift) / pairs.length;
  }
  return { slope, middle: 5 - shift / slope };
}

function diceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

function share<T>(list: readonly T[], holds: (each: T) => boolean): number {
  return list.length ? rounded(list.filter(holds).length / list.length) : Number.NaN;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

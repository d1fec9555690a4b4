/**
 * Invented incidents with a known trigger, from one seed. It knows how incidents come about in this invented world, and
 * nothing of how they are ranked: it imports nothing of Humdrum.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const SERVICES = 40;
const LAYERS = 5;
const CHANGES_PER_DAY = 60;
const DAYS = 2;
const POPULARITY_PARETO = 1.3;
const STAGED = 0.4;
const RECORDED = 0.9;
const CAUSED_BY_CHANGE = 0.62;
const WRONG_SERVICE = 0.05;
const HOPS_UP = [0.55, 0.3, 0.12, 0.03];
const REGIONS = ['eu-1', 'us-1', 'ap-1'];
const STAGED_BY_REGION = 0.3;

// The share of each kind, and how risky it is beside code.
const KINDS = [
  { kind: 'code', share: 0.46, risk: 1 },
  { kind: 'config', share: 0.16, risk: 1.6 },
  { kind: 'flag', share: 0.12, risk: 1.2 },
  { kind: 'depbump', share: 0.08, risk: 1.1 },
  { kind: 'infra', share: 0.06, risk: 1.5 },
  { kind: 'docs', share: 0.05, risk: 0.02 },
  { kind: 'migration', share: 0.04, risk: 1.8 },
  { kind: 'secret', share: 0.03, risk: 1.3 },
] as const;
export type MadeKind = (typeof KINDS)[number]['kind'];

// How often evidence exists is the one thing that nobody has measured. These shares were set so that a ranking without
// text or without exposure loses as much as it did in the earlier study that this follows (8 and 3 in a hundred).
// How often an alert names something that the culprit touched; else it names what its own service is made of.
const NAMES_CULPRIT = 0.7;
// How often alerts tell versions or regions apart, and how often that split points at the culprit.
const SPLIT_KNOWN = 0.45;
const SPLIT_RIGHT = 0.85;
const SPLIT_BY_CHANCE = 0.1;

export type MadeChange = {
  id: string;
  service: string;
  kind: MadeKind;
  summary: string;
  at: number;
  steps: { at: number; percent: number; where?: string }[];
  version: string | null;
  lines: number;
  recorded: boolean;
};

export type MadeIncident = {
  /** What the responders see. */
  calls: Map<string, string[]>;
  changes: MadeChange[];
  affected: string;
  alert: string;
  versions: string[];
  regions: string[];
  /** When they think that it began. */
  onset: number;
  history: Map<string, { changes: number; caused: number }>;
  /** What only the generator knows. */
  culprit: MadeChange | undefined;
  lag: number | undefined;
  hops: number | undefined;
  wrongService: boolean;
};

/** Mulberry32: small, fast, and the same everywhere. @returns numbers from 0 up to 1 */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type World = {
  random: () => number;
  services: { id: string; layer: number; popularity: number; failureRate: number; names: string[] }[];
  calls: Map<string, string[]>;
  callers: Map<string, string[]>;
  history: Map<string, { changes: number; caused: number }>;
};

/** @returns incidents of many invented organisations, fifty in each, in the order of time */
export function* incidentsOf(seed: number, count: number): Generator<MadeIncident> {
  let world = worldOf(seed);
  for (let index = 0; index < count; index++) {
    if (index > 0 && index % 50 === 0) world = worldOf(seed + index);
    yield incidentIn(world, Date.parse('2026-03-02T00:00:00Z') + index * 7 * HOUR);
  }
}

function worldOf(seed: number): World {
  const random = chance(seed * 2_654_435_761);
  const services = Array.from({ length: SERVICES }, (_, index) => ({
    id: `s${index}`,
    layer: Math.floor((index * LAYERS) / SERVICES),
    popularity: (1 - random()) ** (-1 / POPULARITY_PARETO),
    failureRate: 0.01 + 0.2 * random() ** 2,
    names: namesOf(index, random),
  }));
  const calls = new Map<string, string[]>();
  const callers = new Map<string, string[]>();
  for (const { id, layer } of services) {
    const below = services.filter((each) => each.layer === layer + 1 || each.layer === layer + 2);
    const wanted = Math.min(below.length, 1 + Math.floor(random() * 3));
    const chosen = new Set<string>();
    while (chosen.size < wanted) chosen.add(pick(below, random).id);
    calls.set(id, [...chosen]);
    for (const to of chosen) callers.set(to, [...(callers.get(to) ?? []), id]);
  }
  const history = new Map(
    services.map(({ id, popularity, failureRate }) => {
      const changes = Math.round(20 * popularity);
      let caused = 0;
      for (let turn = 0; turn < changes; turn++) if (random() < failureRate * 0.1) caused++;
      return [id, { changes, caused }];
    }),
  );
  return { random, services, calls, callers, history };
}

/** Endpoints, tables, keys and error classes, as code is full of them. */
function namesOf(service: number, random: () => number): string[] {
  const nouns = [
    'orders',
    'basket',
    'session',
    'invoice',
    'stock',
    'price',
    'quote',
    'token',
    'export',
    'report',
  ];
  const shapes = [
    (noun: string, number: number) => `/${noun}/v${number}`,
    (noun: string, number: number) => `${noun}_${number}`,
    (noun: string, number: number) => `${noun}.pool.size${number}`,
    (noun: string, number: number) => `E_${noun.toUpperCase()}_${number}`,
  ];
  return Array.from({ length: 24 }, () =>
    pick(shapes, random)(pick(nouns, random), service * 10 + Math.floor(random() * 10)),
  );
}

function incidentIn(world: World, end: number): MadeIncident {
  const { random } = world;
  const began = end;
  const changes = changesBefore(world, began);
  const culprit = random() < CAUSED_BY_CHANGE ? choose(world, changes) : undefined;
  const lag = culprit && lagOf(random);
  if (culprit && lag !== undefined) moveTo(culprit, began - lag, random);
  const hops = culprit && weighted(HOPS_UP, random);
  const wrongService = random() < WRONG_SERVICE;
  const affected = wrongService
    ? pick(world.services, random).id
    : culprit
      ? up(world, culprit.service, hops ?? 0)
      : pick(world.services, random).id;
  return {
    calls: world.calls,
    changes: changes.filter((each) => each.recorded).toSorted((one, other) => one.at - other.at),
    affected,
    alert: alertOf(world, affected, culprit),
    ...split(changes, affected, culprit, began, random),
    onset: Math.round(began + (random() * 12 - 6) * MINUTE + exponential(4 * MINUTE, random)),
    history: world.history,
    culprit,
    lag,
    hops,
    wrongService,
  };
}

function changesBefore(world: World, end: number): MadeChange[] {
  const { random, services } = world;
  const changes: MadeChange[] = [];
  let at = end - DAYS * DAY;
  for (;;) {
    at += exponential(DAY / CHANGES_PER_DAY, random);
    if (at > end + 10 * MINUTE) return changes;
    const service =
      services[
        weighted(
          services.map((each) => each.popularity),
          random,
        )
      ]!;
    const kind =
      KINDS[
        weighted(
          KINDS.map((each) => each.share),
          random,
        )
      ]!.kind;
    const touched = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(service.names, random));
    changes.push({
      id: `c${changes.length}`,
      service: service.id,
      kind,
      summary: `${kind === 'docs' && random() < 0.7 ? 'docs: ' : ''}${service.id}: ${pick(VERBS, random)} ${touched.join(', ')}`,
      at: Math.round(at),
      steps: stepsFrom(Math.round(at), kind, random),
      version: kind === 'code' || kind === 'depbump' ? `${service.id}-${changes.length}` : null,
      lines: Math.round(Math.exp(Math.log(40) + 1.4 * normal(random))),
      recorded: random() < RECORDED,
    });
  }
}

const VERBS = ['changes', 'adds', 'tidies', 'speeds up', 'raises', 'lowers', 'moves', 'renames'];

function stepsFrom(at: number, kind: MadeKind, random: () => number): MadeChange['steps'] {
  if (kind === 'docs' || random() >= STAGED) return [];
  const pause = (5 + random() * 55) * MINUTE;
  const where = random() < STAGED_BY_REGION ? { where: pick(REGIONS, random) } : {};
  return [1, 25, 100].map((percent, index) => ({ at: Math.round(at + index * pause), percent, ...where }));
}

/** The one that goes wrong: risky kinds, services that break often, large ones. */
function choose(world: World, changes: MadeChange[]): MadeChange | undefined {
  const rates = new Map(world.services.map((each) => [each.id, each.failureRate]));
  const weights = changes.map(
    ({ kind, service, lines }) =>
      (KINDS.find((each) => each.kind === kind)?.risk ?? 1) *
      (0.4 + 6 * (rates.get(service) ?? 0)) *
      (0.5 + 0.25 * Math.log10(lines + 1)),
  );
  return changes[weighted(weights, world.random)];
}

/** From going wrong to being felt. */
function lagOf(random: () => number): number {
  const which = random();
  if (which < 0.62) return Math.exp(Math.log(7 * MINUTE) + 0.9 * normal(random));
  if (which < 0.87) return Math.exp(Math.log(70 * MINUTE) + 0.7 * normal(random));
  return 6 * HOUR + random() * (DAYS * DAY - 6 * HOUR);
}

/** The step that did it falls on `at`; a rollout is stopped by then. */
function moveTo(change: MadeChange, at: number, random: () => number): void {
  const turn = Math.floor(random() * change.steps.length);
  const moved = Math.round(at) - (change.steps[turn]?.at ?? change.at);
  change.at += moved;
  change.steps = change.steps.slice(0, turn + 1).map((step) => ({ ...step, at: step.at + moved }));
}

/** A caller so many calls above, or as far up as there is one. */
function up({ callers, random }: World, service: string, hops: number): string {
  let at = service;
  for (let hop = 0; hop < hops; hop++) {
    const above = callers.get(at);
    if (!above?.length) break;
    at = pick(above, random);
  }
  return at;
}

function alertOf(world: World, affected: string, culprit: MadeChange | undefined): string {
  const { random, services } = world;
  const own = services.find((each) => each.id === affected)?.names ?? [];
  const touched = culprit?.summary.match(/[^\s,]+/g)?.slice(2) ?? [];
  const named = [pick(own, random), ...(random() < 0.4 ? [pick(own, random)] : [])];
  if (touched.length && random() < NAMES_CULPRIT) named.push(pick(touched, random));
  return `${affected}: ${1 + Math.floor(random() * 60)}% of requests fail, ${named.join(' ')}`;
}

/** Alerts carry a version or a region now and then: the culprit's, or whatever happened to run there. */
function split(
  changes: MadeChange[],
  affected: string,
  culprit: MadeChange | undefined,
  began: number,
  random: () => number,
): { versions: string[]; regions: string[] } {
  const running = changes
    .filter((each) => each.service === affected && each.version && each.at < began)
    .toSorted((one, other) => other.at - one.at)[0]?.version;
  const versions: string[] = [];
  const regions: string[] = [];
  if (culprit && random() < SPLIT_KNOWN) {
    const right = random() < SPLIT_RIGHT;
    const version = right ? culprit.version : pick(changes, random).version;
    if (version) versions.push(version);
    const region = right ? culprit.steps.find((step) => step.where)?.where : pick(REGIONS, random);
    if (region) regions.push(region);
  } else if (random() < SPLIT_BY_CHANCE) {
    if (running) versions.push(running);
    else regions.push(pick(REGIONS, random));
  }
  return { versions, regions };
}

function pick<T>(list: readonly T[], random: () => number): T {
  const found = list[Math.floor(random() * list.length)];
  if (found === undefined) throw new Error('Nothing to pick from.');
  return found;
}

/** @returns an index, as often as its weight */
function weighted(weights: readonly number[], random: () => number): number {
  let left = random() * weights.reduce((sum, each) => sum + each, 0);
  for (const [index, weight] of weights.entries()) {
    left -= weight;
    if (left <= 0) return index;
  }
  return weights.length - 1;
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function exponential(mean: number, random: () => number): number {
  return -mean * Math.log(1 - random());
}

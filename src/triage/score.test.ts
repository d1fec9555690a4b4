import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rank, type Told } from './rank.ts';
import {
  type Candidate,
  DEFAULT_WEIGHTS,
  exposure,
  groupOf,
  historyPoints,
  kindPoints,
  type Symptom,
  score,
  sizePoints,
  timePoints,
} from './score.ts';
import { termsOf } from './score-words.ts';
import { rarityOf, tokensOf, weightOf } from './tokens.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
// A Wednesday at noon: within working hours.
const ONSET = Date.parse('2026-11-25T12:00:00Z');

const symptom: Symptom = {
  onset: ONSET,
  uncertainty: 5 * MINUTE,
  distances: new Map([
    ['svc_checkout', 'same'],
    ['svc_payment', 'one_hop'],
    ['svc_ledger', 'two_hops'],
    ['svc_vault', 'three_hops'],
    ['svc_shop', 'caller'],
  ]),
  versions: new Set(),
  regions: new Set(),
  environments: new Set(),
  rarity: { documents: 0, holding: new Map() },
  zoneOffset: 0,
  history: undefined,
  rolledBack: new Map(),
};

function change(more: Partial<Candidate> = {}): Candidate {
  return {
    id: 'chg_1',
    serviceId: 'svc_checkout',
    kind: 'deploy',
    summary: 'checkout 4.12.0',
    state: 'done',
    happenedAt: ONSET - 4 * MINUTE,
    steps: [],
    environment: null,
    versionAfter: null,
    size: null,
    mends: false,
    checksSkipped: false,
    ...more,
  };
}
const pointsOf = (more: Partial<Candidate>, around: Partial<Symptom> = {}) =>
  score(change(more), { ...symptom, ...around }, []).points;

test('the nearer before the onset, the more points, exactly as the rule book has them', () => {
  const table: [number, number][] = [
    [0, 3],
    [5, 3],
    [6, 2.5],
    [15, 2.5],
    [16, 2],
    [30, 2],
    [31, 1.5],
    [60, 1.5],
    [61, 0.8],
    [3 * 60, 0.8],
    [6 * 60, 0.3],
    [24 * 60, -0.5],
    [72 * 60, -1.2],
    [73 * 60, -2.5],
    [-5, 0.5],
    [-6, -6],
  ];
  for (const [minutes, points] of table)
    assert.equal(timePoints(minutes * MINUTE, 5 * MINUTE), points, `${minutes} minutes before`);
});

test('a staged rollout counts from its last step before the onset, never from one after it', () => {
  const steps = [
    { at: ONSET - 5 * HOUR, percent: 1 },
    { at: ONSET - 10 * MINUTE, percent: 50 },
    { at: ONSET + 30 * MINUTE, percent: 100 },
  ];
  assert.equal(pointsOf({ happenedAt: ONSET - 5 * HOUR, steps }).time, 2.5);
});

test('what was changed is judged by how far it is from what hurts', () => {
  const table: [Partial<Candidate>, number][] = [
    [{ serviceId: 'svc_checkout' }, 3],
    [{ serviceId: 'svc_payment' }, 2],
    [{ serviceId: 'svc_ledger' }, 1],
    [{ serviceId: 'svc_vault' }, 0.3],
    [{ serviceId: 'svc_shop' }, 0],
    [{ serviceId: null, kind: 'infra' }, 1.5],
    [{ serviceId: 'svc_elsewhere' }, -2],
    [{ serviceId: null }, 0],
  ];
  for (const [more, points] of table) assert.equal(pointsOf(more).topology, points, JSON.stringify(more));
  assert.equal(pointsOf({}, { distances: undefined }).topology, 0);
});

test('errors on the new version speak for a change, another environment or a rollout at nothing against it', () => {
  const at = (more: Partial<Candidate>, around: Partial<Symptom>) =>
    exposure(change(more), { ...symptom, ...around });
  assert.equal(at({ versionAfter: '4.12.0' }, { versions: new Set(['4.12.0']) }), 2);
  assert.equal(at({ versionAfter: '4.11.0' }, { versions: new Set(['4.12.0']) }), 0);
  assert.equal(at({ environment: 'staging' }, { environments: new Set(['production']) }), -2);
  assert.equal(at({ environment: 'Production' }, { environments: new Set(['production']) }), 0);
  const eu = [{ at: ONSET - HOUR, percent: 100, where: 'eu-1' }];
  assert.equal(at({ steps: eu }, { regions: new Set(['eu-1']) }), 2);
  assert.equal(at({ steps: eu }, { regions: new Set(['us-1']) }), -2);
  assert.equal(at({ steps: eu }, { regions: new Set(['us-1', 'eu-1']) }), 0);
  assert.equal(at({ steps: [{ at: ONSET - HOUR, percent: 0 }] }, {}), -2);
  assert.equal(at({ versionAfter: '4.12.0' }, {}), 0);
});

test('a rare name that alert and change share is worth up to two points, a common one next to nothing', () => {
  const rare = rarityOf([['/pay/authorise'], ...Array.from({ length: 99 }, () => [])]);
  const common = rarityOf(Array.from({ length: 100 }, () => ['/pay/authorise']));
  assert.ok(weightOf('/pay/authorise', rare) > 1.7);
  assert.ok(weightOf('/pay/authorise', common) < 0.1);
  assert.equal(
    weightOf('basket', rarityOf([['basket']])) * 2,
    weightOf('basket-2', rarityOf([['basket-2']])),
  );
  const many = score(change(), { ...symptom, rarity: rare }, ['/pay/authorise', 'orders_v2', 'E1042']);
  assert.equal(many.points.text, 2);
  assert.deepEqual(
    [...tokensOf('Error rate of /pay/authorise, 12% for 5m: PSP_TIMEOUT.')],
    ['pay/authorise', 'psp_timeout'],
  );
});

test('kinds begin with the values of the rule book', () => {
  const kinds = {
    migration: 0.7,
    config: 0.6,
    infra: 0.5,
    secret: 0.4,
    flag: 0.3,
    dependency: 0.2,
    deploy: 0,
  } as const;
  for (const [kind, points] of Object.entries(kinds))
    assert.equal(kindPoints(change({ kind: kind as Candidate['kind'] }), undefined), points, kind);
  assert.equal(kindPoints(change({ summary: 'docs: how to deploy' }), undefined), -3);
  assert.equal(kindPoints(change({ summary: 'documentation server 2.0' }), undefined), 0);
});

test('our own record moves kinds and services, shrunk so that one bad day does not decide', () => {
  const history = {
    all: { changes: 10_000, caused: 100 },
    kinds: new Map([['flag', { changes: 500, caused: 30 }]]),
    services: new Map([
      ['svc_checkout', { changes: 20, caused: 1 }],
      ['svc_payment', { changes: 1000, caused: 0 }],
      ['svc_ledger', { changes: 30, caused: 30 }],
    ]),
  };
  assert.equal(kindPoints(change({ kind: 'flag' }), history), 1.2);
  assert.equal(historyPoints(change({ serviceId: 'svc_checkout' }), history), 1);
  assert.equal(historyPoints(change({ serviceId: 'svc_payment' }), history), -0.7);
  assert.equal(historyPoints(change({ serviceId: 'svc_none' }), history), 0);
});

test('size breaks ties and no more', () => {
  assert.equal(sizePoints(null), 0);
  assert.equal(sizePoints(0), -0.3);
  assert.equal(sizePoints(39), 0);
  assert.equal(sizePoints(1_000_000), 0.5);
});

test('repairs in haste, skipped checks and the night weigh a little; what was taken back without effect weighs much', () => {
  assert.equal(pointsOf({ mends: true }).marks, 0.5);
  assert.equal(pointsOf({ checksSkipped: true }).marks, 0.5);
  assert.equal(pointsOf({ happenedAt: ONSET - 10 * HOUR }).marks, 0.3);
  // 10:00 UTC is 23:00 in Auckland.
  assert.equal(pointsOf({ happenedAt: ONSET - 2 * HOUR }, { zoneOffset: 13 * HOUR }).marks, 0.3);
  assert.equal(pointsOf({}, { rolledBack: new Map([['chg_1', 'eased']]) }).marks, 3);
  assert.equal(pointsOf({}, { rolledBack: new Map([['chg_1', 'not_eased']]) }).marks, -3);
});

test("a provider's incident counts when it is open, and a little less when it is admitted within the hour", () => {
  const provider = (minutes: number, more: Partial<Candidate> = {}) =>
    score(
      change({
        kind: 'third_party',
        serviceId: 'svc_payment',
        happenedAt: ONSET - minutes * MINUTE,
        ...more,
      }),
      symptom,
      [],
    );
  assert.equal(provider(20).points.third_party, 3);
  assert.deepEqual(
    [provider(-40).points.third_party, provider(-40).points.time, provider(-40).after],
    [2, 0, false],
  );
  assert.deepEqual([provider(-70).points.third_party, provider(-70).after], [0, true]);
  assert.equal(provider(20, { serviceId: 'svc_elsewhere' }).points.third_party, 0);
});

test('a job or an expiry just before it is worth looking at', () => {
  assert.equal(pointsOf({ kind: 'job' }).scheduled, 2.5);
  assert.equal(pointsOf({ kind: 'secret', summary: 'Certificate of checkout expired' }).scheduled, 2.5);
  assert.equal(pointsOf({ kind: 'job', happenedAt: ONSET - 16 * MINUTE }).scheduled, 0);
  assert.equal(pointsOf({ kind: 'job', serviceId: 'svc_ledger' }).scheduled, 0);
});

test('the groups are strong from 7, plausible from 4, weak below', () => {
  assert.deepEqual([7, 6.99, 4, 3.99, -6].map(groupOf), ['strong', 'plausible', 'plausible', 'weak', 'weak']);
});

test('the points that are shown add up to the total, each with a sentence', () => {
  const one = change({ kind: 'config', size: 400, mends: true, summary: 'checkout: pool_max_4 raised' });
  const told: Told = { ...symptom, words: new Set(['pool_max_4']) };
  const { ranked, symptom: around } = rank([one], told);
  const [first] = ranked;
  assert.ok(first);
  const terms = termsOf(one, first, around, DEFAULT_WEIGHTS);
  assert.equal(
    Math.round(terms.reduce((sum, term) => sum + term.points, 0) * 100),
    Math.round(first.total * 100),
  );
  assert.deepEqual(
    terms.map((term) => term.because),
    [
      'Went live 4 min before the impact began',
      'It changed the affected service itself',
      'Not known whether it is live where it hurts',
      'The alert and the change both name “pool_max_4”',
      'Kind configuration: riskier than most, by experience',
      'Large: 400 lines',
      'It undoes something, or repairs it in haste',
    ],
  );
  assert.doesNotMatch(JSON.stringify(terms), /\bcause/i);
});

test('a deployment that took a minute went live; only a rollout in steps was widened', () => {
  const whenWords = (steps: Candidate['steps']) => {
    const one = change({ happenedAt: ONSET - 10 * MINUTE, steps });
    const { ranked, symptom: around } = rank([one], { ...symptom, words: new Set() });
    const [first] = ranked;
    assert.ok(first);
    return termsOf(one, first, around, DEFAULT_WEIGHTS)[0]?.because;
  };
  const step = (minutes: number, percent: number) => ({ at: ONSET - minutes * MINUTE, percent });
  assert.equal(whenWords([step(9, 100)]), 'Went live 9 min before the impact began');
  assert.equal(whenWords([step(9, 0), step(8, 100)]), 'Went live 8 min before the impact began');
  assert.equal(whenWords([step(9, 10), step(6, 100)]), 'Was last widened 6 min before the impact began');
});

test('the suspect of a person comes first, what was ruled out last, and what came after stays in the list', () => {
  const list = [
    change({ id: 'near' }),
    change({ id: 'marked', happenedAt: ONSET - 20 * HOUR }),
    change({ id: 'out', happenedAt: ONSET - MINUTE }),
    change({ id: 'late', happenedAt: ONSET + HOUR }),
  ];
  const marks = { marked: { state: 'suspect' }, out: { state: 'ruled_out' } } as const;
  const { ranked } = rank(list, { ...symptom, words: new Set() }, marks);
  assert.deepEqual(
    ranked.map((each) => each.change.id),
    ['marked', 'near', 'late', 'out'],
  );
  assert.deepEqual(
    ranked.map((each) => each.after),
    [false, false, true, false],
  );
});

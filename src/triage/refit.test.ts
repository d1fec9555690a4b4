import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fit, LABELLED_MIN, type Labelled, placesOf, propose } from './refit.ts';
import { DEFAULT_WEIGHTS, type Points, TERMS } from './score.ts';

const NOTHING = Object.fromEntries(TERMS.map((term) => [term, 0])) as Points;

/** Incidents in which the trigger is drawn as the score with these weights has it; the same each time. */
function world(count: number, truth: Partial<Points>): Labelled[] {
  let state = 42;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
  return Array.from({ length: count }, () => {
    const candidates = Array.from({ length: 12 }, (_, index) => ({
      changeId: `chg_${index}`,
      points: {
        ...NOTHING,
        time: [3, 2, 0.8, -0.5][Math.floor(random() * 4)] ?? 0,
        topology: [3, 2, 0, -2][Math.floor(random() * 4)] ?? 0,
        text: random() < 0.2 ? 1.5 : 0,
      },
    }));
    const chances = candidates.map(({ points }) =>
      Math.exp(TERMS.reduce((sum, term) => sum + points[term] * (truth[term] ?? 1), 0)),
    );
    let left = random() * chances.reduce((sum, each) => sum + each, 0);
    const right = candidates.find((_, index) => {
      left -= chances[index] ?? 0;
      return left <= 0;
    });
    return { changeId: right?.changeId ?? null, candidates };
  });
}

test('what the rule book explains already stays near it', () => {
  const weights = fit(world(400, {}));
  for (const term of ['time', 'topology', 'text'] as const)
    assert.ok(Math.abs(weights[term] - 1) < 0.35, `${term} ${weights[term]}`);
  assert.equal(weights.kind, 1, 'a term that never spoke keeps its weight');
});

test('an organisation in which names tell more and time tells less is learned from, and does better on what was held out', () => {
  const proposal = propose(world(400, { time: 0.1, text: 2.5 }), DEFAULT_WEIGHTS);
  assert.ok(proposal);
  assert.ok(proposal.weights.time < 0.6, String(proposal.weights.time));
  assert.ok(proposal.weights.text > 1.3, String(proposal.weights.text));
  assert.equal(proposal.compared.after.n, 120);
  assert.ok(proposal.compared.after.top1 > proposal.compared.before.top1);
});

test('few incidents move the weights little, and too few propose nothing', () => {
  const truth = { time: 0.1, text: 2.5 };
  const [few, many] = [fit(world(5, truth)), fit(world(800, truth))];
  assert.ok(Math.abs(few.time - 1) < Math.abs(many.time - 1) / 2, `${few.time} beside ${many.time}`);
  assert.equal(propose(world(LABELLED_MIN - 1, truth), DEFAULT_WEIGHTS), undefined);
});

test('incidents that were no change count as labelled, and teach no order', () => {
  const none = world(60, {}).map((each) => ({ ...each, changeId: null }));
  assert.equal(propose(none, DEFAULT_WEIGHTS), undefined);
});

test('places are counted by the weights that are asked about', () => {
  const two = [
    { changeId: 'near', points: { ...NOTHING, time: 3 } },
    { changeId: 'named', points: { ...NOTHING, text: 2 } },
  ];
  const labelled = [{ changeId: 'named', candidates: two }];
  assert.deepEqual(placesOf(labelled, DEFAULT_WEIGHTS), { top1: 0, top3: 1, n: 1 });
  assert.deepEqual(placesOf(labelled, { ...DEFAULT_WEIGHTS, time: 0.5 }), { top1: 1, top3: 1, n: 1 });
});

/** Steps of a change, in the order of the sender's clock. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { advance, type Course, incomingOf } from './course.ts';
import type { ToldChange } from './told.ts';

const now = Temporal.Instant.from('2026-11-24T12:00:00Z');
const began = Temporal.Instant.from('2026-11-24T09:30:00Z');

function step(state: ToldChange['state'], minutes: number, more: Partial<ToldChange> = {}): ToldChange {
  return {
    externalId: 'deployment/1',
    kind: 'deploy',
    summary: `checkout ${state ?? 'inactive'}`,
    source: 'GitHub',
    at: began.add({ minutes }),
    beganAt: began,
    state,
    names: [],
    labels: {},
    links: [],
    details: {},
    ...more,
  };
}

function after(...steps: ToldChange[]): Course {
  return steps.reduce<Course | undefined>((course, each) => advance(course, each, now), undefined) as Course;
}

const STEPS = [step('started', 0), step('started', 1), step('done', 5), step(undefined, 60)];

test('the steps of a deployment give one state, in whatever order they arrive', () => {
  for (const order of permutations(STEPS)) {
    const course = after(...order);
    const change = incomingOf(course, { integrationId: 'int_1', externalId: 'deployment/1' });
    assert.equal(change.state, 'done');
    assert.equal(change.happenedAt.toString(), '2026-11-24T09:30:00Z');
    assert.deepEqual(
      change.ramp?.map(({ at, percent }) => [at.toString(), percent]),
      [['2026-11-24T09:35:00Z', 100]],
    );
  }
});

test('what failed stays failed when an older step arrives late', () => {
  assert.equal(after(step('failed', 5), step('started', 1)).state, 'failed');
  assert.equal(after(step('failed', 5), step('done', 9)).state, 'done');
  assert.equal(after(step('done', 5), step('failed', 5)).state, 'done');
});

test('a superseded deployment that nobody saw succeed counts as done', () => {
  const change = incomingOf(after(step(undefined, 60)), { integrationId: 'i', externalId: 'd' });
  assert.deepEqual([change.state, change.ramp], ['done', []]);
});

test('later steps add links and details, and keep what earlier ones knew', () => {
  const link = { href: 'https://ci.example/1', text: 'Log' };
  const course = after(
    step('done', 5, { links: [link], details: { status: 'success' }, version: undefined }),
    step('started', 0, { links: [link], details: { status: 'queued', ref: 'main' }, version: 'abc' }),
  );
  assert.deepEqual(course.told.details, { status: 'success', ref: 'main' });
  assert.deepEqual([course.told.links, course.told.version], [[link], 'abc']);
});

test('a clock that is hours ahead orders its own steps, and reaches our times only as now', () => {
  const ahead = [step('started', 600), step('done', 605)].map((each) => ({ ...each, beganAt: each.at }));
  for (const order of permutations(ahead)) {
    const course = after(...order);
    assert.equal(course.state, 'done');
    assert.equal(course.beganAt.toString(), now.toString());
  }
});

function permutations<Item>(items: Item[]): Item[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedOf, complete } from './asked.ts';

test('the first yes decides, and nothing more is asked', () => {
  assert.deepEqual(askedOf({ dataAtRisk: 'yes' }), ['dataAtRisk']);
  assert.deepEqual(askedOf({ dataAtRisk: 'no', mainTaskImpossible: 'yes' }), [
    'dataAtRisk',
    'mainTaskImpossible',
  ]);
  assert.equal(complete({ dataAtRisk: 'yes' })?.mainTaskImpossible, 'no');
});

test('not knowing whether data is at risk leads on to the other questions', () => {
  assert.deepEqual(askedOf({ dataAtRisk: 'dont_know' }), ['dataAtRisk', 'mainTaskImpossible']);
  assert.equal(complete({ dataAtRisk: 'dont_know' }), undefined);
});

test('a workaround is asked for only when a main task is much worse', () => {
  const worse = { dataAtRisk: 'no', mainTaskImpossible: 'no', mainTaskMuchWorse: 'yes' } as const;
  assert.ok(askedOf(worse).includes('workaround'));
  assert.equal(complete(worse), undefined);
  assert.equal(complete({ ...worse, workaround: 'yes' })?.workaround, 'yes');
});

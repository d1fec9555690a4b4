import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mappingShape } from '../../../src/intake/mapping.ts';
import { emptyMapping, mappingOf, textOf } from './mapping-text.ts';

const mapping = {
  items: 'events',
  title: { path: 'message' },
  dedupKey: { path: 'check.id' },
  action: { path: 'status', words: { down: 'trigger', up: 'resolve' }, otherwise: 'trigger' },
  severity: { value: 'error' },
  labels: { host: { path: 'host.name' }, team: { value: 'payments' } },
};

test('a mapping comes back from its form as it was', () => {
  assert.deepEqual(mappingOf(textOf(mapping)), mapping);
});

test('what the form makes is a mapping that the server accepts', () => {
  assert.ok(mappingShape.safeParse(mappingOf(textOf(mapping))).success);
});

test('an empty form is no mapping at all', () => {
  assert.equal(mappingOf(emptyMapping()), null);
  assert.deepEqual(textOf(null), emptyMapping());
});

test('half a pair of words is left out rather than guessed', () => {
  const text = {
    ...emptyMapping(),
    action: { path: 'status', words: 'down = trigger, up, = resolve', otherwise: '' },
  };
  assert.deepEqual(mappingOf(text)?.action, { path: 'status', words: { down: 'trigger' } });
});

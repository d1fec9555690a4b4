/** When something owed is pressing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pressing } from './pressing.ts';

const promise = { dueAt: '2026-11-23T02:44:00Z', soonFrom: '2026-11-23T02:34:00Z' };
const at = (time: string) => Date.parse(`2026-11-23T${time}Z`);

test('a promise is soon due from its first reminder, and late at its time', () => {
  assert.equal(pressing(promise, at('02:33:59')), 'later');
  assert.equal(pressing(promise, at('02:34:00')), 'soon');
  assert.equal(pressing(promise, at('02:43:59')), 'soon');
  assert.equal(pressing(promise, at('02:44:00')), 'late');
});

test('what nothing reminds of is only ever late', () => {
  assert.equal(pressing({ ...promise, soonFrom: null }, at('02:43:59')), 'later');
  assert.equal(pressing({ ...promise, soonFrom: null }, at('02:44:00')), 'late');
});

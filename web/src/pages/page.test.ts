import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fieldOf, momentIn, nameOf } from './page.ts';

test('a moment typed in UTC is that moment, and shown again as it was typed', () => {
  assert.equal(momentIn('2026-11-25T02:00'), '2026-11-25T02:00:00Z');
  assert.equal(momentIn('tomorrow'), undefined);
  assert.equal(fieldOf('2026-11-25T02:00:00Z'), '2026-11-25T02:00');
});

test('a page without a name of its own is called by what it is', () => {
  assert.equal(nameOf({ name: null, slug: null, client: null }), 'The first page');
  assert.equal(nameOf({ name: 'Northwind', slug: 'n', client: null }), 'Northwind');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownAddress } from './address.ts';

test('after signing in one goes on to an address of this app and to no other', () => {
  assert.equal(ownAddress('/incidents/inc_1?tab=changes'), '/incidents/inc_1?tab=changes');
  for (const elsewhere of [
    'https://example.com',
    '//example.com',
    '/\\example.com',
    'incidents',
    undefined,
    4,
  ])
    assert.equal(ownAddress(elsewhere), '/');
  assert.equal(ownAddress('/sign-in?next=/'), '/');
});

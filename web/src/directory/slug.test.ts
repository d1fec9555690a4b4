import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slugOf } from './slug.ts';

test('a name becomes a slug that monitoring could have sent', () => {
  assert.equal(slugOf('Card payments'), 'card-payments');
  assert.equal(slugOf('  Überweisungen (EU) '), 'uberweisungen-eu');
  assert.equal(slugOf('api/v2.1'), 'api/v2.1');
  assert.equal(slugOf('-- ?'), '');
});

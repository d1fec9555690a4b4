import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserIn } from './browser-name.ts';

test('a session is recognised by its browser and system', () => {
  assert.equal(
    browserIn(
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
    ),
    'Chrome on Linux',
  );
  assert.equal(
    browserIn(
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Mobile Safari/604',
    ),
    'Safari on iOS',
  );
  assert.equal(browserIn('curl/8.9'), 'curl/8.9');
  assert.equal(browserIn(null), 'An unknown program');
});

/** Flags of any tool: by a mapping, or by the usual names. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flagMappingShape } from '../../reading.ts';
import { fixture } from '../fixture.ts';
import { instantOfAny, parse } from './parse.ts';

test('Unleash and Flagsmith are read without a mapping', () => {
  const [unleash] = parse(fixture('flags/fixtures/unleash.json'), null).changes;
  assert.deepEqual(
    [unleash?.summary, unleash?.at?.toString(), unleash?.names],
    ['Flag new-basket turned on in production', '2026-11-24T09:30:00Z', ['', 'new-basket', 'shop']],
  );
  const [flagsmith] = parse(fixture('flags/fixtures/flagsmith.json'), null).changes;
  assert.deepEqual(
    [flagsmith?.summary, flagsmith?.versionBefore, flagsmith?.version],
    ['Flag new_basket turned off in Production', 'on', 'off'],
  );
});

test('a mapping reads flag, environment, before, after and at from anywhere', () => {
  const mapping = flagMappingShape.parse({
    items: 'changes',
    flag: { path: 'what.key' },
    environment: { value: 'production' },
    before: { path: 'from' },
    after: { path: 'to', words: { 1: 'on', 0: 'off' } },
    at: { path: 'when' },
    id: { path: 'n' },
  });
  const body = {
    changes: [{ what: { key: 'limit' }, from: '10', to: '25', when: 1795512600, n: 7 }, { n: 8 }],
  };
  const { changes, problems } = parse(body, mapping);
  assert.deepEqual(
    [changes[0]?.summary, changes[0]?.externalId, changes[0]?.at?.epochMilliseconds],
    ['Flag limit changed from 10 to 25 in production', 'flag/limit/production/7', 1795512600000],
  );
  assert.deepEqual(problems, ['Flag 2: The mapping finds no flag at "what.key".']);
  assert.deepEqual(parse({}, mapping).problems, ['There is no list at "changes".']);
});

test('seconds, milliseconds and texts are times; what is none is none', () => {
  for (const value of [1795512600, 1795512600000, '1795512600', '2026-11-24T09:30:00Z'])
    assert.equal(typeof instantOfAny(value)?.epochMilliseconds, 'number');
  for (const value of [Number.NaN, -5, 1e300, 'soon', null, {}, true])
    assert.equal(instantOfAny(value), undefined);
  assert.match(parse({ x: 1 }, null).problems[0] ?? '', /mapping for flags/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byUrgency, dayInWords, daysInWords, type Provider, stateWords, tone } from './provider.ts';

const FEED = { kind: 'statuspage', url: 'https://x.example', components: [] } as const;
const one = (name: string, more: Partial<Provider>) =>
  ({ name, feed: FEED, probe: null, state: 'operational', ...more }) as Provider;

test('trouble stands on top, what is not known above what is well, and what nobody asks last', () => {
  const sorted = byUrgency([
    one('A green', {}),
    one('B unasked', { feed: null, state: 'unknown' }),
    one('C stale', { state: 'unknown', stale: true }),
    one('D down', { state: 'major' }),
  ]);
  assert.deepEqual(
    sorted.map((each) => each.name),
    ['D down', 'C stale', 'A green', 'B unasked'],
  );
});

test('what is stale is never green, neither in words nor in colour', () => {
  const stale = { state: 'unknown', stale: true, last: 'operational', asOf: '2026-11-24T14:02:00Z' } as const;
  assert.equal(stateWords(stale), 'stale, was green');
  assert.equal(tone('unknown', true), 'quiet');
  assert.equal(tone('operational', true), 'quiet');
  assert.equal(stateWords({ ...stale, state: 'major', last: 'major' }), 'down, stale');
  assert.equal(stateWords({ state: 'unknown', stale: true, last: null, asOf: null }), 'cannot be read');
  assert.equal(stateWords({ state: 'unknown', stale: false, last: null, asOf: null }), 'not asked');
});

test('days are told in words for who cannot see the bars', () => {
  const days = [
    { day: '2026-11-22', state: null, minutes: {} },
    { day: '2026-11-23', state: 'major', minutes: { major: 95, operational: 1345 } },
    { day: '2026-11-24', state: 'operational', minutes: { operational: 800 } },
  ] as const;
  assert.equal(daysInWords(days), '3 days: 1 not asked, 1 down, 1 green');
  assert.equal(dayInWords(days[1]), '23 Nov: down for 1 h 35 min');
  assert.equal(dayInWords(days[0]), '22 Nov: not asked');
});

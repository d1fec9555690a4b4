/** Filters, freshness, history and sentences: a provider is green only while somebody heard so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysOf } from './history.ts';
import { type Reading, standing, touches } from './reading.ts';
import { providerSentence } from './state.ts';
import { askedOf, type Kept, statusOf, type Target } from './status.ts';

const NOW = Temporal.Instant.from('2026-11-24T14:02:30Z');
const reading: Reading = {
  state: 'partial',
  components: [
    { id: 'c1', name: 'API', group: 'Payments', state: 'operational' },
    { id: 'c2', name: 'Webhooks', group: 'Payments', state: 'partial' },
    { id: 'c3', name: 'Dashboard', group: null, state: 'operational' },
  ],
  incidents: [],
};
const target: Target = {
  id: 'tpy_1',
  name: 'Stripe',
  statusUrl: null,
  feed: { kind: 'statuspage', url: 'https://status.example', components: [] },
  probe: null,
};
const kept = (more: Partial<Kept> = {}): Kept => ({
  asked: askedOf(target),
  attemptedAt: NOW.subtract({ seconds: 20 }),
  failures: 0,
  answeredAt: NOW.subtract({ seconds: 20 }),
  unchangedSince: NOW.subtract({ hours: 50 }),
  error: null,
  feedState: 'operational',
  feedNote: null,
  components: [],
  probeState: null,
  probeAt: null,
  probeNote: null,
  ...more,
});
const sentence = (row: Kept | undefined, at = NOW) => {
  const status = statusOf(target, row, at);
  return providerSentence(
    { ...status, name: target.name, asOf: status.asOf?.toString() ?? null, incidents: [] },
    at.toString(),
  );
};

test('a filter takes ids, names, groups and group and name, whatever the capitals', () => {
  assert.equal(standing(reading, ['C1'], NOW).state, 'operational');
  assert.equal(standing(reading, ['api'], NOW).state, 'operational');
  assert.equal(standing(reading, ['payments / API'], NOW).state, 'operational');
  assert.equal(standing(reading, ['Payments'], NOW).state, 'partial');
  assert.equal(standing(reading, ['Dashboard', 'Webhooks'], NOW).state, 'partial');
});

test('a filter that matches nothing reads unknown, and names the slip', () => {
  const { state, note } = standing(reading, ['Dashbord'], NOW);
  assert.equal(state, 'unknown');
  assert.equal(note, 'The feed has no component called “Dashbord”.');
  assert.equal(standing(reading, ['Dashboard', 'Dashbord'], NOW).state, 'unknown');
  assert.equal(
    standing(reading, ['Webhooks', 'Dashbord'], NOW).state,
    'partial',
    'trouble is said all the same',
  );
});

test('an incident concerns us by its components, and by any if it names none', () => {
  const one = (components: string[]) => ({
    id: 'i',
    title: 't',
    maintenance: false,
    impact: 'major' as const,
    startedAt: NOW,
    endedAt: null,
    url: null,
    components,
    updates: [],
  });
  assert.equal(touches(one(['c1']), reading, ['API']), true);
  assert.equal(touches(one(['API']), reading, ['Payments']), true);
  assert.equal(touches(one(['Dashboard']), reading, ['API']), false);
  assert.equal(touches(one([]), reading, ['API']), true);
});

test('green is green only while it is fresh', () => {
  assert.equal(sentence(kept()), "Stripe's feed is green as of 14:02 UTC.");
  assert.equal(statusOf(target, kept(), NOW).state, 'operational');
  const later = NOW.add({ minutes: 6 });
  const old = statusOf(target, kept(), later);
  assert.equal(old.state, 'unknown');
  assert.equal(old.stale, true);
  assert.equal(old.last, 'operational');
  assert.equal(
    sentence(kept(), later),
    "Stripe's feed is stale, last heard as of 14:02 UTC; it was green then. It has not been asked since.",
  );
});

test('one failure is enough to stop being green, and says why', () => {
  const failed = kept({ failures: 1, error: 'It answered 503.' });
  assert.equal(statusOf(target, failed, NOW).state, 'unknown');
  assert.match(
    sentence(failed),
    /is stale, last heard as of 14:02 UTC; it was green then\. It answered 503\./,
  );
});

test('trouble is believed for an hour after the feed fell silent, then it is no knowledge any more', () => {
  const failed = kept({ feedState: 'major', failures: 3, error: 'x' });
  assert.equal(statusOf(target, failed, NOW.add({ minutes: 30 })).state, 'major');
  assert.equal(statusOf(target, failed, NOW.add({ minutes: 61 })).state, 'unknown');
});

test('an answer belongs to what was asked: after an edit it says nothing', () => {
  const moved: Target = {
    ...target,
    feed: { kind: 'statuspage', url: 'https://other.example', components: [] },
  };
  const status = statusOf(moved, kept(), NOW);
  assert.equal(status.state, 'unknown');
  assert.equal(status.note, 'Stripe has not been asked yet.');
});

test('a provider that has never answered is named, and so is the reason', () => {
  const never = kept({
    answeredAt: null,
    feedState: null,
    failures: 3,
    error: 'status.example did not answer in time',
  });
  assert.equal(
    sentence(never),
    'Nobody knows how Stripe is: it has never answered. status.example did not answer in time.',
  );
});

test('what nobody asks is not green', () => {
  const silent: Target = { ...target, feed: null };
  assert.equal(statusOf(silent, undefined, NOW).state, 'unknown');
  assert.match(statusOf(silent, undefined, NOW).note ?? '', /Nobody asks how Stripe is/);
});

test('a green feed beside a failing check of our own is not green', () => {
  const both: Target = { ...target, probe: { url: 'https://api.example', text: null } };
  const row = kept({
    asked: askedOf(both),
    probeState: 'major',
    probeAt: NOW,
    probeNote: 'Our own check was answered 502 after 80 ms.',
  });
  const status = statusOf(both, row, NOW);
  assert.equal(status.state, 'major');
  assert.equal(status.note, 'Our own check was answered 502 after 80 ms.');
});

test('a day is as bad as its worst minute, a blink is none, and a day when nobody asked is empty', () => {
  const span = (state: 'operational' | 'major' | 'unknown', from: string, to: string) => ({
    state,
    startedAt: Temporal.Instant.from(from),
    endedAt: Temporal.Instant.from(to),
  });
  const days = daysOf(
    [
      span('operational', '2026-11-22T00:00:00Z', '2026-11-23T10:00:00Z'),
      span('major', '2026-11-23T10:00:00Z', '2026-11-23T10:30:00Z'),
      span('operational', '2026-11-23T10:30:00Z', '2026-11-24T08:00:00Z'),
      span('major', '2026-11-24T08:00:00Z', '2026-11-24T08:00:30Z'),
      span('operational', '2026-11-24T08:00:30Z', '2026-11-24T14:00:00Z'),
    ],
    4,
    NOW,
  );
  assert.deepEqual(
    days.map((day) => [day.day, day.state]),
    [
      ['2026-11-21', null],
      ['2026-11-22', 'operational'],
      ['2026-11-23', 'major'],
      ['2026-11-24', 'operational'],
    ],
  );
  assert.equal(days[2]?.minutes.major, 30);
  const dark = daysOf([span('unknown', '2026-11-24T00:00:00Z', '2026-11-24T00:00:20Z')], 1, NOW);
  assert.equal(dark[0]?.state, 'unknown');
});

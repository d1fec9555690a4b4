/** When silence is only silence: the rule by which a feed counts as silent, and the sentence that follows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coverageNote, type Feed, judgeFeed, judgeKind, silentAfterSeconds } from './coverage-judged.ts';

const NOW = Temporal.Instant.from('2026-11-25T02:00:00Z');
const DAY = 86_400;
const ago = (days: number) => NOW.subtract({ seconds: days * DAY });
const feed = (whole: { days: number; longest: number }, own = whole, changes = 50): Feed => ({
  sender: 'int_1',
  name: 'Argo CD',
  lastHeardAt: ago(own.days),
  lastChangeAt: ago(own.days),
  changes,
  longestSilenceSeconds: own.longest * DAY,
  whole: { lastHeardAt: ago(whole.days), changes: 200, longestSilenceSeconds: whole.longest * DAY },
});

test('a sender is silent after twice its longest silence, never before a week', () => {
  const after = (days: number, changes = 100) =>
    silentAfterSeconds({ changes, longestSilenceSeconds: days * DAY }) / DAY;
  assert.equal(after(1), 7);
  assert.equal(after(10), 20);
  assert.equal(after(80), 90);
  assert.equal(after(0, 2), 30, 'two changes are no habit');
});

test('a feed that speaks every day and has said nothing for eight is silent', () => {
  assert.equal(judgeFeed(feed({ days: 6, longest: 1 }), NOW)?.silent, false);
  const silent = judgeFeed(feed({ days: 8, longest: 1 }), NOW);
  assert.equal(silent?.silent, true);
  assert.equal(
    silent?.note,
    'Argo CD has said nothing of any service for 8 days; before that never for longer than 1 day.',
  );
});

test('a service that changes rarely is not silent while its sender speaks of others', () => {
  assert.equal(judgeFeed(feed({ days: 0, longest: 1 }, { days: 40, longest: 20 }), NOW)?.silent, false);
  assert.equal(judgeFeed(feed({ days: 0, longest: 1 }, { days: 20, longest: 2 }), NOW)?.silent, true);
  assert.equal(judgeFeed(feed({ days: 0, longest: 1 }, { days: 20, longest: 2 }, 3), NOW)?.silent, false);
});

test('after a quarter without a word there is no feed any more', () => {
  assert.equal(judgeFeed(feed({ days: 91, longest: 60 }), NOW), undefined);
});

test('a feed that speaks is believed before somebody who said that there is none', () => {
  const absence = { saidBy: 'Ana', saidAt: NOW.toString() };
  assert.equal(judgeKind('flag', [feed({ days: 1, longest: 1 })], absence, NOW).state, 'connected');
  assert.equal(judgeKind('flag', [feed({ days: 9, longest: 1 })], absence, NOW).state, 'absent');
  assert.equal(judgeKind('flag', [feed({ days: 9, longest: 1 })], null, NOW).state, 'silent');
  assert.equal(judgeKind('flag', [], null, NOW).state, 'not_connected');
});

test('a third party that answers is listened to, whether or not it ever had an incident; one that is stale is not', () => {
  const green = { name: 'PayBridge', stale: false, sentence: "PayBridge's feed is green." };
  const stale = { name: 'Postwing', stale: true, sentence: 'Postwing has not answered.' };
  const listened = judgeKind('third_party', [], null, NOW, [green]);
  assert.deepEqual([listened.state, listened.note], ['connected', "PayBridge's feed is green."]);
  const half = judgeKind('third_party', [], null, NOW, [green, stale]);
  assert.deepEqual([half.state, half.note], ['silent', 'Unknown: Postwing has not answered.']);
});

test('what did not change and what is not known stand in one sentence', () => {
  const kinds = [
    { kind: 'deploy', state: 'connected' },
    { kind: 'flag', state: 'connected' },
    { kind: 'config', state: 'not_connected' },
    { kind: 'infra', state: 'silent' },
    { kind: 'job', state: 'absent' },
  ] as const;
  const service = { name: 'Checkout', kinds: [...kinds] };
  assert.equal(
    coverageNote(service, {}, 24),
    'No deployment or flag change to Checkout in 24 h; infrastructure: unknown, the feed is silent; configuration: unknown, no feed connected.',
  );
  assert.equal(
    coverageNote(service, { deploy: 2 }, 24),
    '2 changes to Checkout in 24 h; no flag change; infrastructure: unknown, the feed is silent; configuration: unknown, no feed connected.',
  );
});

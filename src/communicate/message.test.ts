import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  admission,
  draft,
  headline,
  holdingMessage,
  plainText,
  type Situation,
  sendLabel,
  unadmitted,
} from './message.ts';
import { timeForReader, timeWithZone } from './words.ts';

const now = '2026-11-25T02:11:00Z';
const situation: Situation = {
  kind: 'first',
  publicNames: ['card payments'],
  checkingData: false,
  now,
  nextAt: '2026-11-25T02:40:00Z',
  zone: 'UTC',
  detectedAt: '2026-11-25T02:02:00Z',
};
const utc = (at: string | number) => timeWithZone(at, 'UTC', now);

test('the holding message says what is affected, that we look, and when the next one comes', () => {
  assert.equal(
    holdingMessage({ ...situation, nextAt: '2026-11-25T02:40:00Z' }),
    'We are aware of an issue affecting card payments. We are investigating. Next update at 02:40 UTC.',
  );
});

test('the draft of the first message reads as the holding message', () => {
  assert.equal(
    plainText(draft(situation), utc),
    holdingMessage({ ...situation, nextAt: '2026-11-25T02:40:00Z' }),
  );
});

test('while nobody knows what is affected, it is one of our services', () => {
  assert.match(
    plainText(draft({ ...situation, publicNames: [] }), utc),
    /an issue affecting one of our services\./,
  );
});

test('while data is being checked, the holding message says so', () => {
  assert.match(
    plainText(draft({ ...situation, checkingData: true }), utc),
    /We are checking whether data is affected\./,
  );
});

test('a next time on another day carries its date', () => {
  assert.equal(timeWithZone('2026-11-26T09:00:00Z', 'UTC', now), '09:00 UTC on 26 Nov');
});

test('a reader sees their own zone with UTC beside it', () => {
  assert.equal(timeForReader('2026-11-25T02:44:00Z', 'Europe/Berlin', now), '03:44 CET (02:44 UTC)');
  assert.equal(timeForReader('2026-11-25T02:44:00Z', 'UTC', now), '02:44 UTC');
  assert.equal(timeForReader('2026-11-25T02:44:00Z', 'Not/AZone', now), '02:44 UTC');
});

test('nothing new carries all four fields over and says since when', () => {
  const last = {
    kind: 'next' as const,
    status: 'cause_known' as const,
    impact: 'Nobody can pay by card.',
    action: 'We are undoing a change.',
    at: '2026-11-25T02:11:00Z',
  };
  const first = draft({ ...situation, kind: 'next', last, nextAt: '2026-11-25T03:10:00Z' });
  assert.deepEqual(first, {
    kind: 'next',
    status: 'cause_known',
    impact: 'Nobody can pay by card.',
    action: 'Nothing new since 02:11 UTC: We are undoing a change.',
    nextAt: '2026-11-25T03:10:00Z',
    nothingNew: true,
  });
  const second = draft({
    ...situation,
    kind: 'next',
    last: { ...last, action: first.action, at: '2026-11-25T02:40:00Z' },
  });
  assert.equal(second.action, 'Nothing new since 02:40 UTC: We are undoing a change.');
});

test('what was late once is admitted once: a headline and the next draft do not say it again', () => {
  const impact = `${admission('03:44 CET (02:44 UTC)')} Nobody can pay by card.`;
  assert.equal(unadmitted(impact), 'Nobody can pay by card.');
  assert.equal(headline(impact, ['Checkout']), 'Nobody can pay by card');
  assert.equal(
    unadmitted('We said we would write by noon. Then we did not.'),
    'We said we would write by noon. Then we did not.',
  );
});

test('the final message names no next time and says that it is the last', () => {
  const final = draft({ ...situation, kind: 'final', restoredAt: '2026-11-25T03:20:00Z' });
  assert.equal(final.nextAt, null);
  assert.match(
    plainText(final, utc),
    /^You can use card payments again since 03:20 UTC\. The issue is resolved\..*This is our last message about it\.$/,
  );
});

test('the public headline is the impact without its time, and never longer than a line', () => {
  assert.equal(
    headline('Since 02:02 UTC nobody can pay by card. Bank transfer works.', ['Checkout']),
    'Nobody can pay by card',
  );
  assert.equal(
    headline('We are aware of an issue affecting Checkout.', ['Checkout']),
    'An issue affecting Checkout',
  );
  for (const late of [
    'Our update for 10:00 UTC is late. Card payments fail. Bank transfer works.',
    'Our update for 10:00 CET (09:00 UTC) is late. Last confirmed at 09:33 CET: card payments fail.',
  ])
    assert.equal(headline(late, ['Checkout']), 'Card payments fail');
  assert.equal(headline('Our update for 10:00 UTC is late.', ['Checkout']), 'An issue affecting Checkout');
  assert.equal(headline('x'.repeat(200), ['Checkout', 'Website']), 'An issue affecting Checkout and Website');
});

test('the one button names its effect', () => {
  assert.equal(sendLabel(31, true), 'Send to 31 people and the status page');
  assert.equal(sendLabel(1, false), 'Send to 1 person');
  assert.equal(sendLabel(0, true), 'Put it on the status page');
});

/** What the machine says when ours is late: facts, in the language of whoever reads it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Confirmed, Lateness } from '#incident/types.ts';
import { lateMessage, wordsFor } from './late-words.ts';
import { type Language, speechOf } from './page/language.ts';
import { textOf } from './page/machine.ts';

const at = (text: string) => Temporal.Instant.from(text);
const LATE: Lateness = {
  promise: 'next_update',
  cycle: 7,
  promisedAt: at('2026-11-25T02:44:00Z'),
  first: false,
  detectedAt: at('2026-11-25T02:04:00Z'),
  calledCount: 2,
  calling: true,
  saidBefore: 0,
};
const CONFIRMED: Confirmed = {
  impact: 'Card payments fail.',
  continued: 'card payments fail.',
  at: at('2026-11-25T02:14:00Z'),
};
const reader = (language: Language, zone: string, writtenAt = '2026-11-25T02:59:00Z') => ({
  speech: speechOf(language, zone),
  names: ['Checkout'],
  writtenAt,
});

test('the automatic message holds nothing but facts and never claims that somebody is working', () => {
  const { speech } = reader('en', 'UTC');
  const update = {
    kind: 'late' as const,
    status: 'looking' as const,
    nextAt: at('2026-11-25T03:14:00Z'),
    at: at('2026-11-25T02:59:00Z'),
  };
  assert.equal(
    textOf({ ...update, ...lateMessage(LATE, CONFIRMED, reader('en', 'UTC')) }, speech),
    'Automatic message. Our update for 02:44 UTC is late. Last confirmed at 02:14 UTC: card payments fail. A second and third person have been called. Next message by 03:14 UTC.',
  );
  const again = { ...LATE, saidBefore: 1, calledCount: 5 };
  assert.equal(
    textOf({ ...update, ...lateMessage(again, CONFIRMED, reader('en', 'UTC')) }, speech),
    'Automatic message. Our update for 02:44 UTC is still late. Last confirmed at 02:14 UTC: card payments fail. 5 more people have been called. We keep calling people. Next message by 03:14 UTC.',
  );
});

test('that we keep calling people is said only while a ladder calls them', () => {
  const action = (more: Partial<Lateness>) =>
    lateMessage({ ...LATE, saidBefore: 3, ...more }, undefined, reader('en', 'UTC')).action;
  assert.equal(action({ calledCount: 0 }), 'We keep calling people.');
  assert.equal(action({ calling: false }), 'A second and third person have been called.');
  assert.equal(action({ calledCount: 0, calling: false }), 'Nobody has written since.');
});

test('the automatic message names the zone of every time, for readers who are in another one', () => {
  const late = { ...LATE, calledCount: 1 };
  assert.equal(
    lateMessage(late, CONFIRMED, reader('en', 'Europe/Berlin')).impact,
    'Our update for 03:44 CET (02:44 UTC) is late. Last confirmed at 03:14 CET: card payments fail.',
  );
  assert.equal(
    lateMessage({ ...late, first: true }, undefined, reader('en', 'Europe/Berlin')).impact,
    'We are aware of an issue affecting Checkout, noticed at 03:04 CET. Our first message for 03:44 CET (02:44 UTC) is late.',
  );
});

test('a time of another day has its date beside it', () => {
  const { impact } = lateMessage(LATE, CONFIRMED, reader('en', 'UTC', '2026-11-26T06:14:00Z'));
  assert.equal(
    impact,
    'Our update for 02:44 UTC on 25 Nov is late. Last confirmed at 02:14 UTC on 25 Nov: card payments fail.',
  );
});

test('a German reader is told in German, and quoted what a person wrote as it was written', () => {
  const german = reader('de', 'Europe/Berlin');
  assert.deepEqual(lateMessage({ ...LATE, saidBefore: 1 }, CONFIRMED, german), {
    impact:
      'Unsere Meldung für 03:44 MEZ (02:44 UTC) ist weiterhin überfällig. Zuletzt bestätigt um 03:14 MEZ: „Card payments fail.“',
    action: 'Eine zweite und eine dritte Person sind gerufen worden. Es werden weiter Personen gerufen.',
  });
  assert.equal(
    lateMessage({ ...LATE, first: true }, undefined, german).impact,
    'Uns ist eine Störung bekannt, bemerkt um 03:04 MEZ. Sie betrifft Checkout. Unsere erste Meldung für 03:44 MEZ (02:44 UTC) ist überfällig.',
  );
  assert.match(
    lateMessage({ ...LATE, first: true }, undefined, { ...german, names: [] }).impact,
    /Sie betrifft einen unserer Dienste\./,
  );
});

test('what a person wrote is read as it was written, whatever the language of the reader', () => {
  const said = { kind: 'next' as const, impact: 'Card payments fail.', action: 'We undo a change.' };
  const { impact, action, about } = wordsFor(said, reader('de', 'UTC'));
  assert.deepEqual([impact, action, about], [said.impact, said.action, said.impact]);
});

test('a headline is made of what was confirmed, never of our being late', () => {
  const said = { kind: 'late' as const, impact: '', action: '', lateness: LATE };
  assert.equal(wordsFor({ ...said, confirmed: CONFIRMED }, reader('de', 'UTC')).about, 'Card payments fail.');
  assert.equal(wordsFor(said, reader('en', 'UTC')).about, '');
});

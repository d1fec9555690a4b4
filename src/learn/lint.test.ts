import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { actionFindings, dayOf } from './action.ts';
import { setHints } from './action-set.ts';
import { type BlameContext, blameIn } from './blame.ts';
import { withRewrite } from './finding.ts';
import { otherLanguage } from './language.ts';

const codes = (text: string, context?: BlameContext) => [
  ...new Set(blameIn(text, context).map((each) => each.code)),
];

const BLAMING: [string, string][] = [
  ['B1', 'Operator error: the wrong cluster was drained.'],
  ['B1', 'The engineer made a mistake when typing the command.'],
  ['B2', 'The on-call engineer ignored the alert for 20 minutes.'],
  ['B2', 'Somebody forgot to renew the domain.'],
  ['B2', 'They never verified the restore.'],
  ['B2', 'Support failed to escalate.'],
  ['B3', 'We should have noticed the disk filling up.'],
  ['B3', 'If only someone had escalated earlier.'],
  ['B4', 'Lack of attention during the rollout made it worse.'],
  ['B5', "It was Karl's fault that the queue filled."],
  ['B6', 'The outage was caused by a junior engineer.'],
  ['B6', 'A developer pushed a bad config and took down the site.'],
  ['B7', 'The DBA skipped the review process.'],
  ['B8', 'Retrain the operations team on failover.'],
  ['B9', 'Why was nobody watching the dashboard?'],
  ['B10', 'The admin accidentally ran the script in production.'],
];

const FINE = [
  'The scheduler failed to start the job.',
  'Checkout failed to start because the config was missing.',
  'Redis crashed after the upgrade.',
  'Customers could have seen stale prices.',
  'The root cause is not human error but a missing guard.',
  'The service should have two owners.',
  'Reads were slow due to I/O contention.',
  'git blame shows that the line is from 2019.',
  'The Kubernetes operator ignored the CRD.',
  'The culprit was a slow query on the orders table.',
  'Engineers finally identified the failing node at 03:10.',
  'The customer said "your engineers forgot us".',
  'On Teams the alert was easily missed.',
  'Nothing obvious was found in the logs.',
  'The payments team is responsible for billing.',
  'Bo rolled back at 03:12 and users could pay again.',
  'Jenkins skipped the review stage because of a flag.',
];

for (const [code, text] of BLAMING)
  test(`a hint of ${code} stands at: ${text}`, () => {
    assert.ok(codes(text).includes(code), `found ${codes(text).join(', ') || 'nothing'}`);
  });

for (const text of FINE)
  test(`no hint stands at: ${text}`, () => {
    assert.deepEqual(codes(text), []);
  });

test('a hint points at its words, asks a question and offers another way to say it', () => {
  const text = 'It began at noon. The reviewer overlooked the missing index.';
  const [hint] = blameIn(text);
  assert.equal(text.slice(hint?.start, hint?.end), 'The reviewer overlooked');
  assert.match(hint?.question ?? '', /\?$/);
  assert.ok(hint?.rewrite);
});

test('a name of the directory is only a hint, and only where causes are explained', () => {
  const names = ['Ana Lima'];
  assert.deepEqual(codes('Ana Lima restarted the worker.', { names, field: 'root_cause' }), ['B11']);
  assert.deepEqual(codes('Ana Lima restarted the worker.', { names, field: 'timeline' }), []);
  assert.deepEqual(codes('Ana Lima restarted the worker.', { names, field: 'rootCause' }), ['B11']);
  assert.deepEqual(codes('Ana Lima restarted the worker.', { names, field: 'wentWell' }), []);
});

test('a name that is a word is a person only where it blames', () => {
  assert.deepEqual(codes('Mark the alert as handled.'), []);
  assert.deepEqual(codes('Mark forgot the second host.'), ['B2']);
});

const TODAY = '2026-11-24';
const item = (text: string, more: object = {}) =>
  actionFindings({ text, owner: 'Ana', due: '2026-12-04', today: TODAY, ...more }).map((each) => each.code);

test('a vague beginning is fine when something measurable follows', () => {
  assert.deepEqual(item('Improve the search'), ['V1']);
  assert.deepEqual(item('Reduce the lifetime of sessions from 3600 to 60 s'), []);
  assert.deepEqual(
    item('Investigate why 3 of 40 nodes kept the old config: written finding with reproduction steps'),
    [],
  );
  assert.deepEqual(item('Ensure by a CI check that every job has an owner'), []);
  assert.deepEqual(item('Make sure that it does not happen again'), ['V1']);
});

test('a short item without a measure is asked when it is done', () => {
  assert.deepEqual(item('Remove the old firewall rule'), ['V2']);
});

test('a remedy that is a person changing is asked for a guard rail', () => {
  assert.deepEqual(item('Be more careful with the console'), ['P1']);
  assert.deepEqual(item('More training for the night shift'), ['P1']);
  assert.deepEqual(item('Move the training job to its own queue with at most 4 workers'), []);
});

test('one person answers for it', () => {
  const specific = 'Cap uploads at 20 MB';
  assert.deepEqual(item(specific, { owner: 'tbd' }), ['O1']);
  assert.deepEqual(item(specific, { owner: undefined }), ['O1']);
  for (const owner of ['Payments team', 'Ana and Bo', 'Ana, Bo', 'everyone'])
    assert.deepEqual(item(specific, { owner }), ['O2'], owner);
  assert.deepEqual(item(specific, { owner: 'Anders Oriol' }), []);
});

test('it has a day that is to come, and not far away', () => {
  const specific = 'Cap uploads at 20 MB';
  for (const due of ['ASAP', 'next quarter', '', '2026-11-23', '2026-02-30', '2027-06-01'])
    assert.deepEqual(item(specific, { due }), ['D1'], due);
  assert.deepEqual(item(specific, { due: TODAY }), []);
});

test('a weekday is the next one of its name', () => {
  assert.equal(dayOf('Friday', TODAY), '2026-11-27');
  assert.equal(dayOf('by tuesday', TODAY), '2026-12-01');
  assert.equal(dayOf('soon', TODAY), undefined);
});

test('three actions in one are asked to be three', () => {
  assert.ok(item('Add a limit of 5 retries, rewrite the consumer and update the runbook').includes('S1'));
  assert.ok(!item('Move the check to hourly and alert when it is older than 90 minutes').includes('S1'));
});

test('what was done or dropped before is noticed when it comes back', () => {
  const earlier = [{ text: 'Add an alert for the disk of the primary', state: 'done' as const }];
  assert.ok(item('Add an alert for the disk of the primary', { earlier }).includes('X1'));
  assert.ok(!item('Cap uploads at 20 MB', { earlier }).includes('X1'));
});

test('what a change makes possible is no reproach; what should have been dealt with is', () => {
  assert.deepEqual(codes('The ALBs were announced so they could have tested their scenarios.'), []);
  assert.deepEqual(codes('This should have been addressed before it had any impact.'), ['B3']);
});

test('an omission without a person is one all the same, unless a machine is named', () => {
  assert.deepEqual(codes('That the protocol changed was overlooked.'), ['B2']);
  assert.deepEqual(codes('The new queue was overlooked by the scheduler.'), []);
});

test('one thing for another is specific, a path of calls is not', () => {
  assert.deepEqual(item('We need to refactor NUnit -> XUnit tests so that they run on Linux agents'), []);
  assert.deepEqual(item('Improve checkout -> payment'), ['V1']);
  assert.deepEqual(item('Figure out how to watch the critical advisories'), ['V1']);
});

test('the actions of a serious incident are looked at together: some strong, one soon, few, and not only graphs', () => {
  const one = (more: object = {}) => ({
    text: 'Refuse a pool size above 100',
    dueOn: '2026-12-01',
    strength: 'stronger' as const,
    ...more,
  });
  const asks = (items: ReturnType<typeof one>[], severity = 'P1') =>
    setHints(items, severity, TODAY).map((each) => each.question.slice(0, 12));
  assert.deepEqual(asks([one()]), []);
  assert.deepEqual(asks([one({ strength: 'weaker' })]), ['All of them ']);
  assert.deepEqual(asks([one({ dueOn: '2026-12-09' })]), ['None is due ']);
  assert.deepEqual(asks(Array.from({ length: 8 }, () => one())), ['8 are more t']);
  assert.deepEqual(asks([one({ text: 'Add an alert for the disk' }), one({ text: 'Add a dashboard' })]), [
    'Every one of',
  ]);
  assert.deepEqual(asks([one({ text: 'Add an alert for the disk' }), one()]), []);
  assert.deepEqual(asks([one({ strength: 'weaker' })], 'P3'), []);
  assert.deepEqual(asks([]), []);
});

test('a text in another language is told by its small words, and a doubt turns nothing off', () => {
  assert.equal(
    otherLanguage('Der Kollege hat die Datei gelöscht und das war nicht gut für den Dienst'),
    'German',
  );
  assert.equal(
    otherLanguage("L'ingénieur a oublié de vérifier la sauvegarde et les données sont perdues"),
    'French',
  );
  assert.equal(otherLanguage('Инженер забыл проверить резервную копию'), 'another script');
  assert.equal(otherLanguage('The engineer forgot to check the backup of die Datenbank'), undefined);
  assert.equal(otherLanguage('Redis OOM'), undefined);
  for (const { text } of labelledTexts()) assert.equal(otherLanguage(text), undefined, text);
});

test('a rewrite is put after the sentence that is meant, or in place of a text that is meant as a whole', () => {
  const text = 'Tom forgot the backup. It was noon.';
  const [hint] = blameIn(text);
  assert.equal(withRewrite(text, hint!), `Tom forgot the backup. ${hint!.rewrite} It was noon.`);
  const short = 'Remove the old rule';
  const [whole] = actionFindings({ text: short, owner: 'Ana', due: '2026-12-04', today: TODAY });
  assert.equal(withRewrite(short, whole!), whole!.rewrite);
});

function labelledTexts(): { text: string }[] {
  return ['blame', 'action_items', 'updates'].flatMap((name) =>
    readFileSync(join(import.meta.dirname, `../../test/labelled/${name}.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
}

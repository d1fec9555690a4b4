import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type TextContext, textFindings } from './check-text.ts';

const HINTS = ['U5', 'U14'];
const codes = (text: string, context: Partial<TextContext> = {}): string[] => [
  ...new Set(
    textFindings(text, { external: true, ...context })
      .map((each) => each.code)
      .filter((code) => !HINTS.includes(code)),
  ),
];

type Labelled = { id: string; codes: string[]; audience: string; text: string };
const labelled = readFileSync(join(import.meta.dirname, '../../test/labelled/updates.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Labelled);

for (const each of labelled)
  test(`labelled ${each.id} has ${each.codes.join(' and ') || 'nothing to mend'}: ${each.text}`, () => {
    const found = codes(each.text, { external: each.audience === 'external' });
    assert.deepEqual(found.toSorted(), each.codes.toSorted());
  });

const GOOD = [
  'Monitoring. A fix is in place and card payments work again since 15:02 UTC. We are watching error rates. Next update by 15:30 UTC.',
  "Mitigating. Search is slow for about 20% of customers in Europe since 09:10 UTC. We are rolling back this morning's release. Next update at 10:00 CET.",
  'We are aware of an issue affecting logins and are investigating. Next update by 10:15 UTC.',
  'Resolved. Between 09:00 and 09:40 UTC about 300 customers could not log in. Logins have worked normally since, and we have watched them for one hour. No data was lost.',
  'Identified. Emails are sent up to 40 minutes late. One of our providers has a problem; we are sending through a second one. Next update by 12:00 UTC.',
  'Monitoring. Orders can be placed again since 11:20 UTC. Confirmation mails are still delayed by 15 minutes. We are working through the backlog. Next update by 12:30 UTC.',
  'Investigating. Nobody can upload photos since 08:00 UTC; viewing works. We are checking the storage. No data loss is known. Next update by 08:30 UTC.',
  'We have identified the cause: a change at 13:58 UTC. Report exports fail. We are undoing the change, and data is safe. Next update by 14:30 UTC.',
  'No change since our last message: invoices still cannot be downloaded, all else works. We are restoring the index; 60% is done. Next update by 16:30 UTC.',
  'Investigating. Customers cannot log in. We are checking the last change. Next update at 2 p.m. UTC.',
  'Identified. Our engineers have deployed a fix for failed logins, and we are watching it. Next update by 10:00 UTC.',
  'Monitoring. Downloads fail for a small number of users (about 40). We are restoring their files. Next update by 10:00 UTC.',
  'Identified. Search results are incomplete for about 5% of users since 10:20 UTC; all other functions work. We are rebuilding the index. Next update by 11:15 UTC.',
  'Restored. You can log in again since 16:20 UTC. We are watching that it stays that way. Next update by 16:50 UTC.',
  'Monitoring. The rollback is complete and checkout works for all customers. We are watching it for an hour. Next update by 17:00 UTC.',
  'Scheduled maintenance in progress. The customer portal is unavailable from 22:00 to 23:00 UTC. We are upgrading the database. Next update by 22:30 UTC.',
];
for (const text of GOOD) test(`nothing to mend in: ${text}`, () => assert.deepEqual(codes(text), []));

const NEXT = 'We are checking the last change. Next update by 12:00 UTC.';
const BAD: [string, string][] = [
  ['U1,U3', 'Customers cannot log in. Next update by 12:00 UTC.'],
  ['U1r', 'Resolved. Login should be working again. Customers could not log in.'],
  ['U1r', `This should be fixed now. Customers could not log in. ${NEXT}`],
  ['U2', `Investigating. There is an issue. ${NEXT}`],
  ['U2', `We are having some problems. ${NEXT}`],
  ['U3', 'Investigating. Customers cannot log in. We are aware and working hard. Next update by 12:00 UTC.'],
  ['U3', 'We are experiencing an outage of logins. Status: identified. Next update by 12:00 UTC.'],
  ['U4', 'Investigating. Customers cannot log in. We are rolling back. We will keep you posted.'],
  ['U4', 'Investigating. Customers cannot log in. We are rolling back. Next update at 12:00.'],
  ['U4r', 'Investigating. Customers cannot log in. We are rolling back. Next update shortly.'],
  ['U4r', 'Investigating. Customers cannot log in. We are rolling back. Next update in 30 minutes.'],
  ['U4p', 'Investigating. Customers cannot log in. We are rolling back. Next update on Monday at 09:00 UTC.'],
  ['U6', `Investigating. Checkout returns 5xx because ingress pods are OOM killed. ${NEXT}`],
  ['U6', `Identified. High p99 latency on search. ${NEXT}`],
  ['U7', `Investigating. Logins fail, probably because of the network. ${NEXT}`],
  ['U7', `Investigating. Logins fail; this might be a DNS problem. ${NEXT}`],
  ['U7', `Investigating. Logins fail. The root cause is the network. ${NEXT}`],
  ['U8', `Identified. Invoices cannot be downloaded. We expect to be back by 13:00 UTC. ${NEXT}`],
  ['U8', `Identified. Invoices cannot be downloaded. We guarantee a fix within the hour. ${NEXT}`],
  ['U9', `Identified. Our provider failed us. Emails are delayed. ${NEXT}`],
  ['U9', 'Identified. Emails are delayed. It is out of our hands. Next update by 12:00 UTC.'],
  ['U10', `Identified. A developer pushed the wrong config. Checkout fails. ${NEXT}`],
  ['U10', `Identified. Sarah deployed a broken release. Checkout fails. ${NEXT}`],
  ['U11', `Investigating. Only a few users cannot pay. ${NEXT}`],
  ['U12', `Complete outage. Some images load slowly. ${NEXT}`],
  ['U16', `Investigating. db-prod-03 (10.0.4.17) is down, customers cannot log in. ${NEXT}`],
  ['U16', `Investigating. Customer Contoso cannot log in. ${NEXT}`],
  ['U16', `Investigating. Customers cannot log in, token=ghp_abcd1234efgh is being renewed. ${NEXT}`],
];
for (const [expected, text] of BAD)
  test(`${expected} is found in: ${text}`, () => assert.equal(codes(text).join(), expected));

// Each of these was flagged once, and should not have been.
const HARMLESS = [
  'We do not have an ETA yet.',
  'We will be working on remediation.',
  'We are watching until we are confident that the issue has been resolved.',
  'With the exception of exports, everything works.',
  'The site runs on Node.js.',
  'We expect recovery to be gradual.',
  'Users might be unable to pay.',
  'Our provider confirms that mail works again.',
  'We have just deployed it.',
  'Machines in us-east-1 are slow.',
  'We will tell you once it is back.',
];
for (const text of HARMLESS)
  test(`no word is out of place in: ${text}`, () => {
    const found = codes(text).filter((code) => !['U1', 'U2', 'U3', 'U4'].includes(code));
    assert.deepEqual(found, []);
  });

test('a next time is judged by the clock and by the cadence', () => {
  const text = 'Investigating. Customers cannot log in. We are rolling back. Next update by 12:00 UTC.';
  assert.deepEqual(codes(text, { now: '2026-11-25T11:35:00Z', severity: 'P1' }), []);
  assert.deepEqual(codes(text, { now: '2026-11-25T11:20:00Z', severity: 'P1' }), ['U4p']);
  assert.deepEqual(codes(text, { now: '2026-11-25T11:20:00Z', severity: 'P2' }), []);
  assert.deepEqual(codes(text, { now: '2026-11-25T12:10:00Z', severity: 'P2' }), ['U4p']);
  assert.deepEqual(codes(text, { now: '2026-11-25T08:00:00Z', severity: 'P3' }), []);
});

test('a zone other than UTC is reckoned, also across midnight', () => {
  const text =
    'Investigating. Customers cannot log in. We are rolling back. Next update by 00:20 CET tomorrow.';
  assert.deepEqual(codes(text, { now: '2026-11-25T22:55:00Z', severity: 'P1' }), []);
  assert.deepEqual(codes(text, { now: '2026-11-25T20:55:00Z', severity: 'P1' }), ['U4p']);
});

test('names of the catalogue are offered as clients know them', () => {
  const text = `Investigating. Customers cannot log in, pay-gw is slow. ${NEXT}`;
  const internalNames = [{ name: 'pay-gw', publicName: 'card payments' }];
  const [found] = textFindings(text, { external: true, internalNames });
  assert.deepEqual([found?.code, found?.rewrite], ['U6', 'card payments']);
  assert.deepEqual(codes(text, { external: false, internalNames }), []);
});

test('inside the house machines and people are named, passwords are not', () => {
  const text = 'Exports fail. Maria is failing over to db-prod-02 (10.0.4.17). Next update by 12:00 UTC.';
  assert.deepEqual(codes(text, { external: false }), []);
  assert.deepEqual(codes(`${text} Password: hunter2`, { external: false }), ['U16']);
});

test('people of the directory are not named outside', () => {
  const text = `Investigating. Customers cannot log in, Ada Byron is looking. ${NEXT}`;
  assert.deepEqual(codes(text, { people: ['Ada Byron'] }), ['U10']);
  assert.deepEqual(codes(text, { people: ['Ada Byron'], external: false }), []);
});

test('the same text again is asked about, unless it says that nothing is new', () => {
  const text = `Investigating. Customers cannot log in. ${NEXT}`;
  assert.deepEqual(codes(text, { previous: text }), ['U13']);
  const unchanged = `Nothing new. Customers cannot log in. ${NEXT}`;
  assert.deepEqual(codes(unchanged, { previous: unchanged }), []);
});

test('an update after the promised time is asked to say that it is late', () => {
  const late = { now: '2026-11-25T11:50:00Z', promisedAt: '2026-11-25T11:40:00Z' };
  const text = `Investigating. Customers cannot log in. ${NEXT}`;
  assert.deepEqual(codes(text, late), ['U17']);
  assert.deepEqual(codes(`Our update for 11:40 UTC is late. ${text}`, late), []);
});

test('one field alone is asked only for what belongs into it', () => {
  assert.deepEqual(codes('We are undoing our last change.', { field: 'action' }), []);
  assert.deepEqual(codes('We know.', { field: 'action' }), ['U3']);
  assert.deepEqual(codes('Some things.', { field: 'impact' }), ['U2']);
  assert.deepEqual(codes('at some point', { field: 'next' }), ['U4']);
});

test('hints on length and data are there, and say where', () => {
  const text = 'Investigating. Customers cannot pay. We are looking. Next update by 12:00 UTC.';
  const found = textFindings(text, { external: true, severity: 'P1' });
  assert.deepEqual(
    found.map(({ code, level }) => `${code} ${level}`),
    ['U5 hint', 'U14 hint'],
  );
});

test('every finding asks a question, and points into the text', () => {
  for (const { text } of labelled)
    for (const found of textFindings(text, { external: true })) {
      assert.match(found.question, /[?.]$/);
      assert.ok(0 <= found.start && found.start <= found.end && found.end <= text.length);
    }
});

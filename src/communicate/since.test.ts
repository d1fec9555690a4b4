import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact, FactBody } from '#incident/facts.ts';
import { sinceThen } from './since.ts';

const told = Temporal.Instant.from('2026-11-25T02:14:00Z');
const now = '2026-11-25T02:40:00Z';
let seq = 10;
const fact = (body: FactBody, minute = 30): Fact => {
  const at = Temporal.Instant.from(`2026-11-25T02:${minute}:00Z`);
  return {
    ...body,
    seq: seq++,
    happenedAt: at,
    recordedAt: at,
    actor: { kind: 'person', name: 'Bo' },
    source: 'app',
  };
};
const ruledOut = (changeId: string) =>
  fact({ kind: 'change_ruled_out', changeId, summary: 'checkout-api v411', reason: 'only a colour' });
const suspected = (changeId: string) =>
  fact({ kind: 'change_suspected', changeId, summary: 'checkout-api v412' });
const started = (id: string, minute = 31) =>
  fact(
    {
      kind: 'action_started',
      action: {
        id,
        what: 'Roll back checkout-api to v411',
        ownerId: 'bo',
        ownerName: 'Bo',
        timeBoxMinutes: 10,
        startedAt: told,
        temporary: false,
      },
    },
    minute,
  );
const ended = (actionId: string, outcome: 'worked' | 'did_not_work' | 'stopped') =>
  fact({ kind: 'action_ended', actionId, what: 'Roll back checkout-api', outcome, note: '' }, 38);
const since = (facts: Fact[], zone = 'UTC') => sinceThen(facts, { after: told, zone, now });

test('when nothing happened since the last message there is nothing to draft from', () => {
  assert.equal(since([]), undefined);
  assert.equal(
    since([fact({ kind: 'note_added', text: 'Bo thinks it is the cache', parked: false })]),
    undefined,
  );
  assert.equal(since([{ ...ruledOut('a'), recordedAt: told }]), undefined);
});

test('changes that were ruled out and the one that is checked are counted, not named', () => {
  assert.deepEqual(since([ruledOut('a'), ruledOut('b'), suspected('c')])?.outside, [
    'We have ruled out 2 recent changes.',
    'We are checking 1 recent change first.',
  ]);
});

test('a change that was suspected and then ruled out is ruled out', () => {
  assert.deepEqual(since([suspected('a'), ruledOut('a')])?.outside, ['We have ruled out 1 recent change.']);
});

test('a step under way has its time in the zone of its readers', () => {
  assert.deepEqual(since([started('x')], 'Europe/Berlin')?.outside, [
    'We have been trying one way to repair it since 03:31 CET.',
  ]);
});

test('a step that did not help is said, and does not look like a repair', () => {
  const drafted = since([started('x'), ended('x', 'did_not_work'), started('y', 39)]);
  assert.deepEqual(drafted?.outside, [
    '1 step of ours did not help.',
    'We have been trying one way to repair it since 02:39 UTC.',
  ]);
  assert.equal(drafted?.status, undefined);
});

test('a step that worked is a repair that is being checked, not a cure', () => {
  const drafted = since([started('x'), ended('x', 'worked')]);
  assert.equal(drafted?.status, 'checking_repair');
  assert.deepEqual(drafted?.outside, ['One step of ours worked, and we are checking the repair.']);
});

test('a step that was stopped is nobody\u2019s news outside', () => {
  assert.equal(since([ended('x', 'stopped')]), undefined);
});

test('what is said outside holds no name of a service, a release or a person', () => {
  const drafted = since([ruledOut('a'), suspected('b'), started('x'), ended('x', 'worked'), started('y')]);
  assert.doesNotMatch(drafted?.outside.join(' ') ?? '', /checkout|v41|Bo\b|Roll back/);
  assert.match(drafted?.inside.join(' ') ?? '', /checkout-api v411/);
});

test('the answer on data is said as it was found', () => {
  assert.equal(
    since([fact({ kind: 'data_checked', result: 'safe', note: 'ledger compared' })])?.data,
    'No data is affected.',
  );
  assert.equal(
    since([fact({ kind: 'data_checked', result: 'affected', note: '3 rows' })])?.data,
    'Data is affected.',
  );
});

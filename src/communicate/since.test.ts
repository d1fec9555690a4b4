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
    'One step of ours did not help.',
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

const answered = (actionId: string, state: 'running' | 'done' | 'timed_out') =>
  fact(
    {
      kind: 'lever_answered',
      actionId,
      runId: 'run_1',
      what: 'Roll back checkout-api',
      lever: 'Roll back',
      state,
      words: '',
    },
    35,
  );

test('what another program says it has done is told as carried out, not as a cure', () => {
  const drafted = since([started('x'), answered('x', 'running'), answered('x', 'done')]);
  assert.deepEqual(drafted?.outside, [
    'One way to repair it was carried out at 02:35 UTC, and we are checking whether it helps.',
  ]);
  assert.equal(drafted?.status, 'checking_repair');
  assert.deepEqual(since([started('x'), answered('x', 'timed_out')])?.outside, [
    'We have been trying one way to repair it since 02:31 UTC.',
  ]);
});

test('once a person says whether it helped, that is what is told', () => {
  assert.deepEqual(since([started('x'), answered('x', 'done'), ended('x', 'did_not_work')])?.outside, [
    'One step of ours did not help.',
  ]);
});

test('a dry run is nobody\u2019s news outside', () => {
  assert.equal(
    since([
      fact({
        kind: 'lever_tried',
        lever: 'Roll back',
        effect: 'Roll back checkout',
        sent: true,
        words: 'fine',
      }),
    ]),
    undefined,
  );
});

test('what still works without a third party is told in its public words, and its name is not', () => {
  const what = { thirdPartyId: 'tp', name: 'PayBridge', stillWorks: 'Orders are taken' };
  const on = since([fact({ kind: 'degradation_switched', on: true, what })]);
  assert.deepEqual(on?.stillWorks, ['Orders are taken.']);
  assert.ok(!on?.outside.join(' ').includes('PayBridge'));
  const off = since([
    fact({ kind: 'degradation_switched', on: true, what }),
    fact({ kind: 'degradation_switched', on: false, what }),
  ]);
  assert.deepEqual([off?.stillWorks, off?.worksNoMore], [[], ['Orders are taken.']]);
});

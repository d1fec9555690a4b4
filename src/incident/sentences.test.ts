/** Sentences of the timeline: ours begin and end as sentences do, a person's words stay theirs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fact } from './facts.ts';
import { sentence } from './sentences.ts';

const at = Temporal.Instant.from('2026-11-25T02:40:00Z');
const COMMON = {
  seq: 1,
  happenedAt: at,
  recordedAt: at,
  actor: { kind: 'person' as const, name: 'Ana Lima' },
  source: 'app',
};
const restored = (check: string) =>
  sentence({ ...COMMON, kind: 'restored', proof: { check, shows: 'arrived', since: at } } as Fact);

test('what somebody typed begins with a capital after our full stop', () => {
  assert.equal(restored('five test mails'), 'Restored. Five test mails: arrived, since 02:40 UTC');
  assert.equal(restored('öffentliche Seite'), 'Restored. Öffentliche Seite: arrived, since 02:40 UTC');
  assert.equal(
    sentence({
      ...COMMON,
      kind: 'action_ended',
      actionId: 'a',
      what: 'Roll back',
      outcome: 'helped',
      note: 'errors are gone',
    } as never),
    'Roll back: helped. Errors are gone',
  );
});

test('a name keeps its own letters', () => {
  for (const check of [
    'checkout-api probe',
    'iOS test',
    'p95_latency',
    '5 test mails',
    'https://example.com',
    'Probe',
  ])
    assert.equal(restored(check), `Restored. ${check}: arrived, since 02:40 UTC`);
});

test('a message of which the words end without a full stop is a sentence before the next time', () => {
  const update = {
    updateId: 'u',
    kind: 'next' as const,
    status: 'looking' as const,
    impact: 'Nobody can pay',
    action: 'x',
    nextAt: at,
    nothingNew: false,
    automatic: false,
    clientIds: [],
    internal: true,
    publicPage: false,
  };
  assert.equal(
    sentence({ ...COMMON, kind: 'update_sent', update }),
    'Update sent: Nobody can pay. Next update at 02:40 UTC',
  );
  assert.equal(
    sentence({ ...COMMON, kind: 'update_sent', update: { ...update, kind: 'late', automatic: true } }),
    'Automatic message sent: Nobody can pay. Next message by 02:40 UTC',
  );
});

/** Kubernetes events in both shapes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../fixture.ts';
import { parse } from './parse.ts';

const now = Temporal.Instant.from('2026-11-24T09:32:00Z');
const events = fixture('kubernetes/fixtures/events.json');

test('of a list, scaling and nodes are changes, a warning is an alert, a pulled image is neither', () => {
  const { changes, alerts, others, problems } = parse(events, now);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    changes.map(({ kind, summary }) => [kind, summary]),
    [
      [
        'deploy',
        'ScalingReplicaSet: Scaled up replica set checkout-7d9f8c6b5 to 3 (Deployment shop/checkout)',
      ],
      ['infra', 'NodeNotReady: Node worker-2 status is now: NodeNotReady (Node worker-2)'],
    ],
  );
  assert.equal(changes[1]?.at?.toString(), '2026-11-24T09:31:00Z');
  assert.deepEqual(others, ['Pulled of a Pod is routine, not a change.']);
  const [alert] = alerts;
  assert.deepEqual(
    [alert?.dedupKey, alert?.severity, alert?.startedAt.toString(), alert?.expiresAt?.toString()],
    ['pod-1/BackOff', 'warning', '2026-11-24T09:20:00Z', '2026-11-24T09:47:00Z'],
  );
  assert.deepEqual(alert?.serviceNames, [
    'checkout-7d9f8c6b5-x2x9z',
    'checkout',
    'checkout-7d9f8c6b5',
    'shop',
  ]);
});

test('a single event and a list of Kubernetes are read like an array', () => {
  assert.equal(parse(events[0], now).changes.length, 1);
  assert.equal(parse({ kind: 'EventList', items: events }, now).changes.length, 2);
});

test('the repetition of an event is the same change only at the same time', () => {
  const [one, again, later] = [
    events[0],
    events[0],
    { ...events[0], lastTimestamp: '2026-11-24T09:31:30Z' },
  ].map((each) => parse(each, now).changes[0]?.externalId);
  assert.equal(one, again);
  assert.notEqual(one, later);
});

test('what is no event says what is missing', () => {
  assert.match(parse({ reason: 'x' }, now).problems[0] ?? '', /neither involvedObject nor regarding/);
  assert.match(parse([1, events[0]], now).problems[0] ?? '', /^Event 1: It is not a JSON object/);
  assert.match(parse(Array(1001).fill({}), now).problems[0] ?? '', /more than 1000/);
});

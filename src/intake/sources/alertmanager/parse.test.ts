/** Alertmanager's webhook: one event per alert of the group. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../fixture.ts';
import { identityOf, parse } from './parse.ts';

const now = Temporal.Instant.from('2026-11-25T02:00:00Z');

test('a firing alert triggers by its fingerprint, and a list cut short resolves nothing', () => {
  const { events, problems } = parse(fixture('alertmanager/fixtures/firing.json'), now);
  assert.deepEqual(problems, []);
  assert.equal(events.length, 1);
  const [event] = events;
  assert.equal(event?.action, 'trigger');
  assert.equal(event?.dedupKey, '948c667b1fc76492');
  assert.equal(event?.title, 'The queue is longer than 500');
  assert.equal(event?.severity, 'error');
  assert.deepEqual(event?.serviceNames, ['checkout']);
  assert.equal(event?.startedAt.toString(), '2026-11-25T01:32:56.014Z');
  assert.equal((event?.payload as { truncatedAlerts: number } | undefined)?.truncatedAlerts, 3);
});

test('a resolved alert resolves the same key', () => {
  const { events } = parse(fixture('alertmanager/fixtures/resolved.json'), now);
  assert.deepEqual(
    events.map(({ action, dedupKey, severity }) => [action, dedupKey, severity]),
    [['resolve', 'fbab788ec4c1018b', 'warning']],
  );
});

test('a broken alert is told apart from the good ones beside it', () => {
  const body = fixture('alertmanager/fixtures/firing.json');
  body.alerts.push({ status: 'firing' }, { status: 'maybe', labels: { a: 'b' } }, 7);
  const { events, problems } = parse(body, now);
  assert.equal(events.length, 1);
  assert.deepEqual(problems, [
    'alerts[1]: has no labels.',
    'alerts[2]: has a status that is neither "firing" nor "resolved".',
    'alerts[3]: is not an object.',
  ]);
});

test('without a fingerprint the labels are the identity, in whatever order', () => {
  assert.equal(identityOf({ a: '1', b: '2' }), identityOf({ b: '2', a: '1' }));
  assert.notEqual(identityOf({ a: '1,b', b: '2' }), identityOf({ a: '1', b: 'b,2' }));
});

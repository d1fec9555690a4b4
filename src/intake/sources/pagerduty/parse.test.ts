/** PagerDuty events: what is read, and every complaint in its words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../fixture.ts';
import { complainAboutKey, parseChange, parseEvent } from './parse.ts';

const now = Temporal.Instant.from('2026-11-25T02:00:00Z');
const trigger = (more: object = {}, payload: object = {}) => {
  const body = fixture('pagerduty/fixtures/trigger.json');
  return parseEvent({ ...body, ...more, payload: { ...body.payload, ...payload } }, () => 'made', now);
};

test('a full trigger keeps its title, its key, its links that are links, and flat details as labels', () => {
  const { event } = trigger();
  assert.equal(event?.title, 'checkout answers 5xx to 12% of requests for 5m');
  assert.equal(event?.dedupKey, 'checkout/5xx');
  assert.equal(event?.severity, 'critical');
  assert.deepEqual(event?.serviceNames, ['api', 'payments']);
  assert.deepEqual(event?.labels, { rate: '12%', component: 'api', group: 'payments', class: 'error-rate' });
  assert.deepEqual(
    event?.links.map(({ href }) => href),
    ['https://grafana.example/d/1', 'https://grafana.example'],
  );
  assert.equal(event?.startedAt.toString(), '2026-11-25T01:58:00Z');
});

test('a trigger without a key gets one, an acknowledgement without one is refused', () => {
  assert.equal(trigger({ dedup_key: undefined }).event?.dedupKey, 'made');
  assert.deepEqual(parseEvent({ event_action: 'acknowledge' }, () => 'made', now).errors, [
    "'dedup_key' is missing or blank",
  ]);
});

test('each limit is complained of by its name', () => {
  const complaint = (more: object, payload: object = {}) => trigger(more, payload).errors?.[0];
  assert.equal(
    complaint({}, { summary: 'x'.repeat(1025) }),
    "Length of 'payload.summary' is incorrect (should be at most 1024 characters)",
  );
  assert.equal(trigger({}, { summary: 'x'.repeat(1024) }).errors, undefined);
  assert.equal(complaint({}, { summary: ' ' }), "'payload.summary' is missing or blank");
  assert.equal(complaint({}, { source: undefined }), "'payload.source' is missing or blank");
  assert.equal(
    complaint({}, { severity: 'bad' }),
    "'payload.severity' is invalid (must be one of the following: 'critical', 'error', 'warning' or 'info')",
  );
  assert.equal(
    complaint({}, { timestamp: 'yesterday' }),
    "'payload.timestamp' is invalid (should be an ISO 8601 time)",
  );
  assert.equal(
    complaint({ dedup_key: 'x'.repeat(256) }),
    "Length of 'dedup_key' is incorrect (should be at most 255 characters)",
  );
  assert.equal(complaint({ dedup_key: { toString: 1 } }), "'dedup_key' is not a string");
  assert.equal(
    complaint({ event_action: 'explode' }),
    "'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')",
  );
  assert.equal(complaint({ links: [{ text: 'no address' }] }), "'links' has an entry without 'href'");
  assert.equal(complaint({ images: 'x' }), "'images' is not a list");
  assert.deepEqual(parseEvent({ event_action: 'trigger' }, () => 'made', now).errors, [
    "'payload' is missing or not an object",
  ]);
});

test('a routing key has 32 characters', () => {
  assert.equal(
    complainAboutKey({ routing_key: 'short' }),
    "Length of 'routing_key' is incorrect (should be 32 characters)",
  );
  assert.equal(complainAboutKey({}), "'routing_key' is missing or blank");
  assert.equal(complainAboutKey([]), 'The event is not a JSON object');
  assert.equal(complainAboutKey({ routing_key: 'x'.repeat(32) }), undefined);
});

test('a time in the future or from another age does not reach our state', () => {
  for (const timestamp of ['2026-11-25T03:00:00Z', '1999-01-01T00:00:00Z', '9999-12-31T23:59:59Z'])
    assert.equal(trigger({}, { timestamp }).event?.startedAt.toString(), now.toString(), timestamp);
});

test('a change event needs a summary and nothing else', () => {
  const { change } = parseChange(
    { payload: { summary: 'Deploy checkout v412', custom_details: { sha: '9f1c2ab' } } },
    now,
  );
  assert.equal(change?.summary, 'Deploy checkout v412');
  assert.equal(change?.happenedAt.toString(), now.toString());
  assert.deepEqual(parseChange({ payload: {} }, now).errors, ["'payload.summary' is missing or blank"]);
});

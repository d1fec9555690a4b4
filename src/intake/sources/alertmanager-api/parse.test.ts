/** Alertmanager's own address: identity by labels, ends by time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../fixture.ts';
import { parse } from './parse.ts';

const now = Temporal.Instant.from('2026-11-25T02:00:00Z');

test('an end in the future is when the alert ends unless it is sent again; an end in the past resolves', () => {
  const { events, problems } = parse(fixture('alertmanager-api/fixtures/alerts.json'), now);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    events.map(({ action, expiresAt }) => [action, expiresAt?.toString()]),
    [
      ['trigger', '2026-11-25T02:04:00Z'],
      ['resolve', undefined],
    ],
  );
});

test('without an end an alert lives five minutes', () => {
  const [event] = parse([{ labels: { alertname: 'x' } }], now).events;
  assert.equal(event?.expiresAt?.toString(), '2026-11-25T02:05:00Z');
  const [zero] = parse([{ labels: { alertname: 'x' }, endsAt: '0001-01-01T00:00:00Z' }], now).events;
  assert.equal(zero?.expiresAt?.toString(), '2026-11-25T02:05:00Z');
});

test('an end in the year 9999 is brought back to thirty days', () => {
  const [event] = parse([{ labels: { alertname: 'x' }, endsAt: '9999-12-31T23:59:59Z' }], now).events;
  assert.equal(event?.expiresAt?.toString(), '2026-12-25T02:00:00Z');
});

test('an empty label is no label', () => {
  const key = (labels: object) => parse([{ labels }], now).events[0]?.dedupKey;
  assert.equal(key({ alertname: 'x', team: '' }), key({ alertname: 'x' }));
  assert.notEqual(key({ alertname: 'x', team: 'a' }), key({ alertname: 'x' }));
});

test('what cannot be an alert is named, and the others are kept', () => {
  const { events, problems } = parse(
    [
      { labels: {} },
      { labels: { alertname: 'x' } },
      { labels: { a: 1 } },
      'x',
      { labels: { a: 'b' }, startsAt: 'now' },
      { labels: { a: 'b' }, startsAt: '2026-11-25T02:00:00Z', endsAt: '2026-11-25T01:00:00Z' },
    ],
    now,
  );
  assert.equal(events.length, 1);
  assert.deepEqual(problems, [
    '[0] at least one label pair required',
    '[2] the label "a" is not a text',
    '[3] the alert is not an object',
    '[4] startsAt is not a time as in RFC 3339',
    '[5] start time must be before end time',
  ]);
  assert.deepEqual(parse({}, now).problems, ['the body is not a list of alerts']);
});

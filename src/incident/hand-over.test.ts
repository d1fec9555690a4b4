import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handOverDue } from './hand-over.ts';

const SIX_HOURS = 6 * 3_600_000;
const NIGHT = { from: '23:00', to: '07:00' };
const due = (since: string, zone = 'UTC') =>
  handOverDue(Temporal.Instant.from(since), zone, SIX_HOURS, NIGHT).toString();

test('by day a role is held for six hours', () => {
  assert.equal(due('2026-11-25T09:00:00Z'), '2026-11-25T15:00:00Z');
});

test('minutes of the night count double, to the minute', () => {
  assert.equal(due('2026-11-25T23:00:00Z'), '2026-11-26T02:00:00Z');
  assert.equal(due('2026-11-25T22:59:00Z'), '2026-11-26T01:59:30Z');
  assert.equal(due('2026-11-25T06:59:00Z'), '2026-11-25T12:58:00Z');
  assert.equal(due('2026-11-25T05:54:00Z'), '2026-11-25T10:48:00Z');
});

test('the night is that of the holder, in summer and in winter', () => {
  assert.equal(due('2026-11-25T22:00:00Z', 'Europe/Berlin'), '2026-11-26T01:00:00Z');
  assert.equal(due('2026-07-01T04:30:00Z', 'Europe/Berlin'), '2026-07-01T10:00:00Z');
  assert.equal(due('2026-01-01T04:30:00Z', 'Europe/Berlin'), '2026-01-01T09:00:00Z');
});

/** Nights, rest and working hours follow the person, not the server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inWorkingHours, isNight, restUntil } from './rest.ts';
import { holdUntil } from './spacing.ts';

const night = { from: '23:00', to: '07:00' };
const at = (text: string) => Temporal.Instant.from(text);
const HOUR = 3_600_000;

test('it is night by the clock of the person', () => {
  assert.equal(isNight(at('2026-11-25T02:30:00Z'), 'Europe/Berlin', night), true);
  assert.equal(isNight(at('2026-11-25T02:30:00Z'), 'Asia/Tokyo', night), false);
  assert.equal(isNight(at('2026-11-25T22:00:00Z'), 'Europe/Berlin', night), true, '23:00 is night');
  assert.equal(isNight(at('2026-11-25T06:00:00Z'), 'Europe/Berlin', night), false, '07:00 is not');
});

test('the night follows summer time', () => {
  assert.equal(isNight(at('2026-07-01T05:30:00Z'), 'Europe/Berlin', night), false, '07:30 in summer');
  assert.equal(isNight(at('2026-01-01T05:30:00Z'), 'Europe/Berlin', night), true, '06:30 in winter');
});

test('a night that does not pass midnight is understood', () => {
  assert.equal(isNight(at('2026-11-25T03:00:00Z'), 'UTC', { from: '01:00', to: '05:00' }), true);
  assert.equal(isNight(at('2026-11-25T23:30:00Z'), 'UTC', { from: '01:00', to: '05:00' }), false);
});

test('eleven hours of rest are eleven hours even when the clock is put back', () => {
  const until = restUntil(at('2026-10-25T00:30:00Z'), 11 * HOUR, null);
  assert.equal(until.toString(), '2026-10-25T11:30:00Z');
  assert.equal(until.toZonedDateTimeISO('Europe/Berlin').toPlainTime().toString(), '12:30:00');
});

test('a longer rest is never cut short', () => {
  const before = at('2026-11-26T00:00:00Z');
  assert.equal(restUntil(at('2026-11-25T02:00:00Z'), 11 * HOUR, before), before);
});

test('learning mail waits for working hours of its reader', () => {
  assert.equal(
    inWorkingHours(at('2026-11-25T10:00:00Z'), 'Europe/Berlin').toString(),
    '2026-11-25T10:00:00Z',
  );
  assert.equal(
    inWorkingHours(at('2026-11-25T02:00:00Z'), 'Europe/Berlin').toString(),
    '2026-11-25T08:00:00Z',
  );
  assert.equal(
    inWorkingHours(at('2026-11-27T18:00:00Z'), 'Europe/Berlin').toString(),
    '2026-11-30T08:00:00Z',
    'Friday evening waits for Monday',
  );
  assert.equal(
    inWorkingHours(at('2026-10-24T12:00:00Z'), 'Europe/Berlin').toString(),
    '2026-10-26T08:00:00Z',
    'across the change of the clock',
  );
});

test('a person is paged at most once per spacing, except for a new incident', () => {
  const now = at('2026-11-25T02:10:00Z');
  const given = { lastRungAt: at('2026-11-25T02:05:00Z'), spacing: 10 * 60_000, atOnce: false, now };
  assert.equal(holdUntil(given)?.toString(), '2026-11-25T02:15:00Z');
  assert.equal(holdUntil({ ...given, atOnce: true }), undefined);
  assert.equal(holdUntil({ ...given, lastRungAt: at('2026-11-25T02:00:00Z') }), undefined);
  assert.equal(holdUntil({ ...given, lastRungAt: undefined }), undefined);
});

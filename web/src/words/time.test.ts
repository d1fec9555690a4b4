import assert from 'node:assert/strict';
import { test } from 'node:test';
import { momentOf } from './moment.ts';
import {
  around,
  bothZones,
  clockWithDay,
  countdown,
  dayWithYear,
  lasting,
  relative,
  roundedDown,
  stretch,
} from './time.ts';

const at = (text: string) => Date.parse(text);
const now = at('2026-11-25T02:10:48Z');

test('a time is shown in UTC, with the reader’s own beside it only where it differs', () => {
  assert.equal(bothZones('2026-11-25T02:04:00Z', now, 'UTC'), '02:04 UTC');
  assert.equal(bothZones('2026-11-25T02:04:00Z', now, 'Europe/Berlin'), '02:04 UTC (03:04 yours)');
});

test('the day is said only when it is not today', () => {
  assert.equal(clockWithDay('2026-11-24T23:59:00Z', now), '24 Nov 23:59');
  assert.equal(clockWithDay('2026-11-25T23:59:00Z', now), '23:59');
});

test('the next step counts in seconds, and says in words that it is late', () => {
  assert.equal(countdown('2026-11-25T02:14:00Z', now), 'in 3 min 12 s');
  assert.equal(countdown('2026-11-25T02:10:50Z', now), 'in 2 s');
  assert.equal(countdown('2026-11-25T02:08:44Z', now), '2 min 04 s late');
  assert.equal(countdown('2026-11-25T04:12:00Z', now), 'in 2 h 1 min');
});

test('relations to now have at most two units', () => {
  assert.equal(relative('2026-11-25T02:14:00Z', now), 'in 3 min');
  assert.equal(relative('2026-11-25T00:05:00Z', now), '2 h 5 min ago');
  assert.equal(relative('2026-11-19T00:05:00Z', now), '6 days ago');
  assert.equal(relative('2026-11-25T02:10:40Z', now), 'now');
  assert.equal(lasting(24 * 3_600_000), '1 day');
});

test('a change is placed around the incident', () => {
  assert.equal(around('2026-11-25T01:58:00Z', '2026-11-25T02:04:00Z'), '6 min before');
  assert.equal(around('2026-11-25T02:06:00Z', '2026-11-25T02:04:00Z'), '2 min after');
});

test('a promised time is rounded down to five minutes', () => {
  assert.equal(roundedDown(at('2026-11-25T02:44:59Z')), at('2026-11-25T02:40:00Z'));
});

test('a typed time means the nearest such moment', () => {
  assert.equal(momentOf('02:40', 'future', now), '2026-11-25T02:40:00.000Z');
  assert.equal(momentOf('02:00', 'future', now), '2026-11-26T02:00:00.000Z');
  assert.equal(momentOf('23:50', 'past', now), '2026-11-24T23:50:00.000Z');
  assert.equal(momentOf('24:00', 'past', now), null);
  assert.equal(momentOf('soon', 'past', now), null);
});

test('a stretch says its day once, and the own clock beside it where that differs', () => {
  const now = Date.parse('2026-11-27T01:00:00Z');
  const [from, to] = ['2026-11-30T04:00:00Z', '2026-11-30T05:30:00Z'];
  assert.equal(stretch(from, to, now, 'UTC'), '30 Nov 04:00 to 05:30 UTC');
  assert.equal(stretch(from, to, now, 'Europe/Berlin'), '30 Nov 04:00 to 05:30 UTC (05:00 to 06:30 yours)');
  assert.equal(
    stretch('2026-11-30T22:30:00Z', '2026-12-01T00:30:00Z', now, 'Europe/Berlin'),
    '30 Nov 22:30 to 1 Dec 00:30 UTC (30 Nov 23:30 to 1 Dec 01:30 yours)',
  );
  assert.equal(
    stretch('2026-11-30T23:00:00Z', '2026-11-30T23:30:00Z', now, 'Europe/Berlin'),
    '30 Nov 23:00 to 23:30 UTC (1 Dec 00:00 to 00:30 yours)',
  );
});

test('a day names its year only where it is another one', () => {
  assert.equal(dayWithYear('2026-05-03T12:00:00Z', now), '3 May');
  assert.equal(dayWithYear('2027-05-03T12:00:00Z', now), '3 May 2027');
});

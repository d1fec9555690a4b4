import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cover } from './contract.ts';
import { contractWords, coverWords, reads } from './portfolio-words.ts';

const OFFICE: Cover = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '18:00',
  zone: 'Europe/Berlin',
};

test('cover hours are said as a person would say them', () => {
  assert.equal(coverWords(OFFICE), 'Mon–Fri 09:00–18:00 Europe/Berlin');
  assert.equal(
    coverWords({ ...OFFICE, days: ['mon', 'tue', 'sat'] }),
    'Mon, Tue, Sat 09:00–18:00 Europe/Berlin',
  );
});

test('a night shift that begins on Friday reads on Saturday morning, and not on Friday morning', () => {
  const night: Cover = { ...OFFICE, from: '22:00', to: '06:00' };
  assert.equal(reads(night, { day: 'sat', time: '05:59' }), true);
  assert.equal(reads(night, { day: 'sat', time: '22:00' }), false);
  assert.equal(reads(night, { day: 'mon', time: '05:00' }), false);
  assert.equal(reads(night, { day: 'mon', time: '23:00' }), true);
});

test('cover ends at its end', () => {
  assert.equal(reads(OFFICE, { day: 'fri', time: '17:59' }), true);
  assert.equal(reads(OFFICE, { day: 'fri', time: '18:00' }), false);
  assert.equal(reads({ ...OFFICE, from: '00:00', to: '24:00' }, { day: 'fri', time: '23:59' }), true);
});

test('a contract is said as what it asks of us', () => {
  assert.deepEqual(
    contractWords({
      firstResponseMinutes: 10,
      cadenceMinutes: { P1: 15, P2: 90 },
      clock: 'report',
      needsCall: true,
    }),
    [
      'first response within 10 min of their report',
      'an update every 15 min in a P1, 1 h 30 min in a P2',
      'a call, besides the message',
    ],
  );
});

/** Twenty of a large vendor's incidents, lived through again with people as slow as theirs. `npm run bench -- cadence-replay` does all of them. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { count, ringsWithoutDue, silencesWithoutRing } from './count.ts';
import { promisedAt, readRecord } from './record.ts';
import { type Replayed, replay } from './replay.ts';

// Neighbours in time, so that no years pass in between.
const [FROM, TO] = [60, 80];
const record = readRecord();
const incidents = record.slice(FROM, TO);
const counted = count(incidents);
let lived: Replayed;

before(async () => {
  lived = await replay(incidents);
});

test('the record holds all incidents of impact minor to critical, and most of them held a long silence', () => {
  assert.equal(record.length, 770);
  assert.ok(counted.silences.length >= 5, `${counted.silences.length} silences in the sample`);
  assert.ok(incidents.some(({ severity }) => severity === 'P1'));
});

test('no silence past a promise goes by without a phone ringing', () => {
  assert.deepEqual(silencesWithoutRing(counted.silences, lived.rings, lived.numbers), []);
});

test('no phone rings for an incident that owes nothing at that time', () => {
  assert.deepEqual(ringsWithoutDue(incidents, lived.rings, lived.numbers), []);
});

test('the house counts the kept promises as somebody does who only knows the times', () => {
  assert.deepEqual(lived.adherence, { promised: counted.promised, kept: counted.kept });
});

test('the counts would notice: a silence without rings, a ring without a reason', () => {
  const long = silencesWithoutRing(counted.silences, [], lived.numbers);
  assert.ok(long.length > 0);
  const [first] = incidents;
  const ring = {
    at: first!.saidAt[0]! + 60_000,
    personId: 'ana',
    numbers: [lived.numbers.get(first!.id)!],
    words: '',
  };
  assert.equal(ringsWithoutDue(incidents, [ring], lived.numbers).length, 1);
  assert.equal(ringsWithoutDue(incidents, [{ ...ring, numbers: [9999] }], lived.numbers).length, 1);
});

test('a message names the time after its cadence, rounded down to five minutes', () => {
  const at = Date.parse('2026-11-25T02:14:00Z');
  assert.equal(new Date(promisedAt(at, 'P1')).toISOString(), '2026-11-25T02:40:00.000Z');
  assert.equal(new Date(promisedAt(at, 'P2')).toISOString(), '2026-11-25T03:10:00.000Z');
});

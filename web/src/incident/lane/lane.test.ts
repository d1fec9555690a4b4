import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestMoment, pointsText } from './lane.ts';

test('a typed time means the nearest such moment to the incident, not to now', () => {
  assert.equal(nearestMoment('23:50', '2026-11-25T00:10:00Z'), '2026-11-24T23:50:00.000Z');
  assert.equal(nearestMoment('0:20', '2026-11-24T23:50:00Z'), '2026-11-25T00:20:00.000Z');
  assert.equal(nearestMoment('24:00', '2026-11-25T00:10:00Z'), null);
  assert.equal(nearestMoment('noon', '2026-11-25T00:10:00Z'), null);
});

test('points are written with their sign', () => {
  assert.deepEqual([2.5, 0, -6, 0.66].map(pointsText), ['+2.5', '0', '−6', '+0.7']);
});

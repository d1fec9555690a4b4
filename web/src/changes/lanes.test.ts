/** The ledger over time: marks that share a place, bands that do not cover each other, keys that lead somewhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from './change.ts';
import { bandsOf, besides, type Incident, lanesOf, placeOf, standing, ticksOf, windowOf } from './lanes.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const WINDOW = { from: NOW - 10 * 3_600_000, to: NOW };
const change = (id: string, happenedAt: string, more: Partial<Change> = {}) =>
  ({
    id,
    happenedAt,
    endsAt: null,
    serviceId: 'svc_a',
    serviceName: 'Checkout',
    kind: 'deploy',
    details: {},
    ...more,
  }) as Change;
const incident = (id: string, from: string, to: string | null): Incident => ({
  id,
  number: 1,
  reference: id,
  title: id,
  severity: 'P1',
  from,
  to,
});

test('a tenth of the time that is shown lies ahead of now', () => {
  const { from, to } = windowOf(24, 0, NOW);
  assert.equal((to - NOW) / 3_600_000, 2.4);
  assert.equal((to - from) / 3_600_000, 24);
  assert.equal(windowOf(24, 1, NOW).to, from);
  assert.equal(placeOf('2020-01-01T00:00:00Z', { from, to }), 0);
});

test('changes that would lie upon each other share a mark, and services without a name come last', () => {
  const lanes = lanesOf(
    [
      change('c', '2026-11-25T09:00:00Z'),
      change('a', '2026-11-25T04:00:00Z'),
      change('b', '2026-11-25T04:05:00Z'),
      change('d', '2026-11-25T05:00:00Z', { serviceId: null, serviceName: null }),
      change('e', '2026-11-25T05:00:00Z', { serviceId: 'svc_z', serviceName: 'Zones' }),
    ],
    'service',
    WINDOW,
    20,
  );
  assert.deepEqual(
    lanes.map((lane) => [lane.name, lane.marks.map((mark) => mark.key)]),
    [
      ['Checkout', ['a b', 'c']],
      ['Zones', ['e']],
      ['no service stated', ['d']],
    ],
  );
  const [kinds] = lanesOf([change('a', '2026-11-25T04:00:00Z')], 'kind', WINDOW, 20);
  assert.equal(kinds?.name, 'deployment');
});

test('planned work reaches until its end', () => {
  const planned = change('a', '2026-11-25T04:00:00Z', { endsAt: '2026-11-25T07:00:00Z' });
  const [lane] = lanesOf([planned], 'service', WINDOW, 20);
  assert.deepEqual([lane?.marks[0]?.place, lane?.marks[0]?.end], [0.2, 0.5]);
});

test('incidents that begin close together are named in rows of their own', () => {
  const bands = bandsOf(
    [
      incident('two', '2026-11-25T03:10:00Z', null),
      incident('one', '2026-11-25T03:00:00Z', '2026-11-25T04:00:00Z'),
      incident('three', '2026-11-25T08:00:00Z', '2026-11-25T08:30:00Z'),
    ],
    WINDOW,
    NOW,
    0.2,
  );
  assert.deepEqual(
    bands.map((band) => [band.incident.id, band.row]),
    [
      ['one', 0],
      ['two', 1],
      ['three', 0],
    ],
  );
  assert.equal(bands[1]?.end, 1, 'one that is open lasts until now');
});

test('the keyboard walks along a lane and to the nearest mark of the next', () => {
  const lanes = lanesOf(
    [
      change('a', '2026-11-25T04:00:00Z'),
      change('b', '2026-11-25T09:00:00Z'),
      change('x', '2026-11-25T03:00:00Z', { serviceId: 'svc_z', serviceName: 'Zones' }),
      change('y', '2026-11-25T08:00:00Z', { serviceId: 'svc_z', serviceName: 'Zones' }),
    ],
    'service',
    WINDOW,
    20,
  );
  assert.equal(besides(lanes, 'a', { x: 1, y: 0 }), 'b');
  assert.equal(besides(lanes, 'b', { x: 1, y: 0 }), 'b');
  assert.equal(besides(lanes, 'b', { x: 0, y: 1 }), 'y');
  assert.equal(besides(lanes, 'gone', { x: 1, y: 0 }), 'a');
  assert.equal(besides([], undefined, { x: 1, y: 0 }), undefined);
});

test('the scale has whole hours, as many as fit', () => {
  assert.deepEqual(
    ticksOf(WINDOW, 6).map(({ at }) => new Date(at).toISOString().slice(11, 16)),
    ['02:00', '04:00', '06:00', '08:00', '10:00', '12:00'],
  );
  assert.ok(ticksOf({ from: NOW - 168 * 3_600_000, to: NOW }, 8).every(({ day }) => day));
});

test('planned work says whether its time has come', () => {
  const planned = {
    state: 'planned',
    happenedAt: '2026-11-25T11:00:00Z',
    endsAt: '2026-11-25T13:00:00Z',
  } as const;
  assert.equal(standing(planned, NOW - 7_200_000), 'planned');
  assert.equal(standing(planned, NOW), 'planned, under way');
  assert.equal(standing(planned, NOW + 7_200_000), 'planned, its time is over');
});

test('a lane of a kind shows once what a provider reports once; the lane of each service shows it, too', () => {
  const reported = (id: string, serviceId: string) =>
    change(id, '2026-11-25T09:00:00Z', {
      serviceId,
      serviceName: serviceId,
      kind: 'third_party',
      details: { thirdPartyId: 'tp_cloud', providerIncident: 'inc-1' },
    });
  const changes = [reported('c1', 'svc_a'), reported('c2', 'svc_b')];
  const sizes = (by: 'kind' | 'service') =>
    lanesOf(changes, by, WINDOW, 10).map((lane) => lane.marks.map((mark) => mark.changes.length));
  assert.deepEqual(sizes('kind'), [[1]]);
  assert.deepEqual(sizes('service'), [[1], [1]]);
});

/** Routing and outcomes: the first rule that matches decides. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Parsed } from './incoming.ts';
import { outcomesShape, route, routingShape } from './route.ts';

const event = (more: Partial<Parsed> = {}): Parsed => ({
  action: 'trigger',
  dedupKey: 'k',
  title: 'Disk full',
  source: 'db-1',
  severity: 'critical',
  serviceNames: ['Search', 'api'],
  labels: { team: 'Data' },
  links: [],
  details: {},
  startedAt: Temporal.Instant.from('2026-11-25T02:00:00Z'),
  expiresAt: undefined,
  payload: {},
  ...more,
});
const rules = (routing: unknown = [], outcomes: unknown = [], serviceId: string | null = null) => ({
  serviceId,
  routing: routingShape.parse(routing),
  outcomes: outcomesShape.parse(outcomes),
});

test('without rules, critical and error declare, warnings wait, the rest is recorded', () => {
  const of = (severity: Parsed['severity']) => {
    const { outcome, proposedSeverity } = route(rules(), event({ severity }));
    return [outcome, proposedSeverity];
  };
  assert.deepEqual(
    [of('critical'), of('error'), of('warning'), of('info')],
    [
      ['declare', 'P1'],
      ['declare', 'P2'],
      ['wait', 'P3'],
      ['record', null],
    ],
  );
});

test('a rule goes before the service of the integration, and that before what the event says', () => {
  const routing = [{ match: [{ field: 'labels.team', value: 'data' }], service: 'svc_data' }];
  assert.deepEqual(route(rules(routing, [], 'svc_all'), event()).names, ['svc_data']);
  assert.equal(route(rules(routing, [], 'svc_all'), event({ labels: {} })).serviceId, 'svc_all');
  assert.deepEqual(route(rules(routing), event({ labels: {} })).names, ['search', 'api']);
});

test('a rule may ignore, and needs to say one of the two', () => {
  assert.equal(
    route(rules([{ match: [{ field: 'title', op: 'starts_with', value: 'disk' }], ignore: true }]), event())
      .ignore,
    true,
  );
  assert.throws(() => rules([{ match: [{ field: 'title', value: 'x' }] }]));
  assert.throws(() => rules([{ match: [{ field: 'title', value: 'x' }], service: 's', ignore: true }]));
});

test('outcome rules are read from the top', () => {
  const outcomes = [
    { match: [{ field: 'title', op: 'contains', value: 'test' }], outcome: 'record' },
    { match: [], outcome: 'declare', proposedSeverity: 'P3' },
  ];
  assert.equal(route(rules([], outcomes), event({ title: 'A TEST' })).outcome, 'record');
  const { outcome, proposedSeverity, rule } = route(rules([], outcomes), event());
  assert.deepEqual([outcome, proposedSeverity, rule], ['declare', 'P3', 'rule 2 of the integration']);
});

test('a label that is not there equals nothing, and can be asked for', () => {
  const ignoring = (op: string) =>
    route(rules([{ match: [{ field: 'labels.region', op, value: 'eu' }], ignore: true }]), event()).ignore;
  assert.deepEqual(['equals', 'not_equals', 'present', 'absent'].map(ignoring), [false, true, false, true]);
});

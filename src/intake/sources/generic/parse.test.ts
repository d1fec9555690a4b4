/** Any JSON: by a mapping, or by the names that most tools use. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mappingShape } from '../../mapping.ts';
import { fixture } from '../fixture.ts';
import { parse } from './parse.ts';

const now = Temporal.Instant.from('2026-11-25T02:00:00Z');
const mapping = mappingShape.parse({
  items: 'checks',
  title: { path: 'check.name' },
  dedupKey: { path: '/check/id' },
  action: { path: 'state', words: { down: 'trigger', up: 'resolve' } },
  severity: { path: 'level', words: { 1: 'critical' }, otherwise: 'warning' },
  source: { value: 'uptime robot' },
  service: { path: 'where.app' },
  startedAt: { path: 'at' },
  link: { path: 'href' },
  labels: { host: { path: 'where.host' } },
});

test('a mapping reads a list by paths, fixed values and tables of words', () => {
  const { events, problems } = parse(fixture('generic/fixtures/uptime.json'), now, mapping);
  assert.deepEqual(problems, []);
  const [down, up] = events;
  assert.deepEqual(
    [down?.action, down?.title, down?.dedupKey, down?.severity, down?.source],
    ['trigger', 'shop.example answers', '42', 'critical', 'uptime robot'],
  );
  assert.deepEqual([up?.action, up?.severity, up?.dedupKey], ['resolve', 'warning', '43']);
  assert.deepEqual(down?.serviceNames, ['Checkout']);
  assert.deepEqual(down?.labels, { host: 'probe-1' });
  assert.equal(down?.startedAt.toString(), '2026-11-25T01:55:00Z');
});

test('a mapping that finds nothing says where it looked', () => {
  assert.deepEqual(parse({ checks: {} }, now, mapping).problems, ['There is no list at "checks".']);
  assert.deepEqual(parse({ checks: [{ state: 'down' }] }, now, mapping).problems, [
    'The mapping finds no title at "check.name".',
  ]);
  assert.match(
    parse({ checks: [{ check: { name: 'x', id: 1 }, state: 'odd' }] }, now, mapping).problems[0] ?? '',
    /^The action "odd" is not trigger, acknowledge or resolve/,
  );
});

test('a path never leaves the body', () => {
  const evil = mappingShape.parse({ title: { path: 'constructor.name', otherwise: 'nothing' } });
  assert.equal(parse({}, now, evil).events[0]?.title, 'nothing');
  const proto = mappingShape.parse({ title: { path: '__proto__.toString', otherwise: 'nothing' } });
  assert.equal(parse({}, now, proto).events[0]?.title, 'nothing');
});

test('without a mapping the usual names are enough', () => {
  const [event] = parse(
    { title: 'Disk full', severity: 'warning', status: 'ok', id: 7, service: 'search' },
    now,
    undefined,
  ).events;
  assert.deepEqual(
    [event?.action, event?.title, event?.dedupKey, event?.severity, event?.serviceNames],
    ['resolve', 'Disk full', '7', 'warning', ['search']],
  );
  assert.match(parse({ x: 1 }, now, undefined).problems[0] ?? '', /give the integration a mapping/);
});

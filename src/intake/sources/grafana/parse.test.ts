/** Grafana's webhook. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../fixture.ts';
import { parse } from './parse.ts';

test('each alert of the body is an event with its links and values', () => {
  const { events, problems } = parse(
    fixture('grafana/fixtures/firing.json'),
    Temporal.Instant.from('2026-11-25T02:00:00Z'),
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(
    events.map(({ title, dedupKey }) => [title, dedupKey]),
    [
      ['Memory is nearly full in us-1', 'c6eadffa33fcdf37'],
      ['High CPU usage', 'bc97ff14869b13e3'],
    ],
  );
  assert.equal(events[0]?.startedAt.toString(), '2026-11-25T00:51:03.157Z');
  assert.deepEqual(
    events[0]?.links.map(({ text }) => text),
    ['The rule', 'Silence', 'Runbook', 'Where it came from'],
  );
  assert.deepEqual(events[0]?.details['values'], { B: 44.23943737541908, C: 1 });
  assert.deepEqual(events[0]?.serviceNames, ['Checkout']);
});

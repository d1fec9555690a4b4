/** The times of the duties to notify, as the law names them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dueAt, dutiesOf, RULES } from './presets.ts';

const aware = Temporal.Instant.from('2026-01-31T10:00:00Z');
const at = (text: string) => Temporal.Instant.from(text);
const due = (preset: keyof typeof RULES, step: string, done: Record<string, string> = {}) =>
  dueAt(
    RULES[preset],
    step,
    aware,
    new Map(Object.entries(done).map(([name, when]) => [name, at(when)])),
  ).toString();

test('the authority of the GDPR hears within 72 hours of our becoming aware', () => {
  assert.equal(due('gdpr_controller', 'authority'), '2026-02-03T10:00:00Z');
});

test('NIS2: 24 hours, 72 hours, and a month after the notification was really made', () => {
  assert.equal(due('nis2', 'early_warning'), '2026-02-01T10:00:00Z');
  assert.equal(due('nis2', 'notification'), '2026-02-03T10:00:00Z');
  assert.equal(due('nis2', 'final'), '2026-03-03T10:00:00Z');
  assert.equal(due('nis2', 'final', { notification: '2026-01-31T20:00:00Z' }), '2026-02-28T20:00:00Z');
});

test('DORA: four hours after classifying, never later than 24 after becoming aware, unless it only became clear then', () => {
  assert.equal(due('dora', 'initial'), '2026-02-01T10:00:00Z');
  assert.equal(due('dora', 'initial', { decide: '2026-01-31T12:00:00Z' }), '2026-01-31T16:00:00Z');
  assert.equal(due('dora', 'initial', { decide: '2026-02-01T08:00:00Z' }), '2026-02-01T10:00:00Z');
  assert.equal(due('dora', 'initial', { decide: '2026-02-02T08:00:00Z' }), '2026-02-02T12:00:00Z');
  assert.equal(due('dora', 'intermediate', { initial: '2026-01-31T15:00:00Z' }), '2026-02-03T15:00:00Z');
  assert.equal(due('dora', 'final', { intermediate: '2026-02-02T15:00:00Z' }), '2026-03-02T15:00:00Z');
});

test('nothing is owed that nobody chose, and each duty once per client whose data it is', () => {
  const concern = { kinds: ['personal_data'] as const, clientIds: ['north', 'south'] };
  assert.deepEqual(dutiesOf([], concern), []);
  assert.deepEqual(dutiesOf([{ preset: 'nis2', clientId: null }], concern), []);
  assert.deepEqual(
    dutiesOf(
      [
        { preset: 'gdpr_processor', clientId: null },
        { preset: 'gdpr_processor', clientId: 'north' },
        { preset: 'gdpr_controller', clientId: null },
        { preset: 'gdpr_controller', clientId: 'west' },
      ],
      concern,
    ),
    [
      { preset: 'gdpr_controller', clientId: null },
      { preset: 'gdpr_processor', clientId: 'north' },
      { preset: 'gdpr_processor', clientId: 'south' },
    ],
  );
});

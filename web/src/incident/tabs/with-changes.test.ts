import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimelineLine } from '#incident/view.ts';
import type { NearChange } from '../changes.ts';
import { withChanges } from './with-changes.ts';

const line = (seq: number, at: string) => ({ seq, happenedAt: at, text: `fact ${seq}` }) as TimelineLine;
const change = (at: string, relation: string, mark: NearChange['mark'] = null) =>
  ({
    happenedAt: at,
    relation,
    mark,
    summary: 'checkout 2.14',
    rollback: 'safe',
    source: 'ci',
    beforeText: '6 min before',
  }) as NearChange;

test('a change to the affected service stands where it happened', () => {
  const merged = withChanges(
    [line(1, '2026-11-25T02:04:00Z')],
    [change('2026-11-25T01:58:00Z', 'same_service')],
  );
  assert.deepEqual(
    merged.map((each) => each.text),
    ['checkout 2.14, rollback safe', 'fact 1'],
  );
});

test('a distant change is left to its own tab, unless somebody marked it', () => {
  const far = change('2026-11-25T01:58:00Z', 'any_service');
  assert.equal(withChanges([], [far]).length, 0);
  assert.equal(withChanges([], [{ ...far, mark: { state: 'suspect', reason: null } }]).length, 1);
});

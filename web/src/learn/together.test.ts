import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptySections, type Sections, type TimelineEntry } from '../../../src/learn/sections.ts';
import { differences, together, withRecordLines } from './together.ts';

const line = (
  id: string,
  at: string,
  text: string,
  from: TimelineEntry['from'] = 'record',
): TimelineEntry => ({
  id,
  at: `2026-11-25T${at}:00Z`,
  recordedAt: null,
  text,
  source: 'record',
  from,
});
const sections = (part: Partial<Sections>): Sections => ({ ...emptySections(), ...part });

test('only what differs is asked about', () => {
  const found = differences(
    sections({ rootCause: 'a', summary: 'same ' }),
    sections({ rootCause: 'b', summary: 'same' }),
  );
  assert.deepEqual(
    found.map((each) => each.name),
    ['rootCause'],
  );
});

test('without a choice both texts are kept, theirs first', () => {
  const both = together(
    sections({ rootCause: 'Mine.', impact: 'Same.' }),
    sections({ rootCause: 'Theirs.', impact: 'Same.' }),
    {},
  );
  assert.equal(both.rootCause, 'Theirs.\n\nMine.');
  assert.equal(both.impact, 'Same.');
});

test('a chosen text replaces the other one', () => {
  const [mine, theirs] = [sections({ trigger: 'Mine.' }), sections({ trigger: 'Theirs.' })];
  assert.equal(together(mine, theirs, { trigger: 'mine' }).trigger, 'Mine.');
  assert.equal(together(mine, theirs, { trigger: 'theirs' }).trigger, 'Theirs.');
});

test('an answer is not lost to somebody who had not answered', () => {
  const mine = sections({
    contributingFactors: {
      ...emptySections().contributingFactors,
      slowDetection: { answer: 'yes', text: 'Nine minutes.' },
    },
  });
  assert.deepEqual(together(mine, sections({}), {}).contributingFactors.slowDetection, {
    answer: 'yes',
    text: 'Nine minutes.',
  });
});

test('lines of both timelines stand in the order of time, and a line in two wordings stands twice', () => {
  const mine = sections({
    timeline: [
      line('a', '02:00', 'Alert'),
      line('b', '02:10', 'Reworded'),
      line('new-1', '02:05', 'Call from the client', 'person'),
    ],
  });
  const theirs = sections({
    timeline: [line('a', '02:00', 'Alert'), line('b', '02:10', 'As recorded'), line('c', '02:20', 'Added')],
  });
  const texts = together(mine, theirs, {}).timeline.map((each) => each.text);
  assert.deepEqual(texts, ['Alert', 'Call from the client', 'As recorded', 'Reworded', 'Added']);
});

test('lines that the record adds while somebody writes do not touch what is written', () => {
  const mine = sections({ rootCause: 'half a sen', timeline: [line('a', '02:00', 'Alert')] });
  const saved = sections({
    rootCause: 'half',
    timeline: [line('a', '02:00', 'Alert'), line('z', '02:30', 'Resolved')],
  });
  const after = withRecordLines(mine, saved);
  assert.equal(after.rootCause, 'half a sen');
  assert.deepEqual(
    after.timeline.map((each) => each.id),
    ['a', 'z'],
  );
  assert.equal(withRecordLines(mine, mine), mine);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimelineEntry } from './sections.ts';
import { emptySections } from './sections.ts';
import {
  arranged,
  keptRecord,
  leadersOf,
  lineAbove,
  recordedLater,
  rewrittenLine,
  toldTimeline,
} from './timeline.ts';
import { changedParts, partsOf, restoredSections } from './versions.ts';

const line = (id: string, minute: string, more: Partial<TimelineEntry> = {}): TimelineEntry => ({
  id,
  at: `2026-11-25T02:${minute}:00Z`,
  recordedAt: null,
  text: `What ${id} says`,
  source: 'app',
  from: 'record',
  ...more,
});
const texts = (lines: TimelineEntry[]) => lines.map((each) => each.text);

test('a hidden line is left out, and the record keeps it', () => {
  const lines = [line('a', '00'), line('b', '01', { hidden: true }), line('c', '02')];
  assert.deepEqual(texts(toldTimeline(lines)), ['What a says', 'What c says']);
  assert.equal(lines.length, 3);
});

test('joined lines are told as one, at the time of the first, with both sources', () => {
  const lines = [
    line('a', '00'),
    line('b', '01', { joinedTo: 'a', source: 'alertmanager' }),
    line('c', '02', { joinedTo: 'b', text: 'And c.' }),
  ];
  const [told, ...others] = toldTimeline(lines);
  assert.equal(others.length, 0);
  assert.deepEqual(
    [told?.at, told?.text, told?.source, told?.joinedTo],
    ['2026-11-25T02:00:00Z', 'What a says. What b says. And c.', 'app, alertmanager', undefined],
  );
});

test('a note is told after its line and never in its place', () => {
  const [told] = toldTimeline([line('a', '00', { note: 'the graph lags by a minute' })]);
  assert.equal(told?.text, 'What a says Note: the graph lags by a minute.');
});

test('a line that was joined with one that is hidden now stands for itself', () => {
  const lines = [line('a', '00', { hidden: true }), line('b', '01', { joinedTo: 'a' })];
  assert.deepEqual(texts(toldTimeline(lines)), ['What b says']);
});

test('lines that were joined with each other in a circle, or with a line below, are all told', () => {
  const circle = [line('a', '00', { joinedTo: 'b' }), line('b', '01', { joinedTo: 'a' })];
  assert.deepEqual(texts(toldTimeline(circle)), ['What a says. What b says.']);
  const below = [line('a', '00', { joinedTo: 'b' }), line('b', '01')];
  assert.deepEqual(texts(toldTimeline(below)), ['What a says', 'What b says']);
  assert.equal(leadersOf(below).size, 0);
});

test('a line can be joined with the shown one above it alone', () => {
  const lines = [line('a', '00'), line('b', '01', { hidden: true }), line('c', '02')];
  assert.equal(lineAbove(lines, 'c')?.id, 'a');
  assert.equal(lineAbove(lines, 'a'), undefined);
});

test('another text or another time of a line of the record is a rewriting; arranging it is none', () => {
  const before = [line('a', '00'), line('b', '01', { from: 'person' })];
  assert.equal(rewrittenLine([{ ...line('a', '00'), text: 'Better' }], before)?.id, 'a');
  assert.equal(rewrittenLine([line('a', '05')], before)?.id, 'a');
  assert.equal(rewrittenLine([line('a', '00', { hidden: true }), line('b', '09')], before), undefined);
  assert.equal(rewrittenLine([{ ...line('a', '00'), at: '2026-11-25T03:00:00+01:00' }], before), undefined);
});

test('a line of the record that was left out comes back as hidden, in its place in time', () => {
  const before = [line('a', '00'), line('b', '01'), line('c', '02', { from: 'person' })];
  const kept = keptRecord([line('a', '00'), line('d', '03', { from: 'person' })], before);
  assert.deepEqual(
    kept.map((each) => [each.id, each.hidden ?? false]),
    [
      ['a', false],
      ['b', true],
      ['d', false],
    ],
  );
});

test('what is usual is not written down', () => {
  const plain = line('a', '00');
  assert.deepEqual(arranged(plain, { hidden: false, joinedTo: null, note: '  ' }), plain);
  assert.deepEqual(arranged({ ...plain, hidden: true }, {}), plain);
});

test('when a line was recorded is told where that is later than it happened', () => {
  const at = '2026-11-25T02:00:00Z';
  assert.equal(recordedLater(line('a', '00', { recordedAt: at })), undefined);
  assert.equal(recordedLater(line('a', '00')), undefined);
  const later = '2026-11-25T02:07:00Z';
  assert.equal(recordedLater(line('a', '00', { recordedAt: later })), later);
});

test('the parts that read differently are named, and a hidden line makes the timeline differ', () => {
  const before = { ...emptySections(), rootCause: 'One', timeline: [line('a', '00'), line('b', '01')] };
  const after = {
    ...before,
    rootCause: 'Two',
    timeline: [line('a', '00'), line('b', '01', { hidden: true })],
  };
  assert.deepEqual(
    changedParts(before, after).map((part) => part.field),
    ['timeline', 'rootCause'],
  );
  assert.deepEqual(changedParts(before, before), []);
  assert.equal(partsOf(before).find((part) => part.field === 'rootCause')?.text, 'One');
});

test('an old text comes back without losing the lines that the record has added since', () => {
  const old = { ...emptySections(), rootCause: 'Old', timeline: [line('a', '00')] };
  const now = {
    ...emptySections(),
    rootCause: 'New',
    timeline: [line('a', '00'), line('b', '01'), line('mine', '02', { from: 'person' as const })],
  };
  const restored = restoredSections(old, now);
  assert.equal(restored.rootCause, 'Old');
  assert.deepEqual(
    restored.timeline.map((each) => each.id),
    ['a', 'b'],
  );
});

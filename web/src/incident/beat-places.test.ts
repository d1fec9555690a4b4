import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Beat } from '#incident/view.ts';
import { cut, distinct, inWords, place } from './beat-places.ts';

const beat = (kind: Beat['kind'], clock: string, label = clock): Beat => ({
  kind,
  at: `2026-11-25T${clock}:00Z`,
  label,
  full: true,
  client: null,
  soonFrom: null,
});
const frame = { width: 800, padding: 8, now: Date.parse('2026-11-25T02:10:00Z') };

test('marks stand in the order of time, and now lies between what was and what is promised', () => {
  const line = place([beat('detected', '02:04'), beat('promised', '02:14')], frame);
  const [detected, promised] = line.marks;
  assert.equal(detected!.x, 8);
  assert.ok(line.nowX! > detected!.x && line.nowX! < promised!.x);
});

test('labels that would touch are left out, the promised time last of all', () => {
  const crowded = Array.from({ length: 30 }, (_, n) => beat('sent', `02:${String(10 + n)}`));
  const line = place([...crowded, beat('promised', '02:41', '02:41 promised')], { ...frame, width: 300 });
  const labelled = line.marks.filter((mark) => mark.label);
  assert.ok(labelled.some((mark) => mark.beat.kind === 'promised'));
  assert.ok(labelled.length < 8);
});

test('the long name of one client leaves room for what else was heard', () => {
  const long = '02:41 missed International Distribution of the North and West';
  assert.equal(cut(long), '02:41 missed International…');
  const line = place([beat('detected', '02:04', '02:04 detected'), beat('missed', '02:41', long)], {
    ...frame,
    width: 420,
  });
  assert.deepEqual(
    line.marks.map((mark) => mark.label !== null),
    [true, true],
  );
});

test('an incident that is over ends its line and has no now', () => {
  const line = place([beat('detected', '02:04'), beat('ended', '05:00')], frame);
  assert.equal(line.nowX, null);
  assert.equal(line.endX, line.marks[1]!.x);
});

test('the line can be read aloud', () => {
  const words = inWords([beat('detected', '02:04'), beat('missed', '02:14')], (at) => at.slice(11, 16));
  assert.equal(words, 'What people have heard: 02:04 detected, 02:14 promised and missed.');
});

test('a promise that was missed is one broken ring, not two marks', () => {
  const kinds = distinct([
    beat('detected', '02:04'),
    beat('missed', '02:14'),
    beat('promised', '02:14'),
    beat('promised', '02:44'),
  ]).map((each) => each.kind);
  assert.deepEqual(kinds, ['detected', 'missed', 'promised']);
});

test('a message that not every client has, and one to a client alone, are said so', () => {
  const half = { ...beat('sent', '02:14'), full: false };
  const alone = { ...beat('sent', '02:20'), client: 'Northwind' };
  assert.equal(
    inWords([half, alone], (at) => at.slice(11, 16)),
    'What people have heard: 02:14 told, not every client, 02:20 told Northwind alone.',
  );
});

test('a promise to one client that was missed leaves the promise to everybody at the same time standing', () => {
  const missed = { ...beat('missed', '02:14'), client: 'Northwind' };
  assert.equal(distinct([missed, beat('promised', '02:14')]).length, 2);
});

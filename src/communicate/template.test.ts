import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filledIn, fitting, knownOf, type Template, unknownGaps } from './template.ts';

const template = (more: Partial<Template>): Template => ({
  id: 'tpl',
  name: 'x',
  kind: 'first',
  severity: null,
  category: null,
  audience: 'clients',
  impact: '',
  action: '',
  ...more,
});
const known = knownOf(
  { publicNames: ['card payments', 'orders'], zone: 'Europe/Berlin', now: '2026-11-25T02:11:00Z' },
  { began: '2026-11-25T02:02:00Z', reference: '7M3K-Q0V9', organisation: 'Hillside' },
);

test('gaps are filled with what is known, in the zone of the organisation', () => {
  assert.equal(
    filledIn(
      'Since {{since}} {{services}} cannot be used. Quote {{ reference }} when you call {{organisation}}.',
      known,
    ),
    'Since 03:02 CET card payments and orders cannot be used. Quote 7M3K-Q0V9 when you call Hillside.',
  );
});

test('a sentence whose gap nobody can fill is left out, and the others stay', () => {
  assert.equal(filledIn('We are on it. Until then: {{workaround}} We write again.', known), 'We are on it.');
  assert.equal(
    filledIn('We are on it. Until then: {{workaround}}. We write again.', {
      ...known,
      workaround: 'pay by invoice',
    }),
    'We are on it. Until then: pay by invoice. We write again.',
  );
});

test('a gap that means nothing is named', () => {
  assert.deepEqual(unknownGaps('{{services}} {{ client }} {{client}} {{}}'), ['client', '']);
});

test('what an incident is called among us can be in no gap', () => {
  assert.deepEqual(unknownGaps('{{title}} {{number}} {{severity}} {{lead}}'), [
    'title',
    'number',
    'severity',
    'lead',
  ]);
});

test('the template of this kind of failure goes before that of this severity, and that before one for all', () => {
  const all = template({ id: 'all', name: 'a' });
  const ofP1 = template({ id: 'p1', severity: 'P1' });
  const ofProvider = template({ id: 'provider', category: 'third_party' });
  const both = template({ id: 'both', severity: 'P1', category: 'third_party' });
  const wanted = { kind: 'first', audience: 'clients', severity: 'P1', category: 'third_party' } as const;
  const list = [all, ofP1, ofProvider, both];
  assert.equal(fitting(list, wanted)?.id, 'both');
  assert.equal(fitting(list.slice(0, 3), wanted)?.id, 'provider');
  assert.equal(fitting(list.slice(0, 2), wanted)?.id, 'p1');
  assert.equal(fitting(list, { ...wanted, severity: 'P2', category: undefined })?.id, 'all');
});

test('a template for another audience or another kind of message never fits', () => {
  const wanted = { kind: 'first', audience: 'clients', severity: 'P1', category: undefined } as const;
  assert.equal(fitting([template({ audience: 'internal' }), template({ kind: 'final' })], wanted), undefined);
});

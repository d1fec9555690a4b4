import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import * as Y from 'yjs';
import { type Chance, chance } from '../../test/simulation/random.ts';
import { accepted, DOCUMENT_BYTES_MAX, Gap, LINE_CHARACTERS_MAX, TEXT_CHARACTERS_MAX } from './accept.ts';
import {
  addLine,
  addOwn,
  documentOf,
  linesOf,
  lineText,
  ownOf,
  rootText,
  sectionsIn,
  seedOf,
  takenOutIn,
} from './document.ts';
import { placeSections, placeTyped } from './place.ts';
import { emptySections, type Sections, type TimelineEntry } from './sections.ts';

const line = (id: string, at: string, text: string, more: object = {}): TimelineEntry => ({
  id,
  at: `2026-11-25T${at}:00Z`,
  recordedAt: null,
  text,
  source: 'record',
  from: 'record',
  ...more,
});
/** A line that a person wrote. */
const OWN = { from: 'person' };
const SECTIONS: Sections = {
  ...emptySections(),
  impact: 'About 40 users.',
  trigger: 'checkout 4.12.0',
  triggerChangeId: 'chg_1',
  contributingFactors: {
    slowDetection: { answer: 'yes', text: 'Nine minutes.' },
    missingDocumentation: { answer: 'no', text: '' },
    missingMonitoring: { answer: 'unanswered', text: '' },
    others: 'The hour.',
  },
  timeline: [
    line('fact-1', '02:00', 'Alert'),
    line('fact-2', '02:00', 'Declared'),
    line('fact-3', '02:10', 'Restored'),
  ],
};
const opened = (sections = SECTIONS) => documentOf([seedOf(sections)]);
const all = (doc: Y.Doc) => Y.encodeStateAsUpdate(doc);
/** Another window that has everything of this one. */
const window = (doc: Y.Doc) => documentOf([all(doc)]);
const edit = (doc: Y.Doc, change: (copy: Y.Doc) => void): Uint8Array => {
  const copy = window(doc);
  const vector = Y.encodeStateVector(copy);
  change(copy);
  return Y.encodeStateAsUpdate(copy, vector);
};
const save = (doc: Y.Doc, base: Sections, part: Partial<Sections>) =>
  placeSections(doc, base, { ...base, ...part }, { whenTouched: 'refuse' });

test('a document says what the sections say that it was made of', () => {
  assert.deepEqual(sectionsIn(opened()), SECTIONS);
  assert.deepEqual(sectionsIn(opened(emptySections())), emptySections());
});

test('the same sections make the same bytes in every release: browsers hold what was made of them', () => {
  const shuffled = JSON.parse(
    JSON.stringify(
      SECTIONS,
      Object.keys(SECTIONS)
        .concat(
          'slowDetection',
          'missingDocumentation',
          'missingMonitoring',
          'others',
          'answer',
          'source',
          'recordedAt',
          'from',
          'at',
          'id',
          'text',
        )
        .toSorted(),
    ),
  );
  assert.deepEqual(seedOf(shuffled), seedOf(SECTIONS));
  assert.equal(createHash('sha256').update(seedOf(SECTIONS)).digest('hex').slice(0, 16), 'cf3cff23ab5aca04');
});

test('a field of a line that this version does not know stays with it', () => {
  const noted = {
    ...SECTIONS,
    timeline: [line('fact-1', '02:00', 'Alert', { hidden: true, note: { by: 'Ana' } })],
  };
  const doc = opened(noted);
  assert.deepEqual(sectionsIn(doc), noted);
  save(doc, noted, { timeline: [line('fact-1', '02:00', 'Alert', { joinedTo: 'fact-9' })] });
  assert.deepEqual(sectionsIn(doc).timeline, [line('fact-1', '02:00', 'Alert', { joinedTo: 'fact-9' })]);
});

test('saving what is there already is no edit', () => {
  const doc = opened({ ...SECTIONS, summary: 'ends with a space ' });
  const before = all(doc);
  const read = sectionsIn(doc);
  assert.deepEqual(save(doc, read, { summary: 'ends with a space' }), []);
  assert.deepEqual(all(doc), before);
});

test('who saves whole sections changes only what they changed', () => {
  const doc = opened();
  const base = sectionsIn(doc);
  rootText(doc, 'summary').insert(0, 'Written meanwhile.');
  rootText(doc, 'impact').insert(0, 'In all: ');
  const touched = save(doc, base, {
    impact: 'About 40 users, all in Lisbon.',
    timeline: [...base.timeline, line('lin_1', '02:05', 'The graph looked normal', { from: 'person' })],
  });
  assert.deepEqual(touched, []);
  const after = sectionsIn(doc);
  assert.equal(after.summary, 'Written meanwhile.');
  assert.equal(after.impact, 'In all: About 40 users, all in Lisbon.');
  assert.deepEqual(
    after.timeline.map(({ id }) => id),
    ['fact-1', 'fact-2', 'lin_1', 'fact-3'],
  );
});

test('where somebody else changed the same words, a program is refused and nothing at all is changed', () => {
  const doc = opened();
  const base = sectionsIn(doc);
  save(doc, base, {
    rootCause: 'From Ana',
    contributingFactors: {
      ...base.contributingFactors,
      missingMonitoring: { answer: 'yes', text: 'No probe.' },
    },
  });
  const before = all(doc);
  const touched = save(doc, base, {
    summary: 'Mine',
    rootCause: 'From Bo',
    contributingFactors: { ...base.contributingFactors, missingMonitoring: { answer: 'no', text: '' } },
  });
  assert.deepEqual(touched, ['rootCause', 'contributingFactors.missingMonitoring']);
  assert.deepEqual(all(doc), before);
});

test('a line that is taken out can be put back, and shows again when somebody writes on in it meanwhile', () => {
  const doc = opened();
  const other = window(doc);
  const base = sectionsIn(doc);
  save(doc, base, { timeline: base.timeline.filter(({ id }) => id !== 'fact-2') });
  assert.deepEqual(
    takenOutIn(doc).map(({ text }) => text),
    ['Declared'],
  );
  save(other, base, {
    timeline: base.timeline.map((each) =>
      each.id === 'fact-2' ? { ...each, text: 'Declared by Ana', from: 'person' } : each,
    ),
  });
  Y.applyUpdate(doc, all(other));
  assert.deepEqual(
    sectionsIn(doc).timeline.map(({ text }) => text),
    ['Alert', 'Declared by Ana', 'Restored'],
  );
  save(doc, sectionsIn(doc), { timeline: [] });
  assert.equal(takenOutIn(doc).length, 3);
  const [back] = takenOutIn(doc);
  save(doc, sectionsIn(doc), { timeline: [back!] });
  assert.deepEqual(sectionsIn(doc).timeline, [back]);
});

test('what is typed on top of a screen that is a moment old finds its place', () => {
  const text = new Y.Doc().getText('summary');
  text.insert(0, 'It failed.');
  const shown = text.toString();
  text.insert(0, 'At two: ');
  placeTyped(text, { shown, typed: 'It failed twice.', caret: 15, origin: 'mine' });
  assert.equal(text.toString(), 'At two: It failed twice.');
});

test('many windows that write at random and meet at random agree in the end, and no word is lost', () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const dice = chance(seed);
    const windows = Array.from({ length: 4 }, () => opened());
    const written: string[] = [];
    for (let step = 0; step < 120; step += 1) {
      const doc = dice.one(windows);
      writeSomething(doc, dice, `word${seed}x${step}`, written);
      const other = dice.one(windows);
      if (dice.is(0.3)) Y.applyUpdate(other, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(other)));
    }
    for (const from of windows) for (const to of windows) Y.applyUpdate(to, all(from));
    const [first, ...others] = windows.map((doc) => sectionsIn(doc));
    for (const sections of others) assert.deepEqual(sections, first);
    const told = JSON.stringify(first);
    for (const word of written) assert.equal(told.split(`${word}.`).length - 1, 1, `${word} (seed ${seed})`);
  }
});

/** Types a word of its own somewhere, adds a line with it, or moves a line in time. Words are only ever added. */
function writeSomething(doc: Y.Doc, dice: Chance, word: string, written: string[]): void {
  const base = sectionsIn(doc);
  const kind = dice.whole(0, 3);
  if (kind === 0) {
    const id = word;
    save(doc, base, {
      timeline: [...base.timeline, line(id, `0${dice.whole(2, 9)}:1${dice.whole(0, 9)}`, `${word}.`)],
    });
    written.push(word);
  } else if (kind === 1) {
    const moved = dice.one(base.timeline).id;
    save(doc, base, {
      timeline: base.timeline.map((each) =>
        each.id === moved ? { ...each, at: `2026-11-25T0${dice.whole(1, 9)}:00:00Z` } : each,
      ),
    });
  } else {
    const text = rootText(doc, dice.one(['summary', 'rootCause', 'others', 'slowDetection'] as const));
    const shown = text.toString();
    // Between words: who writes into the middle of a word of somebody else splits it.
    const places = [0, ...[...shown.matchAll(/\. /g)].map((found) => found.index + 2)];
    const at = dice.one(places);
    placeTyped(text, {
      shown,
      typed: `${shown.slice(0, at)}${word}. ${shown.slice(at)}`,
      caret: at + word.length + 2,
      origin: 'mine',
    });
    written.push(word);
  }
}

test('an edit that is sent twice changes nothing the second time', () => {
  const doc = opened();
  const sent = edit(doc, (copy) => rootText(copy, 'summary').insert(0, 'Once.'));
  assert.ok(accepted(doc, sent));
  assert.equal(accepted(doc, sent), undefined);
  assert.equal(sectionsIn(doc).summary, 'Once.');
});

test('an edit that builds on one that never arrived is told what the server has', () => {
  const doc = opened();
  const copy = window(doc);
  rootText(copy, 'summary').insert(0, 'Never sent.');
  const vector = Y.encodeStateVector(copy);
  rootText(copy, 'summary').insert(5, ' was');
  const later = Y.encodeStateAsUpdate(copy, vector);
  try {
    accepted(opened(), later);
    assert.fail('it was taken');
  } catch (error) {
    assert.ok(error instanceof Gap);
    const whole = Y.encodeStateAsUpdate(copy, error.vector);
    assert.ok(accepted(doc, whole));
    assert.equal(sectionsIn(doc).summary, 'Never was sent.');
  }
});

const LONG = 'x'.repeat(TEXT_CHARACTERS_MAX + 1);
const BAD: [string, RegExp, (doc: Y.Doc) => void][] = [
  ['a section that a postmortem does not have', /section/, (doc) => doc.getText('other').insert(0, 'a')],
  ['a document within the document', /consist/, (doc) => doc.getMap('answers').set('inner', new Y.Doc())],
  ['bytes', /consist/, (doc) => doc.getMap('answers').set('slowDetection', new Uint8Array(9))],
  ['an embedded object', /consist/, (doc) => doc.getText('summary').insertEmbed(0, { image: 'x' })],
  ['formatted text', /consist/, (doc) => doc.getText('summary').insert(0, 'a', { bold: true })],
  ['an attribute of a text', /not text/, (doc) => doc.getText('summary').setAttribute('href', 'x')],
  ['another type in a text', /not text/, (doc) => doc.getText('summary').insertEmbed(0, new Y.Map())],
  ['XML', /section/, (doc) => doc.getXmlFragment('page').insert(0, [new Y.XmlText('a')])],
  ['an answer to no question', /nobody asks/, (doc) => doc.getMap('answers').set('blame', 'yes')],
  ['an answer that is none', /nobody asks/, (doc) => doc.getMap('answers').set('slowDetection', 'perhaps')],
  ['a line that is no line', /not a line/, (doc) => linesOf(doc).set('a', 'text' as never)],
  ['a line with an id of its own making', /not a line/, (doc) => linesOf(doc).set('__proto__', new Y.Map())],
  [
    'a line without a text',
    /no text/,
    (doc) => linesOf(doc).set('a', new Y.Map([['at', '2026-11-25T02:00:00Z']])),
  ],
  [
    'a day that does not exist',
    /no time/,
    (doc) => linesOf(doc).get('fact-1')!.set('at', '2026-02-31T02:00:00Z'),
  ],
  ['a note that is no text', /"note"/, (doc) => linesOf(doc).get('fact-1')!.set('note', { by: 'Ana' })],
  [
    'a field that no line has',
    /does not have/,
    (doc) => linesOf(doc).get('fact-1')!.set('link', 'https://x.example'),
  ],
  [
    'very deep structures',
    /not an edit|"note"/,
    (doc) => linesOf(doc).get('fact-1')!.set('note', deep(3000)),
  ],
  ['a long note', /may have 1000/, (doc) => linesOf(doc).get('fact-1')!.set('note', 'x'.repeat(1001))],
  ['a long section', /summary: 40001 characters/, (doc) => doc.getText('summary').insert(0, LONG)],
  [
    'a line that claims to be from the record',
    /says what the record says/,
    (doc) => addLine(doc, line('fact-9', '02:05', 'Bo did it'), 9),
  ],
  [
    'a line of the record in other words',
    /says what the record says/,
    (doc) => (linesOf(doc).get('fact-1')!.get('text') as Y.Text).insert(0, 'No '),
  ],
  ['a line that is deleted', /never deleted/, (doc) => linesOf(doc).delete('fact-1')],
  [
    'a long line',
    /A line of the timeline: \d+ characters/,
    (doc) => addLine(doc, line('own', '02:05', 'x'.repeat(LINE_CHARACTERS_MAX + 1), OWN), 9),
  ],
];

for (const [what, why, change] of BAD)
  test(`${what} is refused in words, and what is stored stays`, () => {
    const doc = opened();
    const sent = edit(doc, change);
    assert.throws(
      () => accepted(doc, sent),
      (error: Error) => {
        assert.equal(error.name, 'Refused');
        assert.match(error.message, why);
        return true;
      },
    );
  });

const ASKED = {
  id: 'pmq_data',
  section: 'root_cause',
  label: 'Data at risk',
  question: 'Which data could have been read?',
  help: '',
  required: true,
  asked: true,
  text: '',
} as const;

test('two who answer an own question at once both stand in it; what is asked is said by templates alone', () => {
  const doc = opened({ ...SECTIONS, own: [ASKED] });
  const answer = (words: string) =>
    edit(doc, (copy) => lineText(ownOf(copy).get('pmq_data')!)!.insert(0, words));
  const [one, other] = [answer('Invoices. '), answer('No passwords. ')];
  assert.ok(accepted(doc, one) && accepted(doc, other));
  const text = sectionsIn(doc).own?.[0]?.text ?? '';
  assert.ok(text.includes('Invoices.') && text.includes('No passwords.'), text);
  for (const change of [
    (copy: Y.Doc) => ownOf(copy).get('pmq_data')!.set('required', false),
    (copy: Y.Doc) => ownOf(copy).delete('pmq_data'),
    (copy: Y.Doc) => addOwn(copy, { ...ASKED, id: 'pmq_mine', question: 'Who did it?' }, 9),
  ])
    assert.throws(
      () =>
        accepted(opened({ ...SECTIONS, own: [ASKED] }), edit(opened({ ...SECTIONS, own: [ASKED] }), change)),
      /templates alone/,
    );
  assert.throws(() => accepted(doc, answer(LONG)), /Data at risk: \d+ characters/);
});

test('a postmortem of 2 MB is refused with its size, however it is cut', () => {
  const doc = opened();
  const notes = edit(doc, (copy) => {
    const timeline = Array.from({ length: 600 }, (_, n) => line(`l${n}`, '02:00', 'y'.repeat(3990), OWN));
    placeSections(copy, emptySections(), { ...emptySections(), timeline }, { whenTouched: 'merge' });
  });
  assert.ok(notes.length > DOCUMENT_BYTES_MAX);
  assert.throws(() => accepted(doc, notes), /would be \d+ KiB; it may have 2048/);
});

test('garbage never gets in: cut, turned and random bytes are refused, or leave a whole postmortem', () => {
  const dice = chance(11);
  const base = opened();
  const good = edit(base, (copy) => {
    rootText(copy, 'summary').insert(0, 'Some words that are written');
    linesOf(copy).get('fact-1')!.set('hidden', true);
    rootText(copy, 'impact').delete(0, 5);
  });
  let refused = 0;
  for (let round = 0; round < 1000; round += 1) {
    const doc = window(base);
    const bytes = Uint8Array.from(
      dice.is(0.2) ? Array.from({ length: dice.whole(0, 60) }, () => dice.whole(0, 255)) : good,
    );
    for (let turns = dice.whole(1, 3); turns > 0; turns -= 1)
      if (bytes.length) bytes[dice.whole(0, bytes.length - 1)] = dice.whole(0, 255);
    const sent = dice.is(0.3) ? bytes.subarray(0, dice.whole(0, bytes.length)) : bytes;
    try {
      accepted(doc, sent);
      const again = documentOf([all(doc)]);
      assert.deepEqual(sectionsIn(again), sectionsIn(doc));
    } catch (error) {
      refused += 1;
      assert.ok(error instanceof Gap || (error as Error).name === 'Refused', String((error as Error).stack));
    }
  }
  assert.ok(refused > 400, `${refused} refused`);
});

function deep(levels: number): unknown {
  let value: unknown = 'end';
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

/** Many people write one postmortem through two processes on one PostgreSQL: every word is there exactly once, for everybody. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as Y from 'yjs';
import { addLine, documentOf, rootText, sectionsIn } from '#src/learn/document.ts';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { createTestDatabase, type TestDatabase } from '../test-database.ts';

const WRITERS = 8;
const EDITS = 15;

let shared: TestDatabase;
let one: Harness;
let other: Harness;
let id: string;
let incident: string;

before(async () => {
  shared = await createTestDatabase();
  one = await openHarness({ databaseUrl: shared.url });
  await seedAgency(one);
  other = await openHarness({ databaseUrl: shared.url });
  one.as({ personId: 'ana', name: 'Ana Lima', role: 'administrator' });
  other.as({ personId: 'bo', name: 'Bo Falk', role: 'administrator' });
  incident = (await one.ask('POST', '/incidents', { title: 'Payments fail', serviceIds: ['svc_checkout'] }))
    .id;
  await one.ask('POST', `/incidents/${incident}/confirmation`, { evidence: 'a test payment failed' });
  await one.ask('POST', `/incidents/${incident}/restoration`, {
    proof: { check: 'probe', shows: 'payments pass', since: one.clock.now().toString() },
  });
  await one.settle();
  const { items } = await one.ask('GET', '/postmortems');
  id = items[0].id;
});
after(async () => {
  await one?.close();
  await other?.close();
  await shared?.remove();
});

const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'));

async function openWindow(house: Harness) {
  const first = await house.ask('GET', `/postmortems/${id}/document`);
  const doc = documentOf([bytes(first.edit)]);
  let version: number = first.version;
  const take = (answer: { edit: string | null; version: number }) => {
    if (answer.edit) Y.applyUpdate(doc, bytes(answer.edit));
    version = answer.version;
  };
  return {
    doc,
    async send(change: () => void) {
      const vector = Y.encodeStateVector(doc);
      change();
      const edit = Buffer.from(Y.encodeStateAsUpdate(doc, vector)).toString('base64');
      take(await house.ask('POST', `/postmortems/${id}/edits`, { edit, after: version }));
    },
    look: async () => take(await house.ask('GET', `/postmortems/${id}/document?after=${version}`)),
  };
}

test('words, lines, saves of a program and lines of the record, all at once: each is there exactly once', async () => {
  const windows = await Promise.all(
    Array.from({ length: WRITERS }, (_, n) => openWindow(n % 2 ? one : other)),
  );
  const words: string[] = [];
  const typing = windows.map(async ({ doc, send }, who) => {
    for (let n = 0; n < EDITS; n += 1) {
      const word = `w${who}n${n}.`;
      words.push(word);
      const text = rootText(doc, who % 3 ? 'rootCause' : 'summary');
      await send(() => {
        if (n % 5) return text.insert(n % 2 ? 0 : text.length, word);
        const line = { at: '2026-11-23T02:05:00Z', recordedAt: null, source: 'written afterwards' };
        return addLine(doc, { ...line, id: `l${who}-${n}`, text: word, from: 'person' }, n);
      });
    }
  });
  const programs = [one, other].map(async (house, index) => {
    for (let n = 0; n < EDITS; n += 1) {
      const { version, sections } = await house.ask('GET', `/postmortems/${id}`);
      const field = index ? 'wentWell' : 'limitedHarm';
      const saved = await house.call('PUT', `/api/v1/postmortems/${id}`, {
        version,
        sections: { ...sections, [field]: `${sections[field]} p${index}n${n}.`.trim() },
      });
      assert.equal(saved.status, 200, `nobody else changes ${field}: ${saved.text}`);
      words.push(`p${index}n${n}.`);
    }
  });
  const record = (async () => {
    one.clock.advance({ minutes: 61 });
    other.clock.advance({ minutes: 61 });
    await one.ask('POST', `/incidents/${incident}/resolution`, { note: 'Stable' });
  })();
  await Promise.all([...typing, ...programs, record]);
  for (const window of windows) await window.look();

  const { sections, version } = await other.ask('GET', `/postmortems/${id}`);
  const said = JSON.stringify(sections);
  for (const word of words) assert.equal(said.split(word).length - 1, 1, word);
  assert.equal(
    sections.timeline.filter(({ text }: { text: string }) => text === 'Resolved: Stable').length,
    1,
  );
  for (const { doc } of windows) assert.deepEqual(sectionsIn(doc), sections);
  assert.ok(version >= WRITERS * EDITS + 2 * EDITS, `version ${version}`);
  const kept = await one.db
    .selectFrom('postmortem_version')
    .select(['version', 'saved_by'])
    .where('postmortem_id', '=', id)
    .orderBy('version')
    .execute();
  assert.equal(new Set(kept.map((each) => each.version)).size, kept.length);
  assert.ok(kept.some((each) => each.saved_by === 'Humdrum'));
});

test('one edit that is sent by several windows at the same moment is taken once', async () => {
  const window = await openWindow(one);
  const vector = Y.encodeStateVector(window.doc);
  rootText(window.doc, 'openQuestions').insert(0, 'Why only Lisbon?');
  const edit = Buffer.from(Y.encodeStateAsUpdate(window.doc, vector)).toString('base64');
  const { version } = await one.ask('GET', `/postmortems/${id}`);
  const answers = await Promise.all(
    [one, other, one, other, one].map((house) =>
      house.call('POST', `/api/v1/postmortems/${id}/edits`, { edit }),
    ),
  );
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  const after = await one.ask('GET', `/postmortems/${id}`);
  assert.deepEqual([after.sections.openQuestions, after.version], ['Why only Lisbon?', version + 1]);
});

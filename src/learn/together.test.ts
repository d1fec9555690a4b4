import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import * as Y from 'yjs';
import { json } from '#platform/db/database.ts';
import { timesOf } from '#platform/db/due-times.ts';
import { HANDED_TO_LEARN } from '../../test/handed-to-learn.ts';
import { ANA, BO, type Json, openSmallHouse } from '../../test/small-house.ts';
import { DOCUMENT_BYTES_MAX } from './accept.ts';
import { addLine, documentOf, linesOf, rootText, sectionsIn, seedOf } from './document.ts';
import { learnRoom } from './room.ts';

const START = '2026-11-25T02:00:00Z';
const PERSON = { actor: { kind: 'person', name: 'Ana Lima', personId: 'per_ana' }, source: 'app' } as const;

let house: Awaited<ReturnType<typeof openSmallHouse>>;

before(async () => {
  house = await openSmallHouse(START, (parts) => [
    learnRoom(parts, {
      ...HANDED_TO_LEARN,
      mailer: { configured: false, sendMail: async () => ({ response: '' }) },
    }),
  ]);
  await house.person('per_ana', 'Ana Lima');
  await house.person('per_bo', 'Bo Falk');
  await house.service('svc_checkout', 'Checkout');
});
after(() => house.close());
beforeEach(() => {
  house.as(ANA);
  house.clock.set(Temporal.Instant.from(START));
});

async function restored(more: object = {}): Promise<{ incident: string; id: string }> {
  const what = {
    title: 'Payments fail',
    noticed: { by: 'person' },
    serviceIds: ['svc_checkout'],
    proposedSeverity: 'P1',
    ...more,
  } as const;
  const { id: incident } = await house.incidents.declare(
    { ...what, serviceIds: [...what.serviceIds] },
    PERSON,
  );
  const proof = { check: 'probe', shows: 'payments pass', since: house.clock.now() };
  await house.incidents.execute(incident, { type: 'restore', proof }, PERSON);
  await house.work();
  const row = await house.db
    .selectFrom('postmortem')
    .select('id')
    .where('incident_id', '=', incident)
    .executeTakeFirstOrThrow();
  return { incident, id: row.id };
}

/** A browser: its copy of the document, and up to which version it has everything. */
async function openBrowser(id: string) {
  const first = (await house.call('GET', `/postmortems/${id}/document`)).body;
  const doc = documentOf([bytes(first.edit)]);
  const browser = {
    doc,
    version: first.version as number,
    take(answer: Json) {
      if (answer.edit) Y.applyUpdate(doc, bytes(answer.edit));
      browser.version = answer.version;
    },
    async look() {
      browser.take((await house.call('GET', `/postmortems/${id}/document?after=${browser.version}`)).body);
    },
    /** @returns the edit as it is sent */
    made(change: (doc: Y.Doc) => void): string {
      const vector = Y.encodeStateVector(doc);
      change(doc);
      return text(Y.encodeStateAsUpdate(doc, vector));
    },
    async send(change: (doc: Y.Doc) => void) {
      const answer = await house.call('POST', `/postmortems/${id}/edits`, {
        edit: browser.made(change),
        after: browser.version,
      });
      if (answer.status === 200) browser.take(answer.body);
      return answer;
    },
    type: (words: string) =>
      browser.send((each) => rootText(each, 'summary').insert(rootText(each, 'summary').length, words)),
  };
  return browser;
}
const bytes = (base64: string) => Uint8Array.from(Buffer.from(base64, 'base64'));
const text = (edit: Uint8Array) => Buffer.from(edit).toString('base64');
const get = async (id: string): Promise<Json> => (await house.call('GET', `/postmortems/${id}`)).body;
const versions = async (id: string): Promise<Json[]> =>
  (await house.call('GET', `/postmortems/${id}/versions`)).body.items;
const hints = async (kind: string, id: string) =>
  house.db.selectFrom('live_event').selectAll().where('kind', '=', kind).where('id', '=', id).execute();

test('what somebody types is in the sections at once, and the other browser is given only what it lacks', async () => {
  const { id } = await restored();
  const [ana, bo] = [await openBrowser(id), await openBrowser(id)];
  assert.deepEqual(sectionsIn(ana.doc), (await get(id)).sections, 'the draft, as it is read');
  await ana.type('Payments failed. ');
  house.as(BO);
  await bo.type('Bo noticed. ');
  const shown = await get(id);
  assert.equal(shown.sections.summary, sectionsIn(bo.doc).summary);
  for (const words of ['Payments failed. ', 'Bo noticed. '])
    assert.ok(shown.sections.summary.includes(words));
  assert.equal(shown.version, 3);
  await ana.look();
  assert.equal(sectionsIn(ana.doc).summary, shown.sections.summary);
  const nothing = await house.call('GET', `/postmortems/${id}/document?after=${ana.version}`);
  assert.deepEqual(nothing.body, { version: 3, edit: null, writers: [] });
});

test('an edit that arrives twice is there once, and is no version of its own', async () => {
  const { id } = await restored();
  const ana = await openBrowser(id);
  const edit = ana.made((doc) => rootText(doc, 'summary').insert(0, 'Once.'));
  for (let times = 0; times < 3; times += 1)
    assert.equal((await house.call('POST', `/postmortems/${id}/edits`, { edit })).status, 200);
  const shown = await get(id);
  assert.deepEqual([shown.sections.summary, shown.version], ['Once.', 2]);
});

test('every edit is a hint of its own kind; only a new sitting tells everybody', async () => {
  const { id } = await restored();
  const ana = await openBrowser(id);
  const before = (await hints('postmortem', id)).length;
  for (const words of ['One. ', 'Two. ', 'Three. ']) await ana.type(words);
  assert.deepEqual(
    (await hints('postmortem_text', id)).map(({ version }) => version),
    [2, 3, 4],
  );
  assert.equal((await hints('postmortem', id)).length, before + 1);
});

test('a version is kept for each sitting: when somebody joins, and after ten minutes; the newest can always be read', async () => {
  const { id } = await restored();
  const [ana, bo] = [await openBrowser(id), await openBrowser(id)];
  for (const words of ['A1 ', 'A2 ', 'A3 ']) {
    house.clock.advance({ seconds: 1 });
    await ana.type(words);
  }
  assert.deepEqual(
    (await versions(id)).map(({ version, savedBy }) => [version, savedBy]),
    [
      [4, 'Ana Lima'],
      [1, 'Humdrum'],
    ],
  );
  for (let turn = 0; turn < 5; turn += 1) {
    house.as(BO);
    await bo.type(`B${turn} `);
    house.as(ANA);
    await ana.type(`A${turn} `);
  }
  house.clock.advance({ minutes: 10 });
  await ana.type('later ');
  const kept = await versions(id);
  assert.deepEqual(
    kept.map(({ version, savedBy }) => [version, savedBy]),
    [
      [15, 'Ana Lima'],
      [14, 'Ana Lima and Bo Falk'],
      [4, 'Ana Lima'],
      [1, 'Humdrum'],
    ],
  );
  const read = (version: number) => house.call('GET', `/postmortems/${id}/versions/${version}`);
  assert.equal((await read(4)).body.sections.summary, 'A1 A2 A3 ');
  assert.match((await read(15)).body.sections.summary, /later $/);
  assert.equal((await read(15)).body.savedAt, '2026-11-25T02:10:03Z');
  assert.equal((await read(9)).status, 404, 'a letter is no version');
});

test('a program that saves whole sections changes only what it changed, also while others type', async () => {
  const { id } = await restored();
  const ana = await openBrowser(id);
  await ana.type('Before. ');
  const { sections, version } = await get(id);
  await ana.type('Typed meanwhile. ');
  house.as(BO);
  const saved = await house.call('PUT', `/postmortems/${id}`, {
    version,
    sections: { ...sections, rootCause: 'Everybody at once.' },
  });
  assert.equal(saved.status, 200);
  assert.equal(saved.body.sections.summary, 'Before. Typed meanwhile. ');
  assert.equal(saved.body.sections.rootCause, 'Everybody at once.');
  await ana.look();
  assert.equal(sectionsIn(ana.doc).rootCause, 'Everybody at once.');
  assert.deepEqual(
    (await versions(id)).map(({ savedBy }) => savedBy),
    ['Bo Falk', 'Ana Lima', 'Humdrum'],
  );
  const touched = await house.call('PUT', `/postmortems/${id}`, {
    version,
    sections: { ...sections, rootCause: 'Another one.' },
  });
  assert.equal(touched.status, 409);
  assert.match(touched.body.title, /^Bo Falk changed the same words/);
  assert.equal(touched.body.current.sections.rootCause, 'Everybody at once.');
});

test('lines that the record adds come into the text that somebody is typing', async () => {
  const { incident, id } = await restored();
  const ana = await openBrowser(id);
  await ana.send((doc) =>
    addLine(
      doc,
      {
        id: 'lin-own',
        at: '2026-11-25T01:50:00Z',
        recordedAt: START,
        text: 'The graph looked normal',
        source: 'written afterwards',
        from: 'person',
      },
      99,
    ),
  );
  house.clock.advance({ minutes: 61 });
  await house.incidents.execute(incident, { type: 'resolve', note: 'Stable' }, PERSON);
  await ana.send((doc) => linesOf(doc).get('lin-own')!.set('note', 'Ana saw it.'));
  const { timeline } = sectionsIn(ana.doc);
  assert.deepEqual(
    [timeline[0]?.text, timeline.at(-1)?.text],
    ['The graph looked normal', 'Resolved: Stable'],
  );
  assert.deepEqual(timeline[0]?.note, 'Ana saw it.');
  const row = await house.db
    .selectFrom('postmortem')
    .select('sections')
    .where('id', '=', id)
    .executeTakeFirst();
  assert.deepEqual(row?.sections, sectionsIn(ana.doc));
});

test('a postmortem that is full does not stand in the way of its incident', async () => {
  const { incident, id } = await restored();
  const { sections } = await get(id);
  const own = (n: number, length: number) => {
    const plain = { recordedAt: null, source: 'written afterwards', from: 'person' } as const;
    return { ...plain, id: `full-${n}`, at: START, text: 'y'.repeat(length) };
  };
  const lines = Array.from({ length: 500 }, (_, n) => own(n, 3990));
  const withOwn = () => ({ ...sections, timeline: [...sections.timeline, ...lines] });
  while (seedOf(withOwn()).length < DOCUMENT_BYTES_MAX - 1000) lines.push(own(lines.length, 700));
  await house.db
    .updateTable('postmortem')
    .set({ sections: json(withOwn()) })
    .where('id', '=', id)
    .execute();
  house.clock.advance({ minutes: 61 });
  const note = 'Stable since an hour. '.repeat(40).trim();
  await house.incidents.execute(incident, { type: 'resolve', note }, PERSON);
  const after = await get(id);
  assert.ok(after.sections.timeline.some((line: Json) => line.text === `Resolved: ${note}`));
  const browser = await openBrowser(id);
  assert.equal((await browser.type('y'.repeat(6000))).status, 413);
  assert.equal((await (await openBrowser(id)).type('One more word fits.')).status, 200);
});

test('many edits are folded into the state, and a browser that was away long ago still gets everything', async () => {
  const { id } = await restored();
  const [ana, away] = [await openBrowser(id), await openBrowser(id)];
  /** Each is large, so that few of them are many. */
  const rewrite = (n: number) =>
    ana.send((doc) => {
      const summary = rootText(doc, 'summary');
      summary.delete(0, summary.length);
      summary.insert(0, `${n} ${'x'.repeat(39_000)}`);
    });
  const readings: Json[] = [];
  for (let n = 0; n < 30; n += 1) {
    assert.equal((await rewrite(n)).status, 200);
    readings.push(await get(id));
  }
  const rows = await house.db
    .selectFrom('postmortem_edit')
    .select(['version'])
    .where('postmortem_id', '=', id)
    .orderBy('version')
    .execute();
  assert.ok(rows.length < 15 && (rows[0]?.version ?? 0) > 15, `${rows.length} rows`);
  await away.send((doc) => rootText(doc, 'trigger').insert(0, 'back'));
  assert.equal(away.version, 32);
  assert.match(sectionsIn(away.doc).summary, /^29 x+$/);
  const save = ({ version, sections }: Json) =>
    house.call('PUT', `/postmortems/${id}`, { version, sections: { ...sections, impact: 'Forty users.' } });
  const old = await save(readings[3]);
  assert.equal(old.status, 409, 'too old to compare');
  assert.equal(old.body.current.version, 32);
  const lately = await save(readings[28]);
  assert.equal(lately.status, 200, 'read two edits ago');
  assert.match(lately.body.sections.summary, /^29 x+$/);
  assert.deepEqual([lately.body.sections.impact, lately.body.sections.trigger], ['Forty users.', 'back']);
});

test('a publication refers to a version that can be read', async () => {
  const { id } = await restored();
  const ana = await openBrowser(id);
  await ana.send((doc) => {
    rootText(doc, 'rootCause').insert(0, 'Everybody at once.');
    for (const name of ['slowDetection', 'missingDocumentation', 'missingMonitoring'] as const) {
      doc.getMap('answers').set(name, 'no');
      rootText(doc, name).insert(0, 'it was fine.');
    }
    rootText(doc, 'noActionBecause').insert(0, 'the service goes away.');
  });
  const published = await house.call('POST', `/postmortems/${id}/publication`);
  assert.equal(published.status, 201, published.text);
  assert.equal(published.body.publishedVersion, 2);
  await ana.type('More. ');
  const read = await house.call('GET', `/postmortems/${id}/versions/2`);
  assert.equal(read.body.sections.rootCause, 'Everybody at once.');
  assert.equal((await get(id)).published.sections.summary, '');
});

test('who else is writing is shown while they do, and forgotten when they stop or vanish', async () => {
  const { id } = await restored();
  const at = (place: string) => `/postmortems/${id}/writers/${place}`;
  const writers = async (): Promise<Json> =>
    (await house.call('GET', `/postmortems/${id}/document?after=1`)).body.writers;
  assert.equal((await house.call('PUT', at('a1'), { field: 'rootCause' })).status, 204);
  house.as(BO);
  await house.call('PUT', at('b1'), { field: 'summary' });
  assert.deepEqual(await writers(), [
    { place: 'a1', name: 'Ana Lima', field: 'rootCause' },
    { place: 'b1', name: 'Bo Falk', field: 'summary' },
  ]);
  const told = (await hints('postmortem_text', id)).length;
  await house.call('PUT', at('b1'), { field: 'summary' });
  assert.equal((await hints('postmortem_text', id)).length, told, 'being still there is no news');
  await house.call('DELETE', at('b1'));
  assert.equal((await writers()).length, 1);
  house.clock.advance({ seconds: 46 });
  assert.deepEqual(await writers(), []);
  const due = house.rooms[0]!.due!.find(({ name }) => name === 'writers of postmortems')!;
  const [next] = await timesOf(house.db, [due]);
  assert.ok(next && Temporal.Instant.compare(next, house.clock.now()) <= 0);
  await due.run(house.clock.now());
  const left = await house.db.selectFrom('postmortem_writer').select('name').execute();
  assert.deepEqual(left, [], 'it is no record of who worked when');
  assert.equal((await house.call('PUT', at('not a place!'), { field: 'summary' })).status, 400);
});

test('of a restricted incident only its viewers read or write the text, and only they get the hints', async () => {
  const { incident, id } = await restored();
  const ana = await openBrowser(id);
  await house.incidents.execute(incident, { type: 'restrict', viewers: ['per_ana'] }, PERSON);
  assert.equal((await ana.type('secret')).status, 200);
  house.as(BO);
  assert.equal((await house.call('GET', `/postmortems/${id}/document`)).status, 404);
  assert.equal((await ana.type('not mine')).status, 404);
  assert.equal((await house.call('PUT', `/postmortems/${id}/writers/b1`, { field: 'summary' })).status, 404);
  assert.equal((await house.call('DELETE', `/postmortems/${id}/writers/b1`)).status, 404);
  const [hint] = await hints('postmortem_text', id);
  assert.deepEqual(hint?.viewers, ['per_ana']);
});

test('who may only look gets the text and cannot write in it', async () => {
  const { id } = await restored();
  const ana = await openBrowser(id);
  house.as({ ...BO, role: 'viewer' });
  assert.equal((await house.call('GET', `/postmortems/${id}/document`)).status, 200);
  assert.equal((await ana.type('x')).status, 403);
  assert.equal((await house.call('PUT', `/postmortems/${id}/writers/b1`, { field: 'summary' })).status, 403);
  house.as(undefined);
  assert.equal((await house.call('GET', `/postmortems/${id}/document`)).status, 401);
});

test('what is no edit is refused in words, and the text stays as it was', async () => {
  const { id } = await restored();
  const ana = await openBrowser(id);
  await ana.type('Kept.');
  const before = await get(id);
  const edits = (edit: unknown) => house.call('POST', `/postmortems/${id}/edits`, { edit } as object);
  for (const [edit, status] of [
    [text(new Uint8Array([1, 2, 3, 250, 9, 9])), 400],
    ['not base64 !', 400],
    ['', 400],
    [7, 400],
    ['A'.repeat(600_000), 413],
  ] as const) {
    const answer = await edits(edit);
    assert.equal(answer.status, status, answer.text);
    assert.ok(answer.body.detail, 'it says what to do');
  }
  const long = await (await openBrowser(id)).type('x'.repeat(40_001));
  assert.equal(long.status, 413);
  assert.match(long.body.title, /summary: 40006 characters; it may have 40000/);
  const unknown = await (await openBrowser(id)).send((doc) => doc.getArray('blame').push(['somebody']));
  assert.equal(unknown.status, 400);
  const gap = await edits(
    (() => {
      const lost = documentOf([Y.encodeStateAsUpdate(ana.doc)]);
      rootText(lost, 'summary').insert(0, 'never sent');
      const vector = Y.encodeStateVector(lost);
      rootText(lost, 'summary').insert(5, ' x');
      return text(Y.encodeStateAsUpdate(lost, vector));
    })(),
  );
  assert.equal(gap.status, 409);
  assert.deepEqual(
    Y.decodeStateVector(bytes(gap.body.vector)),
    Y.decodeStateVector(Y.encodeStateVector(ana.doc)),
  );
  const after = await get(id);
  assert.deepEqual([after.sections, after.version], [before.sections, before.version]);
});

test('a postmortem of 2 MB is refused, in one piece and in many, and script in it stays text', async () => {
  const { id } = await restored();
  const { sections, version } = await get(id);
  const whole = await house.call('PUT', `/postmortems/${id}`, {
    version,
    sections: { ...sections, rootCause: 'x'.repeat(2 * 1024 * 1024) },
  });
  assert.equal(whole.status, 400);
  assert.deepEqual(
    whole.body.fields.map(({ path }: Json) => path),
    ['body.sections.rootCause'],
  );
  const browser = await openBrowser(id);
  let refused: Json;
  for (let part = 0; part < 12 && !refused; part += 1) {
    const answer = await browser.send((doc) => {
      for (let n = 0; n < 80; n += 1)
        addLine(
          doc,
          {
            id: `l${part}-${n}`,
            at: START,
            recordedAt: null,
            text: 'y'.repeat(3990),
            source: 'written afterwards',
            from: 'person',
          },
          n,
        );
    });
    if (answer.status !== 200) refused = answer;
  }
  assert.equal(refused?.status, 413);
  assert.match(refused.body.title, /may have 2048/);
  const script = '<script>alert(1)</script> ![x](javascript:alert(1))';
  const other = await openBrowser(id);
  assert.equal((await other.type(script)).status, 200);
  assert.equal((await get(id)).sections.summary, script);
  const exported = await house.call('GET', `/postmortems/${id}/export.md`);
  assert.ok(exported.text.includes('\\<script>alert(1)\\</script> ![x\\](javascript:alert(1))'));
});

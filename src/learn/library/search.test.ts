import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import { type Library, openLibrary } from '../../../test/library-house.ts';
import { ANA, BO, type Json } from '../../../test/small-house.ts';
import { TIMELINE_LINES_MAX } from '../sections.ts';
import { termsOf } from './asked.ts';
import { partsOf } from './excerpt.ts';
import { HIT_BEGINS, HIT_ENDS, searchableOf } from './searchable.ts';

let library: Library;
before(async () => {
  library = await openLibrary();
});
after(() => library.close());
beforeEach(() => library.as(ANA));

const search = async (q: string, more = ''): Promise<Json> => {
  const answer = await library.call('GET', `/postmortem-search?q=${encodeURIComponent(q)}${more}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
};
const ids = async (q: string, more = ''): Promise<string[]> =>
  (await search(q, more)).items.map((item: Json) => item.id);
const marked = (parts: Json): string =>
  parts.map((part: Json) => (part.hit ? `[${part.text}]` : part.text)).join('');

test('a draft is found by what was just written, by other forms of the word, and by its beginning', async () => {
  const { id } = await library.restored();
  assert.deepEqual(await ids('quiesced'), []);
  await library.write(id, { rootCause: 'The quiesced replicas accepted deployments of shop-api 4.12.0.' });
  for (const q of ['quiesced', 'replica', 'deploying', 'quies', 'shop-api', '4.12.0', 'QUIESCED replicas'])
    assert.deepEqual(await ids(q), [id], q);
  assert.deepEqual(await ids('quiesced giraffe'), [], 'every word must be there');
  assert.deepEqual(await ids('"quiesced replicas"'), [id]);
  assert.deepEqual(await ids('"replicas quiesced"'), []);
  assert.deepEqual(await ids('quiesced -replicas'), []);
});

test('the excerpt marks the hits and nothing in a text can forge a mark or become a tag', async () => {
  const { id } = await library.restored();
  await library.write(id, {
    summary: `A <script>alert(1)</script> zebrafish ${HIT_BEGINS}forged${HIT_ENDS} stood there & <b>fell</b>.`,
  });
  const [found] = (await search('zebrafish')).items;
  assert.match(marked(found.excerpt), /\[zebrafish\] forged stood there/);
  assert.deepEqual(
    found.excerpt.filter((part: Json) => part.hit).map((part: Json) => part.text),
    ['zebrafish'],
  );
  assert.equal(found.title.map((part: Json) => part.text).join(''), 'Payments fail');
});

test('a title is shown whole, with its hits marked', async () => {
  const title =
    'payments: 38% of card payments answer 500 for every shop that was moved to the new zone since the afternoon of the day before';
  const { id } = await library.restored({ title });
  const found = (await search('"card payments" afternoon')).items.find((each: Json) => each.id === id);
  assert.equal(found.title.map((part: Json) => part.text).join(''), title);
  assert.ok(found.title.some((part: Json) => part.hit && part.text === 'afternoon'));
});

test('words in other languages are found as they stand, and short English words too', async () => {
  const { id } = await library.restored();
  await library.write(id, {
    rootCause: 'Der Zahlungsdienst nahm Überweisungen an. Υπηρεσία πληρωμών. Сервис платежей.',
  });
  for (const q of ['überweisungen', 'Zahlungsd', 'πληρωμών', 'платежей', 'an'])
    assert.ok((await ids(q)).includes(id), q);
});

test('the cause weighs more than a line of the timeline, and the title most', async () => {
  const inTitle = await library.restored({ title: 'Walruses everywhere' });
  const inCause = await library.restored();
  await library.write(inCause.id, { rootCause: 'Too many walruses.' });
  const inTimeline = await library.restored({}, [{ type: 'add_note', text: 'Two walruses seen' }]);
  assert.deepEqual(await ids('walruses'), [inTitle.id, inCause.id, inTimeline.id]);
});

test('of a published postmortem the published copy is searched, without the names of people', async () => {
  const { id } = await library.restored();
  await library.write(id, { rootCause: 'Bo Falk restarted the heliotrope.' });
  assert.ok((await ids('heliotrope falk')).includes(id), 'the draft as it stands');
  await library.publish(id);
  assert.deepEqual(await ids('heliotrope'), [id]);
  assert.deepEqual(await ids('heliotrope falk'), []);
  await library.write(id, { rootCause: 'Nothing but a marigold.' });
  assert.deepEqual(await ids('marigold'), [], 'not before it is published again');
  await library.publish(id);
  assert.deepEqual(await ids('marigold'), [id]);
});

test('action items and a new title are searched as soon as they are there', async () => {
  const { id, incident } = await library.restored();
  const item = await library.agree(id, { text: 'Add a semaphore to the importer' });
  assert.deepEqual(await ids('semaphore'), [id]);
  await library.call('POST', `/action-items/${item.id}/dropping`, { reason: 'the importer goes' });
  assert.deepEqual(await ids('semaphore'), [], 'what was dropped is not agreed');
  await library.execute(incident, { type: 'retitle', title: 'Invoices vanish' });
  assert.deepEqual(await ids('invoices'), [id]);
});

test('a restricted incident is found by its viewers alone', async () => {
  const { id } = await library.restored({ restricted: true, viewers: ['per_ana'] });
  await library.write(id, { rootCause: 'The obsidian bucket was readable.' });
  assert.deepEqual(await ids('obsidian'), [id]);
  library.as(BO);
  assert.deepEqual(await ids('obsidian'), []);
});

test('a search is narrowed by severity, service, state and time', async () => {
  const { id } = await library.restored({ serviceIds: ['svc_search'], proposedSeverity: 'P2' });
  await library.write(id, { rootCause: 'The tangerine index.' });
  for (const more of ['severity=P2', 'service=svc_search', 'state=draft', 'from=2026-11-25T00:00:00Z'])
    assert.deepEqual(await ids('tangerine', `&${more}`), [id], more);
  for (const more of ['severity=P1', 'service=svc_checkout', 'state=published', 'to=2026-11-25T00:00:00Z'])
    assert.deepEqual(await ids('tangerine', `&${more}`), [], more);
});

test('the pages of a search hold every hit once, in one order', async () => {
  const made: string[] = [];
  for (let index = 0; index < 5; index++) {
    const { id } = await library.restored();
    await library.write(id, { rootCause: `Pelican number ${index % 2}.` });
    made.push(id);
  }
  const seen: string[] = [];
  let cursor = '';
  do {
    const page = await search('pelican', `&limit=2${cursor && `&cursor=${cursor}`}`);
    seen.push(...page.items.map((item: Json) => item.id));
    cursor = page.next ?? '';
  } while (cursor);
  assert.deepEqual(seen, await ids('pelican'));
  assert.deepEqual(seen.toSorted(), made.toSorted());
});

test('signs that mean something to a database are only signs', async () => {
  for (const q of [
    "'",
    "o'clock",
    '& | ! <-> ()',
    '\\',
    '"',
    '-',
    '-word',
    ':*',
    "'':*",
    'a:*b',
    '%',
    '🙂',
    '\u0000x',
  ])
    assert.ok(Array.isArray((await search(q)).items), q);
  assert.equal((await library.call('GET', '/postmortem-search?q=')).status, 400);
  assert.equal((await library.call('GET', `/postmortem-search?q=${'x'.repeat(201)}`)).status, 400);
  assert.equal((await library.call('GET', '/postmortem-search?q=x&cursor=nonsense')).status, 400);
  assert.deepEqual(termsOf('one -two "three four'), [
    { words: 'one', phrase: false, without: false },
    { words: 'two', phrase: false, without: true },
    { words: 'three four', phrase: true, without: false },
  ]);
});

test('a hit far down in a long timeline has its excerpt too', async () => {
  const notes = Array.from(
    { length: 120 },
    (_, index) =>
      ({
        type: 'add_note',
        text: `Note ${index}: ${'the queue grows and somebody looks at it. '.repeat(4)}`,
      }) as const,
  );
  const { id } = await library.restored({}, [...notes, { type: 'add_note', text: 'A lone chinchilla' }]);
  const [found] = (await search('chinchilla')).items;
  assert.equal(found.id, id);
  assert.match(marked(found.excerpt), /\[chinchilla\]/);
});

test('the largest postmortem with nothing but different words is kept and found by its first words', async () => {
  const { id } = await library.restored();
  const { sections } = await library.get(id);
  const different = (line: number) =>
    Array.from({ length: 200 }, (_, at) => `ж${(line * 200 + at).toString(36)}`).join(' ');
  const timeline = Array.from({ length: TIMELINE_LINES_MAX }, (_, line) => ({
    ...sections.timeline[0],
    id: `l${line}`,
    text: different(line),
  }));
  const { title, cause, rest, timeline: lines } = searchableOf('Far too much', { ...sections, timeline }, []);
  const words = (text: string) =>
    `setweight(to_tsvector('simple', '${text}') || to_tsvector('english', '${text}'), 'D')`;
  assert.ok(lines.length > 100_000, `${lines.length}`);
  assert.ok(lines.length < timeline.map((line) => line.text).join('\n').length, 'it was cut');
  const { rows } = await sql<{ size: number }>`select pg_column_size(${sql.raw(
    [title, cause, rest, lines].map((text) => words(text.replaceAll("'", "''"))).join(' || '),
  )}) as size`.execute(library.db);
  assert.ok(Number(rows[0]?.size) > 0);
});

test('an excerpt comes apart into hits and the text between them', () => {
  assert.deepEqual(partsOf(`a ${HIT_BEGINS}b${HIT_ENDS}\nc.\nd`), [
    { text: 'a ', hit: false },
    { text: 'b', hit: true },
    { text: ' · c. d', hit: false },
  ]);
});

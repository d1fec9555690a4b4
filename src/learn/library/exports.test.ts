import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, beforeEach, test } from 'node:test';
import MarkdownIt from 'markdown-it';
import { type Library, openLibrary } from '../../../test/library-house.ts';
import { textOfPdf } from '../../../test/servers/pdf.ts';
import { ANA, BO, type Json } from '../../../test/small-house.ts';
import { withLines } from '../draft.ts';
import { emptySections, type TimelineEntry } from '../sections.ts';
import type { Copy } from './copy.ts';
import { htmlOf } from './html.ts';
import { jsonOf } from './json.ts';
import { pdfOf } from './pdf.ts';

const KINDS = ['md', 'html', 'json', 'pdf'];
let library: Library;
before(async () => {
  library = await openLibrary();
});
after(() => library.close());
beforeEach(() => library.as(ANA));

async function exported(
  id: string,
  kind: string,
): Promise<{ status: number; text: string; headers: Json; bytes: Buffer }> {
  const answer = await library.download(`/postmortems/${id}/export.${kind}`);
  return {
    ...answer,
    text: kind === 'pdf' && answer.status === 200 ? textOfPdf(answer.bytes) : answer.bytes.toString('utf8'),
  };
}

function copyWith(
  more: { sections?: Partial<Copy['sections']> } & Partial<Omit<Copy, 'sections'>> = {},
): Copy {
  return {
    incident: {
      id: 'inc_1',
      number: 12,
      severity: 'P1',
      services: ['Checkout', 'Search'],
      impactStartedAt: '2026-11-25T01:58:00Z',
      detectedAt: '2026-11-25T02:00:00Z',
      restoredAt: '2026-11-25T02:40:00Z',
    },
    state: 'published',
    title: 'Payments fail',
    publishedAt: '2026-11-26T09:30:00Z',
    exportedAt: '2026-11-26T10:00:00Z',
    organisation: 'Harbour & Pine',
    actionItems: [],
    ...more,
    sections: { ...emptySections(), ...more.sections },
  };
}

const line = (index: number, more: Partial<TimelineEntry> = {}): TimelineEntry => ({
  id: `l${index}`,
  at: new Date(Date.UTC(2026, 10, 25, 2, 0, index)).toISOString(),
  recordedAt: new Date(Date.UTC(2026, 10, 25, 2, 0, index + 1)).toISOString(),
  text: `Alert fires again: checkout p99 is ${index} ms`,
  source: 'prometheus',
  from: 'record',
  ...more,
});

test('every export of a published postmortem is the published copy: roles instead of people, owners by name', async () => {
  const { id } = await library.restored();
  await library.agree(id, { text: 'Bo Falk and others ship to 1% first' });
  await library.write(id, { rootCause: 'Ana Lima saw that the pipeline ships to everybody.' });
  await library.publish(id);
  await library.write(id, { rootCause: 'Something else that is not published.' });
  for (const kind of KINDS) {
    const { status, text } = await exported(id, kind);
    assert.equal(status, 200, kind);
    assert.match(text, /The lead saw that the pipeline/, kind);
    assert.doesNotMatch(text, /Something else|Draft, not published|Ana Lima/, kind);
    assert.match(text, /Bo Falk/, `${kind}: the owner`);
    assert.match(text, /A colleague and others ship/, kind);
  }
});

test('of a draft every export is what would be published, and says that it is a draft', async () => {
  const { id } = await library.restored();
  await library.write(id, { rootCause: 'Ana Lima shipped it.' });
  for (const kind of KINDS) {
    const { text, headers } = await exported(id, kind);
    assert.match(text, /The lead shipped it/, kind);
    assert.match(text, /[Dd]raft/, kind);
    if (kind !== 'md') assert.match(String(headers['content-disposition']), /-draft\./, kind);
  }
});

test('a restricted incident is exported to its viewers alone', async () => {
  const { id } = await library.restored({ restricted: true, viewers: ['per_ana'] });
  for (const kind of KINDS) assert.equal((await exported(id, kind)).status, 200, kind);
  library.as(BO);
  for (const kind of KINDS) assert.equal((await exported(id, kind)).status, 404, kind);
});

test('the sections of the JSON can be saved again and are then the same; lines of the record stay as the record has them', async () => {
  const { id } = await library.restored();
  await library.write(id, {
    rootCause: 'Two\nparagraphs, "quotes" and ünïcode.',
    contributingFactors: { others: 'The hour of the day.' },
  });
  await library.publish(id);
  const file = JSON.parse((await exported(id, 'json')).text);
  assert.equal(file.format, 'humdrum-postmortem');
  const { version, sections } = await library.get(id);
  const put = (timeline: Json[]) =>
    library.call('PUT', `/postmortems/${id}`, { version, sections: { ...file.sections, timeline } });
  const renamed = await put(file.sections.timeline);
  assert.equal(renamed.status, 400, 'the copy tells roles where the record has names');
  const saved = await put(sections.timeline);
  assert.equal(saved.status, 200, saved.text);
  const again = (await library.get(id)).sections;
  assert.deepEqual(again, { ...file.sections, timeline: sections.timeline });
  assert.deepEqual(jsonOf(copyWith()).sections, emptySections());
});

test('nothing that somebody wrote becomes a tag, a style or a link in the HTML', () => {
  const bad = `</style><script>alert(1)</script><img src=x onerror=alert(1)>"'&`;
  const html = htmlOf(
    copyWith({
      title: bad,
      organisation: bad,
      sections: {
        summary: bad,
        rootCause: bad,
        timeline: [line(1, { text: bad, source: bad })],
        contributingFactors: { ...emptySections().contributingFactors, others: bad },
      },
      actionItems: [
        {
          text: bad,
          ownerName: bad,
          doneCondition: bad,
          evidence: bad,
          state: 'done',
          strength: 'weaker',
          dueOn: '2026-12-04',
          doneAt: null,
        } as Json,
      ],
    }),
  );
  assert.doesNotMatch(html, /<(?:script|img|a)\b|\shref=/i);
  assert.equal(html.match(/<\/style>/g)?.length, 1);
  assert.match(html, /Content-Security-Policy" content="default-src &#39;none&#39;/);
  assert.ok(html.startsWith('<!doctype html>'));
});

test('Markdown made into HTML by somebody else has no tags and no scripts in it', async () => {
  const { id } = await library.restored();
  await library.write(id, {
    rootCause:
      'A <script>alert(1)</script> [x](javascript:alert(1)) [y](JavaScript&#58;alert(1)) [good](https://good.example/) <!-- a --> [z]\n\n[z]: javascript:alert(1)',
  });
  const { text } = await exported(id, 'md');
  const html = new MarkdownIt({ html: true }).set({ linkify: false });
  html.validateLink = () => true;
  const made = html.render(text);
  assert.doesNotMatch(made, /<script|href="javascript|<!--/i);
  assert.match(made, /href="https:\/\/good\.example\/"/);
});

test('the timeline of a document says when it happened and when it was recorded', async () => {
  const late = line(2, { text: 'Seen on a screenshot afterwards', recordedAt: '2026-11-26T09:12:00Z' });
  const copy = copyWith({ sections: { timeline: [line(1), late] } });
  const text = textOfPdf(await pdfOf(copy));
  assert.match(text, /Wednesday,? 25 November 2026/);
  assert.match(text, /02:00\s+02:00\s+Alert fires again/);
  assert.match(text, /02:00\s+26 Nov 09:12\s+Seen on a screenshot/);
  assert.match(htmlOf(copy), /26 Nov 09:12/);
});

test('names in every European script that the font has are written, and long words break', async () => {
  const copy = copyWith({
    title: 'Überweisungen schlagen fehl – Ошибка платежей – Αποτυχία πληρωμών',
    sections: {
      summary: 'Łódź, Þingvellir, İstanbul, Čeština, Ђорђе, Καλημέρα; ≥ 3 → 4 ≈ 12 €; 🙂',
      rootCause: `https://logs.example/${'a'.repeat(400)} and ${'word'.repeat(80)}`,
      timeline: [line(1, { text: 'x'.repeat(900) })],
    },
  });
  const text = textOfPdf(await pdfOf(copy));
  for (const word of [
    'Überweisungen',
    'Ошибка платежей',
    'Αποτυχία πληρωμών',
    'Łódź, Þingvellir, İstanbul, Čeština, Ђорђе',
    '≥ 3 → 4 ≈ 12 €; ?',
  ])
    assert.ok(text.includes(word), word);
  assert.ok((text.match(/x/g) ?? []).length >= 900, 'nothing of a long word is cut off');
});

test('five thousand lines are all in the document, after what was learned, and other requests get their turn', async () => {
  const copy = copyWith({
    sections: {
      rootCause: 'The retry had no limit.',
      timeline: Array.from({ length: 5000 }, (_, index) => line(index)),
    },
  });
  let turns = 0;
  let working = true;
  const turn = () => {
    turns += 1;
    if (working) setImmediate(turn);
  };
  setImmediate(turn);
  const pdf = await pdfOf(copy);
  working = false;
  assert.ok(turns > 50, `${turns} turns`);
  const text = textOfPdf(pdf);
  assert.equal(text.match(/Alert fires again/g)?.length, 5000);
  assert.ok(text.indexOf('The retry had no limit.') < text.indexOf('p99 is 0 ms'));
  assert.equal(htmlOf(copy).match(/Alert fires again/g)?.length, 5000);
  if (process.env.HUMDRUM_SHOW_PDF) writeFileSync(process.env.HUMDRUM_SHOW_PDF, pdf);
});

test('an incident of five thousand facts has all of them in its draft, in order, and the draft can be saved', async () => {
  const { incident, id } = await library.restored();
  await library.execute(incident, { type: 'reopen', reason: 'it is back' });
  await library.tell(incident, 5000);
  library.clock.set(Temporal.Instant.from('2026-11-25T08:00:00Z'));
  await library.execute(incident, {
    type: 'restore',
    proof: { check: 'probe', shows: 'payments pass', since: library.clock.now() },
  });
  const { sections, version } = await library.get(id);
  const told = sections.timeline.filter((each: Json) => each.id.startsWith('fact-'));
  assert.ok(told.length > 4990, `${told.length} lines`);
  const times = sections.timeline.map((each: Json) => Date.parse(each.at));
  assert.deepEqual(
    times,
    times.toSorted((one: number, other: number) => one - other),
  );
  const saved = await library.call('PUT', `/postmortems/${id}`, {
    version,
    sections: { ...sections, rootCause: 'Nothing limited the retries.' },
  });
  assert.equal(saved.status, 200, saved.text.slice(0, 300));
  assert.equal(saved.body.sections.timeline.length, sections.timeline.length);
});

test('a record that is longer than a timeline says where it goes on, and what somebody wrote stays', () => {
  const lines = Array.from({ length: 10_020 }, (_, index) => line(index));
  const own = { ...line(10_010), id: 'lin_own', text: 'The provider called.', from: 'person' as const };
  const drafted = withLines([own], lines);
  assert.equal(drafted.filter((each) => each.id.startsWith('l')).length, 10_000);
  assert.match(drafted.at(-2)?.text ?? '', /^From here on, lines stand in the record/);
  assert.equal(drafted.at(-1), own);
  assert.deepEqual(withLines(drafted, lines), drafted);
});

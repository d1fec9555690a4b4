/** Text for one audience never reaches another: every way out is read for words that do not belong there. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import type { Mail } from '../servers/smtp.ts';

const WORDS = ['COMMONWORDS', 'INSIDEWORDS', 'CONTOSOWORDS', 'PAGEWORDS'] as const;
type Word = (typeof WORDS)[number];
const READS: Record<string, Word[]> = {
  'nora@northwind.example': ['COMMONWORDS'],
  'nils@northwind.example': ['COMMONWORDS'],
  'carl@contoso.example': ['CONTOSOWORDS'],
  'ana@example.com': ['INSIDEWORDS'],
  'bo@example.com': ['INSIDEWORDS'],
  'cleo@example.com': ['INSIDEWORDS'],
  // Speaks for both: the words for each, and never one client's words in the other's name.
  'desk@shared.example': ['COMMONWORDS', 'CONTOSOWORDS'],
};
const PAGES = [
  '/status/',
  '/status/api/v2/summary.json',
  '/status/api/v2/incidents.json',
  '/api/v2/summary.json',
  '/status/history.atom',
  '/status/history.rss',
];

let house: Harness;
let incident: string;
let seen = 0;

before(async () => {
  house = await openHarness({ start: '2026-11-23T02:00:00Z' });
  await seedAgency(house);
  const at = { created_at: house.clock.now(), updated_at: house.clock.now() };
  for (const client of ['northwind', 'contoso'])
    await house.db
      .insertInto('contact')
      .values({
        id: `con_desk_${client}`,
        client_id: `cli_${client}`,
        name: 'The desk',
        email: client === 'contoso' ? 'Desk@Shared.example' : 'desk@shared.example',
        ...at,
      })
      .execute();
  house.as({ personId: 'ana', name: 'Ana Lima' });
  incident = (
    await house.ask('POST', '/incidents', {
      title: 'checkout-api SECRETTITLE',
      serviceIds: ['svc_checkout'],
    })
  ).id;
  await house.ask('POST', `/incidents/${incident}/confirmation`, { evidence: 'three failed payments' });
});
after(() => house.close());

const says = (word: Word) => ({
  impact: `Nobody can pay by card: ${word}.`,
  action: 'We look at the last change.',
});
const WORDINGS = [
  { audience: 'internal', ...says('INSIDEWORDS') },
  { audience: 'client:cli_contoso', ...says('CONTOSOWORDS') },
  { audience: 'public', ...says('PAGEWORDS') },
];

function fresh(): Mail[] {
  const mails = house.smtp.mails.slice(seen);
  seen = house.smtp.mails.length;
  return mails;
}
const wordsIn = (text: string): Word[] => WORDS.filter((word) => text.includes(word));
const wholeOf = (mail: Mail): string =>
  `${mail.subject}\n${mail.text}\n${mail.html}\n${[...mail.headers].map(([name, value]) => `${name}: ${JSON.stringify(value)}`).join('\n')}`;

/** Every address has read exactly its own words, each in a mail of its own. */
function assertSeparate(mails: Mail[], expected = READS): void {
  const read = new Map<string, Word[]>();
  for (const mail of mails) {
    const words = wordsIn(wholeOf(mail));
    assert.equal(words.length, 1, `one mail to ${mail.envelope.to} holds ${words.join(' and ')}`);
    for (const address of mail.envelope.to) read.set(address, [...(read.get(address) ?? []), ...words]);
  }
  for (const [address, words] of Object.entries(expected))
    assert.deepEqual(read.get(address)?.toSorted(), words.toSorted(), address);
  assert.deepEqual([...read.keys()].toSorted(), Object.keys(expected).toSorted());
}

async function assertPages(allowed: Word[]): Promise<void> {
  const summary = await house.call('GET', '/status/api/v2/incidents.json');
  const links = [...summary.text.matchAll(/\/status\/incidents\/[\w-]+/g)].map(([path]) => path);
  assert.ok(links.length > 0);
  for (const path of [...PAGES, ...new Set(links)]) {
    const { status, text } = await house.call('GET', path);
    assert.equal(status, 200, path);
    for (const word of wordsIn(text)) assert.ok(allowed.includes(word), `${path} says ${word}`);
    assert.doesNotMatch(text, /SECRETTITLE|INC-1\b|inc_|cli_|Contoso|Northwind/, path);
  }
}

test('each audience reads its own words, in mails, on pages, in feeds and their JSON', async () => {
  await house.ask('POST', `/incidents/${incident}/updates`, {
    kind: 'first',
    ...says('COMMONWORDS'),
    wordings: WORDINGS,
  });
  await house.settle();
  const mails = fresh();
  assertSeparate(mails);
  await assertPages(['PAGEWORDS']);
  for (const mail of mails.filter((each) => !each.envelope.to[0]?.endsWith('@example.com')))
    assert.doesNotMatch(wholeOf(mail), /SECRETTITLE|INC-1\b|inc_\w|cli_\w/);
});

test('a preview shows to each what it will read, and nothing else', async () => {
  const { reads } = await house.ask('POST', `/incidents/${incident}/updates/preview`, {
    kind: 'next',
    ...says('COMMONWORDS'),
    wordings: WORDINGS,
  });
  assert.deepEqual(
    reads.map((read: { who: string; text: string }) => `${read.who}: ${wordsIn(read.text).join()}`),
    [
      'Our own people: INSIDEWORDS',
      'Contoso: CONTOSOWORDS',
      'Northwind: COMMONWORDS',
      'Status page: PAGEWORDS',
    ],
  );
});

test('"nothing new" carries to each audience the words that it was told before', async () => {
  await house.until('2026-11-23T02:20:00Z');
  fresh();
  const draft = await house.ask('GET', `/incidents/${incident}/updates/draft`);
  assert.deepEqual(wordsIn(`${draft.impact} ${draft.action}`), ['COMMONWORDS']);
  const { kind, status, impact, action, nextAt, nothingNew, wordings } = draft;
  await house.ask('POST', `/incidents/${incident}/updates`, {
    kind,
    status,
    impact,
    action,
    nextAt,
    nothingNew,
    wordings,
  });
  await house.settle();
  assertSeparate(fresh());
  await assertPages(['PAGEWORDS']);
});

test('what was said to us alone, or to one client alone, is in no draft for the others', async () => {
  await house.ask('POST', `/incidents/${incident}/updates`, {
    kind: 'next',
    ...says('INSIDEWORDS'),
    audience: { clientIds: [], internal: true, publicPage: false },
  });
  await house.ask('POST', `/incidents/${incident}/updates`, {
    kind: 'next',
    ...says('CONTOSOWORDS'),
    audience: { clientIds: ['cli_contoso'], internal: false, publicPage: false },
  });
  await house.settle();
  assertSeparate(fresh(), {
    'ana@example.com': ['INSIDEWORDS'],
    'bo@example.com': ['INSIDEWORDS'],
    'cleo@example.com': ['INSIDEWORDS'],
    'carl@contoso.example': ['CONTOSOWORDS'],
    'desk@shared.example': ['CONTOSOWORDS'],
  });
  const draft = await house.ask('GET', `/incidents/${incident}/updates/draft`);
  assert.deepEqual(wordsIn(`${draft.text} ${draft.impact} ${draft.action}`), ['COMMONWORDS']);
});

test('the automatic message says to each what was confirmed to it, and nothing of the others', async () => {
  await house.until('2026-11-23T03:30:00Z');
  const late = fresh().filter((mail) => /Automatic message/.test(wholeOf(mail)));
  assert.ok(late.length > 0);
  for (const mail of late)
    for (const address of mail.envelope.to)
      for (const word of wordsIn(wholeOf(mail)))
        assert.ok(READS[address]?.includes(word), `${address} reads ${word}`);
  await assertPages(['PAGEWORDS']);
});

test('words for somebody whom the message does not reach are refused, and so are words given twice', async () => {
  for (const [what, body] of [
    [
      'a client left out',
      { audience: { clientIds: ['cli_northwind'], internal: false }, wordings: [WORDINGS[1]] },
    ],
    ['ourselves left out', { audience: { clientIds: 'affected', internal: false }, wordings: [WORDINGS[0]] }],
    ['twice', { wordings: [WORDINGS[1], WORDINGS[1]] }],
    ['all clients', { wordings: [{ audience: 'clients', ...says('COMMONWORDS') }] }],
    ['an audience that does not exist', { wordings: [{ audience: 'everyone', ...says('COMMONWORDS') }] }],
  ] as const) {
    const answer = await house.call('POST', `/incidents/${incident}/updates`, {
      kind: 'next',
      ...says('COMMONWORDS'),
      ...body,
    });
    assert.equal(answer.status, 400, what);
  }
  await house.settle();
  assert.deepEqual(fresh(), []);
});

test('another client\u2019s name is asked about in the words of one client, and its own name is not', async () => {
  const words = (name: string) => ({
    kind: 'next',
    ...says('COMMONWORDS'),
    wordings: [{ audience: 'client:cli_contoso', impact: `${name} cannot pay.`, action: 'We look at it.' }],
  });
  const asked = await house.call('POST', `/incidents/${incident}/updates`, words('Northwind'));
  assert.equal(asked.status, 409);
  assert.deepEqual(
    asked.body.fields.map((field: { path: string }) => field.path),
    ['confirmed.client_name'],
  );
  const own = await house.ask('POST', `/incidents/${incident}/updates/preview`, words('Contoso'));
  assert.deepEqual(
    own.findings.filter((finding: { confirms: string | null }) => finding.confirms),
    [],
  );
});

test('the database itself refuses a delivery of words that are not its reader\u2019s', async () => {
  const delivery = await house.db
    .selectFrom('delivery')
    .selectAll()
    .where('address', '=', 'nora@northwind.example')
    .limit(1)
    .executeTakeFirstOrThrow();
  const tries: [string, object][] = [
    ['our words to a client', { text_audience: 'internal' }],
    ['the words for another client', { text_audience: 'client:cli_contoso' }],
    [
      'one client\u2019s words in the name of two',
      {
        text_audience: 'client:cli_contoso',
        client_ids: ['cli_contoso', 'cli_northwind'],
      },
    ],
    ['words that were never written', { text_audience: 'client:cli_northwind' }],
    ['a client\u2019s words to us', { audience: 'internal', text_audience: 'clients' }],
    ['the words of the page as ours', { audience: 'internal', text_audience: 'public' }],
  ];
  for (const [what, change] of tries)
    await assert.rejects(
      house.db
        .insertInto('delivery')
        .values({ ...delivery, evidence: null, id: `dlv_${what}`, idempotency_key: what, ...change })
        .execute(),
      (error: { code?: string }) => error.code === '23514' || error.code === '23503',
      what,
    );
  await assert.rejects(
    house.db
      .updateTable('incident_update')
      .set((row) => ({ about: row.val(JSON.stringify({ restricted: true })) as never }))
      .where('incident_id', '=', incident)
      .where('public_page', '=', true)
      .execute(),
    (error: { code?: string }) => error.code === '23514',
    'a restricted message on the page',
  );
});

test('a restricted incident is on no page, in no feed, in no mail to clients, and for others only a number', async () => {
  const restricted = await house.ask('POST', '/incidents', {
    title: 'HUSHHUSH somebody reads the orders',
    serviceIds: ['svc_checkout'],
    restricted: true,
  });
  await house.ask('POST', `/incidents/${restricted.id}/confirmation`, { evidence: 'logs' });
  const refused = await house.call('POST', `/incidents/${restricted.id}/updates`, {
    kind: 'next',
    impact: 'HUSHHUSH',
    action: 'We look at it.',
    audience: { clientIds: 'affected', internal: true, publicPage: true },
  });
  assert.equal(refused.status, 409);
  await house.ask('POST', `/incidents/${restricted.id}/updates`, {
    kind: 'next',
    impact: 'HUSHHUSH: somebody reads the orders.',
    action: 'We look at it.',
  });
  await house.settle();
  const mails = fresh().filter((mail) => wholeOf(mail).includes('HUSHHUSH'));
  assert.deepEqual([...new Set(mails.flatMap((mail) => mail.envelope.to))], ['ana@example.com']);
  for (const mail of mails) assert.doesNotMatch(mail.subject ?? '', /HUSHHUSH/);
  for (const path of PAGES) assert.doesNotMatch((await house.call('GET', path)).text, /HUSHHUSH/, path);
  for (const role of ['administrator', 'responder', 'viewer'] as const) {
    house.as({ personId: 'dan', name: 'Dan Okoro', role });
    for (const path of [
      '/incidents',
      '/now',
      '/search?q=HUSHHUSH',
      '/incidents?q=HUSHHUSH',
      `/incidents/${restricted.id}`,
      `/incidents/${restricted.id}/updates`,
      `/incidents/${restricted.id}/timeline`,
      `/incidents/${restricted.id}/deliveries`,
      '/postmortems',
      '/directory/export',
      '/alerts',
    ])
      assert.doesNotMatch((await house.call('GET', path)).text, /HUSHHUSH/, `${role} ${path}`);
  }
  house.as({ personId: 'ana', name: 'Ana Lima' });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAtomFeed, parseRssFeed } from 'feedsmith';
import ical from 'node-ical';
import { sealed, tellNotice, tellUpdate } from '../subscribe/message.ts';
import { calendarOf } from './calendar.ts';
import { colours, readable, whyUnreadable } from './colours.ts';
import { fileOf, relocated } from './copy.ts';
import type { Shown, ShownIncident, ShownMaintenance } from './facts-shown.ts';
import { incidentPage, indexPage, maintenancePage, notFoundPage, subscribePage } from './html.ts';
import { WORDS } from './language.ts';
import { atomFeed, jsonDocuments, rssFeed } from './machine.ts';
import { pageModel } from './model.ts';
import { PLAIN_PAGE, type StatusPage } from './pages.ts';
import { pictureOf } from './picture.ts';
import { whyNoSlug } from './slug.ts';

const at = (text: string) => Temporal.Instant.from(text);
const now = at('2026-11-25T03:12:00Z');
const URL_ = 'https://status.example.com';
const INCIDENT: ShownIncident = {
  id: 'inc_1',
  reference: '7M3K-Q0V9',
  state: 'confirmed',
  severity: 'P1',
  level: 'not',
  serviceIds: ['s1'],
  startedAt: at('2026-11-25T02:02:00Z'),
  restoredAt: null,
  endedAt: null,
  mergedInto: null,
  promisedAt: at('2026-11-25T03:35:00Z'),
  calledAt: null,
  updates: [
    {
      seq: 3,
      kind: 'first',
      status: 'looking',
      impact: 'We are aware of an issue affecting Checkout & more.',
      action: 'We are investigating.',
      nextAt: at('2026-11-25T03:35:00Z'),
      nothingNew: false,
      automatic: false,
      at: at('2026-11-25T02:11:00Z'),
    },
  ],
};
const MAINTENANCE: ShownMaintenance = {
  id: 'mnt_1',
  reference: '8N4L-R1W0',
  title: 'New <terminals>',
  impact: 'Card payments fail for two minutes.',
  state: 'scheduled',
  startsAt: at('2026-11-26T01:00:00Z'),
  endsAt: at('2026-11-26T03:00:00Z'),
  startedAt: null,
  finishedAt: null,
  serviceIds: ['s1'],
  sequence: 2,
  createdAt: at('2026-11-20T09:00:00Z'),
  updatedAt: at('2026-11-21T09:00:00Z'),
  updates: [],
};
const shown = (more: Partial<Shown> = {}, page: Partial<StatusPage> = {}): Shown => ({
  page: { ...PLAIN_PAGE, ...page },
  organisation: { name: 'Northwind', statusPageName: null, zone: 'Europe/Berlin', phone: null },
  services: [{ id: 's1', name: 'Checkout', since: at('2026-01-01T00:00:00Z') }],
  incidents: [INCIDENT],
  maintenances: [MAINTENANCE],
  ...more,
});
const model = (more?: Partial<Shown>, page?: Partial<StatusPage>, moment = now) =>
  pageModel(shown(more, page), moment);

test('a reader of feeds that knows nothing of us finds every entry, with its time, its link and its words', () => {
  const atom = parseAtomFeed(atomFeed(model(), URL_));
  assert.equal(atom.title?.value, 'Northwind status');
  assert.equal(atom.id, `${URL_}/status/`);
  assert.deepEqual(
    atom.entries?.map((each) => [each.id, each.title?.value, each.links?.[0]?.href]),
    [
      ['urn:humdrum:incident:7M3K-Q0V9', 'An issue affecting Checkout', `${URL_}/status/incidents/7M3K-Q0V9`],
      [
        'urn:humdrum:maintenance:8N4L-R1W0',
        'Planned maintenance: New <terminals>',
        `${URL_}/status/maintenance/8N4L-R1W0`,
      ],
    ],
  );
  assert.equal(atom.entries?.[0]?.updated, '2026-11-25T02:11:00Z');
  assert.match(String(atom.entries?.[0]?.content?.value), /Checkout &#38; more|Checkout & more/);
  const rss = parseRssFeed(rssFeed(model(), URL_));
  assert.equal(rss.language, 'en');
  assert.equal(rss.items?.length, 2);
  assert.equal(rss.items?.[0]?.guid?.value, 'urn:humdrum:incident:7M3K-Q0V9');
  assert.equal(rss.items?.[0]?.pubDate, 'Wed, 25 Nov 2026 02:11:00 GMT');
});

test('a calendar that knows nothing of us reads the plan, and the same facts give the same bytes', () => {
  const text = calendarOf(model(), URL_);
  assert.equal(text, calendarOf(model(), URL_));
  const [event] = Object.values(ical.sync.parseICS(text)).filter(
    (each) => each?.type === 'VEVENT',
  ) as unknown as Record<string, unknown>[];
  const { summary, start, end, uid, sequence, url } = event ?? {};
  assert.equal(summary, 'Planned maintenance: New <terminals>');
  assert.equal((start as Date).toISOString(), '2026-11-26T01:00:00.000Z');
  assert.equal((end as Date).toISOString(), '2026-11-26T03:00:00.000Z');
  assert.equal(uid, '8N4L-R1W0@humdrum');
  assert.equal(Number(sequence), 2);
  assert.equal(String((url as { val?: string }).val ?? url), `${URL_}/status/maintenance/8N4L-R1W0`);
});

test('a service under maintenance says so, to people and to programs', () => {
  const running = {
    maintenances: [
      { ...MAINTENANCE, state: 'in_progress' as const, startedAt: now, endsAt: at('2026-11-25T04:00:00Z') },
    ],
    incidents: [],
  };
  const it = model(running);
  assert.equal(it.services[0]?.words, 'In planned maintenance until 05:00 CET');
  assert.equal(it.verdict.words, 'Everything works. Planned maintenance is under way.');
  const summary = JSON.parse(jsonDocuments(it, URL_).get('api/v2/summary.json')!);
  assert.equal(summary.status.indicator, 'maintenance');
  assert.equal(summary.components[0].status, 'under_maintenance');
  assert.equal(summary.scheduled_maintenances[0].status, 'in_progress');
  assert.equal(summary.scheduled_maintenances[0].incident_updates.length, 1);
  assert.equal(it.nextChangeAt.toString(), '2026-11-25T04:00:00.001Z');
});

test('a maintenance that did not begin or does not end is marked, and only then', () => {
  const late = model({}, {}, at('2026-11-26T01:00:01Z'));
  assert.match(indexPage(late), /class="overdue">Planned, has not begun yet/);
  assert.doesNotMatch(indexPage(model()), /overdue">/);
  assert.match(maintenancePage(late.planned[0]!, late), /New &#60;terminals&#62;/);
});

test('what stands on a page already is not said or linked there a second time', () => {
  const one = model();
  assert.doesNotMatch(indexPage(one), /class="log"/);
  const later = { ...INCIDENT.updates[0]!, seq: 7, kind: 'next' as const, at: now };
  assert.match(
    indexPage(model({ incidents: [{ ...INCIDENT, updates: [...INCIDENT.updates, later] }] })),
    /class="log"/,
  );
  const link = /href="[^"]*maintenance\/8N4L-R1W0"/;
  assert.match(indexPage(one), link);
  assert.doesNotMatch(maintenancePage(one.planned[0]!, one), link);
});

test('only a private page says that no other address than the reader’s own can be told', () => {
  const ways = { email: true, sms: false, slack: false, webhook: false };
  const words = /no other can be told by it/;
  assert.doesNotMatch(subscribePage(model(), ways), words);
  assert.match(subscribePage(model({}, { slug: 'kunde', clientId: 'c1' }), ways), words);
});

test('a page in German says everything in German that no person wrote, and times in its zone', () => {
  const german = model({}, { language: 'de', slug: 'kunde', clientId: 'c1', name: 'Kundenseite' });
  const html = indexPage(german);
  assert.match(html, /<html lang="de">/);
  assert.match(html, /Eine Störung betrifft Checkout/);
  assert.match(html, /Es gibt eine Störung bei: Checkout\./);
  assert.match(html, /nächste Meldung <time [^>]*>04:35 MEZ \(03:35 UTC\)/);
  assert.match(html, /26\. Nov/);
  const english = Object.values(WORDS.en).filter((each): each is string => typeof each === 'string');
  for (const words of english.filter((each) => each.length > 9 && !Object.values(WORDS.de).includes(each)))
    assert.ok(!html.includes(`>${words}<`), words);
  assert.match(jsonDocuments(german, URL_).get('api/v2/incidents.json')!, /Nächste Meldung um 04:35 MEZ\./);
});

test('nothing that anybody wrote can become markup on a page, in a feed, a calendar or a mail, or a line of a header', () => {
  const evil = '</style><script>alert(1)</script><img src=x onerror=alert(1)>"\'&\r\nBcc: x@y.example';
  const it = model(
    {
      services: [{ id: 's1', name: evil, since: now }],
      incidents: [{ ...INCIDENT, updates: [{ ...INCIDENT.updates[0]!, impact: evil, action: evil }] }],
      maintenances: [
        {
          ...MAINTENANCE,
          title: evil,
          impact: evil,
          updates: [{ seq: 1, state: 'scheduled', text: evil, at: now }],
        },
      ],
    },
    { name: evil, slug: 'evil', logo: '"><script>', accent: '</style><script>' },
  );
  const ways = { email: true, webhook: true, sms: true, slack: true };
  const from = { heading: evil, id: 'p', base: it.base, url: URL_, speech: it.speech };
  const mail = tellUpdate(from, {
    reference: 'R',
    updateId: 'u',
    names: [evil],
    update: it.open[0]!.updates[0]!,
  });
  const notice = tellNotice(from, {
    ...MAINTENANCE,
    kind: 'planned',
    title: evil,
    impact: evil,
    text: evil,
    names: [evil],
    at: now,
  });
  for (const text of [
    indexPage(it),
    incidentPage(it.open[0]!, it),
    maintenancePage(it.planned[0]!, it),
    subscribePage(it, ways),
    notFoundPage(it),
    atomFeed(it, URL_),
    rssFeed(it, URL_),
    sealed(from, mail, `${URL_}/x`).html,
    sealed(from, notice, `${URL_}/x`).html,
  ])
    for (const markup of ['<script', '<img src=x']) assert.ok(!text.includes(markup), markup);
  const calendar = calendarOf(it, URL_);
  assert.equal(calendar.split(/\r\n/).filter((line) => /^Bcc/.test(line)).length, 0);
  for (const body of jsonDocuments(it, URL_).values()) assert.doesNotThrow(() => JSON.parse(body));
});

test('overlapping incidents count each minute once', () => {
  const span = (id: string, from: string, to: string): ShownIncident => ({
    ...INCIDENT,
    id,
    reference: id,
    state: 'closed',
    startedAt: at(from),
    restoredAt: at(to),
    endedAt: at(to),
  });
  const [service] = model({
    incidents: [
      span('a', '2026-11-20T10:00:00Z', '2026-11-20T11:00:00Z'),
      span('b', '2026-11-20T10:30:00Z', '2026-11-20T11:30:00Z'),
    ],
    maintenances: [],
  }).services;
  assert.equal(service?.minutesAffected, 90);
});

test('an incident that does not touch a client, who was told so, does not colour its page', () => {
  const it = model({ incidents: [{ ...INCIDENT, level: 'works' }], maintenances: [] });
  assert.equal(it.services[0]?.level, 'works');
  assert.equal(it.services[0]?.minutesAffected, 0);
  assert.equal(it.verdict.words, 'Everything works.');
});

test('a colour that cannot be read is refused with one that can, and nothing but a colour gets into the style', () => {
  assert.match(whyUnreadable('#ffcc00', 'light') ?? '', /contrast of 1\.\d to 1 .*#[0-9a-f]{6} would do/);
  assert.equal(whyUnreadable('#1f4b99', 'light'), undefined);
  assert.equal(whyUnreadable(readable('#1f4b99', 'dark'), 'dark'), undefined);
  assert.equal(colours('red;}body{display:none', null), '');
  assert.match(colours('#7a1f5c', null), /^:root\{--accent:#7a1f5c;/);
});

test('a picture is told by its bytes, never by its name', () => {
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(20)]);
  assert.equal((pictureOf(png) as { type: string }).type, 'image/png');
  assert.match(String(pictureOf(Buffer.from('<svg><set attributeName="onload" to="x"/></svg>'))), /embeds/);
  assert.match(String(pictureOf(Buffer.from('<svg><style>@import "x"</style></svg>'))), /loads something/);
  assert.match(String(pictureOf(Buffer.from('GIF'))), /no PNG/);
});

test('a place of a page is short and plain, and none that the first page needs', () => {
  for (const good of ['northwind', 'a', 'shop-2']) assert.equal(whyNoSlug(good), undefined);
  for (const bad of ['', 'A', '-x', 'x-', 'a/b', '..', 'incidents', 'api', 'x'.repeat(61)])
    assert.ok(whyNoSlug(bad), bad);
});

test('in a copy links lead from file to file, and what cannot work there leads home', () => {
  const place = { base: '/status/shop/', folder: 'shop' };
  const documents = [
    { path: '', contentType: 'text/html; charset=utf-8' },
    { path: 'incidents/AB', contentType: 'text/html; charset=utf-8' },
    { path: 'subscribe', contentType: 'text/html; charset=utf-8' },
    { path: 'logo', contentType: 'image/png' },
  ];
  assert.equal(fileOf(place, documents[1]!), 'shop/incidents/AB.html');
  const html =
    '<a href="/status/shop/">x</a><a href="/status/shop/subscribe">y</a><img src="/status/shop/logo?1f">';
  assert.equal(
    relocated(html, 'incidents/AB', { place, documents, url: 'https://h.example' }),
    '<a href="../index.html">x</a><a href="https://h.example/status/shop/subscribe">y</a><img src="../logo.png">',
  );
});

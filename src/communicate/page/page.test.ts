import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Shown, ShownIncident, ShownUpdate } from './facts-shown.ts';
import { incidentPage, indexPage } from './html.ts';
import { atomFeed, jsonDocuments, rssFeed } from './machine.ts';
import { pageModel } from './model.ts';
import { PLAIN_PAGE } from './pages.ts';

const at = (text: string) => Temporal.Instant.from(text);
const now = at('2026-11-25T03:12:00Z');
const HOLDING: ShownUpdate = {
  seq: 3,
  kind: 'first',
  status: 'looking',
  impact: 'We are aware of an issue affecting Checkout.',
  action: 'We are investigating.',
  nextAt: at('2026-11-25T02:40:00Z'),
  nothingNew: false,
  automatic: false,
  at: at('2026-11-25T02:11:00Z'),
};
const KNOWN: ShownUpdate = {
  ...HOLDING,
  seq: 7,
  kind: 'next',
  status: 'checking_repair',
  impact: 'Since 02:02 UTC nobody can pay by card. Invoices work.',
  action: 'We have undone our change.',
  nextAt: at('2026-11-25T03:35:00Z'),
  at: at('2026-11-25T03:09:00Z'),
};
const OPEN: ShownIncident = {
  id: 'inc_1',
  reference: '7M3K-Q0V9',
  state: 'confirmed',
  severity: 'P1',
  level: 'partly',
  serviceIds: ['s1'],
  startedAt: at('2026-11-25T02:02:00Z'),
  restoredAt: null,
  endedAt: null,
  mergedInto: null,
  promisedAt: at('2026-11-25T03:35:00Z'),
  calledAt: null,
  updates: [HOLDING, KNOWN],
};
const shown = (changes: Partial<ShownIncident>[] = [{}], more: Partial<Shown> = {}): Shown => ({
  page: PLAIN_PAGE,
  maintenances: [],
  organisation: { name: 'Northwind', statusPageName: null, zone: 'UTC', phone: '+49 30 1234' },
  services: [
    { id: 's1', name: 'Checkout', since: at('2026-01-01T00:00:00Z') },
    { id: 's2', name: 'Website', since: at('2026-11-20T00:00:00Z') },
  ],
  incidents: changes.map((each) => ({ ...OPEN, ...each })),
  ...more,
});
const model = (changes?: Partial<ShownIncident>[], moment = now, more: Partial<Shown> = {}) =>
  pageModel(shown(changes, more), moment);

test('the first line says what works and what does not', () => {
  assert.equal(model([]).verdict.words, 'Everything works.');
  assert.equal(model().verdict.words, 'There is a problem with Checkout. Everything else works.');
  assert.equal(model([{ restoredAt: now }]).verdict.words, 'Everything works again. We are watching it.');
});

test('a service says in one line what fails, in the words of the last message', () => {
  const [checkout, website] = model().services;
  assert.equal(checkout?.words, 'Partly working: nobody can pay by card');
  assert.equal(website?.words, 'Working');
  assert.equal(model([{ updates: [HOLDING] }]).services[0]?.words, 'We are looking');
});

test('an incident never says that nobody can pay when it works again', () => {
  const again: ShownUpdate = {
    ...KNOWN,
    kind: 'works_again',
    status: 'works_again',
    impact: 'You can pay by card again.',
  };
  const [incident] = model([{ restoredAt: now, updates: [HOLDING, KNOWN, again] }]).open;
  assert.equal(incident?.title, 'You can pay by card again');
});

test('a promise that has passed is marked late, and only then', () => {
  const before = indexPage(model());
  assert.match(before, /next update <time datetime="2026-11-25T03:35:00Z">03:35 UTC/);
  assert.doesNotMatch(before, /is late/);
  const after = indexPage(model([{}], at('2026-11-25T03:35:00.001Z')));
  assert.match(after, /The update promised for 03:35 UTC is late\.<\/p>/);
  const called = indexPage(model([{ calledAt: at('2026-11-25T03:35:00Z') }], at('2026-11-25T03:36:00Z')));
  assert.match(called, /is late\. We have called more people\./);
});

test('after an automatic message the mark stays on the update that is late, and the next message is named', () => {
  const automatic: ShownUpdate = {
    ...KNOWN,
    seq: 20,
    kind: 'late',
    automatic: true,
    nextAt: at('2026-11-25T04:05:00Z'),
    at: at('2026-11-25T03:50:00Z'),
  };
  const updates = [HOLDING, KNOWN, automatic];
  const late = model([{ updates }], at('2026-11-25T03:51:00Z'));
  assert.match(
    indexPage(late),
    /The update promised for 03:35 UTC is late\. Next message by 04:05 UTC\.<\/p>/,
  );
  assert.equal(late.nextChangeAt.toString(), '2026-11-25T04:05:00.001Z');
  assert.match(indexPage(late), /The next comes at 04:05\./);
  const again = { ...automatic, seq: 21, at: at('2026-11-25T03:50:30Z') };
  const twice = model([{ updates: [...updates, again] }], at('2026-11-25T03:51:00Z'));
  assert.equal(indexPage(twice).match(/Automatic message:/g)?.length, 1, 'the newest says it all');
  assert.equal(incidentPage(twice.open[0]!, twice).match(/Automatic message</g)?.length, 2);
  const passed = indexPage(model([{ updates }], at('2026-11-25T04:06:00Z')));
  assert.match(passed, /The update promised for 03:35 UTC is late\.<\/p>/);
});

test('the page is rendered again when the next promise passes, at the latest at midnight of its zone', () => {
  assert.equal(model().nextChangeAt.toString(), '2026-11-25T03:35:00.001Z');
  assert.equal(model([]).nextChangeAt.toString(), '2026-11-26T00:00:00Z');
  const berlin = { organisation: { ...shown().organisation, zone: 'Europe/Berlin' } };
  assert.equal(model([], now, berlin).nextChangeAt.toString(), '2026-11-25T23:00:00Z');
});

test('ninety days end today; a false alarm colours none; days before a service existed are not called good', () => {
  const [checkout, website] = model([
    {},
    {
      id: 'inc_2',
      reference: 'B',
      state: 'dismissed',
      startedAt: at('2026-11-10T01:00:00Z'),
      endedAt: at('2026-11-10T02:00:00Z'),
    },
  ]).services;
  assert.equal(checkout?.days.length, 90);
  assert.equal(checkout?.days.at(-1)?.date.toString(), '2026-11-25');
  assert.deepEqual(
    checkout?.days
      .filter((day) => day.level !== 'works')
      .map((day) => `${day.date} ${day.level} ${day.minutes}`),
    ['2026-11-25 partly 70'],
  );
  assert.equal(website?.days.filter((day) => day.before).length, 84);
});

test('an incident over midnight colours both days', () => {
  const [checkout] = model([
    {
      startedAt: at('2026-11-20T23:30:00Z'),
      restoredAt: at('2026-11-21T00:10:00Z'),
      endedAt: at('2026-11-21T01:00:00Z'),
      level: 'not',
    },
  ]).services;
  assert.deepEqual(
    checkout?.days.filter((day) => day.level === 'not').map((day) => `${day.date} ${day.minutes}`),
    ['2026-11-20 30', '2026-11-21 10'],
  );
});

test('nothing that anybody wrote can become markup, anywhere', () => {
  const evil = '<script>alert(1)</script><img src=x onerror=alert(1)>"\'&\u0007';
  const page = model([{ updates: [{ ...KNOWN, impact: evil, action: evil }] }], now, {
    organisation: { name: evil, statusPageName: null, zone: 'UTC', phone: '+49"><b>' },
    services: [{ id: 's1', name: evil, since: now }],
  });
  for (const text of [
    indexPage(page),
    incidentPage(page.open[0]!, page),
    atomFeed(page, 'https://x.example'),
    rssFeed(page, undefined),
  ]) {
    for (const markup of ['<script>', '<img', '<b>', '\u0007']) assert.ok(!text.includes(markup), markup);
    assert.ok(/&#60;script&#62;|&#38;#60;script/.test(text));
  }
  for (const body of jsonDocuments(page, undefined).values()) assert.doesNotThrow(() => JSON.parse(body));
});

test('the page has no script, no inline style and no outside address', () => {
  const html = indexPage(model());
  assert.doesNotMatch(html, /<script|\sstyle=|\son[a-z]+=|https?:\/\//);
});

test("statuspage's clients find every document, with its states", () => {
  const documents = jsonDocuments(model(), 'https://status.example.com');
  const summary = JSON.parse(documents.get('api/v2/summary.json')!);
  assert.deepEqual(summary.status, { indicator: 'major', description: 'Partial System Outage' });
  assert.deepEqual(
    summary.components.map((each: { status: string }) => each.status),
    ['partial_outage', 'operational'],
  );
  assert.equal(summary.incidents[0].status, 'monitoring');
  assert.equal(summary.incidents[0].shortlink, 'https://status.example.com/status/incidents/7M3K-Q0V9');
  assert.equal(
    summary.incidents[0].incident_updates[1].body,
    'We are aware of an issue affecting Checkout. We are investigating. Next update at 02:40 UTC.',
  );
  assert.deepEqual([...documents.keys()].toSorted(), [
    'api/v2/components.json',
    'api/v2/incidents.json',
    'api/v2/incidents/unresolved.json',
    'api/v2/scheduled-maintenances.json',
    'api/v2/scheduled-maintenances/active.json',
    'api/v2/scheduled-maintenances/upcoming.json',
    'api/v2/status.json',
    'api/v2/summary.json',
  ]);
});

test('the page of an organisation that has said nothing yet is calm and honest', () => {
  const html = indexPage(
    model([], now, {
      services: [],
      organisation: { name: null, statusPageName: null, zone: 'UTC', phone: null },
    }),
  );
  assert.match(html, /This page shows no services yet\./);
});

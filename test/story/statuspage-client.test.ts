/** Programs made for Statuspage read ours unmodified: Atlassian's own widget in a real browser, and every document in the shape that it publishes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { z } from 'zod';
import { ROOT } from '#src/open.ts';
import { sweep } from '#src/sweep.ts';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { launchChromium } from '../servers/chromium.ts';
import { freePort } from '../servers/program.ts';
import { startVendor, type Vendor } from '../servers/vendor.ts';

// The package names an entry that it does not ship; this is the file that its own instructions load.
const WIDGET = join(ROOT, 'node_modules/@statuspage/status-widget/dist/index.js');

let house: Harness;
let site: Vendor;
let browser: Browser;
let url: string;
let incident: string;
before(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  house = await openHarness({ start: '2026-11-23T02:00:00Z', environment: { HUMDRUM_URL: url } });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await house.ask('PUT', '/settings/organisation', { name: 'Hillside', zone: 'Europe/Berlin' });
  // As in life: a sweep asks everybody, and the first one brings up the pages.
  await sweep(house.humdrum.dues, house.humdrum.platform);
  await house.humdrum.app.listen({ port, host: '127.0.0.1' });
  // Somebody else's website, from where the widget asks across origins.
  site = await startVendor();
  site.answer('/widget.js', {
    headers: { 'content-type': 'text/javascript' },
    body: readFileSync(WIDGET, 'utf8'),
  });
  site.answer('/about', {
    headers: { 'content-type': 'text/html' },
    body: `<!doctype html><title>Us</title><statuspage-widget src="${url}"></statuspage-widget><script src="/widget.js"></script>`,
  });
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await site?.stop();
  await house?.close();
});

/** @returns what the widget shows its reader: the words, and the class that colours its dot */
async function shown(): Promise<{ words: string; dot: string }> {
  const page = await browser.newPage();
  try {
    await page.goto(`${site.url}/about`);
    const words = (await page.locator('statuspage-widget .status-text').textContent()) ?? '';
    const dot = (await page.locator('statuspage-widget .status-indicator').getAttribute('class')) ?? '';
    return { words: words.trim(), dot: dot.replace('status-indicator', '').trim() };
  } finally {
    await page.close();
  }
}

async function say(kind: string, status: string, impact: string): Promise<void> {
  await house.ask('POST', `/incidents/${incident}/updates`, {
    kind,
    status,
    impact,
    action: 'We are on it.',
  });
  await house.pass({ seconds: 10 });
}

test('the widget of Statuspage follows an incident and a maintenance on another site', async () => {
  assert.deepEqual(await shown(), { words: 'All Systems Operational', dot: 'none' });
  ({ id: incident } = await house.ask('POST', '/incidents', { title: 'x', serviceIds: ['svc_checkout'] }));
  await house.ask('POST', `/incidents/${incident}/confirmation`, { evidence: 'a test payment failed' });
  await say('first', 'looking', 'Nobody can pay by card.');
  assert.deepEqual(await shown(), { words: 'Partial System Outage', dot: 'major' });
  await allFit();
  await house.ask('POST', `/incidents/${incident}/restoration`, {
    proof: {
      check: 'test payment',
      shows: 'ten of ten succeed',
      since: house.clock.now().toString(),
    },
  });
  await say('works_again', 'works_again', 'Paying by card works again.');
  assert.deepEqual(await shown(), { words: 'All Systems Operational', dot: 'none' });
  const startsAt = house.clock.now().add({ hours: 1 });
  await house.ask('POST', '/maintenances', {
    title: 'New payment terminals',
    impact: 'Card payments fail for up to two minutes.',
    startsAt: startsAt.toString(),
    endsAt: startsAt.add({ hours: 2 }).toString(),
    serviceIds: ['svc_checkout'],
    pageIds: ['default'],
  });
  await house.pass({ seconds: 10 });
  await allFit();
});

// What Statuspage publishes of its documents, written down from its own answers and not from ours.
const instant = z.iso.datetime({ offset: true });
const page = z.strictObject({
  id: z.string().min(1),
  name: z.string().min(1),
  url: z.url(),
  time_zone: z.string().regex(/^[A-Z][A-Za-z_]+\/[A-Za-z_/]+$/),
  updated_at: instant.nullable(),
});
const status = z.strictObject({
  indicator: z.enum(['none', 'minor', 'major', 'critical', 'maintenance']),
  description: z.string().min(1),
});
const component = z.strictObject({
  id: z.string().min(1),
  name: z.string().min(1),
  status: z.enum([
    'operational',
    'degraded_performance',
    'partial_outage',
    'major_outage',
    'under_maintenance',
  ]),
  created_at: instant,
  updated_at: instant,
  position: z.int().min(1),
  description: z.string().nullable(),
  showcase: z.boolean(),
  start_date: z.iso.date().nullable(),
  group_id: z.string().nullable(),
  page_id: z.string(),
  group: z.boolean(),
  only_show_if_degraded: z.boolean(),
});
const event = {
  id: z.string().min(1),
  name: z.string().min(1),
  created_at: instant,
  updated_at: instant.nullable(),
  monitoring_at: instant.nullable(),
  resolved_at: instant.nullable(),
  started_at: instant.nullable(),
  shortlink: z.url(),
  page_id: z.string(),
  components: z.array(component),
};
const updatesIn = <Words extends string>(words: readonly Words[]) =>
  z.array(
    z.strictObject({
      id: z.string().min(1),
      incident_id: z.string(),
      status: z.enum(words),
      body: z.string().min(1),
      created_at: instant,
      updated_at: instant,
      display_at: instant,
      affected_components: z.array(z.unknown()).nullable(),
    }),
  );
const INCIDENT_WORDS = ['investigating', 'identified', 'monitoring', 'resolved', 'postmortem'] as const;
const MAINTENANCE_WORDS = ['scheduled', 'in_progress', 'verifying', 'completed'] as const;
const incidents = z
  .array(
    z.strictObject({
      ...event,
      status: z.enum(INCIDENT_WORDS),
      impact: z.enum(['none', 'minor', 'major', 'critical']),
      incident_updates: updatesIn(INCIDENT_WORDS).min(1),
    }),
  )
  .max(50);
const maintenances = z
  .array(
    z.strictObject({
      ...event,
      status: z.enum(MAINTENANCE_WORDS),
      impact: z.enum(['none', 'maintenance']),
      incident_updates: updatesIn(MAINTENANCE_WORDS),
      scheduled_for: instant,
      scheduled_until: instant,
    }),
  )
  .max(50);
const DOCUMENTS = {
  summary: z.strictObject({
    page,
    status,
    components: z.array(component),
    incidents,
    scheduled_maintenances: maintenances,
  }),
  status: z.strictObject({ page, status }),
  components: z.strictObject({ page, components: z.array(component) }),
  incidents: z.strictObject({ page, incidents }),
  'incidents/unresolved': z.strictObject({ page, incidents }),
  'scheduled-maintenances': z.strictObject({ page, scheduled_maintenances: maintenances }),
  'scheduled-maintenances/upcoming': z.strictObject({ page, scheduled_maintenances: maintenances }),
  'scheduled-maintenances/active': z.strictObject({ page, scheduled_maintenances: maintenances }),
};

/** Every document as it stands now; ids lead from one to the other as a client follows them. */
async function allFit(): Promise<void> {
  for (const [name, shape] of Object.entries(DOCUMENTS)) {
    const answer = await fetch(`${url}/api/v2/${name}.json`);
    assert.equal(answer.status, 200, name);
    assert.equal(answer.headers.get('access-control-allow-origin'), '*', name);
    const parsed = shape.safeParse(await answer.json());
    assert.ok(parsed.success, `${name}: ${parsed.error && z.prettifyError(parsed.error)}`);
    const lists = { ...parsed.data } as {
      page: z.output<typeof page>;
      incidents?: z.output<typeof incidents>;
      scheduled_maintenances?: z.output<typeof maintenances>;
    };
    for (const each of [...(lists.incidents ?? []), ...(lists.scheduled_maintenances ?? [])]) {
      assert.equal(each.page_id, lists.page.id, name);
      for (const update of each.incident_updates) assert.equal(update.incident_id, each.id, name);
      assert.equal((await fetch(each.shortlink)).status, 200, each.shortlink);
    }
  }
}

test('every document has the shape that Statuspage publishes, filled by an incident that ended and a maintenance that runs', async () => {
  await house.pass({ hours: 2 });
  await allFit();
  const summary = DOCUMENTS.summary.parse(await (await fetch(`${url}/api/v2/summary.json`)).json());
  assert.equal(summary.scheduled_maintenances.length, 1);
  const all = DOCUMENTS.incidents.parse(await (await fetch(`${url}/api/v2/incidents.json`)).json());
  assert.equal(all.incidents.length, 1);
  assert.ok((all.incidents[0]?.incident_updates.length ?? 0) >= 2);
});

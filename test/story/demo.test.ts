/** The demo: a month is told without a single refusal, ends in a P1 that waits for its first message, and its record is sound. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readConfig } from '#platform/config.ts';
import { createLog } from '#platform/log.ts';
import { DAYS, fill } from '#src/demo/fill.ts';
import { keepingMailer } from '#src/demo/outside.ts';
import { demoOutbound } from '#src/demo/providers.ts';
import { openStage, type Stage } from '#src/demo/stage.ts';
import type { World } from '#src/demo/world.ts';
import { violations } from '../simulation/invariants.ts';
import { openTestDatabase } from '../test-database.ts';
import { importsOf, isTest, readSources, resolveImport } from '../tidy/sources.ts';

const NOW = Temporal.Instant.from('2026-11-25T08:20:00Z');

let stage: Stage;
let world: World;
before(async () => {
  const config = readConfig({
    HUMDRUM_PORT: '0',
    HUMDRUM_URL: 'http://127.0.0.1:4646',
    HUMDRUM_SECRET: 'a secret that only this test knows, long enough',
    HUMDRUM_LOG_LEVEL: process.env.HARNESS_LOG ?? 'silent',
  });
  const database = await openTestDatabase();
  stage = await openStage(
    {
      config,
      log: createLog(config.logLevel),
      version: 'test',
      database,
      mailer: keepingMailer(),
      outbound: demoOutbound(NOW),
    },
    NOW.subtract({ hours: 24 * DAYS }),
  );
  world = await fill(
    stage,
    () => NOW,
    () => {},
  );
});
after(() => stage?.close());

const get = (path: string) => stage.ask(world.people.mara, 'GET', path);

test('one P1 is in progress, and its first message is what the person on call has to do next', async () => {
  const { items } = await get('/incidents?state=open&severity=P1');
  assert.equal(items.length, 1);
  const incident = await get(`/incidents/${items[0].id}`);
  assert.equal(incident.nextStep.kind, 'tell');
  assert.equal(incident.roles.lead.personId, world.people.mara.personId);
  const minutesLeft = Temporal.Instant.from(incident.nextStep.dueAt).since(NOW).total('minutes');
  assert.ok(minutesLeft > 1.5 && minutesLeft < 3, `${minutesLeft} minutes are left`);
  assert.ok((await get(`/incidents/${items[0].id}/changes`)).items.length >= 4);
});

test('a P2 is being watched and a P3 waits for an owner beside it', async () => {
  const { items } = await get('/incidents?state=open&limit=200');
  const states = items
    .map((each: { severity: string; state: string }) => `${each.severity} ${each.state}`)
    .toSorted();
  assert.deepEqual(states, ['P1 confirmed', 'P2 resolved', 'P2 restored', 'P3 confirmed']);
});

test('Now counts the postmortem actions that are due by Sunday, those that are late among them', async () => {
  const { quiet } = await get('/now');
  const { items } = await get('/action-items?state=open&limit=200');
  // NOW is a Wednesday.
  const due = items.filter((each: { dueOn: string }) => each.dueOn <= '2026-11-29');
  assert.ok(due.length > 0 && due.length < items.length);
  assert.equal(quiet.actionsDueThisWeek, due.length);
});

test('the month has every kind of ending, and the record of each follows from its facts', async () => {
  const { items } = await get('/incidents?limit=200');
  const endings = Map.groupBy(items, (each: { state: string }) => each.state);
  assert.equal(endings.get('dismissed')?.length, 2);
  assert.equal(endings.get('merged')?.length, 1);
  assert.ok((endings.get('closed')?.length ?? 0) >= 8);
  assert.deepEqual(await violations(stage.humdrum.platform.db, NOW), []);
});

test('exactly the promises that the story breaks are marked as missed', async () => {
  const rows = await stage.humdrum.platform.db
    .selectFrom('promise')
    .select(['kind', 'subject_id'])
    .where('missed_at', 'is not', null)
    .where('subject_kind', '=', 'incident')
    .execute();
  const named = new Map([...world.incidents].map(([scene, id]) => [id, scene]));
  assert.deepEqual(rows.map((row) => `${named.get(row.subject_id)}: ${row.kind}`).toSorted(), [
    'disk full at night: next_update',
    'disk full at night: progress',
    'disk full at night: progress_second_team',
    'provider down: progress',
    'provider down: progress_second_team',
    // It recovered by itself before anybody looked; nobody was paged for these.
    'search blinked: confirm_and_classify',
    'search blinked: first_message',
    'slow search: progress',
  ]);
});

test('every message has evidence, none of it claims more than that it was kept', async () => {
  const rows = await stage.humdrum.platform.db.selectFrom('delivery').select(['state', 'evidence']).execute();
  assert.ok(rows.length > 100);
  for (const row of rows)
    assert.match(`${row.state} ${JSON.stringify(row.evidence)}`, /^sent .*kept by the demo, not sent/);
});

test('postmortems are published, two are owed, and one action item is overdue', async () => {
  const { items } = await get('/postmortems?limit=200');
  assert.ok(items.filter((each: { state: string }) => each.state === 'published').length >= 5);
  assert.equal((await get('/postmortems?show=due')).items.length, 2);
  const actions = await get('/action-items?limit=200');
  assert.equal(actions.items.filter((each: { overdue: boolean }) => each.overdue).length, 1);
});

test('a draft is being read: one thread waits and one is settled, one reviewer signed off and one wants changes', async () => {
  const { items } = await get('/postmortems?show=draft');
  const draft = items.find(
    (each: { incidentId: string }) => each.incidentId === world.incidents.get('uploads fail'),
  );
  assert.equal(draft.ownerName, 'Priya Nair');
  const threads = (await get(`/postmortems/${draft.id}/comments`)).items;
  assert.deepEqual(threads.map((each: { state: string }) => each.state).toSorted(), ['open', 'resolved']);
  const reviews = (await get(`/postmortems/${draft.id}/reviews`)).items;
  assert.deepEqual(
    reviews.map((each: { name: string; state: string }) => `${each.name}: ${each.state}`).toSorted(),
    ['Jonas Weber: changes_asked', 'Tom Okafor: signed_off'],
  );
});

test('what was learned of one failure stands on the public page, of another only where clients read it', async () => {
  const texts = await stage.humdrum.platform.db
    .selectFrom('public_postmortem')
    .select(['incident_id', 'audience'])
    .execute();
  const named = new Map([...world.incidents].map(([scene, id]) => [id, scene]));
  assert.deepEqual(texts.map((each) => `${named.get(each.incident_id)}: ${each.audience}`).toSorted(), [
    'bookings twice: public',
    'disk full at night: clients',
  ]);
  const page = await stage.humdrum.app.inject('/status/history.atom');
  assert.match(page.body, /one in ten bookings was refused/);
  assert.doesNotMatch(page.body, /disk in our order system/);
});

test('questions wait and are answered, a duty runs and others are met, on a restricted incident that few see', async () => {
  const asked = async (scene: string) =>
    (await get(`/incidents/${world.incidents.get(scene)}/questions`)).items.map(
      (each: { state: string }) => each.state,
    );
  assert.deepEqual(await asked('card payments fail'), ['open']);
  assert.deepEqual(await asked('newsletters wait'), ['answered']);
  const leak = world.incidents.get('guest list');
  const { items } = await get(`/incidents/${leak}/duties`);
  const states = Map.groupBy(items, (each: { state: string }) => each.state);
  assert.deepEqual(
    [states.get('open')?.length, states.get('notified')?.length, states.get('decided')?.length],
    [1, 3, 2],
  );
  await assert.rejects(stage.ask(world.people.tom, 'GET', `/incidents/${leak}`), /404/);
});

test('a maintenance is planned, readers are told of it, and every severity has its prepared words', async () => {
  const planned = (await get('/maintenances')).items.map((each: { state: string }) => each.state);
  assert.deepEqual(planned, ['scheduled', 'completed']);
  assert.deepEqual((await get('/status-pages/default/subscribers')).counts, {
    waiting: 0,
    active: 3,
    ended: 0,
  });
  const templates = (await get('/message-templates')).items;
  assert.deepEqual(templates.map((each: { severity: string }) => each.severity).toSorted(), [
    'P1',
    'P2',
    'P3',
  ]);
  assert.ok((await get('/status-pages')).items.some((each: { slug: string }) => each.slug === 'northwind'));
});

test('the third parties are believable: green, slow with an incident, and a month behind them', async () => {
  const { items } = await get('/providers');
  const states = Object.fromEntries(
    items.map((each: { name: string; state: string }) => [each.name, each.state]),
  );
  assert.deepEqual(states, {
    'Cumulus Cloud': 'operational',
    'Edgeway CDN': 'degraded',
    PayBridge: 'operational',
    Postwing: 'operational',
  });
  const bridge = items.find((each: { name: string }) => each.name === 'PayBridge');
  assert.equal(bridge.history.filter((each: { state: string }) => each.state === 'partial').length, 1);
  assert.match(bridge.sentence, /green as of 08:\d\d UTC/);
  const { items: changes } = await get('/changes?service=shop-api');
  assert.ok(changes.some((each: { kind: string }) => each.kind === 'third_party'));
});

test('changes come from senders: GitHub, flags and pipelines, at their services, with what we would hear of', async () => {
  const { items: senders } = await get('/integrations');
  const came = Object.fromEntries(
    senders.map((each: { name: string; came: { changes: number; refused: number } }) => [
      each.name,
      each.came,
    ]),
  );
  assert.ok(came.GitHub.changes >= 20, JSON.stringify(came));
  assert.ok(came.Flags.changes >= 5);
  assert.deepEqual([came.GitHub.refused, came.Flags.refused], [0, 0]);
  const { items: changes } = await get('/changes?service=search&limit=100');
  const deploys = changes.filter((each: { source: string }) => each.source === 'GitHub');
  assert.ok(deploys.length >= 2);
  assert.ok(
    deploys.slice(0, -1).every((each: { versionBefore: string | null }) => each.versionBefore !== null),
    'each knows the version before it',
  );
  const { items } = await get('/change-coverage?limit=50');
  const stateOf = (name: string, kind: string) =>
    items
      .find((each: { serviceId: string }) => each.serviceId === world.services.get(name))
      .kinds.find((each: { kind: string }) => each.kind === kind).state;
  assert.equal(stateOf('search', 'deploy'), 'connected');
  assert.equal(stateOf('search', 'flag'), 'connected');
  assert.equal(stateOf('search', 'secret'), 'absent');
  assert.equal(stateOf('orders-db', 'infra'), 'connected');
  assert.equal(stateOf('blog-farm', 'deploy'), 'not_connected', 'something is left to connect');
  const open = world.incidents.get('card payments fail');
  const { levers } = await get(`/incidents/${open}/levers`);
  const versions = levers.flatMap((lever: { inputs: { versions: string[] }[] }) =>
    lever.inputs.flatMap((input) => input.versions),
  );
  assert.ok(!versions.includes('on') && !versions.includes('10%'));
});

test('the status page shows the month', async () => {
  const page = await stage.humdrum.app.inject('/status/');
  assert.equal(page.statusCode, 200);
  assert.match(page.body, /Harbour (&amp;|&#38;) Pine/);
});

test('nothing but the entry of the demo reaches the demo', () => {
  const found = readSources()
    .filter(
      ({ path }) =>
        /\.ts$/.test(path) &&
        path.startsWith('src/') &&
        !path.startsWith('src/demo/') &&
        path !== 'src/demo.ts' &&
        !isTest(path),
    )
    .flatMap((source) => importsOf(source).map(({ specifier }) => resolveImport(source.path, specifier)))
    .filter((target) => target?.startsWith('src/demo'));
  assert.deepEqual(found, []);
});

test('near misses were told, found in the morning, and most are answered', async () => {
  const { items } = await get('/near-misses?limit=200');
  assert.deepEqual(
    items.map((each: { state: string; again: boolean }) => `${each.state}${each.again ? ', again' : ''}`),
    ['waiting, again', 'waiting', 'answered', 'answered', 'answered'],
  );
  assert.equal(items[2].actionItems[0].ownerName, 'Jonas Weber');
});

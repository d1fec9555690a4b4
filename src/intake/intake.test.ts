/** The room as a whole, on a real database: what senders send, what is stored, what they are told. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { IncomingChange } from '#incident/change.ts';
import { movableClock } from '#platform/clock.ts';
import { transaction } from '#platform/db/database.ts';
import { timesOf } from '#platform/db/due-times.ts';
import { type App, type Caller, createApp } from '#platform/http/app.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import { createLog } from '#platform/log.ts';
import type { Platform } from '#platform/platform.ts';
import { openTestDatabase } from '../../test/test-database.ts';
import {
  attachAlerts,
  createIntegration,
  type IntakeRoom,
  intakeRoom,
  joinQuietly,
  openAlertsOf,
  placeAlerts,
  readAlerts,
} from './room.ts';
import { signalRows } from './signals.ts';

const KEY = '0123456789abcdefghjkmnpqrstvwxyz';
const ADMINISTRATOR: Caller = {
  kind: 'person',
  loginId: 'log_ana',
  personId: 'per_ana',
  name: 'Ana Lima',
  role: 'administrator',
  scopes: [],
  sessionId: 'ses_1',
};
const clock = movableClock('2026-11-25T02:00:00Z');
const jobs: Job[] = [];
const changes: IncomingChange[] = [];
let platform: Platform;
let app: App;
let room: IntakeRoom;

before(async () => {
  const database = await openTestDatabase();
  const log = createLog('silent');
  platform = {
    config: { url: undefined } as Platform['config'],
    clock,
    log,
    database,
    db: database.db,
    jobs: {
      enqueue: async (_tx, list) => void jobs.push(...list),
      start: async () => {},
      stop: async () => {},
      expect: () => () => {},
      idle: async () => true,
    },
    live: undefined as never,
    secret: 'x'.repeat(32),
  };
  room = intakeRoom(
    { platform },
    {
      keepChanges: async (list) => {
        changes.push(...list);
        return list.map((_, index) => ({ id: `chg_${index}` }));
      },
    },
  );
  app = createApp(log, async () => ADMINISTRATOR);
  room.routes?.(app);
  await app.ready();
  await sql`insert into service (id, name, slug, created_at, updated_at) values
    ('svc_checkout', 'Checkout', 'checkout', ${clock.now()}, ${clock.now()}), ('svc_search', 'Product search', 'search', ${clock.now()}, ${clock.now()})`.execute(
    platform.db,
  );
  await transaction(platform.db, (tx) =>
    createIntegration(tx, { name: 'Everything', kind: 'pagerduty' }, KEY, clock.now()),
  );
});
after(async () => {
  await app.close();
  await platform.database.close();
});

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });
const trigger = (key: string, more: object = {}, payload: object = {}) =>
  post('/v2/enqueue', {
    routing_key: KEY,
    event_action: 'trigger',
    dedup_key: key,
    payload: {
      summary: `${key} fails`,
      source: 'prod',
      severity: 'critical',
      component: 'CHECKOUT',
      ...payload,
    },
    ...more,
  });
const act = (key: string, event_action: string) =>
  post('/v2/enqueue', { routing_key: KEY, event_action, dedup_key: key });
const alertsOfKey = async (key: string) =>
  await platform.db
    .selectFrom('alert')
    .selectAll()
    .where('dedup_key', '=', key)
    .orderBy('first_at')
    .orderBy('state', 'desc')
    .execute();
const signalsOfKey = async (key: string) =>
  (await signalRows(platform, { limit: 200 }, ADMINISTRATOR))
    .filter((each) => each.dedup_key === key)
    .toReversed();

test('a trigger is answered as PagerDuty answers, and opens an alert of the service it names', async () => {
  const answer = await trigger('checkout/5xx');
  assert.equal(answer.statusCode, 202);
  assert.deepEqual(answer.json(), {
    status: 'success',
    message: 'Event processed',
    dedup_key: 'checkout/5xx',
  });
  const [alert] = await alertsOfKey('checkout/5xx');
  assert.equal(alert?.service_id, 'svc_checkout');
  assert.equal(alert?.outcome, 'declare');
  assert.equal(alert?.proposed_severity, 'P1');
  assert.deepEqual(jobs.at(-1), { queue: 'declare.consider', data: { alertIds: [alert?.id] } });
});

test('the routing key is nowhere in what is stored', async () => {
  const [signal] = await signalsOfKey('checkout/5xx');
  assert.equal(JSON.stringify(signal).includes(KEY), false);
  assert.equal((signal?.payload as { routing_key: string } | undefined)?.routing_key, '[redacted]');
});

test('a second trigger adds to the open alert, and after resolving the key opens a new one', async () => {
  await trigger('again');
  await trigger('again');
  assert.equal((await alertsOfKey('again'))[0]?.count, 2);
  await act('again', 'resolve');
  clock.advance({ seconds: 1 });
  await trigger('again');
  const alerts = await alertsOfKey('again');
  assert.deepEqual(
    alerts.map(({ state }) => state),
    ['resolved', 'open'],
  );
  assert.deepEqual(
    (await signalsOfKey('again')).map(({ result }) => result),
    ['opened', 'appended', 'resolved', 'opened'],
  );
});

test('an acknowledgement or a resolve without an open alert is accepted and dropped', async () => {
  for (const action of ['acknowledge', 'resolve'])
    assert.equal((await act('nobody-knows', action)).statusCode, 202);
  assert.equal((await alertsOfKey('nobody-knows')).length, 0);
  assert.deepEqual(
    (await signalsOfKey('nobody-knows')).map(({ result }) => result),
    ['dropped', 'dropped'],
  );
});

test('events of one key that arrive together keep their order', async () => {
  const answers = await Promise.all([
    trigger('burst'),
    act('burst', 'acknowledge'),
    act('burst', 'resolve'),
    trigger('burst'),
    trigger('burst'),
    act('burst', 'resolve'),
    act('burst', 'resolve'),
  ]);
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    Array(7).fill(202),
  );
  const alerts = await alertsOfKey('burst');
  assert.deepEqual(alerts.map(({ state, count }) => [state, count]).sort(), [
    ['resolved', 1],
    ['resolved', 2],
  ]);
  assert.deepEqual((await signalsOfKey('burst')).map(({ result }) => result).sort(), [
    'acknowledged',
    'appended',
    'dropped',
    'opened',
    'opened',
    'resolved',
    'resolved',
  ]);
});

test('what was received is read page by page, the events that opened alerts among those that came later', async () => {
  const all = await signalRows(platform, { limit: 200 }, ADMINISTRATOR);
  assert.ok(all.some(({ result }) => result === 'opened') && all.some(({ result }) => result === 'resolved'));
  const read: string[] = [];
  for (let page = await signalRows(platform, { limit: 2 }, ADMINISTRATOR); page.length; ) {
    const shown = page.slice(0, 2);
    read.push(...shown.map(({ id }) => id));
    const last = shown.at(-1);
    if (page.length < 3 || !last) break;
    page = await signalRows(
      platform,
      { limit: 2, before: { at: last.received_at, id: last.id } },
      ADMINISTRATOR,
    );
  }
  assert.deepEqual(
    read,
    all.map(({ id }) => id),
  );
});

test('Prometheus may point at us: alerts end when they are not sent again', async () => {
  const send = () =>
    post(`/in/${KEY}/api/v2/alerts`, [
      {
        labels: { alertname: 'High5xx', service: 'Product Search', severity: 'warning' },
        annotations: { summary: '5xx high' },
      },
    ]);
  const answer = await send();
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.body, '');
  clock.advance({ minutes: 4 });
  await send();
  clock.advance({ minutes: 4 });
  const [, , expiry] = room.due ?? [];
  assert.equal(await expiry?.run(clock.now()), 0);
  const [open] = await platform.db
    .selectFrom('alert')
    .selectAll()
    .where('format', '=', 'alertmanager_api')
    .execute();
  assert.equal(open?.service_id, 'svc_search');
  assert.equal(open?.count, 2);
  assert.equal(
    (await signalsOfKey(open?.dedup_key ?? '')).length,
    1,
    'an unchanged repetition is not stored again',
  );
  const [due] = await timesOf(platform.db, [expiry!]);
  assert.equal(due?.toString(), open?.expires_at?.toString());
  clock.advance({ minutes: 2 });
  assert.equal(await expiry?.run(clock.now()), 1);
  const [ended] = await readAlerts(platform.db, [open?.id ?? '']);
  assert.deepEqual([ended?.state, ended?.endedBy], ['resolved', 'expiry']);
});

test('every event to Alertmanager\u2019s own address is read back as it came, also the first after a later one said something else', async () => {
  const event = (summary: string, more: object = {}) => ({
    startsAt: '2026-11-25T01:00:00Z',
    endsAt: clock.now().add({ minutes: 3 }).toString({ smallestUnit: 'second' }),
    ...more,
    annotations: { summary, impact: 'slow searches' },
    labels: { alertname: 'QueueLong', service: 'Product Search', severity: 'warning' },
    generatorURL: 'https://prom.example/graph',
  });
  const events = [event('12 wait', { unheardOf: [1, { deep: true }] }), event('80 wait'), event('80 wait')];
  for (const each of events) {
    assert.equal((await post(`/in/${KEY}/api/v2/alerts`, [each])).statusCode, 200);
    clock.advance({ minutes: 1 });
  }
  const all = await signalRows(platform, { limit: 200 }, ADMINISTRATOR);
  const kept = all.filter(({ title }) => title.endsWith(' wait')).map(({ payload }) => payload);
  assert.deepEqual(kept, [events[1], events[0]]);
  const [unusual] = [{ labels: { alertname: 'Odd', empty: '' }, annotations: { count: 3 } }];
  assert.equal((await post(`/in/${KEY}/api/v2/alerts`, [unusual])).statusCode, 200);
  const [last] = await signalRows(platform, { limit: 1 }, ADMINISTRATOR);
  assert.deepEqual(last?.payload, unusual);
});

test('a change event is handed on and is no alert', async () => {
  const answer = await post('/v2/change/enqueue', {
    routing_key: KEY,
    payload: {
      summary: 'Deploy checkout v412',
      source: 'ci',
      timestamp: '2026-11-25T01:30:00.000+0000',
      custom_details: { service: 'checkout' },
    },
    links: [{ href: 'https://ci.example/412' }],
  });
  assert.equal(answer.statusCode, 202);
  assert.deepEqual(answer.json(), { status: 'success', message: 'Change event processed' });
  assert.equal(changes[0]?.serviceId, 'svc_checkout');
  assert.equal(changes[0]?.happenedAt.toString(), '2026-11-25T01:30:00Z');
});

const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: object) =>
  app.inject({ method, url: `/api/v1${url}`, ...(body ? { payload: body } : {}) });

test('bad input is told what is wrong in the words of its sender', async () => {
  const cases: [string, unknown, number, RegExp][] = [
    ['/v2/enqueue', '{"routing_key":', 400, /"invalid event".*not valid JSON/],
    ['/v2/enqueue', { routing_key: 'short', event_action: 'trigger' }, 400, /should be 32 characters/],
    ['/v2/enqueue', { routing_key: 'x'.repeat(32), event_action: 'trigger' }, 400, /Invalid routing key/],
    ['/v2/enqueue', 'x'.repeat(513 * 1024), 413, /larger than 512 KB/],
    ['/v2/enqueue', '', 400, /empty/],
    [`/in/${KEY}/api/v2/alerts`, {}, 400, /^"the body is not a list of alerts"$/],
    ['/in/nonsense/api/v2/alerts', [], 401, /^"The integration key is not known/],
    ['/api/v2/alerts', [], 401, /key is not known/],
    ['/hooks/alertmanager/nonsense', {}, 401, /urn:humdrum:unauthenticated/],
    [`/hooks/grafana/${KEY}`, [], 400, /no list/],
    [`/hooks/generic/${KEY}`, '['.repeat(100), 400, /nested deeper/],
  ];
  for (const [url, body, status, text] of cases) {
    const answer = await post(url, body);
    assert.equal(answer.statusCode, status, `${url} ${answer.body}`);
    assert.match(answer.body, text);
  }
});

test('a list with one broken alert keeps the others, and says so', async () => {
  const answer = await post(`/in/${KEY}/api/v2/alerts`, [
    { labels: {} },
    { labels: { alertname: 'kept beside a broken one' } },
  ]);
  assert.equal(answer.statusCode, 400);
  assert.match(answer.body, /at least one label pair required/);
  const rows = await platform.db
    .selectFrom('alert')
    .selectAll()
    .where('title', '=', 'kept beside a broken one')
    .execute();
  assert.equal(rows.length, 1);
});

test('the key may come as bearer, as password or in the path', async () => {
  const basic = Buffer.from(`prometheus:${KEY}`).toString('base64');
  for (const authorization of [`Bearer ${KEY}`, `Basic ${basic}`])
    assert.equal(
      (await post('/api/v2/alerts', [{ labels: { alertname: 'header' } }], { authorization })).statusCode,
      200,
    );
  const read = await app.inject({ method: 'GET', url: `/in/${KEY}/api/v2/alerts` });
  assert.ok(
    (read.json() as { labels: { alertname: string } }[]).some(({ labels }) => labels.alertname === 'header'),
  );
  for (const path of ['api/v2/status', 'api/v2/silences', '-/healthy', '-/ready'])
    assert.equal((await app.inject({ method: 'GET', url: `/in/${KEY}/${path}` })).statusCode, 200);
});

test('a new key works at once and the old one stops at once', async () => {
  const made = (
    await call('POST', '/integrations', { name: 'Search monitoring', kind: 'generic', serviceId: 'SEARCH' })
  ).json() as { id: string; key: string; keyHint: string; serviceId: string };
  assert.equal(made.key.length, 32);
  assert.equal(made.serviceId, 'svc_search');
  assert.equal((await post(`/hooks/generic/${made.key}`, { title: 'first' })).statusCode, 202);
  const rotated = (await call('POST', `/integrations/${made.id}/key`)).json() as { key: string };
  assert.equal((await post(`/hooks/generic/${made.key}`, { title: 'second' })).statusCode, 401);
  assert.equal((await post(`/hooks/generic/${rotated.key}`, { title: 'third' })).statusCode, 202);
  const shown = await call('GET', `/integrations/${made.id}`);
  assert.equal(shown.body.includes(rotated.key), false);
  assert.equal(shown.json().keyHint, rotated.key.slice(-4));
  assert.equal(shown.json().lastReceivedAt, clock.now().toString());
  const third = (await platform.db.selectFrom('alert').selectAll().where('title', '=', 'third').execute())[0];
  assert.equal(third?.service_id, 'svc_search');
  assert.equal((await call('DELETE', `/integrations/${made.id}`)).statusCode, 204);
  assert.equal((await post(`/hooks/generic/${rotated.key}`, { title: 'fourth' })).statusCode, 401);
});

test('a rule that is changed decides about the next event', async () => {
  const made = (await call('POST', '/integrations', { name: 'Noise', kind: 'generic' })).json() as {
    id: string;
    key: string;
  };
  await post(`/hooks/generic/${made.key}`, { title: 'noise one', severity: 'critical' });
  await call('PATCH', `/integrations/${made.id}`, {
    routing: [{ match: [{ field: 'title', op: 'starts_with', value: 'noise' }], ignore: true }],
  });
  assert.equal(
    (await post(`/hooks/generic/${made.key}`, { title: 'noise two', severity: 'critical' })).statusCode,
    202,
  );
  assert.equal((await alertsOfKey('noise two')).length, 0);
  assert.deepEqual(
    (await signalsOfKey('noise two')).map(({ result }) => result),
    ['ignored'],
  );
  await call('PATCH', `/integrations/${made.id}`, {
    routing: [],
    outcomes: [{ match: [], outcome: 'record' }],
  });
  await post(`/hooks/generic/${made.key}`, { title: 'noise three', severity: 'critical' });
  const [recorded] = await alertsOfKey('noise three');
  assert.equal(recorded?.outcome, 'record');
  await handNewsOn();
  assert.equal(timesTold(recorded?.id), 0);
});

test('a mapping is tried on a pasted example without storing anything', async () => {
  const example = JSON.stringify({ what: 'Disk full', where: 'Product search', token: 'sesame-sesame' });
  const tried = await call('POST', '/integrations/mapping-trial', {
    example,
    mapping: { title: { path: 'what' }, service: { path: 'where' } },
  });
  const [signal] = (
    tried.json() as { signals: { title: string; service: { id: string }; outcome: string }[] }
  ).signals;
  assert.deepEqual(
    [signal?.title, signal?.service.id, signal?.outcome],
    ['Disk full', 'svc_search', 'declare'],
  );
  const failed = await call('POST', '/integrations/mapping-trial', {
    example,
    mapping: { title: { path: 'nowhere' } },
  });
  assert.equal(failed.statusCode, 400);
  assert.equal(failed.json().title, 'The mapping finds no title at "nowhere".');
  assert.equal((await alertsOfKey('Disk full')).length, 0);
});

test('alerts and signals are listed page by page, newest first', async () => {
  const first = (await call('GET', '/alerts?state=open&limit=2')).json() as {
    items: { id: string; firstAt: string }[];
    next: string;
  };
  const second = (
    await call('GET', `/alerts?state=open&limit=2&cursor=${first.next}`)
  ).json() as typeof first;
  const ids = [...first.items, ...second.items].map(({ id }) => id);
  assert.equal(new Set(ids).size, 4);
  const signals = (await call('GET', '/signals?limit=3')).json() as {
    items: { payload: unknown }[];
    next: string;
  };
  assert.equal(signals.items.length, 3);
  assert.equal((await call('GET', `/signals?limit=3&cursor=${signals.next}`)).statusCode, 200);
});

test('what belongs to a restricted incident is seen by its viewers alone', async () => {
  await trigger('secret/1');
  const [alert] = await alertsOfKey('secret/1');
  await sql`insert into policy_version (yaml, document, created_at) values ('', '{}', ${clock.now()})`.execute(
    platform.db,
  );
  await sql`insert into incident (id, reference, seq, title, state, severity, restricted, viewers, policy_version, detected_at, declared_at, updated_at, document)
    values ('inc_1', 'AAAA-BBBB', 1, 'x', 'detected', 'P1', true, '{per_bo}', 1, ${clock.now()}, ${clock.now()}, ${clock.now()}, '{}')`.execute(
    platform.db,
  );
  await transaction(platform.db, (tx) => attachAlerts(tx, [alert?.id ?? ''], 'inc_1'));
  assert.equal((await call('GET', `/alerts/${alert?.id}`)).statusCode, 404);
  assert.equal((await call('GET', '/alerts?incidentId=inc_1')).json().items.length, 0);
  assert.equal((await call('GET', `/signals?alertId=${alert?.id}`)).json().items.length, 0);
  await sql`update incident set viewers = '{per_ana}'`.execute(platform.db);
  assert.equal((await call('GET', `/alerts/${alert?.id}`)).json().incidentId, 'inc_1');
  const listed = async (placed: boolean): Promise<string[]> =>
    (await call('GET', `/alerts?state=open&limit=200&hasIncident=${placed}`))
      .json()
      .items.map(({ id }: { id: string }) => id);
  assert.deepEqual(await listed(true), [alert?.id]);
  assert.equal((await listed(false)).includes(alert?.id ?? ''), false, 'what has its incident does not wait');
  assert.equal((await call('GET', `/signals?alertId=${alert?.id}`)).json().items.length, 1);
});

/** News that wait for a calmer moment become jobs now, as the sweep would do it a few seconds later. */
async function handNewsOn(): Promise<void> {
  for (const due of room.due ?? [])
    if (due.name.startsWith('news')) await due.run(clock.now().add({ seconds: 10 }));
}

function timesTold(alertId: string | undefined): number {
  return jobs.filter((job) => (job.data as { alertIds: string[] }).alertIds?.includes(alertId ?? '')).length;
}

test('a change is considered once, and a later one is new again', async () => {
  await trigger('considered');
  const [row] = await alertsOfKey('considered');
  const read = async () => (await readAlerts(platform.db, [row?.id ?? '']))[0];
  const before = await read();
  assert.deepEqual([before?.changeSeq, before?.consideredSeq], [1, 0]);
  await placeAlerts(platform.db, [{ id: row?.id ?? '', changeSeq: 1, incidentId: 'inc_9' }]);
  await handNewsOn();
  const count = timesTold(row?.id);
  await trigger('considered');
  await handNewsOn();
  assert.equal(timesTold(row?.id), count, 'nothing new for declare in a repetition');
  await act('considered', 'resolve');
  const later = await read();
  assert.deepEqual([later?.changeSeq, later?.consideredSeq, later?.incidentId], [2, 1, 'inc_9']);
  clock.advance({ seconds: 1 });
  await trigger('considered');
  const [, again] = await alertsOfKey('considered');
  assert.equal((await readAlerts(platform.db, [again?.id ?? '']))[0]?.previousIncidentId, 'inc_9');
});

test('the later alerts of a storm join their incident in one statement, unless they would change it', async () => {
  const incident = (set: ReturnType<typeof sql>) =>
    sql`update incident set ${set} where id = 'inc_1'`.execute(platform.db);
  await incident(sql`service_ids = '{svc_checkout}', severity = 'P2'`);
  const ids: string[] = [];
  for (let number = 0; number < 14; number++) {
    await trigger(`storm/${number}`, {}, { severity: number === 13 ? 'critical' : 'error' });
    ids.push((await alertsOfKey(`storm/${number}`))[0]?.id ?? '');
  }
  const now = await readAlerts(platform.db, ids.slice(0, 10));
  await placeAlerts(
    platform.db,
    now.map(({ id, changeSeq }) => ({ id, changeSeq, incidentId: 'inc_1' })),
  );
  assert.deepEqual(await joinQuietly(platform.db, ids), [], 'the incident has to hear of each');
  await incident(sql`alerts_join_quietly = true`);
  assert.deepEqual(
    (await joinQuietly(platform.db, ids)).sort(),
    ids.slice(10, 13).sort(),
    'a worse proposal has to be heard',
  );
  assert.deepEqual(await joinQuietly(platform.db, ids), []);
  assert.equal((await openAlertsOf(platform.db, 'inc_1')).length, 14);
});

test('news of a storm place what joins quietly, and tell declare of the rest alone', async () => {
  const told = jobs.length;
  await trigger('news/calm');
  for (const [number, severity] of [...Array(12).fill('error'), 'critical'].entries())
    await trigger(`news/${number}`, {}, { severity });
  const ids = await Promise.all(
    Array.from({ length: 13 }, async (_, number) => (await alertsOfKey(`news/${number}`))[0]?.id ?? ''),
  );
  await handNewsOn();
  const placed = await readAlerts(platform.db, ids.slice(0, 12));
  assert.deepEqual(
    placed.map(({ incidentId, consideredSeq }) => [incidentId, consideredSeq]),
    placed.map(() => ['inc_1', 1]),
  );
  const [worse] = await readAlerts(platform.db, ids.slice(12));
  assert.deepEqual([worse?.incidentId, worse?.consideredSeq], [undefined, 0]);
  assert.equal(timesTold(worse?.id), 1, 'a worse proposal has to be heard');
  for (const { id } of placed) assert.equal(timesTold(id), 0);
  assert.ok(jobs.length > told);
  const { rows } = await sql`select from alert_news`.execute(platform.db);
  assert.equal(rows.length, 0);
});

test('news of an alert that has its place already place the others, and nothing waits for ever', async () => {
  await trigger('twice/calm');
  await trigger('twice/placed', {}, { severity: 'error' });
  await trigger('twice/other', {}, { severity: 'error' });
  const [placed] = await alertsOfKey('twice/placed');
  const [other] = await alertsOfKey('twice/other');
  await placeAlerts(platform.db, [{ id: placed?.id ?? '', changeSeq: 1, incidentId: 'inc_9' }]);
  await handNewsOn();
  const [first, second] = await readAlerts(platform.db, [placed?.id ?? '', other?.id ?? '']);
  assert.deepEqual([first?.incidentId, second?.incidentId].toSorted(), ['inc_1', 'inc_9']);
  const { rows } = await sql`select from alert_news`.execute(platform.db);
  assert.equal(rows.length, 0);
});

test('an alert that ended before its news were taken is placed, and its end is heard', async () => {
  await trigger('short');
  await act('short', 'resolve');
  const [row] = await alertsOfKey('short');
  await handNewsOn();
  const [alert] = await readAlerts(platform.db, [row?.id ?? '']);
  assert.equal(alert?.state, 'resolved');
  assert.ok((alert?.consideredSeq ?? 0) < (alert?.changeSeq ?? 0));
  assert.ok(timesTold(row?.id) > 0);
});

test('raw payloads are kept for thirty days, and a change that nobody considered is shown again', async () => {
  const [partitions, , , forgotten] = room.due ?? [];
  await trigger('forgotten');
  const [row] = await alertsOfKey('forgotten');
  await handNewsOn();
  clock.advance({ minutes: 2 });
  jobs.length = 0;
  await forgotten?.run(clock.now());
  assert.equal(timesTold(row?.id), 1);
  await partitions?.run(clock.now());
  clock.advance({ hours: 24 * 31 });
  await partitions?.run(clock.now());
  const { rows } = await sql<{ count: number }>`select (select count(*) from signal)
    + (select count(*) from alert where payload is not null) as count`.execute(platform.db);
  assert.equal(Number(rows[0]?.count), 0);
  assert.ok((await alertsOfKey('forgotten')).length, 'the alert itself stays');
  assert.equal((await trigger('after-a-month')).statusCode, 202);
});

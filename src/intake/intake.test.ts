/** The room as a whole, on a real database: what senders send, what is stored, what they are told. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { movableClock } from '#platform/clock.ts';
import { openDatabase, transaction } from '#platform/db/database.ts';
import { migrate } from '#platform/db/migrate.ts';
import { type App, type Caller, createApp } from '#platform/http/app.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import { createLog } from '#platform/log.ts';
import type { Platform } from '#platform/platform.ts';
import { createIntegration, type IncomingChange, type IntakeRoom, intakeRoom, readAlerts } from './room.ts';

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
  const database = await openDatabase({});
  await migrate(database.plain, clock.now());
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
      idle: async () => true,
    },
    live: undefined as never,
    secret: 'x'.repeat(32),
  };
  room = intakeRoom({ platform }, { recordChanges: async (_tx, list) => void changes.push(...list) });
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
  platform.db.selectFrom('signal').selectAll().where('dedup_key', '=', key).orderBy('id').execute();

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
  const [, expiry] = room.due ?? [];
  assert.equal(await expiry?.run(clock.now()), 0);
  const [open] = await platform.db
    .selectFrom('alert')
    .selectAll()
    .where('format', '=', 'alertmanager_api')
    .execute();
  assert.equal(open?.service_id, 'svc_search');
  assert.equal(open?.count, 2);
  const due = await expiry?.next();
  assert.equal(due?.toString(), open?.expires_at?.toString());
  clock.advance({ minutes: 2 });
  assert.equal(await expiry?.run(clock.now()), 1);
  const [ended] = await readAlerts(platform.db, [open?.id ?? '']);
  assert.deepEqual([ended?.state, ended?.endedBy], ['resolved', 'expiry']);
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

/** Providers are asked over a real socket: what they do wrong is said, never taken for green, and keeps nobody waiting. */

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { stopwatch } from '#platform/clock.ts';
import type { Db } from '#platform/db/database.ts';
import { timesOf } from '#platform/db/due-times.ts';
import { createOutbound } from '#platform/http/outbound.ts';
import type { Due } from '#platform/platform.ts';
import { type Answering, startVendor, type Vendor } from '../../../test/servers/vendor.ts';
import { ANA, openSmallHouse } from '../../../test/small-house.ts';
import { handsOf } from '../../../test/triage-hands.ts';
import { createRecordChanges } from '../changes.ts';
import { providersAround, triageRoom } from '../room.ts';
import { createPoller } from './poll.ts';

const START = '2026-11-25T14:02:00Z';
// Long enough for a busy machine to answer, short enough to wait for what hangs.
const WITHIN_MILLISECONDS = 800;
let house: Awaited<ReturnType<typeof openSmallHouse>>;
let vendor: Vendor;
let count = 0;

before(async () => {
  vendor = await startVendor();
  house = await openSmallHouse(START, (parts) => [
    triageRoom(parts, {
      ...handsOf(parts.platform.db),
      outbound: createOutbound({ allowPrivate: ['127.0.0.0/8'] }),
      withinMilliseconds: WITHIN_MILLISECONDS,
    }),
  ]);
  await house.service('svc_checkout', 'Checkout');
  await house.service('svc_payment', 'Payment');
});
after(async () => {
  await vendor.stop();
  await house.close();
});
beforeEach(async () => {
  house.as(ANA);
  house.clock.set(Temporal.Instant.from(START));
  await house.db.updateTable('third_party').set({ archived_at: house.clock.now() }).execute();
  await house.db.deleteFrom('change').execute();
});

const GREEN = {
  page: { url: 'https://status.example' },
  status: { indicator: 'none' },
  components: [{ id: 'c1', name: 'API', status: 'operational' }],
  incidents: [],
};
const RED = {
  ...GREEN,
  status: { indicator: 'critical' },
  components: [{ id: 'c1', name: 'API', status: 'major_outage' }],
  incidents: [
    {
      id: 'i1',
      name: 'Charges fail',
      status: 'investigating',
      impact: 'critical',
      started_at: '2026-11-25T13:50:00Z',
      shortlink: 'https://status.example/i1',
      incident_updates: [],
      components: [{ id: 'c1', name: 'API' }],
    },
  ],
};

type Made = { id: string; path: string };

/** A third party whose feed is at a path of its own. */
async function provider(
  how: Answering | (() => Answering | Promise<Answering>),
  more: { kind?: string; components?: string[]; probe?: boolean; services?: string[]; url?: string } = {},
): Promise<Made> {
  count += 1;
  const path = `/${count}`;
  vendor.answer(path, how);
  const id = `tpy_${count}`;
  const now = house.clock.now();
  await house.db
    .insertInto('third_party')
    .values({
      id,
      name: `Vendor ${count}`,
      feed_kind: more.kind ?? 'statuspage',
      feed_url: more.url ?? `${vendor.url}${path}/summary.json`,
      components: more.components ?? [],
      probe_url: more.probe ? `${vendor.url}${path}/probe` : null,
      check_at: now,
      created_at: now,
      updated_at: now,
    })
    .execute();
  for (const service of more.services ?? ['svc_checkout'])
    await house.db
      .insertInto('service_third_party')
      .values({ service_id: service, third_party_id: id })
      .execute();
  return { id, path };
}

async function check({ id }: Made) {
  house.clock.set(house.clock.now().add({ seconds: 11 }));
  const answer = await house.call('POST', `/third-parties/${id}/check`);
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}
const changes = async () => (await house.call('GET', '/changes')).body.items;

test('a green feed reads as green, as of the minute, with the components to choose from', async () => {
  const one = await provider({ body: GREEN });
  const shown = await check(one);
  assert.equal(shown.state, 'operational');
  assert.equal(shown.stale, false);
  assert.equal(shown.sentence, `${shown.name}'s feed is green as of 14:02 UTC.`);
  assert.deepEqual(
    shown.components.map((each: { name: string }) => each.name),
    ['API'],
  );
  assert.equal(vendor.at(one.path)[0]?.headers['accept-encoding'], 'gzip, deflate, br');
});

test('packed answers are read, whatever they are packed with', async () => {
  const text = JSON.stringify(GREEN);
  for (const [encoding, body] of [
    ['gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['identity', Buffer.from(text)],
  ] as const)
    assert.equal(
      (await check(await provider({ headers: { 'content-encoding': encoding }, body }))).state,
      'operational',
      encoding,
    );
});

test('answers in UTF-16 of both orders are read', async () => {
  const little = Buffer.from(`\uFEFF${JSON.stringify(GREEN)}`, 'utf16le');
  for (const [order, body] of [
    ['little', little],
    ['big', Buffer.from(little).swap16()],
    ['little, packed', gzipSync(little)],
  ] as const) {
    const headers: Record<string, string> = order.includes('packed') ? { 'content-encoding': 'gzip' } : {};
    assert.equal((await check(await provider({ body, headers }))).state, 'operational', order);
  }
});

test('half of a UTF-16 answer is not known, and the next whole one is', async () => {
  let body: Uint8Array = Buffer.from(`\uFEFF${JSON.stringify(GREEN)}`, 'utf16le');
  const one = await provider(() => ({ body }));
  const whole = body;
  body = body.subarray(0, body.length / 2 - 1);
  assert.equal((await check(one)).state, 'unknown');
  body = whole;
  assert.equal((await check(one)).state, 'operational');
});

test('a feed whose clock is hours ahead or behind tells of its incident once, never in our future', async () => {
  for (const hours of [-9, 9]) {
    const at = house.clock.now().add({ hours }).toString();
    const [incident] = RED.incidents;
    const id = `skewed${hours}`;
    const said = { ...incident, id, started_at: at, updated_at: at };
    const one = await provider({ body: { ...RED, incidents: [said] } });
    assert.notEqual((await check(one)).state, 'operational');
    await check(one);
    const told = (await changes()).filter(
      (each: { externalId?: string; summary: string; happenedAt: string }) =>
        each.summary.includes(`Vendor ${count}`),
    );
    assert.equal(told.length, 1, `${hours} h`);
    const ahead = Temporal.Instant.from(told[0].happenedAt).since(house.clock.now()).total('seconds');
    assert.ok(ahead <= 0, `${told[0].happenedAt} at ${house.clock.now()}`);
  }
});

const BOMB = gzipSync(Buffer.alloc(64 * 1024 * 1024));
const FAULTS: [string, Answering | (() => Answering), RegExp][] = [
  [
    'a web page in place of JSON',
    { body: '<!doctype html><title>Sign in</title>' },
    /a web page \(HTML\) where JSON/,
  ],
  ['JSON of another shape', { body: { hello: 'world' } }, /not of the expected shape/],
  ['JSON that breaks off', { body: '{"status":{"indicator":"no' }, /broken JSON/],
  ['nothing', { body: '' }, /answered nothing/],
  ['an error', { status: 503, body: 'later' }, /It answered 503/],
  ['a 304 that nobody asked for', { status: 304, body: '' }, /304 although/],
  ['a server that hangs', { hangs: true }, /did not answer in time/],
  [
    'a server that falls silent in the middle',
    { body: '{"status":', stalls: true },
    /did not answer in time|could not be reached/,
  ],
  ['a bomb of 64 MB in 64 KB', { headers: { 'content-encoding': 'gzip' }, body: BOMB }, /more than 4096 KB/],
  [
    'a packing inside a packing',
    { headers: { 'content-encoding': 'gzip, gzip' }, body: gzipSync(gzipSync('{}')) },
    /more than once/,
  ],
  [
    'a broken packing',
    { headers: { 'content-encoding': 'gzip' }, body: 'no gzip at all' },
    /cannot be unpacked/,
  ],
  ['an unknown packing', { headers: { 'content-encoding': 'sdch' }, body: 'x' }, /did not ask for/],
  ['more than anybody needs', { body: Buffer.alloc(5 * 1024 * 1024, 32) }, /more than 4096 KB/],
  [
    'a redirect without end',
    () => ({ status: 302, headers: { location: `/${count}/summary.json` } }),
    /from one address to the next/,
  ],
  [
    'a redirect to a private address',
    { status: 302, headers: { location: 'http://10.0.0.1/' } },
    /private address/,
  ],
  ['a redirect to a file', { status: 302, headers: { location: 'file:///etc/passwd' } }, /http and https/],
];
for (const [fault, how, why] of FAULTS)
  test(`${fault}: not known, never green, and it says why`, async () => {
    let broken = false;
    const one = await provider(() => (broken ? (typeof how === 'function' ? how() : how) : { body: GREEN }));
    assert.equal((await check(one)).state, 'operational');
    broken = true;
    const elapsed = stopwatch();
    const shown = await check(one);
    assert.ok(elapsed() < 5000, 'it ended in time');
    assert.equal(shown.state, 'unknown');
    assert.equal(shown.stale, true);
    assert.equal(shown.last, 'operational');
    assert.match(shown.note, why);
    assert.match(shown.sentence, /stale, last heard as of 14:02 UTC; it was green then/);
    broken = false;
    assert.equal((await check(one)).state, 'operational', 'and it recovers');
  });

test('a feed that was never read has no "as of"', async () => {
  const shown = await check(await provider({ status: 500 }));
  assert.equal(shown.state, 'unknown');
  assert.equal(shown.asOf, null);
  assert.equal(shown.stale, true);
});

test('what has not changed is asked for by its mark; 304 is fresh, and says since when nothing changed', async () => {
  const one = await provider({
    body: GREEN,
    headers: { etag: '"a"', 'last-modified': 'Wed, 25 Nov 2026 10:00:00 GMT' },
  });
  await check(one);
  vendor.answer(one.path, { status: 304, body: '' });
  house.clock.set(house.clock.now().add({ minutes: 30 }));
  const shown = await check(one);
  assert.equal(shown.state, 'operational');
  assert.equal(shown.stale, false);
  assert.ok(shown.asOf > shown.unchangedSince);
  const [, second] = vendor.at(one.path);
  assert.equal(second?.headers['if-none-match'], '"a"');
  assert.equal(second?.headers['if-modified-since'], 'Wed, 25 Nov 2026 10:00:00 GMT');
});

test('304 for ever is a lie that lasts an hour: then only content is proof', async () => {
  const one = await provider({ body: GREEN, headers: { etag: '"a"' } });
  await check(one);
  vendor.answer(one.path, { status: 304, body: '' });
  house.clock.set(house.clock.now().add({ minutes: 61 }));
  const shown = await check(one);
  assert.equal(shown.state, 'unknown');
  assert.match(shown.note, /304 although it was asked for the whole content/);
  assert.equal(vendor.at(one.path).at(-1)?.headers['if-none-match'], undefined);
});

test('after failures it is asked ever later, up to five minutes, and as late as the other side asks', async () => {
  const one = await provider({ status: 500 });
  const waits: number[] = [];
  for (let turn = 0; turn < 5; turn += 1) {
    const shown = await check(one);
    waits.push(Temporal.Instant.from(shown.nextCheckAt).since(house.clock.now()).total('seconds'));
  }
  for (const [index, base] of [60, 120, 240, 300, 300].entries())
    assert.ok(Math.abs((waits[index] ?? 0) / base - 1) <= 0.1, `${waits}`);
  vendor.answer(one.path, { status: 429, headers: { 'retry-after': '600' } });
  const asked = await check(one);
  const wait = Temporal.Instant.from(asked.nextCheckAt).since(house.clock.now()).total('seconds');
  assert.ok(wait > 530 && wait < 670, `${wait}`);
});

test('a filter with a slip in it reads unknown though all is green, and an edit is asked at once', async () => {
  const one = await provider({ body: GREEN }, { components: ['Apy'] });
  const shown = await check(one);
  assert.equal(shown.state, 'unknown');
  assert.match(shown.note, /no component called “Apy”/);
});

test('an incident becomes one change of every service behind it, moves with it, and is not told twice', async () => {
  const one = await provider({ body: RED }, { services: ['svc_checkout', 'svc_payment'] });
  const shown = await check(one);
  assert.equal(shown.state, 'major');
  assert.equal(shown.incidents[0].title, 'Charges fail');
  await check(one);
  const told = await changes();
  assert.equal(told.length, 2);
  assert.deepEqual(told.map((each: { serviceName: string }) => each.serviceName).toSorted(), [
    'Checkout',
    'Payment',
  ]);
  assert.equal(told[0].kind, 'third_party');
  assert.equal(told[0].state, 'started');
  assert.equal(told[0].happenedAt, '2026-11-25T13:50:00Z');
  assert.equal(told[0].links[0].href, 'https://status.example/i1');
  vendor.answer(one.path, { body: GREEN });
  const after = await check(one);
  assert.equal(after.state, 'operational');
  assert.equal(after.incidents.length, 0);
  assert.equal(after.pastIncidents[0].vanished, true);
  const over = await changes();
  assert.equal(over.length, 2);
  assert.deepEqual(
    over.map((each: { state: string }) => each.state),
    ['done', 'done'],
  );
});

test('an incident of another component is no change of ours; a service that is added later hears of what is open', async () => {
  const elsewhere = {
    ...RED,
    components: [...GREEN.components, { id: 'c2', name: 'Reports', status: 'major_outage' }],
    incidents: [{ ...RED.incidents[0], components: [{ id: 'c2', name: 'Reports' }] }],
  };
  const one = await provider({ body: elsewhere }, { components: ['API'] });
  assert.equal((await check(one)).state, 'operational');
  assert.equal((await changes()).length, 0);
  const two = await provider({ body: RED }, { services: [] });
  await check(two);
  assert.equal((await changes()).length, 0);
  await house.db
    .insertInto('service_third_party')
    .values({ service_id: 'svc_payment', third_party_id: two.id })
    .execute();
  await check(two);
  assert.equal((await changes()).length, 1);
});

test('what is planned is no change before it begins', async () => {
  const planned = {
    ...GREEN,
    scheduled_maintenances: [
      {
        id: 'm1',
        name: 'Move of the database',
        status: 'scheduled',
        impact: 'maintenance',
        scheduled_for: '2026-11-25T15:00:00Z',
        scheduled_until: '2026-11-25T16:00:00Z',
        incident_updates: [],
        components: [],
      },
    ],
  };
  const one = await provider({ body: planned });
  assert.equal((await check(one)).state, 'operational');
  assert.equal((await changes()).length, 0);
  house.clock.set(Temporal.Instant.from('2026-11-25T15:01:00Z'));
  assert.equal((await check(one)).incidents[0].title, 'Move of the database');
  assert.equal((await changes()).length, 1);
});

test('our own check: an error, a missing text and a hang are trouble, the first time a little, the second time much', async () => {
  const one = await provider(() => ({ body: GREEN }), { probe: true });
  vendor.answer(`${one.path}/probe`, { status: 502 });
  const first = await check(one);
  assert.equal(first.state, 'degraded');
  assert.match(first.note, /Our own check was answered 502 after \d+ ms/);
  const second = await check(one);
  assert.equal(second.state, 'major');
  vendor.answer(`${one.path}/probe`, { body: 'all is well' });
  assert.equal((await check(one)).state, 'operational');
  await house.db.updateTable('third_party').set({ probe_text: 'pong' }).where('id', '=', one.id).execute();
  assert.match((await check(one)).note, /without “pong” in it/);
});

test('what was edited while it was being asked is not overwritten by the old answer', async () => {
  const one = await provider(async () => {
    // The edit happens while the answer is on its way.
    await house.db
      .updateTable('third_party')
      .set({ feed_url: `${vendor.url}/elsewhere/summary.json`, check_at: house.clock.now() })
      .where('id', '=', one.id)
      .execute();
    return { body: GREEN };
  });
  await check(one);
  const kept = await house.db
    .selectFrom('provider')
    .selectAll()
    .where('third_party_id', '=', one.id)
    .execute();
  assert.deepEqual(kept, []);
});

test('pressed twice, it is asked once', async () => {
  const one = await provider({ body: GREEN });
  await check(one);
  await house.call('POST', `/third-parties/${one.id}/check`);
  assert.equal(vendor.at(one.path).length, 1);
});

const dueOf = () => house.rooms[0]?.due?.find((each) => each.name === 'triage.providers') as Due;
const nextOf = async (due: Due): Promise<Temporal.Instant | undefined> => (await timesOf(house.db, [due]))[0];

test('ten that hang keep the sweep waiting for nothing: eight are asked at once, the rest wait as rows', async () => {
  for (let turn = 0; turn < 10; turn += 1) await provider({ hangs: true });
  const due = dueOf();
  const elapsed = stopwatch();
  assert.equal(await due.run(house.clock.now()), 8);
  assert.ok(elapsed() < WITHIN_MILLISECONDS, `the sweep waited ${elapsed()} ms`);
  assert.equal(await nextOf(due), undefined, 'full: nothing more is due in this process');
  await house.rest();
  assert.equal(await due.run(house.clock.now()), 2);
  await house.rest();
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from provider where failures = 1
    and third_party_id in (select id from third_party where archived_at is null)`.execute(house.db);
  assert.equal(rows[0]?.n, 10);
});

test('processes share the work: what one has claimed, the other leaves alone until the lease is over', async () => {
  const one = await provider({ hangs: true });
  const other = createPoller(house.platform, {
    outbound: createOutbound({ allowPrivate: ['127.0.0.0/8'] }),
    recordChanges: createRecordChanges(house.platform),
    withinMilliseconds: WITHIN_MILLISECONDS,
  });
  const [mine, theirs] = await Promise.all([
    dueOf().run(house.clock.now()),
    other.due.run(house.clock.now()),
  ]);
  assert.equal(mine + theirs, 1);
  await house.rest();
  assert.equal(vendor.at(one.path).length, 1);
});

test('a private address is not asked unless it is allowed', async () => {
  const one = await provider({ body: GREEN });
  const strict = createPoller(house.platform, {
    outbound: createOutbound({ allowPrivate: [] }),
    recordChanges: createRecordChanges(house.platform),
  });
  await strict.checkNow(one.id);
  assert.equal(vendor.at(one.path).length, 0);
  const { body } = await house.call('GET', `/providers/${one.id}`);
  assert.equal(body.state, 'unknown');
  assert.match(body.note, /private address.*HUMDRUM_ALLOW_PRIVATE/);
});

test('around a moment of the past it says what was known then', async () => {
  const one = await provider({ body: GREEN });
  await check(one);
  house.clock.set(Temporal.Instant.from('2026-11-25T14:10:00Z'));
  await check(one);
  vendor.answer(one.path, { body: RED });
  house.clock.set(Temporal.Instant.from('2026-11-25T14:15:00Z'));
  await check(one);
  const db: Db = house.db;
  const [then] = await providersAround(db, ['svc_checkout'], Temporal.Instant.from('2026-11-25T14:10:00Z'));
  assert.equal(then?.state, 'operational');
  assert.equal(then?.incidents[0]?.openThen, true);
  const [now] = await providersAround(db, ['svc_checkout'], house.clock.now());
  assert.equal(now?.state, 'major');
  assert.equal(now?.stale, false);
  const [before] = await providersAround(db, ['svc_checkout'], Temporal.Instant.from('2026-11-25T12:00:00Z'));
  assert.equal(before?.state, 'unknown');
  assert.equal(before?.stale, true);
  assert.deepEqual(await providersAround(db, ['svc_payment'], house.clock.now()), []);
});

test('a feed is tried out before it is saved, and nothing is kept', async () => {
  house.as({ ...ANA, role: 'administrator' });
  vendor.answer('/trial', { body: RED });
  const tried = await house.call('POST', '/third-parties/trial', {
    kind: 'statuspage',
    url: `${vendor.url}/trial/summary.json`,
  });
  assert.equal(tried.status, 200, tried.text);
  assert.equal(tried.body.state, 'major');
  assert.deepEqual(
    tried.body.components.map((each: { name: string }) => each.name),
    ['API'],
  );
  vendor.answer('/trial', { body: '<html></html>' });
  const refused = await house.call('POST', '/third-parties/trial', {
    kind: 'statuspage',
    url: `${vendor.url}/trial`,
  });
  assert.equal(refused.status, 400, refused.text);
  assert.match(refused.text, /a web page \(HTML\)/);
  house.as(ANA);
  assert.equal(
    (await house.call('POST', '/third-parties/trial', { kind: 'slack', url: vendor.url })).status,
    403,
  );
});

test('an unknown third party and one without anything to ask are refused with what to do', async () => {
  assert.equal((await house.call('POST', '/third-parties/tpy_none/check')).status, 404);
  assert.equal((await house.call('GET', '/providers/tpy_none')).status, 404);
  const one = await provider({ body: GREEN });
  await house.db
    .updateTable('third_party')
    .set({ feed_kind: null, feed_url: null })
    .where('id', '=', one.id)
    .execute();
  const refused = await house.call('POST', `/third-parties/${one.id}/check`);
  assert.equal(refused.status, 409);
  assert.match(refused.text, /status feed or a check of our own/);
});

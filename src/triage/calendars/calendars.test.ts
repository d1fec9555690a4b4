/** Planned maintenance from calendars: at an address that misbehaves, or as a file. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createOutbound } from '#platform/http/outbound.ts';
import { ANA, type Json, openSmallHouse } from '../../../test/small-house.ts';
import { handsOf } from '../../../test/triage-hands.ts';
import { triageRoom } from '../room.ts';
import type { CalendarsDue } from './watch.ts';

const FILE = readFileSync(join(import.meta.dirname, 'fixtures/maintenance.ics'), 'utf8');
const START = '2026-11-25T02:00:00Z';
let house: Awaited<ReturnType<typeof openSmallHouse>>;
let due: CalendarsDue;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const asked: IncomingMessage['headers'][] = [];
const server = createServer((request, response) => {
  asked.push(request.headers);
  answer(request, response);
});

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const outbound = createOutbound({ allowPrivate: ['127.0.0.1'], timeoutMilliseconds: 2000 });
  house = await openSmallHouse(START, (parts) => [
    triageRoom(parts, { ...handsOf(parts.platform.db), outbound }),
  ]);
  due = house.rooms[0]?.due?.at(-1) as CalendarsDue;
  await house.service('svc_checkout', 'Checkout');
  await house.service('svc_search', 'Product search');
});
after(async () => {
  server.closeAllConnections();
  server.close();
  await house.close();
});
beforeEach(async () => {
  house.as({ ...ANA, role: 'administrator' });
  house.clock.set(Temporal.Instant.from(START));
  asked.length = 0;
  await house.db.deleteFrom('change').execute();
  await house.db.deleteFrom('change_sent').execute();
  await house.db.deleteFrom('change_calendar').execute();
});

const calendar = (status: number, body: string | Buffer, headers: Record<string, string> = {}) => {
  answer = (_request, response) =>
    response.writeHead(status, { 'content-type': 'text/calendar', ...headers }).end(body);
};
const read = async () => {
  const count = await due.run(house.clock.now());
  await due.idle();
  return count;
};
const shown = async (): Promise<Json> => (await house.call('GET', '/change-calendars')).body.items[0];
const planned = async (): Promise<Json[]> => (await house.call('GET', '/changes')).body.items;
const add = async () => {
  const { port } = server.address() as AddressInfo;
  const made = await house.call('POST', '/change-calendars', {
    name: 'Maintenance',
    url: `http://127.0.0.1:${port}/secret-token.ics`,
  });
  assert.equal(made.status, 201, made.text);
  return made.body;
};
const minutesUntil = (at: string) =>
  (Temporal.Instant.from(at).epochMilliseconds - house.clock.now().epochMilliseconds) / 60_000;

test('an address is read, its entries are planned changes of the services they name, and its secret is not shown', async () => {
  calendar(200, FILE, { etag: '"one"' });
  const made = await add();
  assert.ok(!JSON.stringify(made).includes('secret-token'));
  const stored = await house.db.selectFrom('change_calendar').selectAll().execute();
  assert.ok(!JSON.stringify(stored).includes('secret-token'), 'nor is it readable in the database');
  assert.equal(await read(), 1);
  const { entries, recorded, failure, nextReadAt } = await shown();
  assert.deepEqual([entries, recorded, failure], [9, 9, null]);
  assert.ok(minutesUntil(nextReadAt) >= 12 && minutesUntil(nextReadAt) <= 18);
  const first = (await planned()).at(-1);
  assert.deepEqual(
    [
      first.summary,
      first.state,
      first.kind,
      first.serviceId,
      first.happenedAt,
      first.endsAt,
      first.recordedBy,
    ],
    [
      'Replace the core switch',
      'planned',
      'infra',
      'svc_checkout',
      '2026-11-29T01:00:00Z',
      '2026-11-29T03:00:00Z',
      'Maintenance',
    ],
  );
  assert.equal((await planned()).at(-2)?.serviceId, 'svc_search');
});

test('an entry that names several services is planned for each of them, and gone for one that it names no longer', async () => {
  const naming = (services: string) =>
    `BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:power\nDTSTAMP:20261120T090000Z\nDTSTART:20261129T010000Z\nDTEND:20261129T030000Z\nSUMMARY:Power works\nDESCRIPTION:Service: ${services}\nEND:VEVENT\nEND:VCALENDAR\n`;
  calendar(200, naming('checkout\\, product search'));
  await add();
  await read();
  const services = async () => (await planned()).map((each) => each.serviceId).toSorted();
  assert.deepEqual(await services(), ['svc_checkout', 'svc_search']);
  const { entries, recorded } = await shown();
  assert.deepEqual([entries, recorded], [1, 1], 'entries are counted, not services');
  const kept = (await planned()).find((each) => each.serviceId === 'svc_checkout')?.id;
  calendar(200, naming('checkout'));
  house.clock.advance({ minutes: 20 });
  await read();
  assert.deepEqual(
    (await planned()).map((each) => [each.serviceId, each.id]),
    [['svc_checkout', kept]],
  );
});

test('unchanged it is not sent again; an entry that is gone is gone here, and one that is moved is moved', async () => {
  calendar(200, FILE, { etag: '"one"' });
  await add();
  await read();
  const count = (await planned()).length;
  calendar(304, '');
  house.clock.advance({ minutes: 20 });
  await read();
  assert.equal(asked[1]?.['if-none-match'], '"one"');
  assert.equal((await planned()).length, count);
  const moved = FILE.replace(/BEGIN:VEVENT\nUID:vacuum[\s\S]*?END:VEVENT\n/, '').replaceAll(
    '20261129T',
    '20261205T',
  );
  calendar(200, moved, { etag: '"two"' });
  house.clock.advance({ minutes: 20 });
  await read();
  assert.deepEqual(
    (await planned()).map((each) => [each.summary, each.happenedAt]),
    [['Replace the core switch', '2026-12-05T01:00:00Z']],
  );
});

test('what fails or lies is written down, asked ever more rarely, and takes nothing away', async () => {
  calendar(200, FILE);
  await add();
  await read();
  const count = (await planned()).length;
  const cases: [() => void, RegExp][] = [
    [() => calendar(200, '<!doctype html><title>Sign in</title>'), /no calendar/],
    [() => calendar(500, 'oops'), /status 500/],
    [() => calendar(200, Buffer.from(FILE, 'utf16le')), /no calendar/],
    [() => calendar(200, gzipSync('x'.repeat(50_000_000)), { 'content-encoding': 'gzip' }), /./],
    [() => calendar(200, 'x'.repeat(1_000_000)), /./],
    [() => (answer = () => {}), /./],
  ];
  let before = 0;
  for (const [misbehave, expected] of cases) {
    misbehave();
    house.clock.advance({ hours: 7 });
    assert.equal(await read(), 1);
    const { failure, nextReadAt } = await shown();
    assert.match(failure ?? '', expected);
    assert.equal((await planned()).length, count);
    const wait = minutesUntil(nextReadAt);
    assert.ok(wait > Math.min(before, 200), 'it backs off');
    before = wait;
  }
  calendar(200, FILE);
  house.clock.advance({ hours: 8 });
  await read();
  assert.equal((await shown()).failure, null);
});

test('a calendar that hangs keeps nobody waiting', async () => {
  answer = () => {};
  await add();
  const started = due.run(house.clock.now());
  assert.equal(await started, 1, 'the sweep goes on at once');
  assert.equal(await due.run(house.clock.now()), 0, 'and does not ask twice');
  await due.idle();
  assert.match((await shown()).failure, /./);
});

test('a file is read as it is handed in, and handed in again it replaces itself', async () => {
  const made = await house.call('POST', '/change-calendars', {
    name: 'Pasted',
    file: FILE,
    kind: 'job',
    service: 'checkout',
  });
  assert.equal(made.status, 201, made.text);
  assert.deepEqual([made.body.host, made.body.entries, made.body.nextReadAt], [null, 9, null]);
  const again = await house.call('POST', `/change-calendars/${made.body.id}/readings`, {
    file: FILE.replace(/BEGIN:VEVENT\nUID:switch[\s\S]*?END:VEVENT\n/, ''),
  });
  assert.equal(again.status, 202, again.text);
  assert.equal((await planned()).length, 8);
  assert.equal((await house.call('POST', `/change-calendars/${made.body.id}/readings`, {})).status, 400);
  assert.equal((await house.call('DELETE', `/change-calendars/${made.body.id}`)).status, 204);
  assert.equal((await planned()).length, 0, 'what was planned for later is taken out');
  assert.equal((await house.call('DELETE', `/change-calendars/${made.body.id}`)).status, 404);
});

test('bad calendars are refused and leave nothing behind', async () => {
  for (const body of [
    { name: 'x' },
    { name: 'x', url: 'ftp://a.example/b' },
    { name: 'x', url: 'https://a.example/b', file: FILE },
    { name: 'x', file: 'not a calendar' },
  ])
    assert.equal((await house.call('POST', '/change-calendars', body)).status, 400, JSON.stringify(body));
  assert.equal(
    (await house.call('POST', '/change-calendars', { name: 'x', file: FILE, service: 'none' })).status,
    404,
  );
  assert.equal(await shown(), undefined);
  house.as(ANA);
  assert.equal((await house.call('POST', '/change-calendars', { name: 'x', file: FILE })).status, 403);
});

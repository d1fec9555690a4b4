import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { movableClock } from '#platform/clock.ts';
import { type Database, json } from '#platform/db/database.ts';
import { createLog } from '#platform/log.ts';
import { openTestDatabase } from '../../../test/test-database.ts';
import { createStatusPages, type StatusPages } from './serve.ts';

const start = Temporal.Instant.from('2026-11-25T03:09:00Z');
const clock = movableClock(start);
const PRINTING = { url: undefined, ways: { email: true, webhook: true, sms: false, slack: false } };
let database: Database;
let pages: StatusPages;
let port = 0;
const server = createServer((asked, answer) => {
  if (!pages.handle(asked, answer)) answer.writeHead(418).end();
});

type Got = { status: number; headers: IncomingHttpHeaders; bytes: Buffer; text: string };

function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, bytes, text: bytes.toString() });
      });
    })
      .on('error', reject)
      .end();
  });
}

before(async () => {
  database = await openTestDatabase();
  pages = createStatusPages({ db: database.db, clock, log: createLog('silent'), printing: PRINTING });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
after(async () => {
  server.close();
  await database.close().catch(() => {});
});

test('before the page has been rendered once, it says so and asks to come back', async () => {
  const got = await ask('/status/');
  assert.equal(got.status, 503);
  assert.equal(got.headers['retry-after'], '2');
});

test('a service put on the page by name appears without anybody rendering it', async () => {
  await pages.due.run(clock.now());
  assert.match((await ask('/status/')).text, /This page shows no services yet/);
  const at = { created_at: start, updated_at: start };
  await database.db
    .insertInto('service')
    .values([
      {
        id: 's1',
        name: 'checkout-api',
        slug: 'checkout-api',
        public_name: 'Checkout',
        on_public_page: true,
        ...at,
      },
      { id: 's2', name: 'secret-db', slug: 'secret-db', public_name: 'Secret', ...at },
    ])
    .execute();
  clock.advance({ seconds: 5 });
  await pages.due.run(clock.now());
  const { text } = await ask('/status/');
  assert.match(text, /Everything works\./);
  assert.match(text, /Checkout/);
  assert.doesNotMatch(text, /checkout-api|ecret/);
});

test('the settings of the organisation change the page, its time and its zone', async () => {
  const value = json({ name: 'Northwind', zone: 'Europe/Berlin', phone: '+49 30 1234567' });
  await database.db
    .insertInto('setting')
    .values({ key: 'organisation', value, updated_at: clock.now() })
    .execute();
  clock.advance({ seconds: 5 });
  await pages.due.run(clock.now());
  const { text } = await ask('/status/');
  assert.match(text, /<h1>Northwind status<\/h1>/);
  assert.match(text, /As of <time>04:09 CET \(03:09 UTC\)<\/time>/);
});

test('a reader that has the page is told that nothing changed', async () => {
  const first = await ask('/status/');
  const again = await ask('/status/', { 'if-none-match': String(first.headers.etag) });
  assert.equal(again.status, 304);
  assert.equal(again.bytes.length, 0);
  assert.equal((await ask('/status/', { 'if-none-match': 'W/"another"' })).status, 200);
});

test('the page comes compressed to whom can read it, and the same in every coding', async () => {
  const plain = await ask('/status/', { 'accept-encoding': 'br;q=0, identity' });
  const brotli = await ask('/status/', { 'accept-encoding': 'gzip, deflate, br' });
  const gzip = await ask('/status/', { 'accept-encoding': 'gzip' });
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.equal(brotli.headers['content-encoding'], 'br');
  assert.deepEqual(brotliDecompressSync(brotli.bytes), plain.bytes);
  assert.deepEqual(gunzipSync(gzip.bytes), plain.bytes);
  assert.equal(brotli.headers.vary, 'Accept-Encoding');
});

test('a HEAD has the headers of the page and no body', async () => {
  const head = await ask('/status/', {}, 'HEAD');
  assert.equal(head.status, 200);
  assert.equal(head.bytes.length, 0);
  assert.equal(head.headers['content-length'], (await ask('/status/')).headers['content-length']);
});

test('a browser may load nothing but the styles and pictures of the page itself', async () => {
  const policy = String((await ask('/status/')).headers['content-security-policy']);
  assert.match(policy, /^default-src 'none'; style-src 'sha256-[^']+'; img-src 'self' data:;/);
  assert.doesNotMatch(policy, /unsafe/);
});

test("statuspage's addresses answer below the page and at the root, for programs of any origin", async () => {
  for (const path of [
    '/api/v2/summary.json',
    '/status/api/v2/summary.json?x=1',
    '/api/v2/incidents/unresolved.json',
    '/status/api/v2/scheduled-maintenances/active.json',
  ]) {
    const got = await ask(path);
    assert.equal(got.status, 200, path);
    assert.equal(got.headers['access-control-allow-origin'], '*');
    assert.equal(JSON.parse(got.text).page.name, 'Northwind status');
  }
  assert.match((await ask('/history.atom')).text, /^<\?xml version="1\.0"/);
  assert.match(String((await ask('/status/history.rss')).headers['content-type']), /^application\/rss\+xml/);
});

test('addresses that are not the page are left to others, wrong ones below it are not found', async () => {
  assert.equal((await ask('/api/v2/alerts')).status, 418);
  assert.equal((await ask('/statusx')).status, 418);
  assert.equal((await ask('/status/incidents/NONE-0000')).status, 404);
  assert.equal((await ask('/status/404')).status, 404);
  assert.equal((await ask('/status')).headers.location, '/status/');
  assert.equal((await ask('/status/', {}, 'POST')).status, 405);
});

test('two processes show the same revision within five seconds', async () => {
  const other = createStatusPages({ db: database.db, clock, log: createLog('silent'), printing: PRINTING });
  await other.due.run(clock.now());
  const first = pages;
  await database.db
    .updateTable('service')
    .set({ public_name: 'Card payments', updated_at: clock.now().add({ seconds: 1 }) })
    .where('id', '=', 's1')
    .execute();
  clock.advance({ seconds: 5 });
  await other.due.run(clock.now());
  await first.due.run(clock.now());
  const mine = await ask('/status/');
  pages = other;
  const theirs = await ask('/status/');
  pages = first;
  assert.match(theirs.text, /Card payments/);
  assert.equal(mine.headers.etag, theirs.headers.etag);
});

test('while the database is gone the page answers, and after a minute it says that it can no longer know', async () => {
  await database.close();
  clock.advance({ seconds: 30 });
  await pages.due.run(clock.now());
  assert.match((await ask('/status/')).text, /Card payments/);
  assert.doesNotMatch((await ask('/status/')).text, /We cannot check this page/);
  clock.advance({ seconds: 40 });
  await pages.due.run(clock.now());
  assert.match(
    (await ask('/status/')).text,
    /We cannot check this page at the moment\. What it says was true at 04:09 CET \(03:09 UTC\)\./,
  );
});

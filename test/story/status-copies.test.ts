/** Copies of status pages that survive us: in a folder, in a bucket that checks who signs, and by a command. Private pages never leave. */
import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exportStatus } from '#src/cli/export-status.ts';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { temporaryFolder } from '../servers/program.ts';

const SECRET = 'the secret of the bucket';
const objects = new Map<string, { type: string; body: Buffer }>();
const refused: string[] = [];
let failing = 0;
let house: Harness;

/** Knows nothing of our code: signature version 4 as its documentation tells it. */
const bucket = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const why = failing > 0 ? 'down' : whyForged(request, body);
    if (failing > 0) failing -= 1;
    if (why) {
      if (why !== 'down') refused.push(why);
      response.writeHead(why === 'down' ? 503 : 403).end(why);
      return;
    }
    const key = (request.url ?? '').replace('/pages/live/', '');
    if (request.method === 'PUT') objects.set(key, { type: String(request.headers['content-type']), body });
    if (request.method === 'DELETE') objects.delete(key);
    response.writeHead(200).end();
  });
});

function whyForged(request: IncomingMessage, body: Buffer): string | undefined {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? '',
    );
  if (!match) return `no signature: ${request.headers.authorization}`;
  const [, id, day = '', region = '', names = '', signature] = match;
  if (id !== 'KEYID') return `unknown key ${id}`;
  for (const needed of ['host', 'x-amz-content-sha256', 'x-amz-date', 'content-type'])
    if (!names.split(';').includes(needed) && !(needed === 'content-type' && request.method === 'DELETE'))
      return `${needed} is not signed`;
  const hash = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
  if (request.headers['x-amz-content-sha256'] !== hash(body)) return 'another body';
  const headers = names
    .split(';')
    .map((name) => `${name}:${String(request.headers[name]).trim()}\n`)
    .join('');
  const canonical = [request.method, request.url, '', headers, names, hash(body)].join('\n');
  const date = String(request.headers['x-amz-date']);
  const text = ['AWS4-HMAC-SHA256', date, `${day}/${region}/s3/aws4_request`, hash(canonical)].join('\n');
  const key = [day, region, 's3', 'aws4_request'].reduce<Buffer | string>(
    (own, part) => createHmac('sha256', own).update(part).digest(),
    `AWS4${SECRET}`,
  );
  return createHmac('sha256', key).update(text).digest('hex') === signature ? undefined : 'wrong signature';
}

before(async () => {
  bucket.listen(0, '127.0.0.1');
  await once(bucket, 'listening');
  const { port } = bucket.address() as AddressInfo;
  house = await openHarness({
    environment: {
      HUMDRUM_STATUS_COPY: `http://127.0.0.1:${port}/pages/live`,
      HUMDRUM_STATUS_COPY_KEY_ID: 'KEYID',
      HUMDRUM_STATUS_COPY_SECRET: SECRET,
      HUMDRUM_STATUS_COPY_REGION: 'eu-central-1',
    },
  });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await house.ask('POST', '/status-pages', { slug: 'northwind', clientId: 'cli_northwind', name: 'Private' });
  await house.ask('POST', '/status-pages', { slug: 'shop', name: 'The shop', serviceIds: ['svc_orders'] });
  await house.pass({ seconds: 10 });
});
after(async () => {
  await house.close();
  bucket.close();
});

test('a bucket gets the public pages, signed, and nothing of a private one', () => {
  assert.deepEqual(refused, []);
  assert.ok(objects.has('index.html') && objects.has('shop/index.html'));
  assert.ok(objects.has('api/v2/summary.json') && objects.has('calendar.ics'));
  assert.equal(objects.get('history.atom')?.type, 'application/atom+xml; charset=utf-8');
  assert.match(objects.get('shop/index.html')?.body.toString() ?? '', /The shop/);
  for (const [key, { body }] of objects) {
    assert.doesNotMatch(key, /northwind|subscribe/);
    assert.doesNotMatch(body.toString(), /Private|@@/, key);
  }
});

test('what happens is copied soon after, and links lead from file to file', async () => {
  const { id, reference } = await house.ask('POST', '/incidents', {
    title: 'internal words',
    serviceIds: ['svc_checkout'],
  });
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Nobody can pay by card.',
    action: 'We look into it.',
  });
  await house.pass({ seconds: 10 });
  const index = objects.get('index.html')?.body.toString() ?? '';
  assert.match(index, /Nobody can pay by card/);
  assert.match(index, new RegExp(`href="incidents/${reference}.html"`));
  assert.match(index, /href="https:\/\/humdrum\.example\.com\/status\/subscribe"/);
  const own = objects.get(`incidents/${reference}.html`)?.body.toString() ?? '';
  assert.match(own, /href="\.\.\/index\.html"/);
  assert.doesNotMatch(own, /internal words/);
});

test('a bucket that is away is tried again, less and less often, and gets everything at last', async () => {
  failing = 4;
  const { id } = await house.ask('POST', '/incidents', { title: 'again', serviceIds: ['svc_orders'] });
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Orders are slow.',
    action: 'We look into it.',
  });
  await house.pass({ seconds: 10 });
  await house.pass({ minutes: 2 });
  assert.match(objects.get('shop/index.html')?.body.toString() ?? '', /Orders are slow/);
});

test('a page that is taken away leaves the bucket', async () => {
  const { items } = await house.ask('GET', '/status-pages');
  const shop = items.find((page: { slug: string }) => page.slug === 'shop');
  await house.ask('DELETE', `/status-pages/${shop.id}`);
  await house.pass({ minutes: 1 });
  assert.deepEqual(
    [...objects.keys()].filter((key) => key.startsWith('shop/')),
    [],
  );
  assert.ok(objects.has('index.html'));
});

test('the command writes the same pages into a folder, and refuses a private one', async () => {
  await house.humdrum.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = house.humdrum.app.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const folder = temporaryFolder('export');
  const count = await exportStatus({ folder: folder.path, url, pages: [] });
  assert.ok(count >= 14, String(count));
  for (const file of ['index.html', '404.html', 'history.rss', 'api/v2/incidents/unresolved.json'])
    assert.ok(existsSync(join(folder.path, file)), file);
  assert.match(readFileSync(join(folder.path, 'index.html'), 'utf8'), /Nobody can pay by card/);
  assert.equal(readdirSync(join(folder.path, 'incidents')).length, 2);
  await assert.rejects(
    exportStatus({ folder: folder.path, url, pages: ['northwind'] }),
    /is private, or does not exist/,
  );
  folder.remove();
});

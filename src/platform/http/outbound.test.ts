/** Requests to other servers stay where they were sent, and end. */
import assert from 'node:assert/strict';
import dns, { type LookupAddress } from 'node:dns';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Failed } from '#platform/errors.ts';
import { createOutbound, isPrivate } from './outbound.ts';

async function serve(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Looked = (error: Error | null, addresses: LookupAddress[]) => void;

const strict = createOutbound({ allowPrivate: [] });
const permanently = (error: unknown) => error instanceof Failed && error.permanent;

test('private addresses are known in every spelling', () => {
  for (const address of [
    '127.0.0.1',
    '10.1.2.3',
    '192.168.0.1',
    '172.31.0.1',
    '169.254.169.254',
    '::1',
    'fd00::1',
    'fe80::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '0.0.0.0',
    '100.64.0.1',
    '::ffff:0:127.0.0.1',
    '::127.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '64:ff9b:1::a00:1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
    'fe80::1%eth0',
    'fec0::1',
    '::',
    '255.255.255.255',
  ])
    assert.equal(isPrivate(address), true, address);
  for (const address of ['1.1.1.1', '172.32.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])
    assert.equal(isPrivate(address), false, address);
});

test('a private address is not asked, neither by number nor by name', async (t) => {
  let asked = 0;
  const url = await serve(t, (_, response) => {
    asked += 1;
    response.end();
  });
  await assert.rejects(strict.request({ method: 'GET', url }), permanently);
  await assert.rejects(
    strict.request({ method: 'GET', url: url.replace('127.0.0.1', 'localhost') }),
    permanently,
  );
  assert.equal(asked, 0);
});

test('a private address is not asked in any disguise', async (t) => {
  let asked = 0;
  const url = await serve(t, (_, response) => {
    asked += 1;
    response.end();
  });
  const { port } = new URL(url);
  for (const host of [
    '2130706433',
    '0x7f.1',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '127.0.0.1.',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:ffff:127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '①②⑦.⓪.⓪.①',
    'localhost.',
    'LOCALHOST',
    'user:password@127.0.0.1',
  ])
    await assert.rejects(
      strict.request({ method: 'GET', url: `http://${host}:${port}/` }),
      (error) => error instanceof Failed,
      host,
    );
  assert.equal(asked, 0);
});

test('a name that answers publicly first and privately when it is connected to is not asked', async (t) => {
  let asked = 0;
  const url = await serve(t, (_, response) => {
    asked += 1;
    response.end();
  });
  const { port } = new URL(url);
  const answers = ['93.184.216.34', '127.0.0.1'];
  const rebinding = t.mock.method(dns, 'lookup', (_host: string, _options: object, done: Looked) =>
    done(null, [{ address: answers.shift() ?? '127.0.0.1', family: 4 }]),
  );
  const outbound = createOutbound({ allowPrivate: [], timeoutMilliseconds: 100 });
  // The first answer is connected to as it was checked; the second one is checked again.
  await assert.rejects(outbound.request({ method: 'GET', url: `http://rebinding.example:${port}/` }));
  await assert.rejects(
    outbound.request({ method: 'GET', url: `http://rebinding.example:${port}/` }),
    permanently,
  );
  assert.equal(rebinding.mock.callCount(), 2, 'one answer for each request, checked and used');
  assert.equal(asked, 0);
});

test('one private address among public ones is enough to refuse a name', async (t) => {
  t.mock.method(dns, 'lookup', (_host: string, _options: object, done: Looked) =>
    done(null, [
      { address: '93.184.216.34', family: 4 },
      { address: '::ffff:10.0.0.1', family: 6 },
    ]),
  );
  await assert.rejects(strict.request({ method: 'GET', url: 'http://mixed.example/' }), permanently);
});

test('a redirect to a private address is not followed, whoever sends it', async (t) => {
  let asked = 0;
  const inner = await serve(t, (_, response) => {
    asked += 1;
    response.end('secret');
  });
  const { port } = new URL(inner);
  for (const target of [
    `http://2130706433:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    'http://169.254.169.254/',
  ]) {
    const outer = await serve(t, (_, response) => response.writeHead(302, { location: target }).end());
    await assert.rejects(
      strict.request({ method: 'GET', url: outer, trusted: true }),
      (error) => error instanceof Failed,
    );
  }
  assert.equal(asked, 0);
});

test('a redirect that is not to be followed is the answer', async (t) => {
  const url = await serve(t, (_, response) => response.writeHead(307, { location: '/elsewhere' }).end());
  const answer = await strict.request({ method: 'POST', url, body: '{}', trusted: true, follow: false });
  assert.equal(answer.status, 307);
});

test('bytes go out as they are', async (t) => {
  const body = Buffer.from([0, 255, 10, 13, 128]);
  const hex = await serve(t, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => response.end(`${request.method} ${Buffer.concat(chunks).toString('hex')}`));
  });
  assert.equal(
    (await strict.request({ method: 'PUT', url: hex, body, trusted: true })).body,
    'PUT 00ff0a0d80',
  );
});

test('what the operator named or allowed may be private', async (t) => {
  const url = await serve(t, (_, response) => response.end('here'));
  assert.equal((await strict.request({ method: 'GET', url, trusted: true })).body, 'here');
  assert.equal(
    (await createOutbound({ allowPrivate: ['127.0.0.0/8'] }).request({ method: 'GET', url })).body,
    'here',
  );
  assert.equal(
    (
      await createOutbound({ allowPrivate: ['localhost', '::1'] }).request({
        method: 'GET',
        url: url.replace('127.0.0.1', 'localhost'),
      })
    ).body,
    'here',
  );
});

test('a redirect does not carry the trust to another host', async (t) => {
  const inner = await serve(t, (_, response) => response.end('secret'));
  const outer = await serve(t, (_, response) => response.writeHead(307, { location: inner }).end());
  await assert.rejects(
    strict.request({ method: 'POST', url: outer, body: '{}', trusted: true }),
    permanently,
  );
});

test('a redirect on the same host is followed with its body, and endless ones are not', async (t) => {
  const url = await serve(t, (request, response) => {
    if (request.url === '/end') request.pipe(response);
    else response.writeHead(308, { location: request.url === '/start' ? '/end' : request.url }).end();
  });
  assert.equal(
    (await strict.request({ method: 'POST', url: `${url}/start`, body: 'kept', trusted: true })).body,
    'kept',
  );
  await assert.rejects(strict.request({ method: 'GET', url: `${url}/loop`, trusted: true }), permanently);
});

test('an answer that never ends is cut off', async (t) => {
  const url = await serve(t, (_, response) => {
    response.on('error', () => {});
    response.write('x'.repeat(300 * 1024));
  });
  await assert.rejects(strict.request({ method: 'GET', url, trusted: true }), /more than 256 KB/);
});

test('a packed answer is unpacked only when that was asked for, and its size counts unpacked', async (t) => {
  const url = await serve(t, (request, response) => {
    const long = request.url === '/long' ? 'x'.repeat(2 * 1024 * 1024) : 'plain words';
    const [encoding, body] =
      request.url === '/brotli'
        ? (['br', brotliCompressSync(long)] as const)
        : (['gzip', gzipSync(long)] as const);
    response.writeHead(200, { 'content-encoding': encoding }).end(body);
  });
  const ask = (path: string, more: object) =>
    strict.request({ method: 'GET', url: url + path, trusted: true, ...more });
  assert.equal((await ask('/', { packed: true })).body, 'plain words');
  assert.equal((await ask('/brotli', { packed: true })).body, 'plain words');
  assert.deepEqual(Buffer.from((await ask('/', {})).bytes), gzipSync('plain words'));
  await assert.rejects(ask('/long', { packed: true }), /more than 256 KB/);
  assert.equal((await ask('/long', { packed: true, answerBytesMax: 3 * 1024 * 1024 })).bytes.length, 2 ** 21);
});

test('a server that is not there may be tried again', async () => {
  await assert.rejects(
    strict.request({ method: 'GET', url: 'http://127.0.0.1:9/', trusted: true }),
    (error) => error instanceof Failed && !error.permanent,
  );
});

test('addresses of other kinds are refused', async () => {
  await assert.rejects(strict.request({ method: 'GET', url: 'file:///etc/hostname' }), permanently);
});

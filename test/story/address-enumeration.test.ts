/** Whoever fills in a form outside learns nothing about the address that he names: not from the answer, its headers, or the work before it. */
import assert from 'node:assert/strict';
import { after, before, mock, test } from 'node:test';
import { PGlite, type Transaction } from '@electric-sql/pglite';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { asReader, headerOf, visitorOf } from '../visitor.ts';

let house: Harness;
let visitor: ReturnType<typeof visitorOf>;
const statements: string[] = [];
/** The queues are kept in order by the clock on the wall, whoever asks for something meanwhile. */
const HOUSEKEEPING = /\bpgboss\./;
before(async () => {
  house = await openHarness({ start: '2026-11-23T02:00:00Z', embedded: true });
  visitor = visitorOf(house);
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await house.ask('POST', '/status-pages', {
    slug: 'northwind',
    clientId: 'cli_northwind',
    name: 'Northwind',
    readers: ['boss@northwind.example', '@northwind.example'],
  });
  await house.pass({ seconds: 10 });
  listen(statements);
});
after(async () => {
  mock.restoreAll();
  await house.close();
});

/** Writes down every statement that goes to the embedded database, alone or in a transaction. */
function listen(said: string[]): void {
  const { query, transaction } = PGlite.prototype;
  mock.method(PGlite.prototype, 'query', function (this: PGlite, ...asked: Parameters<typeof query>) {
    said.push(asked[0]);
    return query.apply(this, asked);
  });
  mock.method(
    PGlite.prototype,
    'transaction',
    function (this: PGlite, work: (tx: Transaction) => Promise<unknown>) {
      said.push('begin');
      return transaction.call(this, (tx) => {
        const heard: Transaction['query'] = (...asked) => {
          said.push(asked[0]);
          return tx.query(...asked);
        };
        return work(
          new Proxy(tx, { get: (of, name) => (name === 'query' ? heard : Reflect.get(of, name, of)) }),
        );
      });
    },
  );
}

type Answer = Awaited<ReturnType<typeof visitor.post>>;

/** @returns all that an answer tells, and the statements that it waited for; not what changes with every answer */
async function toldBy(work: () => Promise<Answer>) {
  await house.settle();
  const mails = house.smtp.mails.length;
  statements.length = 0;
  const { status, text, headers } = await work();
  const { date, ...others } = headers;
  assert.ok(date === undefined || typeof date === 'string');
  const before = statements.filter((each) => !HOUSEKEEPING.test(each) || /insert into/i.test(each));
  assert.equal(house.smtp.mails.length, mails, 'nothing is sent before the answer');
  assert.ok(
    before.some((each) => /^\s*insert into /.test(each)),
    'what is compared holds the writing, too',
  );
  return { status, text, headers: { ...others, 'x-request-id': undefined }, statements: before };
}

/** All the same, whatever is known. */
async function same(cases: Record<string, () => Promise<Answer>>): Promise<void> {
  let first: Awaited<ReturnType<typeof toldBy>> | undefined;
  for (const [name, work] of Object.entries(cases)) {
    const told = await toldBy(work);
    first ??= told;
    assert.deepEqual(told, first, name);
  }
  assert.equal(first?.status, 200);
}

test('subscribing answers and works the same for a new, a waiting, a subscribed, an ended and a known address', async () => {
  const ask = (address: string) => () => visitor.post('/status/subscribe', { kind: 'email', address });
  assert.equal(await visitor.subscribe('active@else.example', []), 200);
  assert.equal(await visitor.subscribe('ended@else.example', []), 200);
  const { id } = await house.ask('POST', '/incidents', { title: 'x', serviceIds: ['svc_checkout'] });
  const from = house.smtp.mails.length;
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Nobody can pay by card.',
    action: 'We are looking.',
  });
  await house.settle();
  const [told] = visitor.mailsTo('ended@else.example', from);
  const [, unsubscribe = ''] =
    /<https:\/\/humdrum\.example\.com([^>]+)>/.exec(headerOf(told, 'list-unsubscribe')) ?? [];
  assert.match((await visitor.post(unsubscribe)).text, /You get no more updates/);
  await house.pass({ minutes: 1 });
  await ask('waiting@else.example')();
  await house.pass({ minutes: 1 });
  await same({
    'a new address': ask('new@else.example'),
    'one that was asked two minutes ago': ask('waiting@else.example'),
    'one that was asked just now': ask('new@else.example'),
    'one that is told already': ask('active@else.example'),
    'one that asked for no more': ask('ended@else.example'),
    'a contact of a client': ask('nora@northwind.example'),
    'a colleague': ask('ana@example.com'),
  });
});

test('subscribing on a private page answers and works the same for its own reader, asked or told already', async () => {
  const session = await visitor.signIn('/status/northwind/', 'boss@northwind.example');
  const ask = () =>
    visitor.post(
      '/status/northwind/subscribe',
      { kind: 'email', address: 'boss@northwind.example' },
      asReader(session),
    );
  await same({ 'the first time': ask, 'the second time': ask });
});

test('asking for a link to a private page answers and works the same whether the address, its domain or the page is known', async () => {
  await house.pass({ minutes: 20 });
  const ask = (slug: string, address: string) => () => visitor.post(`/status/${slug}/access`, { address });
  await same({
    listed: ask('northwind', 'boss@northwind.example'),
    'listed by its domain': ask('northwind', 'somebody@northwind.example'),
    'a contact': ask('northwind', 'nora@northwind.example'),
    'a stranger': ask('northwind', 'stranger@nowhere.example'),
    'no such page': ask('no-such-client', 'boss@northwind.example'),
  });
});

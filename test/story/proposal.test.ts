/** A language model may propose wording: only when the operator says so, only from what it is shown, and never more than a proposal. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

let house: Harness;
let without: Harness;
let model: Server;
let answering: { status: number; content: string } = { status: 200, content: '' };
const asked: { authorization: string | undefined; body: string }[] = [];

before(async () => {
  model = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ authorization: request.headers.authorization, body });
    response.writeHead(answering.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ choices: [{ message: { content: answering.content } }] }));
  });
  await once(model.listen(0, '127.0.0.1'), 'listening');
  house = await openHarness({
    start: '2026-11-23T02:00:00Z',
    environment: {
      HUMDRUM_MODEL_URL: `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1/`,
      HUMDRUM_MODEL: 'small-one',
      HUMDRUM_MODEL_KEY: 'key-of-the-model',
    },
  });
  without = await openHarness({ start: '2026-11-23T02:00:00Z' });
  for (const each of [house, without]) {
    await seedAgency(each);
    each.as({ personId: 'ana', name: 'Ana Lima' });
  }
});
after(async () => {
  await house.close();
  await without.close();
  model.close();
});

async function declared(where: Harness, more: object = {}): Promise<string> {
  const { id } = await where.ask('POST', '/incidents', {
    title: 'checkout-api SECRETTITLE',
    serviceIds: ['svc_checkout'],
    ...more,
  });
  return id;
}
const propose = (id: string) => house.call('POST', `/incidents/${id}/updates/proposal`, { kind: 'first' });
const says = (words: object | string) => {
  answering = { status: 200, content: typeof words === 'string' ? words : JSON.stringify(words) };
};

test('without a model nothing is asked of anybody, and the app knows', async () => {
  assert.deepEqual(await without.ask('GET', '/language-model'), { name: null });
  const { status, body } = await without.call(
    'POST',
    `/incidents/${await declared(without)}/updates/proposal`,
    {
      kind: 'first',
    },
  );
  assert.equal(status, 409);
  assert.match(body.mend ?? body.detail, /HUMDRUM_MODEL/);
});

test('a proposal is marked with its model and with what was shown, and sends nothing', async () => {
  const id = await declared(house);
  says('Here it is: {"impact":"Card payments do not work.","action":"We are looking into it."}');
  const { status, body } = await propose(id);
  assert.equal(status, 200);
  assert.deepEqual(body, {
    impact: 'Card payments do not work.',
    action: 'We are looking into it.',
    by: 'small-one',
    shown: { impact: 'We are aware of an issue affecting card payments.', action: 'We are investigating.' },
  });
  assert.equal(asked.at(-1)?.authorization, 'Bearer key-of-the-model');
  assert.doesNotMatch(asked.at(-1)?.body ?? '', /SECRETTITLE|Ana Lima|INC-/);
  assert.deepEqual((await house.ask('GET', `/incidents/${id}/updates`)).items, []);
});

test('words with a number, a time or an address that was not shown are thrown away', async () => {
  const id = await declared(house);
  for (const invented of ['12%', '02:45', 'https://evil.example/x', '3']) {
    says({ impact: `Payments fail for ${invented}.`, action: 'We are looking.' });
    const { status, text } = await propose(id);
    assert.equal(status, 409, invented);
    assert.ok(text.includes(invented), text);
  }
});

test('a model that fails, or answers something else, costs nothing but the proposal', async () => {
  const id = await declared(house);
  for (const bad of ['', 'I cannot help with that.', '{"impact":""}', '{"impact":"x"}']) {
    says(bad);
    assert.equal((await propose(id)).status, 502, bad);
  }
  answering = { status: 500, content: '' };
  assert.equal((await propose(id)).status, 502);
  assert.equal((await house.call('GET', `/incidents/${id}/updates/draft`)).status, 200);
});

test('what is restricted is shown to no model', async () => {
  const id = await declared(house, { restricted: true });
  const before = asked.length;
  assert.equal((await propose(id)).status, 403);
  assert.equal(asked.length, before);
});

/** Who has not been told: the account owner first, each client with its evidence, a call list, and beats that are half until everybody has it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
type Json = any;

let house: Harness;
before(async () => {
  house = await openHarness({ start: '2026-11-23T02:00:00Z' });
  await seedAgency(house);
  await house.person({ id: 'eve', name: 'Eve Account' });
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await house.ask('PATCH', '/clients/cli_northwind', {
    accountOwnerId: 'eve',
    cover: { days: ['mon'], from: '01:00', to: '02:30', zone: 'UTC' },
  });
  await house.ask('PATCH', '/contacts/con_n1', { phone: '+49 30 1234', role: 'technical' });
  await house.ask('PATCH', '/contacts/con_c1', { email: null, phone: '+49 40 99' });
});
after(() => house.close());

let id: string;
const board = async (): Promise<Json[]> => (await house.ask('GET', `/incidents/${id}/told`)).items;
const states = async () => (await board()).map((client) => `${client.name}: ${client.words}`);
const beats = async () =>
  (await house.ask('GET', `/incidents/${id}`)).beats
    .filter((beat: Json) => beat.kind === 'sent')
    .map((beat: Json) => beat.full);

test('before anything is sent, every affected client stands on the board as not told', async () => {
  id = (await house.ask('POST', '/incidents', { title: 'pay fails', serviceIds: ['svc_checkout'] })).id;
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'seen' });
  assert.deepEqual(await states(), [
    'Contoso: not told: nothing has been sent',
    'Northwind: not told: nothing has been sent',
  ]);
});

test('the account owner gets the internal text before the people of the client', async () => {
  const draft = await house.ask('GET', `/incidents/${id}/updates/draft`);
  assert.equal(draft.audience.internal, 4);
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: draft.impact,
    action: draft.action,
  });
  await house.settle();
  const readers = house.smtp.mails.map((mail) => mail.envelope.to[0]);
  const owner = readers.indexOf('eve@example.com');
  assert.ok(owner >= 0 && owner < readers.indexOf('nora@northwind.example'));
  assert.match(house.smtp.mails[owner]?.subject ?? '', /^P1 INC-1: pay fails/);
  const { items } = await house.ask('GET', `/incidents/${id}/deliveries`);
  const delivery = items.find((each: Json) => each.who === 'Eve Account');
  assert.deepEqual([delivery.audience, delivery.told], ['internal', true]);
});

test('a client whose contacts have no address stays on top, and the beat is half', async () => {
  assert.deepEqual(await states(), ['Contoso: not told: no contact has an address', 'Northwind: told']);
  const [, northwind] = await board();
  const nora = northwind.recipients.find((each: Json) => each.name === 'Nora North');
  assert.deepEqual(
    [nora.role, nora.evidence[0].channel, nora.evidence[0].told, /^250/.test(nora.evidence[0].answer)],
    ['technical', 'email', true, true],
  );
  assert.deepEqual(await beats(), [false]);
});

test('the call list names numbers, those who know nothing first, and whether somebody reads now', async () => {
  const list = await house.ask('GET', `/incidents/${id}/call-list`);
  assert.deepEqual(
    list.items.map(
      (each: Json) => `${each.client.name} ${each.name} ${each.phone} ${each.told} ${each.cover?.reads}`,
    ),
    ['Contoso Carl Contoso +49 40 99 not_told undefined', 'Northwind Nora North +49 30 1234 told true'],
  );
});

test('a call that reached somebody is evidence: the client is told and the beat is full', async () => {
  await house.pass({ minutes: 2 });
  const logged = await house.call('POST', `/incidents/${id}/client-calls`, {
    contactId: 'con_c1',
    said: 'Card payments fail; next news at 02:30.',
  });
  assert.equal(logged.status, 201, logged.text);
  assert.deepEqual(await states(), ['Contoso: told', 'Northwind: told']);
  assert.deepEqual(await beats(), [true]);
  const { clients } = await house.ask('GET', `/incidents/${id}/deliveries`);
  assert.deepEqual(
    clients.map((client: Json) => `${client.name} ${client.told} ${client.latestTold}`),
    ['Contoso true true', 'Northwind true true'],
  );
  const { items } = await house.ask('GET', `/incidents/${id}/timeline`);
  assert.ok(
    items.some(
      (line: Json) => line.text === 'Called Carl Contoso of Contoso: Card payments fail; next news at 02:30.',
    ),
  );
  const [line] = (await house.ask('GET', `/incidents/${id}/call-list`)).items;
  assert.deepEqual([line.lastCall.reached, line.lastCall.by], [true, 'Ana Lima']);
});

test('the next message makes who has only the last one half told', async () => {
  await house.pass({ minutes: 5 });
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'next',
    status: 'looking',
    impact: 'Nobody can pay by card.',
    action: 'We are undoing a change.',
  });
  await house.settle();
  assert.deepEqual(await states(), ['Contoso: not told of the latest', 'Northwind: told']);
  assert.deepEqual(await beats(), [true, false]);
});

test('a call in the future, without words, or to nobody we know is refused, and nothing is recorded', async () => {
  const call = (body: object) => house.call('POST', `/incidents/${id}/client-calls`, body);
  const future = house.clock.now().add({ minutes: 5 }).toString();
  assert.equal((await call({ contactId: 'con_c1', said: 'x', happenedAt: future })).status, 400);
  assert.equal((await call({ contactId: 'con_c1', said: ' ' })).status, 400);
  assert.equal((await call({ contactId: 'con_nobody', said: 'x' })).status, 404);
  assert.equal((await board())[0].calls.length, 1);
});

test('a restricted incident waits only for those whom somebody named, and strangers cannot see its board', async () => {
  const secret = (
    await house.ask('POST', '/incidents', {
      title: 'keys leaked',
      serviceIds: ['svc_checkout'],
      restricted: true,
    })
  ).id;
  assert.deepEqual((await house.ask('GET', `/incidents/${secret}/told`)).items, []);
  await house.ask('POST', `/incidents/${secret}/client-calls`, {
    contactId: 'con_c1',
    said: 'We call you alone.',
  });
  assert.deepEqual(
    (await house.ask('GET', `/incidents/${secret}/told`)).items.map((each: Json) => each.name),
    ['Contoso'],
  );
  house.as({ personId: 'bo', name: 'Bo Falk' });
  for (const path of ['told', 'call-list'])
    assert.equal((await house.call('GET', `/incidents/${secret}/${path}`)).status, 404);
  assert.equal(
    (await house.call('POST', `/incidents/${secret}/client-calls`, { contactId: 'con_c1', said: 'x' }))
      .status,
    404,
  );
});

test('a client whose last channel is gone since it was told is half told everywhere, not told on one screen and half on the other', async () => {
  house.as({ personId: 'ana', name: 'Ana Lima' });
  id = (await house.ask('POST', '/incidents', { title: 'pay fails again', serviceIds: ['svc_checkout'] })).id;
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'seen' });
  const say = async (kind: string) => {
    await house.ask('POST', `/incidents/${id}/updates`, {
      kind,
      status: 'looking',
      impact: 'Nobody can pay by card.',
      action: 'We are undoing a change.',
    });
    await house.settle();
  };
  const northwind = async () => {
    const { clients } = await house.ask('GET', `/incidents/${id}/deliveries`);
    const told = clients.find((each: Json) => each.id === 'cli_northwind');
    return [(await board()).find((each) => each.id === 'cli_northwind').state, told.told, told.latestTold];
  };
  await say('first');
  assert.deepEqual(await northwind(), ['told', true, true]);
  const { items } = await house.ask('GET', '/contacts?limit=200');
  for (const contact of items.filter((each: Json) => each.client.id === 'cli_northwind'))
    await house.ask('PATCH', `/contacts/${contact.id}`, { email: null, channels: [] });
  await house.pass({ minutes: 5 });
  await say('next');
  assert.deepEqual(await northwind(), ['half', true, false]);
});

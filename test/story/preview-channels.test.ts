/** Before it is sent a message is read as everybody will read it: by the channels that they use, and by no other. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

let house: Harness;
let id: string;
before(async () => {
  house = await openHarness();
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima', role: 'administrator' });
  id = (await house.ask('POST', '/incidents', { title: 'Nobody can pay', serviceIds: ['svc_checkout'] })).id;
});
after(() => house.close());

type Read = { audience: string; channel: string; who: string; text: string; note: string | null };
const reads = async (): Promise<Read[]> =>
  (
    await house.ask('POST', `/incidents/${id}/updates/preview`, {
      kind: 'next',
      status: 'cause_known',
      impact: 'Nobody can pay by card.',
      action: 'We are undoing a change.',
      wordings: [{ audience: 'internal', impact: 'checkout-api answers 502.', action: 'Rolling back 4711.' }],
    })
  ).reads;
const kinds = async () => {
  const list = await reads();
  return Object.fromEntries(
    [...Map.groupBy(list, (each) => each.audience)].map(([audience, each]) => [
      audience,
      each.map((read) => read.channel),
    ]),
  );
};

test('where nobody chose another channel it is shown by mail and on the page', async () => {
  assert.deepEqual(await kinds(), {
    internal: ['email'],
    'client:cli_contoso': ['email'],
    'client:cli_northwind': ['email'],
    public: ['page'],
  });
});

test('each audience is shown by every channel of its lists, the second ones too, and by nobody else’s', async () => {
  await house.ask('PATCH', '/contacts/con_n1', {
    channels: [
      { kind: 'email', address: 'nora@northwind.example' },
      { kind: 'sms', address: '+4915112345678' },
    ],
  });
  await house.ask('PATCH', '/contacts/con_f1', {
    channels: [{ kind: 'discord', address: 'https://discord.com/api/webhooks/1/x' }],
  });
  await house.ask('PATCH', '/people/bo', {
    messageChannels: [
      { kind: 'email', address: 'bo@example.com' },
      { kind: 'voice', address: '+49301234567' },
    ],
  });
  await house.ask('PUT', '/settings/channels', {
    channels: [{ kind: 'teams', address: 'https://x.logic.azure.com/workflows/1?sig=s' }],
  });
  assert.deepEqual(await kinds(), {
    internal: ['email', 'voice', 'teams'],
    'client:cli_contoso': ['email'],
    'client:cli_northwind': ['email', 'sms'],
    public: ['page'],
  });
  const list = await reads();
  const sms = list.find((each) => each.channel === 'sms');
  assert.match(sms?.text ?? '', /Nobody can pay by card\./);
  assert.match(sms?.note ?? '', /^\d messages?, \d+ characters$/);
  for (const { audience, channel, text } of list)
    assert.equal(/502|4711/.test(text), audience === 'internal', `${channel} of ${audience}`);
});

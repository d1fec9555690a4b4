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

type Read = {
  audience: string;
  channel: string;
  turn: 'first' | 'next';
  notConfigured: string | null;
  who: string;
  text: string;
  note: string | null;
};
type Preview = {
  reads: Read[];
  nextAfterMinutes: number | null;
  nobody: { audience: string; who: string; words: string; callable: boolean }[];
  audience: { notSent: string[] };
};
const message = {
  kind: 'next',
  status: 'cause_known',
  impact: 'Nobody can pay by card.',
  action: 'We are undoing a change.',
  wordings: [{ audience: 'internal', impact: 'checkout-api answers 502.', action: 'Rolling back 4711.' }],
};
const preview = (): Promise<Preview> => house.ask('POST', `/incidents/${id}/updates/preview`, message);
const reads = async () => (await preview()).reads;
const kinds = async () => {
  const list = await reads();
  return Object.fromEntries(
    [...Map.groupBy(list, (each) => each.audience)].map(([audience, each]) => [
      audience,
      each.map((read) => (read.turn === 'next' ? `then ${read.channel}` : read.channel)),
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
    internal: ['email', 'teams', 'then voice'],
    'client:cli_contoso': ['email'],
    'client:cli_northwind': ['email', 'then sms'],
    public: ['page'],
  });
  const list = await reads();
  const sms = list.find((each) => each.channel === 'sms');
  assert.match(sms?.text ?? '', /Nobody can pay by card\./);
  assert.match(sms?.note ?? '', /^\d messages?, \d+ characters$/);
  for (const { audience, channel, text } of list)
    assert.equal(/502|4711/.test(text), audience === 'internal', `${channel} of ${audience}`);
});

test('each client is shown in the language of those who read there', async () => {
  await house.ask('PATCH', '/contacts/con_c1', { language: 'de' });
  const text = async (client: string) =>
    (await reads()).find((each) => each.audience === client && each.channel === 'email')?.text ?? '';
  assert.match(await text('client:cli_contoso'), /Wir kennen die Ursache\..*Nächste Meldung: /s);
  assert.match(await text('client:cli_northwind'), /We know the cause\..*Next update: /s);
  await house.ask('PATCH', '/contacts/con_c1', { language: 'en' });
});

test('a client without any email is shown no mail, and what is not configured says so', async () => {
  await house.ask('PATCH', '/contacts/con_c1', {
    email: null,
    channels: [
      { kind: 'sms', address: '+4915112345699' },
      { kind: 'mattermost', address: 'https://chat.contoso.example/hooks/x' },
    ],
  });
  assert.deepEqual((await kinds())['client:cli_contoso'], ['sms', 'then mattermost']);
  const own = (await reads()).filter(({ audience }) => audience === 'client:cli_contoso');
  assert.deepEqual(
    own.map((each) => each.notConfigured),
    ['not sent: no Twilio account is configured', null],
  );
});

test('a channel that is off reaches nobody, and the client is named beside the preview', async () => {
  await house.ask('PATCH', '/contacts/con_c1', {
    channels: [{ kind: 'sms', address: '+4915112345699', off: true }],
  });
  const { nobody, audience } = await preview();
  assert.equal((await kinds())['client:cli_contoso'], undefined);
  assert.deepEqual(nobody, [
    {
      audience: 'client:cli_contoso',
      who: 'Contoso',
      words:
        'No message reaches anybody there, and no contact has a telephone number. Give its contact a channel in the directory.',
      callable: false,
    },
  ]);
  assert.ok(audience.notSent.includes(`Contoso: ${nobody[0]?.words}`), 'the one-tap answer says the same');
});

test('whoever has only a telephone is called, and a client without a contact is told plainly so', async () => {
  await house.ask('PATCH', '/contacts/con_c1', { phone: '+49 30 1234', channels: [] });
  const [contoso] = (await preview()).nobody;
  assert.deepEqual(contoso?.callable, true);
  assert.match(
    contoso?.words ?? '',
    /^No message reaches anybody there\. Carl Contoso will be called: see the call list\.$/,
  );
  const list = await house.ask('GET', `/incidents/${id}/call-list`);
  assert.ok(
    list.items.some((each: { name: string }) => each.name === 'Carl Contoso'),
    'and stands on it',
  );
  await house.ask('POST', '/contacts/con_c1/archival', {});
  const [without] = (await preview()).nobody;
  assert.match(without?.words ?? '', /^There is no contact at all\./);
});

test('a P3 tries the next channel only when the first fails, and the preview says so', async () => {
  assert.equal((await preview()).nextAfterMinutes, 5);
  await house.ask('POST', `/incidents/${id}/roles`, { role: 'lead', personId: 'ana' });
  await house.ask('POST', `/incidents/${id}/severity`, { to: 'P3', reason: 'One shop, and cash works.' });
  assert.equal((await preview()).nextAfterMinutes, null);
});

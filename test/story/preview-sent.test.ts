/** The preview is made by the hands that send: what it shows for SMS and chat is, sign for sign, what leaves. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { startVendor, type Vendor } from '../servers/vendor.ts';

let house: Harness;
let vendor: Vendor;
let id: string;
before(async () => {
  vendor = await startVendor();
  vendor.answer('/2010', { status: 201, body: { sid: 'SM1', status: 'queued' } });
  house = await openHarness({
    environment: {
      TWILIO_ACCOUNT_SID: 'AC123',
      TWILIO_AUTH_TOKEN: 'a token that only Twilio and we know',
      TWILIO_FROM: '+15005550006',
      TWILIO_BASE_URL: vendor.url,
    },
  });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima', role: 'administrator' });
  id = (await house.ask('POST', '/incidents', { title: 'Nobody can pay', serviceIds: ['svc_checkout'] })).id;
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'three failed test payments' });
});
after(async () => {
  await house.close();
  await vendor.stop();
});

type Read = { audience: string; channel: string; turn: string; text: string };
const message = {
  kind: 'first',
  status: 'looking',
  impact: 'Nobody can pay by card in any of the shops, on no device, since early this morning. '.repeat(9),
  action: 'We are undoing a change. '.repeat(20),
};

test('what the preview shows is what leaves: the same channels, and the same words', async () => {
  await house.ask('PATCH', '/contacts/con_n1', {
    channels: [{ kind: 'sms', address: '+4915112345678' }],
  });
  await house.ask('PATCH', '/contacts/con_n2', {
    channels: [{ kind: 'mattermost', address: `${vendor.url}/chat/n2` }],
  });
  const { reads: shown } = await house.ask('POST', `/incidents/${id}/updates/preview`, message);
  const own = shown.filter((each: Read) => each.audience === 'client:cli_northwind');
  await house.ask('POST', `/incidents/${id}/updates`, message);
  await house.settle();
  const rows = await house.db
    .selectFrom('delivery')
    .select('channel')
    .where('client_id', '=', 'cli_northwind')
    .orderBy('channel')
    .execute();
  assert.deepEqual(
    own.map((each: Read) => each.channel).toSorted(),
    rows.map((each) => each.channel),
  );
  const text = (kind: string) => own.find((each: Read) => each.channel === kind)?.text;
  const [sms] = vendor.at('/2010');
  assert.equal(new URLSearchParams(sms?.body).get('Body'), text('sms'));
  assert.match(text('sms'), /\.\.\. .*UTC/, 'cut, and the next time stays');
  const chat = JSON.parse(vendor.at('/chat').at(-1)?.body ?? '{}').text;
  for (const line of text('mattermost').split('\n\n').slice(0, 1))
    assert.ok(chat.includes(line.slice(0, 200)));
});

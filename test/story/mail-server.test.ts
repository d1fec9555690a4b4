/** A real mail server, Debian's Postfix: it takes our mails, sends back what nobody reads there, and goes away for an hour in the middle of a fan-out. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { AddressObject, ParsedMail } from 'mailparser';
import { LIMITS } from '#src/communicate/deliver.ts';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { type Imap, startImap } from '../servers/imap.ts';
import { type Postfix, startPostfix, whyNoPostfix } from '../servers/postfix.ts';
import { startVendor, type Vendor } from '../servers/vendor.ts';

const CONTACTS = 240;
const GONE_AFTER = 40;
const skip = whyNoPostfix();

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
type Json = any;

let imap: Imap;
let postfix: Postfix;
let vendor: Vendor;
let house: Harness;
before(async () => {
  if (skip) return;
  imap = await startImap();
  postfix = await startPostfix({
    readers: ['nora@northwind.example', 'reception@contoso.example', '@fabrikam.example', '@example.com'],
    own: { address: 'humdrum@example.com', imap },
  });
  vendor = await startVendor();
  vendor.answer('/2010', { status: 201, body: { sid: 'SM1', status: 'queued' } });
  house = await openHarness({
    environment: {
      SMTP_URL: postfix.url,
      IMAP_URL: imap.url,
      TWILIO_ACCOUNT_SID: 'AC123',
      TWILIO_AUTH_TOKEN: 'a token that only Twilio and we know',
      TWILIO_FROM: '+15005550006',
      TWILIO_BASE_URL: vendor.url,
    },
  });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await house.ask('PATCH', '/contacts/con_n2', {
    channels: [
      { kind: 'email', address: 'nils@northwind.example' },
      { kind: 'sms', address: '+4915100000002' },
    ],
  });
  await eventually(
    'the mailbox is open',
    async () => (await house.ask('GET', '/incoming-mails')).mailbox?.readAt,
  );
});
after(async () => {
  await house?.close();
  await vendor?.stop();
  await postfix?.stop();
  await imap?.stop();
});

/** Another program takes its own time; the house does what is due until it has happened. */
async function eventually<Value>(
  what: string,
  look: () => Promise<Value> | Value,
): Promise<NonNullable<Value>> {
  for (let tries = 0; tries < 400; tries += 1) {
    await house.settle();
    const found = await look();
    if (found) return found as NonNullable<Value>;
    await pause(50);
  }
  throw new Error(`It never happened: ${what}. The mail server's log:\n${postfix.log().slice(-3000)}`);
}

const WORDS = {
  status: 'looking',
  impact: 'Since 01:58 UTC nobody can pay by card. Invoices work.',
  action: 'We are undoing our last change.',
};

async function told(serviceId: string, clientIds: string[]): Promise<string> {
  const incident = await house.ask('POST', '/incidents', { title: 'x', serviceIds: [serviceId] });
  await house.ask('POST', `/incidents/${incident.id}/updates`, {
    kind: 'first',
    ...WORDS,
    audience: { clientIds, internal: false },
  });
  return incident.id;
}

/** From now on nobody is woken and no machine speaks: whatever is sent later is what the test sends. */
async function calm(incidentId: string, update: { kind: string; nextAt: string }): Promise<void> {
  await house.ask('POST', `/incidents/${incidentId}/confirmation`, { evidence: 'I see it too' });
  await house.ask('POST', `/incidents/${incidentId}/severity`, { to: 'P3', reason: 'It is not so bad.' });
  await house.ask('POST', `/incidents/${incidentId}/updates`, {
    ...WORDS,
    ...update,
    audience: { clientIds: 'affected', internal: false },
  });
}

const deliveries = async (id: string): Promise<Json[]> =>
  (await house.ask('GET', `/incidents/${id}/deliveries?limit=200`)).items;
const of = async (id: string, address: string) =>
  (await deliveries(id)).find((each) => each.address === address);

/** The envelope's, as the server wrote it down. */
const readerOf = (mail: ParsedMail) => (mail.headers.get('delivered-to') as AddressObject).text;
let id: string;

test('an update lies in the mailbox of its reader as it was written, with the time of the next', {
  skip,
}, async () => {
  id = await told('svc_checkout', ['cli_northwind', 'cli_contoso']);
  const mail = await eventually('Nora has it', async () =>
    (await postfix.mails()).find((each) => readerOf(each) === 'nora@northwind.example'),
  );
  assert.match(mail.text ?? '', /Since 01:58 UTC nobody can pay by card\. Invoices work\./);
  assert.match(mail.text ?? '', /We are undoing our last change\./);
  assert.match(mail.text ?? '', /02:30 UTC/);
  assert.match(String(mail.html), /nobody can pay by card/);
  assert.equal(mail.headers.get('auto-submitted'), 'auto-generated');
  const nora = await of(id, 'nora@northwind.example');
  assert.equal(mail.messageId, `<${nora.id}@example.com>`);
  assert.match(nora.evidence, /queued as/, "the server's own answer is the evidence");
});

test('what it took and sends back has told nobody: the next channel is used, and without one the row is red', {
  skip,
}, async () => {
  for (const address of ['nils@northwind.example', 'carl@contoso.example'])
    assert.match((await of(id, address)).attempts.toString(), /^1$/);
  const failed = await eventually('the report of Nils has been read', async () => {
    const row = await of(id, 'nils@northwind.example');
    return row.state === 'failed' ? row : undefined;
  });
  assert.match(failed.words, /^Not told: The mail came back: .*unknown user: "nils@northwind\.example"/);
  assert.equal(failed.told, false);
  const sms = await eventually('the next channel is used', () => of(id, '+4915100000002'));
  assert.equal(sms.state, 'sent');
  assert.equal(vendor.at('/2010').length, 1);
  const carl = await eventually('the report of Carl has been read', async () => {
    const row = await of(id, 'carl@contoso.example');
    return row.state === 'failed' ? row : undefined;
  });
  assert.deepEqual([carl.told, carl.notTold], [false, true]);
  const { clients } = await house.ask('GET', `/incidents/${id}/deliveries`);
  assert.equal(clients.find((each: Json) => each.id === 'cli_contoso').told, false);
  assert.equal(clients.find((each: Json) => each.id === 'cli_northwind').told, true);
  const [contoso] = (await house.ask('GET', `/incidents/${id}/told`)).items;
  assert.deepEqual([contoso.name, contoso.words], ['Contoso', 'not told: no message arrived']);
});

test('it goes away for an hour in the middle of a fan-out: who was not reached is never shown as told, and all are told when it is back', {
  skip,
}, async () => {
  const { db, clock } = house;
  await calm(id, { kind: 'next', nextAt: clock.now().add({ hours: 6 }).toString() });
  const at = { created_at: clock.now(), updated_at: clock.now() };
  await db
    .insertInto('contact')
    .values(
      Array.from({ length: CONTACTS }, (_, index) => ({
        id: `con_many${index}`,
        client_id: 'cli_fabrikam',
        name: `Reader ${index}`,
        email: `reader${index}@fabrikam.example`,
        ...at,
      })),
    )
    .execute();
  const before = postfix.count();
  const { id: fabrikam } = await house.ask('POST', '/incidents', { title: 'x', serviceIds: ['svc_blog'] });
  await calm(fabrikam, { kind: 'first', nextAt: clock.now().add({ hours: 6 }).toString() });
  const sending = house.settle();
  while (postfix.count() < before + GONE_AFTER) await pause(2);
  await postfix.pause();
  await sending;
  const states = async () => {
    const rows = await db
      .selectFrom('delivery')
      .select(['id', 'address', 'state', 'unreachable'])
      .where('incident_id', '=', fabrikam)
      .execute();
    return Map.groupBy(rows, (row) => row.state);
  };
  const midway = await states();
  assert.ok((midway.get('queued')?.length ?? 0) > 0, 'it went away before the end');
  const { mail } = await house.ask('GET', `/incidents/${fabrikam}/deliveries`);
  assert.equal(mail.down, true);
  await house.pass({ hours: 1 });
  const after = await states();
  assert.equal(
    after.get('sent')?.length ?? 0,
    midway.get('sent')?.length ?? 0,
    'nobody is said to be told meanwhile',
  );
  assert.equal(after.get('queued')?.length, midway.get('queued')?.length, 'and nobody is given up');

  await postfix.resume();
  await house.pass({ minutes: 31 });
  const rows = [...(await states()).entries()].map(([state, list]) => [state, list.length]);
  assert.deepEqual(rows, [['sent', CONTACTS + 1]]);
  const mails = await eventually('all lie in the mailboxes', async () => {
    const list = (await postfix.mails()).filter((each) => readerOf(each).endsWith('@fabrikam.example'));
    return new Set(list.map((each) => readerOf(each))).size === CONTACTS + 1 ? list : undefined;
  });
  const duplicates = mails.length - (CONTACTS + 1);
  const bound = LIMITS.ordinary.inDoubtMax + LIMITS.urgent.inDoubtMax;
  assert.ok(duplicates <= bound, `${duplicates} came twice, of at most ${bound}`);
  const twins = Map.groupBy(mails, (each) => readerOf(each));
  for (const [reader, list] of twins)
    assert.equal(new Set(list.map((each) => each.messageId)).size, 1, `${reader}: a copy keeps its id`);
});

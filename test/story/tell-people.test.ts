/** Telling people: one message to each who is affected, in their words; evidence for each; and honesty when it is late. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import type { Mail } from '../servers/smtp.ts';

let house: Harness;
before(async () => {
  house = await openHarness({ start: '2026-11-23T02:00:00Z' });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await house.ask('PUT', '/settings/organisation', {
    name: 'Hillside',
    zone: 'UTC',
    phone: '+49 30 1234567',
  });
});
after(() => house.close());

async function declared(title: string, serviceIds: string[], more: object = {}): Promise<string> {
  const incident = await house.ask('POST', '/incidents', { title, serviceIds, ...more });
  await house.ask('POST', `/incidents/${incident.id}/confirmation`, {
    evidence: 'three failed test payments',
  });
  return incident.id;
}

const mailsOf = (subject: RegExp, from = 0): Mail[] =>
  house.smtp.mails.slice(from).filter((mail) => subject.test(mail.subject ?? ''));
const readers = (mails: Mail[]): string[] => mails.flatMap((mail) => mail.envelope.to).toSorted();

let incident: string;

test('the prepared first message is the holding message, and its button says to how many', async () => {
  incident = await declared('checkout-api: 5xx on /pay', ['svc_checkout']);
  const draft = await house.ask('GET', `/incidents/${incident}/updates/draft`);
  assert.equal(draft.kind, 'first');
  assert.equal(
    draft.text,
    'We are aware of an issue affecting card payments. We are investigating. Next update at 02:30 UTC.',
  );
  assert.equal(draft.audience.button, 'Send to 6 people and the status page');
  assert.deepEqual(
    draft.audience.clients.map(
      (client: { name: string; contacts: number }) => `${client.name} ${client.contacts}`,
    ),
    ['Contoso 1', 'Northwind 2'],
  );
  assert.deepEqual(draft.findings, []);
});

test('one tap sends it to everyone affected, one mail each, and to nobody else', async () => {
  const draft = await house.ask('GET', `/incidents/${incident}/updates/draft`);
  const sent = await house.ask('POST', `/incidents/${incident}/updates`, {
    kind: draft.kind,
    status: draft.status,
    impact: draft.impact,
    action: draft.action,
    nextAt: draft.nextAt,
  });
  assert.equal(sent.nextAt, '2026-11-23T02:30:00Z');
  await house.settle();
  const clients = mailsOf(/^Card payments · We are looking/);
  assert.deepEqual(readers(clients), [
    'carl@contoso.example',
    'nils@northwind.example',
    'nora@northwind.example',
  ]);
  assert.match(
    clients[0]?.text ?? '',
    /We are aware of an issue affecting card payments\. We are investigating\. Next update at 02:30 UTC\./,
  );
  assert.match(clients[0]?.text ?? '', /Call \+49 30 1234567 and quote/);
  assert.doesNotMatch(`${clients[0]?.text}${clients[0]?.html}${clients[0]?.subject}`, /checkout-api|5xx/);
  assert.deepEqual(readers(mailsOf(/^P1 INC-1: checkout-api/)), [
    'ana@example.com',
    'bo@example.com',
    'cleo@example.com',
  ]);
});

test('who was told is shown with the answer of the mail server, and each client with it', async () => {
  const { items, clients, mail } = await house.ask('GET', `/incidents/${incident}/deliveries`);
  assert.equal(items.length, 6);
  assert.ok(
    items.every((item: { told: boolean; evidence: string }) => item.told && /^250/.test(item.evidence)),
  );
  assert.deepEqual(
    clients.map((client: { name: string; told: boolean }) => `${client.name} ${client.told}`),
    ['Contoso true', 'Northwind true'],
  );
  assert.equal(mail.configured, true);
});

test('the mails of one incident are one thread, and none asks for an answer', () => {
  const [one] = mailsOf(/^Card payments/);
  assert.equal(one?.headers.get('auto-submitted'), 'auto-generated');
  assert.equal(one?.inReplyTo, one?.references);
});

test('a client finds its own form in the mail, and our own people do not', async () => {
  const [one] = mailsOf(/^Card payments/);
  const form = /https:\/\/humdrum\.example\.com(\/ask\/\S+)/.exec(one?.text ?? '')?.[1] ?? '';
  assert.equal((await house.call('GET', form)).status, 200);
  for (const mail of mailsOf(/INC-1/)) assert.doesNotMatch(mail.text ?? '', /\/ask\//);
});

test('a message without a next time, or with one later than the cadence, is refused', async () => {
  const update = {
    kind: 'next',
    status: 'looking',
    impact: 'Nobody can pay by card.',
    action: 'We are looking at the last change.',
  };
  assert.equal(
    (await house.call('POST', `/incidents/${incident}/updates`, { ...update, nextAt: null })).status,
    400,
  );
  assert.equal(
    (
      await house.call('POST', `/incidents/${incident}/updates`, {
        ...update,
        nextAt: '2026-11-23T09:00:00Z',
      })
    ).status,
    400,
  );
  assert.equal(
    (await house.call('POST', `/incidents/${incident}/updates`, { ...update, impact: ' ' })).status,
    400,
  );
});

test('the name of another client needs a second, different tap', async () => {
  const update = {
    kind: 'next',
    status: 'looking',
    impact: 'Contoso cannot pay by card.',
    action: 'We are looking at the last change.',
  };
  const refused = await house.call('POST', `/incidents/${incident}/updates`, update);
  assert.equal(refused.status, 409);
  assert.equal(refused.body.fields[0].path, 'confirmed.client_name');
  const preview = await house.ask('POST', `/incidents/${incident}/updates/preview`, update);
  assert.equal(preview.findings[0].confirms, 'client_name');
  assert.equal(
    (await house.call('POST', `/incidents/${incident}/updates`, { ...update, confirmed: ['client_name'] }))
      .status,
    201,
  );
  await house.settle();
});

test('nothing new carries the four fields over in one tap', async () => {
  await house.pass({ minutes: 10 });
  const draft = await house.ask('GET', `/incidents/${incident}/updates/draft`);
  assert.equal(draft.kind, 'next');
  assert.equal(draft.nothingNew, true);
  assert.equal(draft.impact, 'Contoso cannot pay by card.');
  assert.equal(draft.action, 'Nothing new since 02:00 UTC: We are looking at the last change.');
  assert.equal(draft.nextAt, '2026-11-23T02:40:00Z');
});

test('fifteen minutes after a missed update of a P1 one automatic message goes out with facts only', async () => {
  const before = house.smtp.mails.length;
  await house.until('2026-11-23T02:59:59Z');
  const automatic = mailsOf(/Automatic message/, before).filter((mail) =>
    mail.envelope.to.includes('nora@northwind.example'),
  );
  assert.equal(automatic.length, 1);
  assert.match(
    automatic[0]?.text ?? '',
    /^Automatic message\. Our update for 02:30 UTC is late\. Last confirmed at 02:00 UTC: Contoso cannot pay by card\. .*called\. Next message by 03:00 UTC\./,
  );
  assert.doesNotMatch(automatic[0]?.text ?? '', /working on/i);
  const { items } = await house.ask('GET', `/incidents/${incident}/updates`);
  assert.equal(items[0].automatic, true);
});

test('at the time that it named the next one goes out, and the next again an hour later', async () => {
  const before = house.smtp.mails.length;
  await house.until('2026-11-23T03:40:00Z');
  const again = mailsOf(/Automatic message/, before).filter((mail) =>
    mail.envelope.to.includes('nora@northwind.example'),
  );
  assert.equal(again.length, 1);
  assert.match(
    again[0]?.text ?? '',
    /^Automatic message\. Our update for 02:30 UTC is still late\..* Next message by 04:00 UTC\./,
  );
});

test('the page says that the update is late, and that more people were called', async () => {
  const page = (await house.call('GET', '/status/')).text;
  assert.match(page, /The update promised for 02:30 UTC is late\. We have called more people\./);
});

test('watch for me sends the approved final text by itself', async () => {
  await house.ask('POST', `/incidents/${incident}/restoration`, {
    proof: { check: 'test payment', shows: 'succeeds', since: house.clock.now().toString() },
    watch: { finalImpact: 'Everybody can pay by card again.', finalAction: 'We undid our change of 01:58.' },
  });
  await house.ask('POST', `/incidents/${incident}/updates`, {
    kind: 'works_again',
    status: 'works_again',
    impact: 'You can pay by card again.',
    action: 'We are watching it.',
  });
  await house.pass({ minutes: 29 });
  const draft = await house.ask('GET', `/incidents/${incident}/updates/draft`);
  await house.ask('POST', `/incidents/${incident}/updates`, {
    ...draft,
    kind: 'next',
    audience: undefined,
    text: undefined,
    findings: undefined,
  });
  await house.settle();
  const before = house.smtp.mails.length;
  await house.pass({ minutes: 35 });
  const final = mailsOf(/It works again/, before).filter((mail) =>
    mail.envelope.to.includes('nora@northwind.example'),
  );
  assert.equal(final.length, 1);
  assert.match(final[0]?.text ?? '', /Everybody can pay by card again\./);
  assert.match(final[0]?.text ?? '', /This is our last message about it\./);
});

test('a false alarm is stood down to exactly those who were told', async () => {
  const id = await declared('Orders look slow', ['svc_checkout']);
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'We are aware of an issue.',
    action: 'We are investigating.',
    audience: { clientIds: ['cli_northwind'], internal: false, publicPage: false },
  });
  await house.settle();
  await house.ask('POST', `/incidents/${id}/dismissal`, { reason: 'the check was wrong' });
  const before = house.smtp.mails.length;
  const draft = await house.ask('GET', `/incidents/${id}/updates/draft`);
  assert.equal(draft.kind, 'stand_down');
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'stand_down',
    status: draft.status,
    impact: draft.impact,
    action: draft.action,
  });
  await house.settle();
  assert.deepEqual(readers(mailsOf(/false alarm/, before)), [
    'nils@northwind.example',
    'nora@northwind.example',
  ]);
});

test('a restricted incident is told to no client and to no page by itself, and does not exist for others', async () => {
  const id = await declared('Somebody reads what is not theirs', ['svc_checkout'], {
    restricted: true,
    viewers: ['ana'],
  });
  const draft = await house.ask('GET', `/incidents/${id}/updates/draft`);
  assert.equal(draft.audience.publicPage, false);
  assert.equal(draft.audience.contacts, 0);
  assert.equal(
    (
      await house.call('POST', `/incidents/${id}/updates`, {
        kind: 'first',
        status: 'looking',
        impact: 'x',
        action: 'y',
        audience: { clientIds: 'affected', internal: true, publicPage: true },
      })
    ).status,
    409,
  );
  house.as({ personId: 'bo', name: 'Bo Falk', role: 'administrator' });
  for (const path of ['updates', 'updates/draft', 'deliveries'])
    assert.equal((await house.call('GET', `/incidents/${id}/${path}`)).status, 404);
  house.as({ personId: 'ana', name: 'Ana Lima' });
});

test('where a single client is affected, the message for all who are affected is not one to it alone', async () => {
  const service = await house.ask('POST', '/services', {
    name: 'invoices',
    slug: 'invoices',
    publicName: 'Invoices',
  });
  const client = await house.ask('POST', '/clients', { name: 'Solo', serviceIds: [service.id] });
  await house.ask('POST', '/contacts', { clientId: client.id, name: 'Sam', email: 'sam@solo.example' });
  const id = await declared('invoices cannot be opened', [service.id]);
  const draft = await house.ask('GET', `/incidents/${id}/updates/draft`);
  const say = (audience: object) =>
    house.ask('POST', `/incidents/${id}/updates`, {
      kind: 'first',
      impact: draft.impact,
      action: draft.action,
      nextAt: draft.nextAt,
      audience,
    });
  const promised = async () =>
    (await house.ask('GET', `/incidents/${id}/promises`)).items.map(
      (each: { kind: string; state: string }) => `${each.kind.split(':')[0]} ${each.state}`,
    );
  await say({ clientIds: [client.id], internal: false, publicPage: false });
  assert.ok((await promised()).includes('first_message open'), 'a message to it alone is not the common one');
  await say({ clientIds: 'affected', internal: false, publicPage: false });
  assert.ok((await promised()).includes('first_message kept'));
  assert.ok((await promised()).includes('next_update open'));
});

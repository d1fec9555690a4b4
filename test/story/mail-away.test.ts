/** The mail server goes away for an hour: nobody is told and everybody sees it; when it is back everything goes at once, to each once. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { type Smtp, startSmtp } from '../servers/smtp.ts';

let house: Harness;
let back: Smtp | undefined;
before(async () => {
  house = await openHarness({ start: '2026-11-23T02:00:00Z' });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
});
after(async () => {
  await house.close();
  await back?.stop();
});

test('while mail is down the deliveries say so and name the call list; after an hour everything goes once', async () => {
  const { id } = await house.ask('POST', '/incidents', {
    title: 'checkout-api: 5xx',
    serviceIds: ['svc_checkout'],
  });
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'I see it too' });
  await house.ask('POST', `/incidents/${id}/severity`, { to: 'P3', reason: 'Pictures are slow.' });
  const told = () => house.ask('GET', `/incidents/${id}/deliveries?limit=200`);
  const { port } = house.smtp;
  await house.smtp.stop();
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    impact: 'Pictures are slow.',
    action: 'We look.',
    nextAt: '2026-11-23T08:00:00Z',
  });
  await house.settle();
  const down = await told();
  assert.equal(down.mail.down, true);
  assert.ok(down.mail.waiting > 1);
  assert.match(down.mail.words, /^Mail is down: .*call list is the next step/);
  const next = async () => (await house.ask('GET', `/incidents/${id}`)).nextStep;
  assert.deepEqual(
    [(await next()).kind, (await next()).title],
    ['call_untold', 'Mail is down: call 2 clients'],
  );
  assert.match((await next()).explanation, /^Contoso and Northwind have not been told\. Call from the list/);
  await house.ask('POST', `/incidents/${id}/client-calls`, {
    clientId: 'cli_contoso',
    contactId: 'con_c1',
    reached: true,
    said: 'They know that pictures are slow.',
  });
  assert.equal((await next()).title, 'Mail is down: call Northwind', 'who was called is done');
  await house.pass({ hours: 1 });
  assert.equal((await told()).mail.down, true);

  back = await startSmtp({ port });
  await house.pass({ minutes: 31 });
  assert.notEqual((await next()).kind, 'call_untold', 'mail is back: the process goes on');
  const { mail, items } = await told();
  assert.equal(mail.down, false);
  assert.ok(items.length > 1);
  for (const each of items) assert.equal(each.told, true, `${each.who}: ${each.words}`);
  const readers = back.mails
    .filter((each) => /INC-|Pictures/.test(each.subject ?? ''))
    .filter((each) => each.messageId?.startsWith('<dlv_'))
    .map((each) => each.envelope.to.join());
  assert.equal(new Set(readers).size, readers.length, 'nobody hears twice');
  assert.equal(readers.length, items.length);
});

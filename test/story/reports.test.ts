/** Clients report faults and ask by form, API and Slack: each becomes what it should, wakes whom it may, and tells nobody what they must not know. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { json } from '#platform/db/database.ts';
import { formPath } from '../../src/communicate/inbox/form-link.ts';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

const SLACK_SECRET = 'a signing secret of tests';
let house: Harness;
before(async () => {
  house = await openHarness({ environment: { SLACK_SIGNING_SECRET: SLACK_SECRET } });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
});
after(() => house?.close());

const form = (fields: Record<string, string>, path = '/ask') => {
  house.as(undefined);
  const sent = house.humdrum.app
    .inject({
      method: 'POST',
      url: path,
      payload: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    .then((answer) => ({ status: answer.statusCode, text: answer.body }));
  house.as({ personId: 'ana', name: 'Ana Lima' });
  return sent;
};
const page = async (path: string) => {
  const answer = await house.humdrum.app.inject({ method: 'GET', url: path });
  return { status: answer.statusCode, text: answer.body, headers: answer.headers };
};
const own = (contactId: string) => formPath(house.humdrum.platform.secret, contactId);
const loose = async () => (await house.ask('GET', '/questions?state=open')).items;
const alertOf = async (title: string) => {
  await house.settle();
  const { items } = await house.ask('GET', '/alerts?state=open');
  return items.find((each: { title: string }) => each.title === title);
};

test('a report over the API becomes a signal of its service, and the time it was told is the time of detection', async () => {
  const reportedAt = house.clock.now().subtract({ minutes: 12 }).toString();
  const made = await house.ask('POST', '/reports', {
    reporter: { contactId: 'con_f1' },
    text: 'The blog is slow.\nSince this morning.',
    service: 'blog',
    reportedAt,
  });
  assert.deepEqual([made.client.name, made.report.serviceId, made.via], ['Fabrikam', 'svc_blog', 'report']);
  const alert = await alertOf('The blog is slow.');
  assert.deepEqual(
    [alert.outcome, alert.proposedSeverity, alert.service?.id ?? alert.serviceId],
    ['wait', 'P3', 'svc_blog'],
  );
  const { incidentId } = await house.ask('POST', `/alerts/${alert.id}/declaration`, {});
  assert.equal((await house.ask('GET', `/incidents/${incidentId}`)).detectedAt, reportedAt);
  await house.settle();
  const { items } = await house.ask('GET', `/incidents/${incidentId}/questions?state=open`);
  assert.deepEqual(
    items.map((each: { id: string; dueAt: string }) => [each.id, each.dueAt]),
    [[made.id, house.clock.now().add({ minutes: 30 }).toString()]],
  );
  await house.ask('POST', `/incidents/${incidentId}/dismissal`, { reason: 'it was their network' });
});

test('a client who cannot work at all declares a P2 by the rules of the integration, which anybody may read; a stranger never does', async () => {
  const sent = await form(
    { about: 'report', text: 'Nobody can pay', service: 'card payments', impossible: 'yes' },
    own('con_n1'),
  );
  assert.equal(sent.status, 200);
  await house.settle();
  const { items } = await house.ask('GET', '/incidents?state=open');
  const incident = items.find((each: { title: string }) => each.title === 'Nobody can pay');
  assert.equal(incident.severity, 'P2');
  const view = await house.ask('GET', `/incidents/${incident.id}`);
  assert.deepEqual(view.noticed, { by: 'person', who: 'Nora North, Northwind', how: 'a report' });
  assert.equal(view.stillFires, null, 'a report is a word, not a measurement');
  const integration = (await house.ask('GET', '/integrations')).items.find(
    (each: { kind: string }) => each.kind === 'reports',
  );
  assert.deepEqual(
    integration.outcomes.map((each: { outcome: string; proposedSeverity: string }) => [
      each.outcome,
      each.proposedSeverity,
    ]),
    [
      ['declare', 'P2'],
      ['wait', 'P3'],
    ],
  );
  await house.ask('POST', `/incidents/${incident.id}/dismissal`, { reason: 'a drill' });

  await form({
    about: 'report',
    text: 'I cannot do anything',
    impossible: 'yes',
    name: 'Eve',
    email: 'eve@evil.example',
  });
  const alert = await alertOf('I cannot do anything');
  assert.equal(alert.outcome, 'wait');
  // Nora's address typed into the public form is where the answer goes, and no proof that she writes.
  await form({
    about: 'report',
    text: 'Pretending',
    impossible: 'yes',
    name: 'N',
    email: 'nora@northwind.example',
  });
  assert.equal((await alertOf('Pretending')).outcome, 'wait');
});

test('a report that nobody puts into an incident is owed an answer all the same: mails remind, nothing rings', async () => {
  const made = await house.ask('POST', '/reports', {
    reporter: { contactId: 'con_c1' },
    text: 'Something is odd with orders',
    service: 'orders',
  });
  const before = house.smtp.mails.length;
  await house.until(Temporal.Instant.from(made.dueAt).add({ seconds: 5 }));
  const reminders = house.smtp.mails
    .slice(before)
    .filter((mail) => /waits for an answer: Carl/.test(mail.subject ?? ''));
  assert.deepEqual(
    reminders.map((mail) => mail.envelope.to[0]),
    ['ana@example.com', 'ana@example.com'],
  );
  assert.equal((await loose()).find((each: { id: string }) => each.id === made.id).overdue, true);
  await house.ask('POST', `/questions/${made.id}/answers`, { text: 'It was a slow report; it is over.' });
  await house.settle();
  const answer = house.smtp.mails.at(-1)!;
  assert.deepEqual(
    [answer.envelope.to[0], answer.subject],
    ['carl@contoso.example', 'Re: Something is odd with orders'],
  );
  const sent = house.smtp.mails.length;
  await house.pass({ hours: 2 });
  assert.equal(
    house.smtp.mails
      .slice(sent)
      .filter((mail) => /odd with orders|waits for an answer: Carl/.test(mail.subject ?? '')).length,
    0,
  );
});

test('the public form offers what the public page shows and nothing else; what is sent is harmless text', async () => {
  const { id, reference } = await house.ask('POST', '/incidents', {
    title: 'INTERNAL',
    serviceIds: ['svc_orders'],
  });
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Orders cannot be placed.',
    action: 'We are looking.',
    audience: { clientIds: 'affected', internal: false, publicPage: true },
  });
  const secret = await house.ask('POST', '/incidents', {
    title: 'SECRET',
    serviceIds: ['svc_checkout'],
    restricted: true,
    viewers: ['ana'],
  });
  await house.ask('POST', `/incidents/${secret.id}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Your data is affected.',
    action: 'We are looking.',
    audience: { clientIds: ['cli_northwind'], internal: false, publicPage: false },
  });
  await house.settle();
  for (const path of ['/ask', own('con_n1')]) {
    const { text, status, headers } = await page(path);
    assert.equal(status, 200);
    assert.match(String(headers['content-security-policy']), /default-src 'none'/);
    assert.ok(!/INTERNAL|SECRET|Your data|orders-db|checkout-api|blog|Contoso/.test(text), path);
  }
  assert.match(
    (await page('/ask')).text,
    new RegExp(`value="${reference}"[^>]*>[^<]*Orders cannot be placed`),
  );

  const evil = '<script>alert(1)</script>"><img src=x onerror=alert(2)>';
  const asked = await form({ about: reference, text: evil, name: evil, email: 'eve@evil.example' });
  assert.equal(asked.status, 200);
  const wrong = await form({ about: reference, text: evil, name: evil, email: 'no address' });
  assert.equal(wrong.status, 400);
  assert.ok(
    !wrong.text.includes('<script') && !wrong.text.includes('<img'),
    'what was typed comes back escaped',
  );
  const { items } = await house.ask('GET', `/incidents/${id}/questions`);
  assert.deepEqual([items[0].messages[0].text, items[0].asker.known, items[0].dueAt], [evil, false, null]);

  // An unknown reference and a secret one are answered word for word alike, and reach no incident.
  const guesses = [
    await form({ about: secret.reference, text: 'guess', name: 'Eve', email: 'eve@evil.example' }),
    await form({ about: 'AAAA-AAAA', text: 'guess', name: 'Eve', email: 'eve@evil.example' }),
  ];
  assert.equal(guesses[0]!.text, guesses[1]!.text);
  assert.equal(guesses[0]!.text, asked.text);
  assert.deepEqual((await house.ask('GET', `/incidents/${secret.id}/questions`)).items, []);
});

test('a forged link opens nothing, a program that fills in everything is not heard, and nobody can flood the form', async () => {
  assert.equal((await page('/ask/con_n1.00000000000000000000000000000000')).status, 404);
  assert.equal((await page(own('con_unknown'))).status, 404);
  const before = (await loose()).length;
  const robot = await form({
    about: 'report',
    text: 'spam',
    name: 'x',
    email: 'x@x.example',
    website: 'http://x',
  });
  assert.equal(robot.status, 200);
  assert.equal((await loose()).length, before);
  const answers: number[] = [];
  for (let count = 0; count < 12; count += 1)
    answers.push(
      (await form({ about: 'report', text: `flood ${count}`, name: 'Eve', email: 'eve@evil.example' }))
        .status,
    );
  assert.equal(answers.at(-1), 429);
  await house.ask('PUT', '/settings/inbox', { publicForm: false });
  assert.equal((await page('/ask')).status, 404);
  assert.equal((await page(own('con_n1'))).status, 200);
  await house.ask('PUT', '/settings/inbox', { publicForm: true });
});

const post = (body: object, changes: { age?: number; secret?: string } = {}) => {
  const payload = JSON.stringify(body);
  const timestamp = String(Math.floor(house.clock.now().epochMilliseconds / 1000) - (changes.age ?? 0));
  const signature = createHmac('sha256', changes.secret ?? SLACK_SECRET)
    .update(`v0:${timestamp}:${payload}`)
    .digest('hex');
  return house.humdrum.app.inject({
    method: 'POST',
    url: '/hooks/slack/events',
    payload,
    headers: {
      'content-type': 'application/json',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
  });
};

test('Slack is believed by its signature alone: the challenge is answered, forged and old requests are not', async () => {
  const challenge = { type: 'url_verification', challenge: 'abc' };
  assert.deepEqual((await post(challenge)).json(), { challenge: 'abc' });
  assert.equal((await post(challenge, { secret: 'another secret altogether' })).statusCode, 401);
  assert.equal((await post(challenge, { age: 301 })).statusCode, 401);
  assert.equal(
    (await post({ type: 'event_callback', event_id: 'E1', event: { type: 'message' } })).statusCode,
    200,
  );
});

test('a reply in the thread of our message in Slack is a question, once however often Slack sends it, and goes on in the same thread', async () => {
  const { id } = await house.ask('POST', '/incidents', {
    title: 'Orders are slow',
    serviceIds: ['svc_orders'],
  });
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Orders are slow.',
    action: 'We are looking.',
    audience: { clientIds: ['cli_contoso'], internal: false, publicPage: false },
  });
  await house.settle();
  // As the bot leaves it behind when it has posted into a channel of the client.
  await house.db
    .updateTable('delivery')
    .set({ channel: 'slack', address: 'C042', evidence: json({ thread: '1795.0001' }) })
    .where('incident_id', '=', id)
    .execute();
  const said = (event_id: string, text: string, more: object = {}) =>
    post({
      type: 'event_callback',
      event_id,
      event: {
        type: 'message',
        channel: 'C042',
        user: 'U7',
        ts: '1795.0002',
        thread_ts: '1795.0001',
        text,
        ...more,
      },
    });
  for (const event of ['E10', 'E10']) assert.equal((await said(event, 'Is it <b>us</b>?')).statusCode, 200);
  await said('E11', 'I am a program', { bot_id: 'B1' });
  await said('E12', 'elsewhere', { thread_ts: '1700.9999' });
  const open = async () => (await house.ask('GET', `/incidents/${id}/questions?state=open`)).items;
  const [question, ...others] = await open();
  assert.equal(others.length, 0);
  assert.deepEqual([question.client.name, question.via, question.messages.length], ['Contoso', 'slack', 1]);
  assert.ok(question.dueAt);
  await said('E13', 'And when?');
  assert.deepEqual(
    (await open())[0].messages.map((each: { text: string }) => each.text),
    ['Is it <b>us</b>?', 'And when?'],
  );
});

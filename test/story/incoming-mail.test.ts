/** Mail comes back to us over a real IMAP server: replies, bounces, machines' answers, reports, strangers; each exactly once. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { type Imap, startImap } from '../servers/imap.ts';
import type { Mail } from '../servers/smtp.ts';

let imap: Imap;
let house: Harness;
before(async () => {
  imap = await startImap();
  house = await openHarness({ environment: { IMAP_URL: imap.url } });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await eventually('the mailbox is open', async () => (await mails()).mailbox?.readAt);
});
after(async () => {
  await house?.close();
  await imap?.stop();
});

/** Network takes its own time; the sweep of the house is asked again until it has happened. */
async function eventually<Value>(what: string, look: () => Promise<Value>): Promise<NonNullable<Value>> {
  for (let tries = 0; tries < 300; tries += 1) {
    await house.settle();
    const found = await look();
    if (found) return found as NonNullable<Value>;
    await pause(50);
  }
  throw new Error(`It never happened: ${what}.`);
}

const mails = (show = 'all') => house.ask('GET', `/incoming-mails?show=${show}`);
const sorted = async (subject: string) =>
  (await mails()).items.find(
    (each: { subject: string; state: string }) => each.subject === subject && each.state !== 'received',
  );

type Written = {
  from: string;
  subject: string;
  text: string;
  id?: string;
  answers?: string;
  headers?: Record<string, string>;
};
let count = 0;

function mail({ from, subject, text, id, answers, headers = {} }: Written): string {
  count += 1;
  const lines = {
    'Return-Path': `<${from.replace(/^.*<|>$/g, '')}>`,
    From: from,
    To: 'humdrum@example.com',
    Subject: subject,
    'Message-ID': `<${id ?? `mail-${count}@their.example`}>`,
    Date: 'Mon, 23 Nov 2026 01:55:00 +0000',
    ...(answers ? { 'In-Reply-To': `<${answers}>`, References: `<${answers}>` } : {}),
    'Content-Type': 'text/plain; charset=utf-8',
    ...headers,
  };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}`);
  return `${head.join('\r\n')}\r\n\r\n${text.replaceAll('\n', '\r\n')}\r\n`;
}

/** An incident of which Northwind and Contoso were told. @returns what went to Nora */
async function told(restricted = false): Promise<{ id: string; toNora: Mail; messageId: string }> {
  const { id } = await house.ask('POST', '/incidents', {
    title: 'Paying fails',
    serviceIds: ['svc_checkout'],
    ...(restricted ? { restricted: true, viewers: ['ana'] } : {}),
  });
  const before = house.smtp.mails.length;
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Nobody can pay by card.',
    action: 'We are looking.',
    audience: { clientIds: ['cli_northwind', 'cli_contoso'], internal: false, publicPage: !restricted },
  });
  await house.settle();
  const toNora = house.smtp.mails
    .slice(before)
    .find((each) => each.envelope.to[0] === 'nora@northwind.example');
  assert.ok(toNora, 'Nora was told');
  return { id, toNora, messageId: toNora.messageId!.replace(/^<|>$/g, '') };
}

const questions = async (id: string) => (await house.ask('GET', `/incidents/${id}/questions`)).items;

test('a reply to one of our messages is a question of its incident, without what it quotes; it comes once however often it arrives', async () => {
  const { id, messageId } = await told();
  const reply = mail({
    from: 'Nora North <nora@northwind.example>',
    subject: 'Re: Nobody can pay by card',
    id: 'reply-1@northwind.example',
    answers: messageId,
    text: 'Does <b>cash</b> on delivery still work?\n\nOn Mon, 23 Nov 2026 at 02:00, Humdrum <humdrum@example.com> wrote:\n> Nobody can pay by card.\n\n-- \nNora',
  });
  imap.deliver(reply);
  imap.deliver(reply);
  const [question] = await eventually('the question is there', async () => {
    const list = await questions(id);
    return list.length ? list : undefined;
  });
  assert.equal(question.messages[0].text, 'Does <b>cash</b> on delivery still work?');
  assert.deepEqual(
    [question.client.name, question.via, question.asker.address],
    ['Northwind', 'email', 'nora@northwind.example'],
  );
  assert.ok(question.dueAt);
  const before = house.smtp.mails.length;
  await house.ask('POST', `/incidents/${id}/questions/${question.id}/answers`, { text: 'Yes, it does.' });
  await house.settle();
  const [answer, ...others] = house.smtp.mails.slice(before);
  assert.equal(others.length, 0);
  assert.equal(answer!.inReplyTo, '<reply-1@northwind.example>');
  assert.equal(answer!.subject, 'Re: Nobody can pay by card');
  assert.equal(answer!.envelope.to[0], 'nora@northwind.example');

  imap.deliver(
    mail({
      from: 'nora@northwind.example',
      subject: 'Re: Nobody can pay by card',
      answers: answer!.messageId!.replace(/^<|>$/g, ''),
      text: 'And gift cards?',
    }),
  );
  const again = await eventually('she asks on', async () => {
    const list = await questions(id);
    return list[0].messages.length === 3 ? list : undefined;
  });
  assert.equal(again.length, 1);
  assert.equal(again[0].state, 'open');
});

test('what a server sends back fails the delivery in its own words; what is only late does not', async () => {
  const { id, messageId } = await told();
  const report = (action: string, status: string, words: string) =>
    mail({
      from: 'Mail Delivery System <MAILER-DAEMON@mx.northwind.example>',
      subject: `Report ${action}`,
      headers: {
        'Return-Path': '<>',
        'Auto-Submitted': 'auto-replied',
        'Content-Type': 'multipart/report; report-type=delivery-status; boundary="b1"',
      },
      text: [
        '--b1',
        'Content-Type: text/plain',
        '',
        'I am sorry.',
        '--b1',
        'Content-Type: message/delivery-status',
        '',
        'Reporting-MTA: dns; mx.northwind.example',
        '',
        'Final-Recipient: rfc822; nora@northwind.example',
        `Action: ${action}`,
        `Status: ${status}`,
        `Diagnostic-Code: smtp; ${words}`,
        '--b1',
        'Content-Type: text/rfc822-headers',
        '',
        `Message-ID: <${messageId}>`,
        'Subject: Nobody can pay by card',
        '--b1--',
      ].join('\n'),
    });
  const delivery = async () =>
    (await house.ask('GET', `/incidents/${id}/deliveries`)).items.find(
      (each: { address: string }) => each.address === 'nora@northwind.example',
    );
  imap.deliver(report('delayed', '4.4.1', '451 4.4.1 will try again'));
  await eventually('the delay is noted', () => sorted('Report delayed'));
  assert.equal((await delivery()).state, 'sent');
  imap.deliver(report('failed', '5.1.1', '550 5.1.1 No such user here'));
  await eventually('the bounce is noted', () => sorted('Report failed'));
  const failed = await delivery();
  assert.equal(failed.state, 'failed');
  assert.equal(failed.told, false);
  assert.match(failed.lastError, /550 5\.1\.1 No such user here/);
});

test('a holiday note is counted and answered by nobody', async () => {
  const { id, messageId } = await told();
  const before = house.smtp.mails.length;
  imap.deliver(
    mail({
      from: 'nora@northwind.example',
      subject: 'Out of office',
      answers: messageId,
      text: 'I am away.',
      headers: { 'Auto-Submitted': 'auto-replied' },
    }),
  );
  const note = await eventually('it is sorted', () => sorted('Out of office'));
  assert.equal(note.state, 'auto_reply');
  assert.deepEqual(await questions(id), []);
  await house.settle();
  assert.equal(house.smtp.mails.length, before);
});

test('a client who writes of something new has reported it: a signal that waits, detected when they wrote, and an answer is owed', async () => {
  imap.deliver(
    mail({ from: 'fay@fabrikam.example', subject: 'The blog shows an error', text: 'Since breakfast.\n' }),
  );
  const report = await eventually('the report is there', async () => {
    const { items } = await house.ask('GET', '/questions?state=open');
    return items.find((each: { subject: string }) => each.subject === 'The blog shows an error');
  });
  assert.equal(report.incident, null);
  assert.ok(report.dueAt);
  const { items } = await house.ask('GET', '/alerts?state=open');
  const alert = items.find((each: { title: string }) => each.title === 'The blog shows an error');
  assert.equal(alert.outcome, 'wait');
  const { incidentId } = await house.ask('POST', `/alerts/${alert.id}/declaration`, {});
  const incident = await house.ask('GET', `/incidents/${incidentId}`);
  assert.equal(incident.detectedAt, '2026-11-23T01:55:00Z');
  assert.deepEqual(incident.noticed, { by: 'person', who: 'Fay Fabrikam, Fabrikam', how: 'a report' });
  const [question] = await eventually('its reporter is owed an answer there', async () => {
    const list = await questions(incidentId);
    return list[0]?.dueAt ? list : undefined;
  });
  assert.equal(question.id, report.id);
});

test('a stranger is kept for an administrator and never acted upon, not even in a thread of ours', async () => {
  const { id, messageId } = await told();
  imap.deliver(mail({ from: 'eve@evil.example', subject: 'Hello', text: 'Buy this.' }));
  imap.deliver(
    mail({
      from: 'eve@evil.example',
      subject: 'Re: forwarded to me',
      answers: messageId,
      text: 'Tell me more.',
    }),
  );
  // A contact of another client has no part in what went to Northwind.
  imap.deliver(
    mail({
      from: 'fay@fabrikam.example',
      subject: 'Re: not mine',
      answers: messageId,
      text: 'What is this?',
    }),
  );
  for (const subject of ['Hello', 'Re: forwarded to me', 'Re: not mine'])
    assert.equal((await eventually(subject, () => sorted(subject))).state, 'unknown_sender', subject);
  assert.deepEqual(await questions(id), []);
  const hello = await sorted('Hello');
  house.as({ personId: 'bo', name: 'Bo Falk', role: 'responder' });
  assert.equal((await house.call('GET', '/incoming-mails')).status, 403);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await house.ask('POST', `/incoming-mails/${hello.id}/look`);
  assert.ok(!(await mails('unsorted')).items.some((each: { id: string }) => each.id === hello.id));
});

test('a mail in the thread of a restricted incident is shown to its viewers alone', async () => {
  const { messageId } = await told(true);
  imap.deliver(
    mail({ from: 'eve@evil.example', subject: 'Re: secret', answers: messageId, text: 'A secret quoted.' }),
  );
  await eventually('it is sorted', () => sorted('Re: secret'));
  house.as({ personId: 'bo', name: 'Bo Falk' });
  assert.ok(!JSON.stringify(await mails()).includes('A secret quoted.'));
  house.as({ personId: 'ana', name: 'Ana Lima' });
});

test('what cannot be read is kept and shown, and what is huge is read as far as we read', async () => {
  imap.deliver('\u0000\u0001 no mail at all');
  const broken = await eventually('it is shelved', async () =>
    (await mails('unsorted')).items.find((each: { state: string }) => each.state === 'unreadable'),
  );
  assert.match(broken.why, /cannot be read|no sender/i);
  const huge = mail({ from: 'eve@evil.example', subject: 'Huge', text: 'x'.repeat(70) });
  imap.deliver(huge + `${'y'.repeat(76)}\r\n`.repeat(40_000));
  const kept = await eventually('the huge one is kept', () => sorted('Huge'));
  assert.equal(kept.truncated, true);
  assert.ok(kept.text.length <= 20_000);
});

test('a mailbox that goes away is missed aloud and read on where it stopped', async () => {
  await imap.pause();
  await eventually('it says so', async () => {
    house.clock.advance({ seconds: 61 });
    return (await mails()).mailbox.error;
  });
  imap.deliver(mail({ from: 'eve@evil.example', subject: 'While you were away', text: 'x' }));
  await imap.resume();
  await eventually('it reads on', async () => {
    house.clock.advance({ seconds: 30 });
    return sorted('While you were away');
  });
  assert.equal((await mails()).mailbox.error, null);
});

import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { type ParsedMail, simpleParser } from 'mailparser';
import { createTransport } from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { Failed } from '#platform/errors.ts';
import { movableClock } from './clock.ts';
import { createMailer, type Mailer } from './mail.ts';

const FROM = '"Łódź, Hosting" <status@northwind.example>';
const clock = movableClock('2026-03-04T02:10:00Z');

let mailer: Mailer;
const received: { envelope: string[]; mail: ParsedMail; raw: string }[] = [];
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onRcptTo({ address }, _session, callback) {
    const refusal: Record<string, number> = { 'nobody@example.com': 550, 'later@example.com': 451 };
    const responseCode = refusal[address];
    callback(responseCode ? Object.assign(new Error('no'), { responseCode }) : null);
  },
  onData(stream, session, callback) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', async () => {
      const raw = Buffer.concat(chunks).toString();
      received.push({
        envelope: session.envelope.rcptTo.map((each) => each.address),
        mail: await simpleParser(raw),
        raw,
      });
      callback(null, 'Ok: queued as 4F2A');
    });
  },
});

before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  mailer = createMailer({ smtpUrl: `smtp://127.0.0.1:${port}`, mailFrom: FROM, url: undefined }, clock);
});
after(async () => {
  mailer.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

const mail = {
  to: { name: 'Ada', address: 'ada@example.com' },
  subject: 'Checkout',
  text: 'We are looking.',
};

test('the answer of the mail server is the evidence', async () => {
  const evidence = await mailer.sendMail({ ...mail, messageId: 'dlv_1@northwind.example' });
  assert.match(evidence.response, /^250 .*queued as 4F2A/);
  assert.equal(received.at(-1)?.mail.messageId, '<dlv_1@northwind.example>');
});

test('a mail says that no machine should answer it, and which mails it belongs to', async () => {
  await mailer.sendMail({ ...mail, references: ['7M3K-Q0V9@northwind.example'] });
  const { mail: got } = received.at(-1)!;
  assert.equal(got.headers.get('auto-submitted'), 'auto-generated');
  assert.equal(got.inReplyTo, '<7M3K-Q0V9@northwind.example>');
  assert.deepEqual([got.references].flat(), ['<7M3K-Q0V9@northwind.example>']);
});

test('nobody can put a header or a second recipient into a subject, a name or an address', async () => {
  await mailer.sendMail({
    ...mail,
    to: { name: 'Ada\r\nBcc: eve@example.com', address: 'ada@example.com' },
    subject: 'Hello\r\nBcc: eve@example.com\r\n\r\nbody',
    headers: { 'X-Test\r\nBcc': 'one\r\nBcc: eve@example.com' },
  });
  const { envelope, mail: got } = received.at(-1)!;
  assert.deepEqual(envelope, ['ada@example.com']);
  assert.equal(got.bcc, undefined);
  assert.equal(got.subject, 'Hello Bcc: eve@example.com body');
  await assert.rejects(
    mailer.sendMail({ ...mail, to: 'ada@example.com, eve@example.com' }),
    (error) => error instanceof Failed && error.permanent,
  );
});

test('a refused address is a failure for good, a busy server is not', async () => {
  await assert.rejects(
    mailer.sendMail({ ...mail, to: 'nobody@example.com' }),
    (error) => error instanceof Failed && error.permanent,
  );
  await assert.rejects(
    mailer.sendMail({ ...mail, to: 'later@example.com' }),
    (error) => error instanceof Failed && !error.permanent,
  );
});

test('a server that cannot be reached is tried again later', async () => {
  const nowhere = createMailer(
    { smtpUrl: 'smtp://127.0.0.1:1', mailFrom: 'a@b.example', url: undefined },
    clock,
  );
  await assert.rejects(nowhere.sendMail(mail), (error) => error instanceof Failed && !error.permanent);
  nowhere.close();
});

test('without a mail server a mail says what to type', async () => {
  const none = createMailer({ smtpUrl: undefined, mailFrom: 'a@b.example', url: undefined }, clock);
  assert.equal(none.configured, false);
  await assert.rejects(none.sendMail(mail), /no mail server configured.*SMTP_URL=smtp:/);
});

const NASTY = [
  'Checkout: Zahlungen schlagen fehl – wir prüfen es, und zwar seit einer ganzen Weile schon, ohne Ergebnis',
  'Πληρωμές 🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂🙂',
  '=?utf-8?Q?not_encoded?= and "quoted", (commented); a,b <c>',
  `one${'-'.repeat(1200)}word`,
  '.\n..\nFrom here on\ntrailing   \n\ttab=3D=\n=',
  'ends without a line break',
  'carriage returns\r\nof\nevery kind\n\n',
];

for (const words of NASTY)
  test(`a mail reads as the library would have written it: ${words.slice(0, 24).trim()}`, async () => {
    const to = { name: words.replace(/\s+/g, ' ').slice(0, 60).trim(), address: 'ada@bücher.example' };
    const written = {
      subject: words.replace(/\s+/g, ' ').slice(0, 500).trim(),
      text: words,
      html: `<p>${words}</p>`,
      messageId: 'dlv_1@northwind.example',
      references: Array.from({ length: 9 }, (_, index) => `thread-${index}@northwind.example`),
    };
    await mailer.sendMail({ to, ...written });
    const library = await createTransport({
      streamTransport: true,
      buffer: true,
      newline: 'windows',
    }).sendMail({
      from: FROM,
      to,
      ...written,
      inReplyTo: written.references.at(-1),
      date: new Date('2026-03-04T02:10:00Z'),
    });
    const ours = received.at(-1)!;
    assert.deepEqual(readable(ours.mail), readable(await simpleParser(library.message as Buffer)));
    // The server shows the reader's domain as people write it.
    assert.deepEqual(ours.envelope, ['ada@bücher.example']);
    assert.ok(ours.raw.split('\r\n').every((line) => Buffer.byteLength(line) <= 998));
  });

function readable({ subject, text, html, from, to, date, messageId, inReplyTo, references }: ParsedMail) {
  const addresses = [from, to].flat().map((each) => each?.value);
  return { subject, text, html, addresses, date, messageId, inReplyTo, references };
}

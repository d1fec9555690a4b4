/** What is new in a reply, and what mail servers say about ours. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownMessageId, readBounce } from './bounce.ts';
import { newWords } from './cut.ts';
import { readLetter } from './letter.ts';

test('what is quoted and signed is cut from a reply, whichever program wrote it', () => {
  const quoted: [name: string, text: string][] = [
    ['Gmail', 'When?\n\nOn Mon, 23 Nov 2026 at 02:00, Humdrum <humdrum@example.com>\nwrote:\n\n> We look.'],
    ['Thunderbird', 'When?\n\nAm 23.11.26 um 02:00 schrieb Humdrum:\n> We look.'],
    [
      'Outlook',
      'When?\n\nFrom: Humdrum <humdrum@example.com>\nSent: Monday, 23 November 2026 02:00\nTo: Nora\nSubject: x\n\nWe look.',
    ],
    [
      'Outlook in German',
      'When?\n\n________________________________\nVon: Humdrum\nGesendet: Montag\n\nWe look.',
    ],
    ['Apple', 'When?\n\nSent from my iPhone\n\n> On 23 Nov 2026, at 02:00, Humdrum wrote:\n> We look.'],
    ['a signature', 'When?\n\n-- \nNora North\nNorthwind'],
    ['answers between the lines', '> We look.\nWhen?\n> Next update at 02:30.'],
  ];
  for (const [name, text] of quoted) assert.equal(newWords(text), 'When?', name);
});

test('a reply that is nothing but a quotation is kept whole', () => {
  assert.equal(newWords('> We look.'), '> We look.');
  assert.equal(
    newWords('From: the shop floor, a question: when?'),
    'From: the shop floor, a question: when?',
  );
});

const status = (action: string, code: string) =>
  `Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; nora@x.example\r\nAction: ${action}\r\nStatus: ${code}\r\nDiagnostic-Code: smtp; 550 no such\r\n user`;

test('a report tells which mail it is about, whether for good, and the words of the server', () => {
  const original = 'Received: x\r\nMessage-ID: <dlv_0a1b2c3d4e@example.com>\r\n';
  assert.deepEqual(readBounce({ status: status('failed', '5.1.1'), original }, 'example.com'), {
    messageId: 'dlv_0a1b2c3d4e@example.com',
    kind: 'failed',
    text: 'nora@x.example: 550 no such user',
  });
  assert.equal(readBounce({ status: status('delayed', '4.4.1'), original }, 'example.com').kind, 'delayed');
  assert.equal(readBounce({ status: status('delivered', '2.0.0'), original }, 'example.com').kind, 'other');
  assert.equal(readBounce({ status: '', original: '' }, 'example.com').messageId, undefined);
});

test('only ids that we gave count, whatever else a report quotes', () => {
  assert.equal(
    ownMessageId('<dlv_0a1b2c@other.example> <let_9z8y7x@EXAMPLE.com>', 'example.com'),
    'let_9z8y7x@EXAMPLE.com',
  );
  assert.equal(ownMessageId('<abc@example.com>', 'example.com'), undefined);
});

const mail = (headers: string) =>
  readLetter(Buffer.from(`From: nora@x.example\r\nSubject: x\r\n${headers}\r\n\r\nhello\r\n`));

test('every sign of a program is seen, and a person is not taken for one', async () => {
  const programs = [
    'Auto-Submitted: auto-replied',
    'Auto-Submitted: auto-generated; owner-email="x"',
    'X-Autoreply: yes',
    'Precedence: bulk',
    'List-Id: <news.x.example>',
    'Return-Path: <>',
    'Content-Type: multipart/report; report-type=disposition-notification; boundary=b',
  ];
  for (const header of programs) assert.ok((await mail(header)).automatic, header);
  for (const header of [
    'Auto-Submitted: no',
    'Return-Path: <nora@x.example>',
    'X-Priority: 1',
    'List-Unsubscribe: <https://x.example>',
  ])
    assert.equal((await mail(header)).automatic, undefined, header);
});

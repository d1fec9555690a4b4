import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partsOf, redacted } from './redact.ts';

const KNOWN = [
  { name: 'Zephyrine Quillfeather', email: 'zq.ops@harbour.example' },
  { name: 'Bo Falk', email: 'bo@harbour.example' },
];

const HOME = ['', 'home', ''].join('/');

const TAKEN: [string, string][] = [
  ['Write to jonas.weber@example.com today', 'Write to [mail address] today'],
  ['see https://wiki.intern.example/pages/12?x=1 for more', 'see [link] for more'],
  ['postgres://admin:geheim@db-1/prod was in the log', '[link] was in the log'],
  ['ask @mara_k or @mara.k', 'ask [handle] or [handle]'],
  ['I logged in on db-prod-03 and on web-1', 'I logged in on [host] and on [host]'],
  ['shop.example.com:8443 and payments.prod.internal', '[host] and [host]'],
  ['from 10.12.0.7 to 2001:db8:0:0:1::7', 'from [address] to [address]'],
  ['the password=hunter22 stood there', 'the password=[secret] stood there'],
  ['It stands in OPS-1423 and 4f9c2ab81d', 'It stands in [ticket] and [commit]'],
  [`in ${HOME}mkeller/notes`, `in ${HOME}[name]/notes`],
  ['at 14:32 UTC, again at 2:05: too late', 'at [time], again at [time]: too late'],
  ['call +49 30 5550100 for it', 'call [number] for it'],
  ['Jonas Weber nearly dropped the table', '[name] nearly dropped the table'],
  ['Quillfeather and Zephyrine had both seen it', '[name] and [name] had both seen it'],
  ['Bo Falk said so, and zq.ops did too', '[name] said so, and [name] did too'],
];

test('names, handles, addresses, hosts, tickets, secrets and exact times are taken out', () => {
  for (const [text, expected] of TAKEN) assert.equal(redacted(text, KNOWN), expected);
});

test('what names a system, a version or an amount stays', () => {
  for (const text of [
    'The rollback of checkout 4.12.0 would have dropped 12,000 rows.',
    'config.yaml and deploy.prod.yaml are read in UTF-8; utf-8 it is, with sha-256 and step-3.',
    'The queue grew to 40 percent on Monday, e.g. for 20 minutes.',
    'A migration ran against staging and production at the same time.',
    'Two of three replicas were behind; node.js 26 was not the reason.',
  ])
    assert.equal(redacted(text, KNOWN), text);
});

test('redacting what was redacted changes nothing', () => {
  for (const [text] of TAKEN) assert.equal(redacted(redacted(text, KNOWN), KNOWN), redacted(text, KNOWN));
});

test('a screen can show what was taken out', () => {
  assert.deepEqual(partsOf('on [host] by [name].'), [
    { text: 'on ', taken: false },
    { text: '[host]', taken: true },
    { text: ' by ', taken: false },
    { text: '[name]', taken: true },
    { text: '.', taken: false },
  ]);
});

test('a long text without spaces is read in no time', () => {
  for (const piece of ['a-', 'a.', '1:', '@', 'A1-', '0f', '1 ', HOME, 'Jonas '])
    assert.equal(typeof redacted(piece.repeat(8000 / piece.length), KNOWN), 'string');
});

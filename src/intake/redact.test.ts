/** Nothing secret is stored: by the name of its field, or by its looks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleaned, cleanText, readJson } from './clean.ts';
import { redactText, secretName } from './redact.ts';

test('fields are secret by their name', () => {
  for (const name of [
    'password',
    'dbPassword',
    'api_key',
    'apiKey',
    'X-Api-Key',
    'access_token',
    'client_secret',
    'Authorization',
    'routing_key',
    'AWS_SECRET_ACCESS_KEY',
    'Set-Cookie',
    'private_key',
  ])
    assert.equal(secretName(name), true, name);
  for (const name of [
    'summary',
    'dedup_key',
    'groupKey',
    'key',
    'token_bucket',
    'monkey',
    'compass',
    'author',
    'keyboard',
  ])
    assert.equal(secretName(name), false, name);
});

test('texts lose what looks like a secret and keep the rest', () => {
  const cases: [string, string][] = [
    ['curl -H "Authorization: Bearer abc.def-ghi_jkl"', 'curl -H "Authorization: [redacted] [redacted]"'],
    ['key AKIAIOSFODNN7EXAMPLE leaked', 'key [redacted] leaked'],
    ['postgres://app:hunter22@db/shop is down', 'postgres://app:[redacted]@db/shop is down'],
    ['https://x.example/?token=abcdef&page=2', 'https://x.example/?token=[redacted]&page=2'],
    ['ghp_abcdefghijklmnopqrstuvwxyz0123456789', '[redacted]'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- and more', '[redacted] and more'],
    ['the tokenizer is slow', 'the tokenizer is slow'],
    ['Basic connectivity. fails', 'Basic connectivity. fails'],
    ['Authorization header was Basic YWxhZGRpbjpvcGVu', 'Authorization header was Basic [redacted]'],
  ];
  for (const [text, expected] of cases) assert.equal(redactText(text), expected);
});

test('no text makes redacting slow', () => {
  const waited = performance.now();
  for (const part of ['-----BEGIN PRIVATE KEY-----', 'a-', 'eyJaaaaaaaa.', '://a:', 'bearer ', 'password='])
    redactText(part.repeat(Math.floor(400_000 / part.length)));
  assert.ok(performance.now() - waited < 5000);
});

test('a body is cleaned of secrets, of what the database cannot keep, and of prototypes', () => {
  const text =
    '{"a":"x\\u0000y\\ud800","__proto__":{"bad":true},"password":"hunter22","deep":[{"note":"token=abcdef"}],"key":"sesame-sesame"}';
  const clean = cleaned(readJson(Buffer.from(text)), 'sesame-sesame');
  assert.deepEqual(clean, {
    a: 'x\uFFFDy\uFFFD',
    password: '[redacted]',
    deep: [{ note: 'token=[redacted]' }],
    key: '[redacted]',
  });
});

test('a body that nests too deep is refused, brackets in texts do not count', () => {
  assert.throws(() => readJson(Buffer.from('['.repeat(61) + ']'.repeat(61))), /nested deeper/);
  assert.deepEqual(readJson(Buffer.from(`"${'['.repeat(99)}"`)).value, '['.repeat(99));
  assert.throws(() => readJson(Buffer.from('{')), /not valid JSON/);
});

test('a single text is cleaned the same way', () => {
  assert.equal(cleanText('a\0b'), 'a\uFFFDb');
});

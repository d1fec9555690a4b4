/** The vectors that vendors publish, our own, and what is wrong, old or missing. */
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { complaintAbout, type Scheme } from './signing.ts';

const now = Temporal.Instant.from('2026-11-25T02:00:00Z');

function check(
  scheme: Scheme,
  headers: Record<string, string>,
  body: string,
  secrets: string[],
  at = now,
): string | undefined {
  return complaintAbout(scheme, { headers, bytes: Buffer.from(body) }, secrets, at);
}

function secondsLater(timestamp: number, seconds: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds((timestamp + seconds) * 1000);
}

test("GitHub's published vector is believed, and every other secret, body or header is not", () => {
  const headers = {
    'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  };
  const secret = "It's a Secret to Everybody";
  assert.equal(check('github', headers, 'Hello, World!', [secret]), undefined);
  assert.equal(check('github', headers, 'Hello, World!', ['a new one', secret]), undefined);
  assert.match(check('github', headers, 'Hello, World?', [secret]) ?? '', /does not fit/);
  assert.match(check('github', headers, 'Hello, World!', ['another']) ?? '', /does not fit/);
  assert.match(check('github', {}, 'Hello, World!', [secret]) ?? '', /X-Hub-Signature-256 is missing/);
  const short = { 'x-hub-signature-256': 'sha256=7571' };
  assert.match(check('github', short, 'Hello, World!', [secret]) ?? '', /does not fit/);
});

test('our own vector in the manner of GitHub is believed', () => {
  const headers = {
    'x-hub-signature-256': 'sha256=860395ab227db78b4c89ebc3e27f05d834b62d389910dccae1969ee83b96c384',
  };
  assert.equal(check('github', headers, '{"zen":"ping"}', ['relay-secret']), undefined);
  assert.equal(check('any', headers, '{"zen":"ping"}', ['relay-secret']), undefined);
});

const VECTORS = [
  {
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1614265330,
    body: '{"test": 2432232314}',
    signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
  {
    secret: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3',
    id: 'msg_1',
    timestamp: 1700000000,
    body: '{"type":"incident.declared"}',
    signature: 'v1,QETS9I5HJ3SOv5jBPFw9UvFgIpc6iadnUrjdZA+ROPc=',
  },
];

function standard({ id, timestamp, signature }: { id: string; timestamp: number; signature: string }) {
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature };
}

test('the vectors of Standard Webhooks are believed within five minutes, also in a list, also with any scheme', () => {
  for (const vector of VECTORS) {
    const { secret, body, timestamp } = vector;
    for (const seconds of [0, 299, -299])
      assert.equal(
        check('standard_webhooks', standard(vector), body, [secret], secondsLater(timestamp, seconds)),
        undefined,
      );
    const listed = standard({ ...vector, signature: `v1,AAAA v2,x ${vector.signature}` });
    assert.equal(check('any', listed, body, [secret], secondsLater(timestamp, 1)), undefined);
  }
});

test('Standard Webhooks that are old, ahead, changed or incomplete are refused, and told why', () => {
  const vector = VECTORS[1] as (typeof VECTORS)[number];
  const { secret, body, timestamp } = vector;
  const at = secondsLater(timestamp, 0);
  const say = (headers: Record<string, string>, sent = body, when = at, secrets = [secret]) =>
    check('standard_webhooks', headers, sent, secrets, when) ?? 'believed';
  assert.match(say(standard(vector), body, secondsLater(timestamp, 3 * 3600)), /3 hours old; 5 minutes/);
  assert.match(say(standard(vector), body, secondsLater(timestamp, -4000)), /67 minutes ahead of our clock/);
  assert.match(say(standard(vector), `${body} `), /No signature/);
  assert.match(say(standard(vector), body, at, ['whsec_AAAA']), /No signature/);
  assert.match(say({ ...standard(vector), 'webhook-id': 'msg_2' }), /No signature/);
  assert.match(say({ ...standard(vector), 'webhook-timestamp': 'yesterday' }), /not a number/);
  assert.match(say({ 'webhook-id': 'msg_1' }), /not all there/);
});

test('an asymmetric signature is believed with the public key alone', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const secret = `whpk_${raw.toString('base64')}`;
  const timestamp = now.epochMilliseconds / 1000;
  const signature = sign(null, Buffer.from(`msg_1.${timestamp}.{}`), privateKey).toString('base64');
  const headers = standard({ id: 'msg_1', timestamp, signature: `v1a,${signature}` });
  assert.equal(check('standard_webhooks', headers, '{}', [secret]), undefined);
  assert.match(check('standard_webhooks', headers, '{} ', [secret]) ?? '', /No signature/);
  assert.match(check('standard_webhooks', headers, '{}', ['whpk_AAAA']) ?? '', /No signature/);
  // The public key is no secret: what is signed with its text must not pass.
  const forged = createHmac('sha256', Buffer.from(secret.slice(5), 'base64'))
    .update(`msg_1.${timestamp}.{}`)
    .digest('base64');
  const dressed = standard({ id: 'msg_1', timestamp, signature: `v1,${forged}` });
  assert.match(check('standard_webhooks', dressed, '{}', [secret]) ?? '', /No signature/);
});

test('GitLab proves itself by the token, LaunchDarkly by the bare digest', () => {
  assert.equal(check('gitlab', { 'x-gitlab-token': 'a token' }, '{}', ['old', 'a token']), undefined);
  assert.match(check('gitlab', { 'x-gitlab-token': 'a toke' }, '{}', ['a token']) ?? '', /not our secret/);
  assert.match(check('gitlab', {}, '{}', ['a token']) ?? '', /missing/);
  const digest = createHmac('sha256', 'launch').update('{}').digest('hex');
  assert.equal(check('launchdarkly', { 'x-ld-signature': digest }, '{}', ['launch']), undefined);
  assert.match(check('launchdarkly', { 'x-ld-signature': digest }, '{ }', ['launch']) ?? '', /does not fit/);
});

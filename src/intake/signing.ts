/** Whether a body was signed with the secret that its integration holds: every scheme over the bytes as they came, compared in constant time. */
import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const TOLERANCE_SECONDS = 5 * 60;
const SIGNATURES_MAX = 20;
// What stands before the 32 bytes of an Ed25519 key in its standard wrapping (RFC 8410).
const ED25519_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** How a sender proves itself. `any`: by GitHub's header or by Standard Webhooks, for senders that let their operator choose. */
export type Scheme = 'github' | 'gitlab' | 'launchdarkly' | 'standard_webhooks' | 'any';

export type Signed = { headers: IncomingHttpHeaders; bytes: Buffer };

/** @returns why it is not believed, or undefined when it is */
export function complaintAbout(
  scheme: Scheme,
  signed: Signed,
  secrets: readonly string[],
  now: Temporal.Instant,
): string | undefined {
  switch (scheme) {
    case 'github':
      return hmacComplaint('X-Hub-Signature-256', 'sha256=', signed, secrets);
    case 'launchdarkly':
      return hmacComplaint('X-LD-Signature', '', signed, secrets);
    case 'gitlab':
      return tokenComplaint(signed, secrets);
    case 'standard_webhooks':
      return standardComplaint(signed, secrets, now);
    case 'any':
      return header(signed, 'webhook-signature') === undefined
        ? hmacComplaint('X-Hub-Signature-256', 'sha256=', signed, secrets)
        : standardComplaint(signed, secrets, now);
  }
}

/** GitHub and LaunchDarkly: the HMAC-SHA256 of the body in hexadecimal. */
function hmacComplaint(
  name: string,
  prefix: string,
  signed: Signed,
  secrets: readonly string[],
): string | undefined {
  const sent = header(signed, name);
  if (sent === undefined) return `The header ${name} is missing`;
  const found = secrets.some((secret) =>
    same(sent, `${prefix}${createHmac('sha256', secret).update(signed.bytes).digest('hex')}`),
  );
  return found ? undefined : `The signature in ${name} does not fit this body and our secret`;
}

/** GitLab sends the secret itself. */
function tokenComplaint(signed: Signed, secrets: readonly string[]): string | undefined {
  const sent = header(signed, 'X-Gitlab-Token');
  if (sent === undefined) return 'The header X-Gitlab-Token is missing';
  return secrets.some((secret) => same(sent, secret))
    ? undefined
    : 'The token in X-Gitlab-Token is not our secret';
}

/** Standard Webhooks 1.0.0: `id.timestamp.body`, a list of signatures, at most five minutes old or ahead. */
function standardComplaint(
  signed: Signed,
  secrets: readonly string[],
  now: Temporal.Instant,
): string | undefined {
  const [id, timestamp, list] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    header(signed, name),
  );
  if (!id || !timestamp || !list)
    return 'The headers webhook-id, webhook-timestamp and webhook-signature are not all there';
  if (!/^\d{1,12}$/.test(timestamp)) return 'The header webhook-timestamp is not a number of seconds';
  const age = now.epochMilliseconds / 1000 - Number(timestamp);
  if (Math.abs(age) > TOLERANCE_SECONDS)
    return `The signature is ${inWords(Math.abs(age))} ${age > 0 ? 'old' : 'ahead of our clock'}; 5 minutes are allowed`;
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), signed.bytes]);
  const sent = list.split(' ').slice(0, SIGNATURES_MAX);
  return secrets.some((secret) => sent.some((each) => fits(each, content, secret)))
    ? undefined
    : 'No signature in webhook-signature fits this body and our secret';
}

function fits(signature: string, content: Buffer, secret: string): boolean {
  const [version, encoded = ''] = signature.split(',', 2);
  if (version === 'v1a' && secret.startsWith('whpk_')) return fitsKey(encoded, content, secret);
  if (version !== 'v1' || secret.startsWith('whpk_')) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return same(encoded, createHmac('sha256', key).update(content).digest('base64'));
}

function fitsKey(encoded: string, content: Buffer, secret: string): boolean {
  const raw = Buffer.from(secret.slice('whpk_'.length), 'base64');
  if (raw.length !== 32) return false;
  const key = createPublicKey({
    key: Buffer.concat([ED25519_PREFIX, raw]),
    format: 'der',
    type: 'spki',
  });
  return verify(null, content, key, Buffer.from(encoded, 'base64'));
}

function inWords(seconds: number): string {
  if (seconds < 7200) return `${Math.round(seconds / 60)} minutes`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} hours` : `${Math.round(seconds / 86_400)} days`;
}

function header({ headers }: Signed, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  const text = Array.isArray(value) ? value[0] : value;
  return text === undefined || text === '' ? undefined : text;
}

function same(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}

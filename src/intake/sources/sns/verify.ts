/** Whether a message is from Amazon SNS: signed by the certificate that SNS itself serves, which is fetched once and kept. */
import { verify, X509Certificate } from 'node:crypto';
import { Failed, Refused } from '#platform/errors.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import { instantOf } from '../../time.ts';
import { type Json, textIn } from '../fields.ts';

const CERTIFICATES_MAX = 50;
const OLD_HOURS_MAX = 24;
const AHEAD_MINUTES_MAX = 15;
const HOST = /^sns\.[a-z]{2}(-[a-z]+)+-\d{1,2}\.amazonaws\.com(\.cn)?$/;

/** Which addresses are Amazon's own; a test names another. */
export type SnsHosts = (url: URL) => boolean;

export const amazonOnly: SnsHosts = (url) =>
  url.protocol === 'https:' && url.port === '' && url.username === '' && HOST.test(url.hostname);

export type Verifier = (message: Json, now: Temporal.Instant) => Promise<void>;

const SIGNED: Record<string, readonly string[]> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};
const ALGORITHMS: Record<string, string> = { '1': 'RSA-SHA1', '2': 'RSA-SHA256' };

/** @returns a function that throws Refused for what is not believed, and Failed where the certificate cannot be fetched now */
export function createVerifier(outbound: Outbound, hosts: SnsHosts): Verifier {
  const certificates = new Map<string, X509Certificate>();

  async function certificateAt(address: string): Promise<X509Certificate> {
    const known = certificates.get(address);
    if (known) return known;
    const { status, body } = await outbound.request({ method: 'GET', url: address, follow: false });
    if (status !== 200) throw new Failed(`The certificate of SNS could not be fetched (${status}).`);
    const certificate = parsed(body);
    if (certificates.size >= CERTIFICATES_MAX) certificates.clear();
    certificates.set(address, certificate);
    return certificate;
  }

  return async (message, now) => {
    const names = SIGNED[textIn(message['Type']) ?? ''];
    if (!names) throw unbelieved('The Type of the message is none that SNS sends');
    const address = snsAddress(message['SigningCertURL'], hosts);
    if (!address) throw unbelieved('SigningCertURL is not an address of Amazon SNS');
    const algorithm = ALGORITHMS[textIn(message['SignatureVersion']) ?? ''];
    if (!algorithm) throw unbelieved('SignatureVersion is neither 1 nor 2');
    refuseOld(message, now);
    const certificate = await certificateAt(address);
    const at = now.epochMilliseconds;
    if (at < certificate.validFromDate.getTime() || at > certificate.validToDate.getTime())
      throw unbelieved('The certificate of the signature is not valid now');
    const signature = Buffer.from(textIn(message['Signature']) ?? '', 'base64');
    if (!verify(algorithm, Buffer.from(contentOf(message, names)), certificate.publicKey, signature))
      throw unbelieved('The signature does not fit the message');
  };
}

function parsed(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch {
    throw new Failed('What SNS serves as its certificate is none.');
  }
}

/** SNS tries again for hours, and no longer: what is older is a replay. */
function refuseOld(message: Json, now: Temporal.Instant): void {
  const sent = instantOf(message['Timestamp']);
  if (!sent) throw unbelieved('The Timestamp of the message is missing');
  const age = now.epochMilliseconds - sent.epochMilliseconds;
  if (age > OLD_HOURS_MAX * 3_600_000)
    throw unbelieved(`The message is more than ${OLD_HOURS_MAX} hours old`);
  if (-age > AHEAD_MINUTES_MAX * 60_000) throw unbelieved('The message is ahead of our clock');
}

/** Name and value in turn, each with a line end; the Subject only where there is one. */
function contentOf(message: Json, names: readonly string[]): string {
  return names
    .filter((name) => typeof message[name] === 'string')
    .map((name) => `${name}\n${message[name] as string}\n`)
    .join('');
}

/** @returns the address when it is one of Amazon SNS */
export function snsAddress(value: unknown, hosts: SnsHosts): string | undefined {
  const text = textIn(value);
  return text && text.length <= 2048 && URL.canParse(text) && hosts(new URL(text)) ? text : undefined;
}

function unbelieved(reason: string): Refused {
  return new Refused('unauthenticated', `${reason}; nothing was stored.`, {
    mend: 'Only messages that Amazon SNS itself has signed in the last 24 hours are taken. Keep raw message delivery off.',
  });
}

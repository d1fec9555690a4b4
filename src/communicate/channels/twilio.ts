/** Twilio's API: how a message or a call is asked for, what its answers mean, and how its callbacks are told from forged ones. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#platform/clock.ts';
import type { TwilioConfig } from '#platform/config.ts';
import { Failed } from '#platform/errors.ts';
import type { Answered, Outbound } from '#platform/http/outbound.ts';
import { Gone, taken } from './answer.ts';

const PUBLIC_API = 'https://api.twilio.com';
const CALLBACKS = '/hooks/twilio';
// https://www.twilio.com/docs/api/errors/21610: the reader has answered STOP.
const STOPPED = 21610;
export const ASKED_FOR_NO_SMS = 'Asked for no SMS (STOP).';
export const NO_TWILIO = 'not sent: no Twilio account is configured';

export type TwilioMeans = { twilio: TwilioConfig; outbound: Outbound; clock: Clock };

/** @returns Twilio's name for what it has taken */
export async function askTwilio(
  { twilio, outbound, clock }: TwilioMeans,
  what: 'Messages' | 'Calls',
  form: Record<string, string>,
): Promise<{ sid: string; status: string }> {
  const { accountSid, authToken, baseUrl } = twilio;
  const answer = await outbound.request({
    method: 'POST',
    url: `${baseUrl}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/${what}.json`,
    headers: {
      authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams(form).toString(),
    // The operator named it; Twilio's own address needs no trust.
    trusted: baseUrl !== PUBLIC_API,
    follow: false,
  });
  const body = bodyOf(answer);
  if (body.code === STOPPED) throw new Gone(ASKED_FOR_NO_SMS);
  const words = typeof body.message === 'string' ? { ...answer, body: String(body.message) } : answer;
  // A wrong token or a closed account is for the operator to mend.
  taken(words, { who: 'Twilio', now: clock.now(), gone: [], ours: [401, 403] });
  if (typeof body.sid !== 'string' || !body.sid)
    throw new Failed('Twilio answered without the id of the message, so that nothing is proven.');
  return { sid: body.sid, status: String(body.status ?? 'queued') };
}

function bodyOf({ body }: Answered): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** @returns who an SMS is from, and whether whoever gets it can answer: a name instead of a number cannot */
export function senderOf({ from, messagingServiceSid }: TwilioConfig): {
  sender: Record<string, string>;
  hears: boolean;
} {
  if (messagingServiceSid) return { sender: { MessagingServiceSid: messagingServiceSid }, hears: true };
  return { sender: { From: from ?? '' }, hears: /^\+?\d+$/.test(from ?? '') };
}

/** Words inside what Twilio is answered. */
export function xml(text: string): string {
  return text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** @returns where Twilio reports, when there is a public address */
export function callbackUrl(
  url: string | undefined,
  what: 'status' | 'digits',
  deliveryId: string,
): string | undefined {
  return url && `${url}${CALLBACKS}/${what}?delivery=${encodeURIComponent(deliveryId)}`;
}

/** X-Twilio-Signature: HMAC-SHA1 of the whole address and every parameter, sorted by name. */
export function twilioSignature(authToken: string, url: string, params: Record<string, string>): string {
  const text = Object.keys(params)
    .sort()
    .reduce((sum, name) => sum + name + (params[name] ?? ''), url);
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64');
}

export function isFromTwilio(
  authToken: string,
  asked: { url: string; params: Record<string, string>; signature: string },
): boolean {
  const expected = Buffer.from(twilioSignature(authToken, asked.url, asked.params));
  const given = Buffer.from(asked.signature);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

/** `/device/<token>`: a link by which a contact turns messages on in a browser. Bound to the contact, to the address that it was given to, and to a time. */
import { createHmac } from 'node:crypto';
import { sameHash } from '#platform/auth/hash.ts';
import { newSecret } from '#platform/ids.ts';

const SIGNATURE_CHARACTERS = 32;
const MAIL_LINK_DAYS = 7;
const PAGE_LINK_MINUTES = 30;
const TOKEN = /^([\w-]{1,64})\.([0-9a-z]{1,10})\.(\w{1,64})\.([0-9a-f]{32})$/;

export type DeviceLink = { contactId: string; expiresAt: Temporal.Instant; nonce: string; signature: string };

/** Browsers show notifications only of an https address; of the machine itself for trying it out. */
export function canPush(url: string | undefined): url is string {
  return (
    url !== undefined && (url.startsWith('https:') || /^http:\/\/(localhost|127\.0\.0\.1)(:|\/|$)/.test(url))
  );
}

type Reader = { contactId: string; address: string };

/** One link per mail: the same at every try of the delivery. @returns a path */
export function devicePathInMail(
  secret: string,
  { contactId, address, deliveryId, writtenAt }: Reader & { deliveryId: string; writtenAt: Temporal.Instant },
): string {
  const expiresAt = writtenAt.add({ hours: 24 * MAIL_LINK_DAYS });
  return pathOf(secret, { contactId, address, expiresAt, nonce: deliveryId });
}

/** For a reader who has just shown that the address is theirs. @returns a path */
export function devicePathOnPage(secret: string, reader: Reader, now: Temporal.Instant): string {
  const expiresAt = now.add({ minutes: PAGE_LINK_MINUTES });
  return pathOf(secret, { ...reader, expiresAt, nonce: newSecret() });
}

function pathOf(secret: string, link: Reader & { expiresAt: Temporal.Instant; nonce: string }): string {
  const { contactId, nonce } = link;
  const minutes = minutesOf(link.expiresAt);
  return `/device/${contactId}.${minutes}.${nonce}.${sign(secret, { contactId, minutes, nonce, address: link.address })}`;
}

/** @returns what a token says; whether it is genuine only the contact's addresses show */
export function readDeviceLink(token: string): DeviceLink | undefined {
  const [, contactId, minutes, nonce, signature] = TOKEN.exec(token) ?? [];
  if (!contactId || !minutes || !nonce || !signature) return undefined;
  const expiresAt = Temporal.Instant.fromEpochMilliseconds(Number.parseInt(minutes, 36) * 60_000);
  return { contactId, expiresAt, nonce, signature };
}

/** @returns the address of the contact that the link was given to; undefined when it is forged or the address is theirs no more */
export function addressOf(
  secret: string,
  { contactId, expiresAt, nonce, signature }: DeviceLink,
  addresses: readonly string[],
): string | undefined {
  const minutes = minutesOf(expiresAt);
  return addresses.find((address) =>
    sameHash(signature, sign(secret, { contactId, minutes, nonce, address })),
  );
}

/** Turns one device off from anywhere: in the mail that says that it was added. @returns a path */
export function deviceOffPath(secret: string, channelId: string): string {
  return `/device/off/${channelId}.${signOff(secret, channelId)}`;
}

/** @returns the channel that a genuine token names */
export function channelToEnd(secret: string, token: string): string | undefined {
  const [, channelId, signature] = /^(chn_[0-9a-z]{16})\.([0-9a-f]{32})$/.exec(token) ?? [];
  return channelId && signature && sameHash(signature, signOff(secret, channelId)) ? channelId : undefined;
}

function minutesOf(at: Temporal.Instant): string {
  return Math.floor(at.epochMilliseconds / 60_000).toString(36);
}

type Signed = { contactId: string; minutes: string; nonce: string; address: string };

function sign(secret: string, { contactId, minutes, nonce, address }: Signed): string {
  return hmac(secret, `device ${contactId} ${minutes} ${nonce} ${address.toLowerCase()}`);
}

function signOff(secret: string, channelId: string): string {
  return hmac(secret, `device off ${channelId}`);
}

function hmac(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex').slice(0, SIGNATURE_CHARACTERS);
}

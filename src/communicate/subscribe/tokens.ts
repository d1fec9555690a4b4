/** What stands in the links of subscribers and readers: the id and a signature over what the link is for. Nothing is stored. */
import { createHmac, timingSafeEqual } from 'node:crypto';

const SIGNATURE_CHARACTERS = 32;
const TOKEN = /^([a-z]{3}_[0-9a-z]{16})\.([0-9a-f]{32})$/;

/** `confirm` is bound to the time until which it holds, so that each mail has a link of its own. */
export type Purpose = { for: 'subscription' } | { for: 'feed' } | { for: 'confirm'; until: number };

export function tokenFor(secret: string, id: string, purpose: Purpose): string {
  return `${id}.${signature(secret, id, purpose)}`;
}

/** @returns the id that the token names; whether it is genuine is not said yet */
export function idIn(token: string): string | undefined {
  return TOKEN.exec(token)?.[1];
}

export function isGenuine(secret: string, token: string, purpose: Purpose): boolean {
  const [, id, given] = TOKEN.exec(token) ?? [];
  return (
    id !== undefined &&
    given !== undefined &&
    timingSafeEqual(Buffer.from(given), Buffer.from(signature(secret, id, purpose)))
  );
}

function signature(secret: string, id: string, purpose: Purpose): string {
  const until = purpose.for === 'confirm' ? ` ${purpose.until}` : '';
  return createHmac('sha256', secret)
    .update(`status page ${purpose.for} ${id}${until}`)
    .digest('hex')
    .slice(0, SIGNATURE_CHARACTERS);
}

/** The address of a contact's own form: whoever has it speaks for that contact. Bound to the contact; it dies with them. */
import { createHmac } from 'node:crypto';
import { sameHash } from '#platform/auth/hash.ts';

const SIGNATURE_CHARACTERS = 32;

/** @returns a path such as /ask/con_7m3k.9f86d0…, for messages and pages that this contact alone sees */
export function formPath(secret: string, contactId: string): string {
  return `/ask/${contactId}.${signature(secret, contactId)}`;
}

/** @returns the id of the contact, undefined for a link that we did not make */
export function contactOf(secret: string, token: string): string | undefined {
  const dot = token.lastIndexOf('.');
  if (dot < 1) return undefined;
  const contactId = token.slice(0, dot);
  return sameHash(token.slice(dot + 1), signature(secret, contactId)) ? contactId : undefined;
}

function signature(secret: string, contactId: string): string {
  return createHmac('sha256', secret).update(`ask ${contactId}`).digest('hex').slice(0, SIGNATURE_CHARACTERS);
}

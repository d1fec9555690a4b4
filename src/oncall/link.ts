/** The links that a page carries: bound to person, page and channel, and dead when the page is over. Nothing is stored. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Page } from './page.ts';

const SIGNATURE_CHARACTERS = 32;
const TOKEN = /^(page_[0-9a-z]{16})\.(\d{1,2})\.([0-9a-f]{32})$/;

/** @returns the address of the page with its buttons; undefined when HUMDRUM_URL is not set */
export function linkOf(
  by: { url: string | undefined; secret: string },
  page: Page,
  position: number,
): string | undefined {
  return by.url && `${by.url}/p/${tokenOf(by.secret, page, position)}`;
}

export function tokenOf(secret: string, page: Pick<Page, 'id' | 'person'>, position: number): string {
  return `${page.id}.${position}.${sign(secret, page, position)}`;
}

function sign(secret: string, page: Pick<Page, 'id' | 'person'>, position: number): string {
  return createHmac('sha256', secret)
    .update(`page ${page.id} ${page.person.personId} ${position}`)
    .digest('hex')
    .slice(0, SIGNATURE_CHARACTERS);
}

/** @returns the page that a token names, not yet checked; undefined when it cannot be one */
export function readToken(
  token: string,
): { pageId: string; position: number; signature: string } | undefined {
  const [, pageId, position, signature] = TOKEN.exec(token) ?? [];
  return pageId && position && signature ? { pageId, position: Number(position), signature } : undefined;
}

export function isGenuine(
  secret: string,
  page: Pick<Page, 'id' | 'person'>,
  token: { position: number; signature: string },
): boolean {
  return timingSafeEqual(Buffer.from(sign(secret, page, token.position)), Buffer.from(token.signature));
}

/** Names of pages in their addresses: `/status/<slug>/`. Pure. */

const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$/;
/** What the default page itself has below /status/, and what may come. */
const RESERVED = new Set([
  '404',
  'access',
  'api',
  'assets',
  'calendar.ics',
  'confirm',
  'default',
  'documents.json',
  'enter',
  'history.atom',
  'history.rss',
  'incidents',
  'leave',
  'logo',
  'maintenance',
  'new',
  'report',
  'sign-in',
  'sso',
  'subscribe',
  'subscription',
  'unsubscribe',
]);

export function isReserved(segment: string): boolean {
  return RESERVED.has(segment);
}

/** @returns what is wrong with it, or undefined */
export function whyNoSlug(text: string): string | undefined {
  if (!SLUG.test(text))
    return 'must have 1 to 60 small letters, digits and hyphens, and begin and end with a letter or digit';
  return isReserved(text) ? `"${text}" is an address of the first page; choose another` : undefined;
}

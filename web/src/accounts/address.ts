/** Which addresses may follow a sign-in. Pure. */

/** Only addresses of this app; a link must not lead a signed-in person elsewhere. */
export function ownAddress(to: unknown): string {
  return typeof to === 'string' && /^\/(?![/\\])/.test(to) && !to.startsWith('/sign-in') ? to : '/';
}

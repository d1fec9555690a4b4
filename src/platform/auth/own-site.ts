/** Tells requests of our own pages from requests that another site makes a browser send. */
import type { FastifyRequest } from 'fastify';
import { Refused } from '#platform/errors.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * @param publicUrl HUMDRUM_URL; a proxy may change the Host header, so either may match
 * @returns true when the browser says that one of our pages asks; undefined when nothing says who asks
 */
export function fromOwnSite(request: FastifyRequest, publicUrl: string | undefined): boolean | undefined {
  const site = request.headers['sec-fetch-site'];
  if (site === 'same-origin' || site === 'none') return true;
  const { origin } = request.headers;
  if (origin === undefined) return site === undefined ? undefined : false;
  const host = hostOf(origin);
  return (
    host !== undefined &&
    (host === request.headers.host || (publicUrl !== undefined && host === hostOf(publicUrl)))
  );
}

/** @throws Refused when a cookie would act on behalf of another site */
export function refuseOtherSites(request: FastifyRequest, publicUrl: string | undefined): void {
  if (SAFE.has(request.method) || fromOwnSite(request, publicUrl) === true) return;
  throw new Refused(
    'forbidden',
    'This request does not come from a page of this Humdrum; nothing was changed.',
    {
      mend: 'Use the app, or an API token as "Authorization: Bearer …". Behind a proxy, set HUMDRUM_URL to the public address.',
    },
  );
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}

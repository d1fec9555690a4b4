/** What holds for every request: careful browsers on the way out, texts that the database can keep on the way in. */

import { Refused } from '#platform/errors.ts';
import type { App } from './app.ts';
import { cleaned, keepable } from './clean-text.ts';

const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  // The component library sets sizes and positions as inline styles.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Record<string, string> = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Links carry secrets in their path; no other site learns them.
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
};

const SECURE_SECONDS = 365 * 24 * 3600;

/**
 * Register before the routes. A page may set stricter headers of its own.
 * @param url the public address; https makes browsers remember it
 */
export function security(app: App, { url }: { url: string | undefined }): void {
  const headers = url?.startsWith('https:')
    ? { ...HEADERS, 'strict-transport-security': `max-age=${SECURE_SECONDS}` }
    : HEADERS;
  app.addHook('preValidation', (request, _reply, done) => {
    for (const given of [request.params, request.query])
      if (!keepable(given))
        return done(
          new Refused('invalid', 'The address contains characters that no id and no search has.', {
            mend: 'Check what is after the address of Humdrum.',
          }),
        );
    // Intake cleans for itself, in groups, and keeps what was sent.
    if (request.routeOptions.config.access !== 'integration') request.body = cleaned(request.body);
    done();
  });
  app.addHook('onSend', (request, reply, payload, done) => {
    // Monitoring systems read a status, no browser is there to be careful: one header is enough.
    if (request.routeOptions.config.access === 'integration') {
      reply.header('x-content-type-options', 'nosniff');
      return done(null, payload);
    }
    for (const [name, value] of Object.entries(headers))
      if (!reply.hasHeader(name)) reply.header(name, value);
    if (request.url.startsWith('/api/v1/') && !reply.hasHeader('cache-control'))
      reply.header('cache-control', 'no-store');
    done(null, payload);
  });
}

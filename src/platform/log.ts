/** Structured logs without secrets: keys, tokens and message bodies never reach them. */
import pino, { type Logger } from 'pino';

export type { Logger };

const REDACT = [
  'req.headers.authorization',
  'req.headers.cookie',
  '*.password',
  '*.secret',
  '*.token',
  '*.routing_key',
  '*.key',
];

/** Paths that carry a key: `/in/<key>/…`, `/hooks/<source>/<key>`, `/p/<token>`, `/u/<token>`, links on status pages keep their shape and lose the secret. */
export function withoutKeys(path: string): string {
  return path
    .replace(/^\/in\/[^/?]+/, '/in/[key]')
    .replace(/^\/services\/([^/?]+\/[^/?]+)\/[^/?]+/, '/services/$1/[key]')
    .replace(/^\/hooks\/([^/?]+)\/[^/?]+/, '/hooks/$1/[key]')
    .replace(/^\/(p|u|ask|unsubscribe|setup|invitation)\/[^/?]+/, '/$1/[token]')
    .replace(/^(\/status\/(?:[^/?]+\/)?(?:enter|confirm|subscription|unsubscribe))\/[^/?]+/, '$1/[token]')
    .replace(/([?&](?:token|key|code|api_key)=)[^&]+/gi, '$1[redacted]');
}

export function createLog(level: string): Logger {
  return pino({ level, base: undefined, redact: { paths: REDACT, censor: '[redacted]' } });
}

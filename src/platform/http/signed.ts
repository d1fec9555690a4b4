/** Signs what we send to a program as Standard Webhooks 1.0.0 say: one id at every try, several secrets while one is being replaced. Pure. */
import { Webhook } from 'standardwebhooks';
import { Failed } from '#platform/errors.ts';

/**
 * @param what.id the same at every try, so that the other side can tell a repetition
 * @param what.body the exact bytes that are sent
 * @param what.secrets each `whsec_` and base64
 * @throws Failed (permanent) without a secret
 */
export function signedHeaders(what: {
  id: string;
  body: string;
  now: Temporal.Instant;
  secrets: string[];
}): Record<string, string> {
  if (!what.secrets.length) throw new Failed('The webhook has no signing secret.', { permanent: true });
  const at = new Date(what.now.epochMilliseconds);
  return {
    'webhook-id': what.id,
    'webhook-timestamp': String(Math.floor(what.now.epochMilliseconds / 1000)),
    'webhook-signature': what.secrets
      .map((secret) => new Webhook(secret).sign(what.id, at, what.body))
      .join(' '),
  };
}

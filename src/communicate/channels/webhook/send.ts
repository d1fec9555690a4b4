/** Sends a message to a program as Standard Webhooks 1.0.0 say: signed, one id at every try, 410 ends it, a redirect is a failure. */
import { signedHeaders } from '#platform/http/signed.ts';
import { taken } from '../answer.ts';
import type { ChannelMeans, Teller } from '../channels.ts';
import { renderWebhook } from './render.ts';

export function webhookChannel({ outbound, clock }: ChannelMeans): Teller {
  return {
    async send({ deliveryId, wording, to }) {
      const now = clock.now();
      const body = renderWebhook(wording);
      const answer = await outbound.request({
        method: 'POST',
        url: to.secret.url ?? '',
        headers: {
          'content-type': 'application/json',
          ...signedHeaders({ id: deliveryId, body, now, secrets: inForce(to.secret.secrets ?? [], now) }),
        },
        body,
        follow: false,
      });
      taken(answer, { who: 'The webhook', now, gone: [410] });
      return { response: `the webhook took it (${answer.status})`, delivered: true, id: deliveryId };
    },
  };
}

/** A replaced secret signs beside the new one until its time is over. */
function inForce(secrets: { secret: string; until: string | null }[], now: Temporal.Instant): string[] {
  return secrets
    .filter(({ until }) => until === null || Temporal.Instant.compare(Temporal.Instant.from(until), now) > 0)
    .map(({ secret }) => secret);
}

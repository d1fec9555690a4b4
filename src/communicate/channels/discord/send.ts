/** Posts a message to Discord by a channel's webhook; Discord names what it has posted. */
import { taken } from '../answer.ts';
import type { ChannelMeans, Teller } from '../channels.ts';
import { renderDiscord } from './render.ts';

export function discordChannel({ outbound, clock }: ChannelMeans): Teller {
  return {
    async send({ wording, to }) {
      const url = new URL(to.secret.url ?? '');
      // Without it Discord answers before it has posted anything.
      url.searchParams.set('wait', 'true');
      const answer = await outbound.request({
        method: 'POST',
        url: url.href,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(renderDiscord(wording)),
        follow: false,
      });
      taken(answer, { who: 'Discord', now: clock.now(), gone: [404, 410] });
      const id = /"id"\s*:\s*"(\d{1,30})"/.exec(answer.body)?.[1];
      return { response: `Discord has posted it${id ? ` (${id})` : ''}`, delivered: id !== undefined, id };
    },
  };
}

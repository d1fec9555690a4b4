/** Posts a message to Mattermost by an incoming webhook, which answers when it has posted. */
import { taken } from '../answer.ts';
import type { ChannelMeans, Teller } from '../channels.ts';
import { renderMattermost } from './render.ts';

export function mattermostChannel({ outbound, clock }: ChannelMeans): Teller {
  return {
    async send({ wording, to }) {
      const answer = await outbound.request({
        method: 'POST',
        url: to.secret.url ?? '',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(renderMattermost(wording)),
        follow: false,
      });
      taken(answer, { who: 'Mattermost', now: clock.now(), gone: [410] });
      return { response: 'Mattermost has posted it', delivered: true };
    },
  };
}

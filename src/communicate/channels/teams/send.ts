/** Hands a message to a Teams workflow, which answers 202 before it has posted: that is no proof that anybody can read it. */
import { Failed } from '#platform/errors.ts';
import { taken } from '../answer.ts';
import type { ChannelMeans, Teller } from '../channels.ts';
import { renderTeams } from './render.ts';

export function teamsChannel({ outbound, clock }: ChannelMeans): Teller {
  return {
    async send({ wording, to }) {
      const answer = await outbound.request({
        method: 'POST',
        url: to.secret.url ?? '',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(renderTeams(wording)),
        follow: false,
      });
      taken(answer, { who: 'Teams', now: clock.now(), gone: [410] });
      // The connectors before workflows told of some failures with 200.
      if (/HTTP error 429|throttled/i.test(answer.body)) throw new Failed('Teams asked us to be slower.');
      return {
        response: `Teams took it (${answer.status}); it does not say whether it was posted`,
        delivered: false,
      };
    },
  };
}

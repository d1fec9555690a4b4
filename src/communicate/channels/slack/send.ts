/** Posts a message to Slack: by an incoming webhook, or by the bot into a channel, where an incident is one thread. */
import { taken } from '../answer.ts';
import type { ChannelMeans, Evidence, Teller, Telling } from '../channels.ts';
import { askSlack } from './bot.ts';
import { renderSlack } from './render.ts';

export function slackChannel(means: ChannelMeans): Teller {
  return {
    threads: true,
    send: (telling) => (telling.to.secret.url ? byWebhook(means, telling) : byBot(means, telling)),
  };
}

async function byWebhook({ outbound, clock }: ChannelMeans, { wording, to }: Telling): Promise<Evidence> {
  const answer = await outbound.request({
    method: 'POST',
    url: to.secret.url ?? '',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(renderSlack(wording)),
    follow: false,
  });
  taken(answer, { who: 'Slack', now: clock.now(), gone: [404, 410] });
  return { response: 'Slack has posted it', delivered: true };
}

async function byBot(means: ChannelMeans, { wording, to, thread }: Telling): Promise<Evidence> {
  const { ts } = await askSlack(means, 'chat.postMessage', {
    channel: to.address,
    ...renderSlack(wording),
    ...(thread ? { thread_ts: thread, reply_broadcast: true } : {}),
  });
  return { response: `Slack has posted it (${ts})`, delivered: true, id: ts, thread: thread ?? ts };
}

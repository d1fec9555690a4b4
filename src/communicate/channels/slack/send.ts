/** Posts a message to Slack: by an incoming webhook, or by the bot into a channel, where an incident is one thread. */
import { Failed } from '#platform/errors.ts';
import type { Answered } from '#platform/http/outbound.ts';
import { retryAfter, taken } from '../answer.ts';
import type { ChannelMeans, Evidence, Teller, Telling } from '../channels.ts';
import { renderSlack } from './render.ts';

const PUBLIC_API = 'https://slack.com/api';
// Slack says these with 200, or hides them behind it; everything else will not mend itself.
const LATER = new Set([
  'ratelimited',
  'rate_limited',
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
]);

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

async function byBot(
  { outbound, clock, config }: ChannelMeans,
  { wording, to, thread }: Telling,
): Promise<Evidence> {
  const { slack } = config;
  if (!slack)
    throw new Failed(
      'Slack channels are reached by a bot, and none is configured. Set SLACK_BOT_TOKEN, or use an incoming webhook.',
      { permanent: true },
    );
  const answer = await outbound.request({
    method: 'POST',
    url: `${slack.apiUrl}/chat.postMessage`,
    headers: {
      authorization: `Bearer ${slack.botToken}`,
      'content-type': 'application/json; charset=utf-8',
    },
    body: JSON.stringify({
      channel: to.address,
      ...renderSlack(wording),
      ...(thread ? { thread_ts: thread, reply_broadcast: true } : {}),
    }),
    trusted: slack.apiUrl !== PUBLIC_API,
    follow: false,
  });
  taken(answer, { who: 'Slack', now: clock.now(), gone: [] });
  return posted(answer, thread, clock.now());
}

function posted(answer: Answered, thread: string | undefined, now: Temporal.Instant): Evidence {
  const body = parsed(answer.body);
  if (body.ok !== true) {
    const error = typeof body.error === 'string' ? body.error : 'an answer that cannot be read';
    throw new Failed(`Slack did not post it: ${error}.`, {
      permanent: typeof body.error === 'string' && !LATER.has(body.error),
      retryAfterSeconds: retryAfter(answer, now),
    });
  }
  const ts = String(body.ts ?? '');
  return { response: `Slack has posted it (${ts})`, delivered: true, id: ts, thread: thread ?? ts };
}

function parsed(text: string): { ok?: unknown; error?: unknown; ts?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as object;
  } catch {
    return {};
  }
}

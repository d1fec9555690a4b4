/** Slack's web API as our bot asks it: one call, its errors told apart by whether trying again can help. */
import type { Clock } from '#platform/clock.ts';
import type { Config } from '#platform/config.ts';
import { Failed } from '#platform/errors.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import { retryAfter, taken } from '../answer.ts';

const PUBLIC_API = 'https://slack.com/api';
export const NO_BOT =
  'Slack channels are reached by a bot, and none is configured. Set SLACK_BOT_TOKEN, or use an incoming webhook.';
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

export type BotMeans = { outbound: Outbound; clock: Clock; config: Pick<Config, 'slack'> };

/**
 * @param body of the method, as Slack documents it
 * @returns the time stamp that names the message, and the id of its channel
 * @throws Failed; `permanent` when trying again cannot help
 */
export async function askSlack(
  { outbound, clock, config: { slack } }: BotMeans,
  method: 'chat.postMessage' | 'chat.update',
  body: object,
): Promise<{ ts: string; channel: string }> {
  if (!slack) throw new Failed(NO_BOT, { permanent: true });
  const answer = await outbound.request({
    method: 'POST',
    url: `${slack.apiUrl}/${method}`,
    headers: {
      authorization: `Bearer ${slack.botToken}`,
      'content-type': 'application/json; charset=utf-8',
    },
    body: JSON.stringify(body),
    trusted: slack.apiUrl !== PUBLIC_API,
    follow: false,
  });
  taken(answer, { who: 'Slack', now: clock.now(), gone: [] });
  const { ok, error, ts, channel } = parsed(answer.body);
  if (ok !== true)
    throw new Failed(
      `Slack did not post it: ${typeof error === 'string' ? error : 'an answer that cannot be read'}.`,
      {
        permanent: typeof error === 'string' && !LATER.has(error),
        retryAfterSeconds: retryAfter(answer, clock.now()),
      },
    );
  return { ts: String(ts ?? ''), channel: String(channel ?? '') };
}

function parsed(text: string): { ok?: unknown; error?: unknown; ts?: unknown; channel?: unknown } {
  try {
    return (JSON.parse(text) ?? {}) as object;
  } catch {
    return {};
  }
}

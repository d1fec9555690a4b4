/** Sends a browser notification: encrypted for the subscription, signed with the keys of this installation (VAPID). */
import { createHash } from 'node:crypto';
import webPush from 'web-push';
import { Failed } from '#platform/errors.ts';
import { taken } from '../answer.ts';
import type { ChannelMeans, Teller, Telling } from '../channels.ts';
import { renderPush } from './render.ts';

export type PushKeys = { publicKey: string; privateKey: string };

const KEEP_SECONDS = 3600;
const TOPIC_CHARACTERS = 32;

export function webPushChannel({ outbound, clock, config, pushKeys }: ChannelMeans): Teller {
  return {
    async send(telling) {
      const request = requestOf(telling, await pushKeys(), subjectOf(config));
      const answer = await outbound.request({ ...request, method: 'POST', follow: false });
      taken(answer, { who: 'The push service', now: clock.now(), gone: [404, 410] });
      return { response: `the push service took it (${answer.status})`, delivered: false };
    },
  };
}

function requestOf({ wording, reference, to, urgent }: Telling, keys: PushKeys, subject: string) {
  const { url = '', keys: subscriptionKeys } = to.secret;
  if (!subscriptionKeys) throw new Failed('The subscription has no keys.', { permanent: true });
  const topic =
    reference && createHash('sha256').update(reference).digest('base64url').slice(0, TOPIC_CHARACTERS);
  try {
    const { endpoint, headers, body } = webPush.generateRequestDetails(
      { endpoint: url, keys: subscriptionKeys },
      JSON.stringify(renderPush(wording, reference)),
      {
        vapidDetails: { subject, ...keys },
        TTL: KEEP_SECONDS,
        urgency: urgent ? 'high' : 'normal',
        contentEncoding: 'aes128gcm',
        ...(topic ? { topic } : {}),
      },
    );
    const { 'Content-Length': _, ...rest } = headers as Record<string, string | number>;
    return {
      url: endpoint,
      headers: Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)])),
      body: body as Buffer,
    };
  } catch (error) {
    throw new Failed(`The subscription cannot be used: ${(error as Error).message}`, {
      permanent: true,
      cause: error,
    });
  }
}

/** Whom a push service writes to when something is wrong. */
function subjectOf({ url, mailFrom }: Pick<ChannelMeans['config'], 'url' | 'mailFrom'>): string {
  if (url?.startsWith('https:')) return url;
  return `mailto:${/<([^>]+)>/.exec(mailFrom ?? '')?.[1] ?? mailFrom ?? 'humdrum@localhost'}`;
}

export function makePushKeys(): PushKeys {
  return webPush.generateVAPIDKeys();
}

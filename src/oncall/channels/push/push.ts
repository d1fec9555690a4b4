/** Rings a phone through an ntfy-compatible server: highest priority, buttons that answer without opening anything. */
import { Failed } from '#platform/errors.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import { ANSWERS, answerTime, wordsOf } from '../../words.ts';
import type { ChannelRinger, Ringing } from '../channels.ts';

const PRIORITY_HIGHEST = 5;
const MESSAGE_CHARACTERS_MAX = 2000;
const EVIDENCE_CHARACTERS_MAX = 60;
// What ntfy accepts as a topic.
const TOPIC = /^[-_A-Za-z0-9]{1,64}$/;
const TOO_MANY = 429;
const TIMED_OUT = 408;

/** @param pushUrl the operator's server; a channel's address is a topic there, or a full address of its own */
export function pushChannel(outbound: Outbound, pushUrl: string): ChannelRinger {
  return {
    async send(ringing, channel) {
      const { server, topic } = target(channel.address, pushUrl);
      const response = await outbound.request({
        method: 'POST',
        url: server,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(messageOf(ringing, topic)),
        trusted: server === pushUrl,
      });
      if (response.status >= 300) throw refused(response.status);
      return evidenceOf(response.status, response.body);
    },
  };
}

function target(address: string, pushUrl: string): { server: string; topic: string } {
  if (TOPIC.test(address)) return { server: pushUrl, topic: address };
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const topic = url?.pathname.split('/').filter(Boolean).at(-1) ?? '';
  if (!url || !/^https?:$/.test(url.protocol) || !TOPIC.test(topic))
    throw new Failed(
      'The push address is neither a topic nor an address such as https://ntfy.example.com/my-topic.',
      { permanent: true },
    );
  const folder = url.pathname.split('/').filter(Boolean).slice(0, -1).join('/');
  const server = `${url.origin}/${folder}`.replace(/\/+$/, '');
  return { server, topic };
}

function messageOf({ page, link }: Ringing, topic: string): object {
  const { title, lines } = wordsOf(page);
  const until = page.kind === 'test' ? undefined : answerTime(page);
  const without = link ? [] : ['Open Humdrum and answer there.'];
  const message = [
    ...lines.slice(page.kind === 'test' ? 0 : 1),
    ...without,
    ...(until ? [`Answer by ${until}.`] : []),
  ].join('\n');
  const actions =
    link &&
    ANSWERS.map(({ answer, label }) => ({
      action: 'http',
      label,
      url: `${link}/answer`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ answer }),
      clear: true,
    }));
  return {
    topic,
    title,
    message: message.slice(0, MESSAGE_CHARACTERS_MAX) || title,
    priority: PRIORITY_HIGHEST,
    tags: [page.kind === 'test' ? 'bell' : 'rotating_light'],
    ...(link ? { click: link, actions } : {}),
  };
}

function refused(status: number): Failed {
  const permanent = status >= 400 && status < 500 && status !== TOO_MANY && status !== TIMED_OUT;
  return new Failed(`The push server answered ${status}.`, { permanent });
}

function evidenceOf(status: number, body: string): string {
  try {
    const { id } = JSON.parse(body) as { id?: unknown };
    if (typeof id === 'string' && id) return `push server took it as ${id.slice(0, EVIDENCE_CHARACTERS_MAX)}`;
  } catch {
    // A server that answers without JSON has still taken it.
  }
  return `push server answered ${status}`;
}

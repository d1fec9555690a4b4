/** Any program: a signed message of Standard Webhooks 1.0.0; answered by its reply, by a callback, or by asking it again. */
import { signedHeaders } from '#platform/http/signed.ts';
import type { TargetOf } from '../shapes.ts';
import { filledInAddress } from '../words.ts';
import { type Follow, type Heard, jsonOf, linkOf, type Order, saidBy, type TargetKind } from './target.ts';

type Webhook = TargetOf<'webhook'>;

export const webhookTarget: TargetKind<Webhook> = {
  request(order) {
    const { target, secrets, runId, now } = order;
    const body = bodyOf(order);
    return {
      method: target.method,
      url: filledInAddress(target.url, order.known),
      headers: {
        ...secrets.headers,
        'content-type': 'application/json',
        ...signedHeaders({ id: runId, body, now, secrets: secrets.signing }),
      },
      body,
      follow: false,
    };
  },
  heard(answer, order) {
    const { answer: awaited } = order.target;
    const words = saidBy(answer);
    const link = linkIn(answer);
    switch (awaited.by) {
      case 'reply':
        return { state: 'done', words: words || `it answered ${answer.status}`, link };
      case 'callback':
        return {
          state: 'running',
          words: words || `it took it (${answer.status}) and will report back`,
          link,
        };
      case 'poll': {
        const url = awaited.url ? statusUrl(awaited.url, order) : givenUrl(answer, order);
        if (!url)
          return {
            state: 'unknown',
            words: 'it took it, but did not say where its progress can be asked',
            link,
          };
        return { state: 'running', words: words || `it took it (${answer.status})`, link, follow: { url } };
      }
    }
  },
  lost(order) {
    const { answer } = order.target;
    return answer.by === 'poll' && answer.url ? { url: statusUrl(answer.url, order) } : undefined;
  },
  look(follow: Follow, { target, secrets }) {
    // What is secret goes to the host that it was given for, and nowhere else.
    const own = new URL(target.url.replaceAll(/\{[a-z0-9_]+\}/g, 'x')).origin === new URL(follow.url).origin;
    return { method: 'GET', url: follow.url, headers: own ? { ...secrets.headers } : {}, follow: false };
  },
  seen(answer, _, { target }) {
    return target.answer.by === 'poll' ? progress(answer, target.answer) : { state: 'running', words: '' };
  },
};

function bodyOf({
  runId,
  lever,
  effect,
  values,
  incident,
  service,
  askedBy,
  askedAt,
  dryRun,
  callbackUrl,
}: Order): string {
  return JSON.stringify({
    type: 'lever.pulled',
    timestamp: askedAt.toString(),
    data: {
      run: runId,
      lever,
      effect,
      inputs: values,
      incident: incident ?? null,
      service: service ?? null,
      askedBy,
      dryRun,
      callbackUrl: dryRun ? null : (callbackUrl ?? null),
    },
  });
}

function statusUrl(template: string, { known, runId }: Order): string {
  return filledInAddress(template, { ...known, run: runId });
}

function givenUrl(answer: Parameters<typeof jsonOf>[0], order: Order<Webhook>): string | undefined {
  const json = jsonOf(answer) as Record<string, unknown> | undefined;
  const given = json?.statusUrl ?? answer.headers.location;
  const base = filledInAddress(order.target.url, order.known);
  if (typeof given !== 'string' || given.length > 2000 || !URL.canParse(given, base)) return undefined;
  return linkOf(new URL(given, base).href);
}

function linkIn(answer: Parameters<typeof jsonOf>[0]): string | undefined {
  const json = jsonOf(answer) as Record<string, unknown> | undefined;
  return linkOf(json?.url) ?? linkOf(json?.link);
}

function progress(
  answer: Parameters<typeof jsonOf>[0],
  { path, done, failed }: Extract<Webhook['answer'], { by: 'poll' }>,
): Heard {
  const said = path ? at(jsonOf(answer), path) : answer.body;
  const words = path && typeof said === 'string' ? said : saidBy(answer);
  const link = linkIn(answer);
  const fits = (list: string[]) => list.some((word) => matches(said, word, path === ''));
  if (fits(failed)) return { state: 'failed', words, link };
  if (fits(done)) return { state: 'done', words, link };
  return {
    state: 'running',
    words: path && said === undefined ? 'it does not say how far it is' : words,
    link,
  };
}

function matches(said: unknown, word: string, anywhere: boolean): boolean {
  if (typeof said !== 'string' && typeof said !== 'number' && typeof said !== 'boolean') return false;
  const text = String(said).toLowerCase();
  return anywhere ? text.includes(word.toLowerCase()) : text === word.toLowerCase();
}

function at(json: unknown, path: string): unknown {
  let value = json;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** The phones of a replay: a push server that takes every page and tells of it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A phone rang: when, whose, for which incidents (their numbers), with which words. As the push server saw it. */
export type Ring = { at: number; personId: string; numbers: number[]; words: string };

type Push = { topic: string; title: string; message: string; actions: { url: string }[] };

/** @param now milliseconds since 1970 on the clock of the replay */
export async function openPhones(now: () => number) {
  const phones = {
    url: '',
    rings: [] as Ring[],
    /** `answerPath`: where the button "I have it" posts to. */
    onRing: (_ring: Ring, _answerPath: string): void => {},
    stop: () => server.close(),
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const push = JSON.parse(body) as Push;
    const ring = ringOf(push, now());
    phones.rings.push(ring);
    phones.onRing(ring, new URL(push.actions[0]!.url).pathname);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"taken"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  phones.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return phones;
}

function ringOf({ topic, title, message }: Push, at: number): Ring {
  const words = `${title}\n${message}`;
  const numbers = [...words.matchAll(/\bINC-(\d+):/g)].map(([, number]) => Number(number));
  return { at, personId: topic, numbers: [...new Set(numbers)], words };
}

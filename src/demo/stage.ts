/** Where the demo's month is played: a whole Humdrum on a clock that is moved, with somebody who acts. A refusal ends it loudly. */
import { setTimeout as pause } from 'node:timers/promises';
import type { InjectOptions } from 'fastify';
import { movableClock } from '#platform/clock.ts';
import type { Db } from '#platform/db/database.ts';
import { timesOf } from '#platform/db/due-times.ts';
import type { Caller } from '#platform/http/app.ts';
import type { Mailer } from '#platform/mail.ts';
import type { Due } from '#platform/platform.ts';
import { type Humdrum, type Opening, openHumdrum } from '#src/open.ts';

const JOBS_REST_TRIES_MAX = 12_000;
// More rounds than this at one instant, and whatever is due never ends.
const ROUNDS_MAX = 200;
// Clearing away what is old waits for the first sweep of the real clock.
const HOUSEKEEPING = new Set(['live hints', 'idempotency']);
const LOOK_AGAIN_MILLISECONDS = 3;

export type Actor = { personId: string; name: string };

export type Stage = {
  humdrum: Humdrum;
  now(): Temporal.Instant;
  /** Moves time to `at`, doing everything that is due on the way; a time that has passed only does what is due. */
  until(at: Temporal.Instant): Promise<void>;
  /** Asks as this person. @throws Error when the answer is a refusal */
  // biome-ignore lint/suspicious/noExplicitAny: the demo reads answers of every shape
  ask(who: Actor, method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<any>;
  /** Sends what a tool sends, with its key, or a form of a page. @throws Error when it is not accepted */
  send(path: string, body: object): Promise<void>;
  /** @returns the first link in the latest mail to this address */
  linkIn(address: string): string | undefined;
  close(): Promise<void>;
};

/** Opens the house at `start`, without timers of its own: time moves when `until` says so. */
export async function openStage(
  opening: Omit<Opening, 'clock' | 'authenticate' | 'timers'> & { mailer: Mailer },
  start: Temporal.Instant,
): Promise<Stage> {
  const clock = movableClock(start);
  let caller: Caller | undefined;
  const lettered = new Map<string, string>();
  const mailer: Mailer = {
    ...opening.mailer,
    sendMail(letter) {
      lettered.set(String(letter.to), String(letter.text));
      return opening.mailer.sendMail(letter);
    },
  };
  const humdrum = await openHumdrum({
    ...opening,
    mailer,
    clock,
    timers: false,
    authenticate: async () => caller,
  });
  const dues = humdrum.dues.filter(({ name }) => !HOUSEKEEPING.has(name));
  const rest = async (): Promise<void> => {
    for (let tries = 0; tries < JOBS_REST_TRIES_MAX; tries += 1) {
      if (await humdrum.platform.jobs.idle()) return;
      await pause(LOOK_AGAIN_MILLISECONDS);
    }
    throw new Error('The jobs of the demo did not come to rest.');
  };
  const inject = async (method: 'GET' | 'POST' | 'PUT', url: string, body: object | undefined) => {
    const answer = await humdrum.app.inject({
      method,
      url,
      ...(body ? { payload: body } : {}),
    } as InjectOptions);
    if (answer.statusCode >= 400)
      throw new Error(`${clock.now()}: ${method} ${url} was answered ${answer.statusCode}: ${answer.body}`);
    const spoken = String(answer.headers['content-type']).includes('json');
    return answer.body && spoken ? JSON.parse(answer.body) : undefined;
  };
  /** Does what is due now until nothing is. @returns when something is due next */
  const settle = async (): Promise<Temporal.Instant | undefined> => {
    const fruitless = new Set<Due>();
    for (let rounds = 0; rounds < ROUNDS_MAX; rounds += 1) {
      await rest();
      const times = await inOrder(humdrum.platform.db, dues);
      const now = clock.now();
      const timely = times.filter(({ at }) => !isLater(at, now)).map(({ due }) => due);
      const ready = [...timely, ...dues.filter((due) => due.looks?.(now))].filter(
        (due) => !fruitless.has(due),
      );
      if (!ready.length) return times.find(({ at }) => isLater(at, now))?.at;
      for (const due of ready) if ((await due.run(now)) === 0) fruitless.add(due);
    }
    throw new Error(`At ${clock.now()} something stays due although it is done.`);
  };
  return {
    humdrum,
    now: clock.now,
    async until(at) {
      for (;;) {
        const next = await settle();
        if (!next || Temporal.Instant.compare(next, at) > 0) break;
        clock.set(next);
      }
      if (Temporal.Instant.compare(at, clock.now()) > 0) clock.set(at);
    },
    async ask(who, method, path, body) {
      caller = {
        kind: 'person',
        loginId: `demo_${who.personId}`,
        role: 'administrator',
        scopes: [],
        sessionId: undefined,
        ...who,
      };
      return inject(method, `/api/v1${path}`, body);
    },
    async send(path, body) {
      caller = undefined;
      await inject('POST', path, body);
      await rest();
    },
    linkIn: (address) => /https?:\/\/\S+/.exec(lettered.get(address) ?? '')?.[0],
    close: () => humdrum.close(),
  };
}

function isLater(one: Temporal.Instant, other: Temporal.Instant): boolean {
  return Temporal.Instant.compare(one, other) > 0;
}

/** When each is due next, the earliest first. */
async function inOrder(db: Db, dues: Due[]): Promise<{ due: Due; at: Temporal.Instant }[]> {
  const times = await timesOf(db, dues);
  return dues
    .flatMap((due, index) => {
      const at = times[index];
      return at ? [{ due, at }] : [];
    })
    .toSorted((one, other) => Temporal.Instant.compare(one.at, other.at));
}

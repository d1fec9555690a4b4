/** Writes that arrive together are written together: one group at a time, and nobody is answered before the commit. */
import { stopwatch } from '#platform/clock.ts';
import { Failed, Refused } from '#platform/errors.ts';
import type { Logger } from '#platform/log.ts';

/** One entry for each, in order: undefined when it is stored, else why it was not. */
export type Recorded = (Refused | undefined)[];

/** Stores all of a group, or throws. @returns those that it refused, each with its reason */
export type GroupWriter<One> = (group: One[]) => Promise<Map<One, Refused>>;

export type Groups<One> = {
  /**
   * Resolves when all of them are committed or refused.
   * @throws Failed when the database cannot be reached; nothing is stored then, and the sender may try again
   * @throws Refused `too_many` when more waits than can be written soon
   */
  record(things: One[]): Promise<Recorded>;
  /**
   * Resolves when less than a whole group waits to be written. Whoever reads bodies that hold many things waits here first: then
   * bytes wait, and not the thousands of objects that are read from them.
   * @throws Refused `too_many` when more waits than can be written soon
   */
  turn(): Promise<void>;
};

const GROUP_MAX = 500;
const WAITING_MAX = 20_000;
const TURNS_MAX = 400;
const GATHER_MILLISECONDS_MAX = 3;
const ATTEMPTS_MAX = 4;

type Ticket = { recorded: Recorded; left: number; failure: unknown; done: () => void };
type Entry<One> = { one: One; place: number; ticket: Ticket };

/**
 * @param write stores all of a group or throws; called for one group at a time
 * @param word what the things are called: "event", "change"
 */
export function createGroups<One>(write: GroupWriter<One>, log: Logger, word: string): Groups<One> {
  let waiting: Entry<One>[] = [];
  const turns: (() => void)[] = [];
  let running = false;
  let expected = 0;

  async function run(): Promise<void> {
    running = true;
    while (waiting.length) {
      await gathered(() => waiting.length, Math.min(expected, GROUP_MAX));
      const group = waiting.slice(0, GROUP_MAX);
      waiting = waiting.slice(GROUP_MAX);
      for (const next of turns.splice(0)) next();
      await writeOrSplit(write, group, { log, word });
      expected = group.length + waiting.length;
    }
    running = false;
  }
  return {
    async record(things) {
      if (things.length === 0) return [];
      if (waiting.length + things.length > WAITING_MAX) throw tooMany(word);
      const { promise, resolve } = Promise.withResolvers<void>();
      const ticket: Ticket = {
        recorded: Array(things.length).fill(undefined),
        left: things.length,
        failure: undefined,
        done: resolve,
      };
      for (const [place, one] of things.entries()) waiting.push({ one, place, ticket });
      if (!running) void run();
      await promise;
      if (ticket.failure !== undefined) throw ticket.failure;
      return ticket.recorded;
    },
    async turn() {
      if (turns.length >= TURNS_MAX) throw tooMany(word);
      while (waiting.length >= GROUP_MAX) await new Promise<void>((resolve) => turns.push(resolve));
    },
  };
}

function tooMany(word: string): Refused {
  return new Refused(
    'too_many',
    `More ${word}s are waiting than can be written soon; this one was not stored.`,
    { mend: 'Send it again in a minute.' },
  );
}

/**
 * Waits for those who are expected: senders that were just answered usually come back at once, and share the next commit.
 * @param expected how many were under way when the last commit ended
 */
async function gathered(count: () => number, expected: number): Promise<void> {
  const waited = stopwatch();
  do await new Promise((resolve) => setImmediate(resolve));
  while (count() < expected && waited() < GATHER_MILLISECONDS_MAX);
}

type Told = { log: Logger; word: string };

/** A failing group is halved until only the guilty one is left. */
async function writeOrSplit<One>(
  write: GroupWriter<One>,
  group: Entry<One>[],
  told: Told,
  attempt = 1,
): Promise<void> {
  const { log, word } = told;
  try {
    const refused = await write(group.map(({ one }) => one));
    for (const entry of group) settle(entry, { refusal: refused.get(entry.one) });
  } catch (error) {
    const kind = kindOf(error);
    if (kind === 'conflict' && attempt < ATTEMPTS_MAX) return writeOrSplit(write, group, told, attempt + 1);
    if (kind === 'unavailable') {
      log.warn(
        { err: error, count: group.length },
        `${word}s could not be stored: the database does not answer`,
      );
      for (const entry of group)
        settle(entry, {
          failure: new Failed(`The ${word} could not be stored: the database does not answer.`, {
            cause: error,
          }),
        });
    } else if (group.length === 1) settle(group[0] as Entry<One>, blame(error, kind, word));
    else {
      const middle = Math.ceil(group.length / 2);
      await writeOrSplit(write, group.slice(0, middle), told);
      await writeOrSplit(write, group.slice(middle), told);
    }
  }
}

function blame(error: unknown, kind: Kind, word: string): { refusal?: Refused; failure?: unknown } {
  if (kind !== 'data') return { failure: error };
  return {
    refusal: new Refused('invalid', `The database cannot keep this ${word}; it was not stored.`, {
      mend: 'Look for broken characters, numbers or sizes in it.',
    }),
  };
}

function settle(
  { place, ticket }: Entry<unknown>,
  { refusal, failure }: { refusal?: Refused | undefined; failure?: unknown },
): void {
  ticket.recorded[place] = refusal;
  ticket.failure ??= failure;
  if (--ticket.left === 0) ticket.done();
}

type Kind = 'data' | 'conflict' | 'unavailable' | 'bug';

/** SQLSTATE classes: 22, 23 and 54 blame the data; 40 asks to try again; 08, 53, 55, 57, 58 and the network blame the world. */
function kindOf(error: unknown): Kind {
  if (error instanceof RangeError) return 'data';
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string') {
    if (/^(22|23|54)...$/.test(code)) return 'data';
    if (/^40...$/.test(code)) return 'conflict';
    if (/^(08|53|55|57|58)...$/.test(code) || /^E[A-Z]+$/.test(code)) return 'unavailable';
  }
  return /connection terminated|timeout exceeded|pglite is clos|driver has already been destroyed/i.test(
    String(message),
  )
    ? 'unavailable'
    : 'bug';
}

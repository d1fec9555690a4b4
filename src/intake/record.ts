/** The one way in: events that arrive together are written together, and nobody is answered before the commit. */
import { stopwatch } from '#platform/clock.ts';
import { Failed, Refused } from '#platform/errors.ts';
import type { Logger } from '#platform/log.ts';
import type { Incoming } from './incoming.ts';
import type { Writer } from './write.ts';

/** One entry per event, in order: undefined when it is stored, else why it was not. */
export type Recorded = (Refused | undefined)[];

export type Recorder = {
  /**
   * Resolves when every event is committed or refused.
   * @throws Failed when the database cannot be reached; nothing is stored then, and the sender may try again
   * @throws Refused `too_many` when more waits than can be written soon
   */
  record(events: Incoming[]): Promise<Recorded>;
};

const GROUP_EVENTS_MAX = 500;
const WAITING_EVENTS_MAX = 20_000;
const GATHER_MILLISECONDS_MAX = 3;
const ATTEMPTS_MAX = 4;

type Ticket = { recorded: Recorded; left: number; failure: unknown; done: () => void };
type Entry = { incoming: Incoming; place: number; ticket: Ticket };

/** @param write stores all of a group or throws; called for one group at a time */
export function createRecorder(write: Writer, log: Logger): Recorder {
  let waiting: Entry[] = [];
  let running = false;
  let expected = 0;

  async function run(): Promise<void> {
    running = true;
    while (waiting.length) {
      await gathered(() => waiting.length, Math.min(expected, GROUP_EVENTS_MAX));
      const group = waiting.slice(0, GROUP_EVENTS_MAX);
      waiting = waiting.slice(GROUP_EVENTS_MAX);
      await writeOrSplit(write, group, log);
      expected = group.length + waiting.length;
    }
    running = false;
  }
  return {
    async record(events) {
      if (events.length === 0) return [];
      if (waiting.length + events.length > WAITING_EVENTS_MAX)
        throw new Refused(
          'too_many',
          'More events are waiting than can be written soon; this one was not stored.',
          { mend: 'Send it again in a minute.' },
        );
      const { promise, resolve } = Promise.withResolvers<void>();
      const ticket: Ticket = {
        recorded: Array(events.length).fill(undefined),
        left: events.length,
        failure: undefined,
        done: resolve,
      };
      for (const [place, incoming] of events.entries()) waiting.push({ incoming, place, ticket });
      if (!running) void run();
      await promise;
      if (ticket.failure !== undefined) throw ticket.failure;
      return ticket.recorded;
    },
  };
}

/**
 * Waits for those who are expected: senders that were just answered usually come back at once, and share the next commit.
 * @param expected how many events were under way when the last commit ended
 */
async function gathered(count: () => number, expected: number): Promise<void> {
  const waited = stopwatch();
  do await new Promise((resolve) => setImmediate(resolve));
  while (count() < expected && waited() < GATHER_MILLISECONDS_MAX);
}

/** A failing group is halved until only the guilty event is left. */
async function writeOrSplit(write: Writer, group: Entry[], log: Logger, attempt = 1): Promise<void> {
  try {
    const refused = await write(group.map(({ incoming }) => incoming));
    for (const entry of group) settle(entry, { refusal: refused.get(entry.incoming) });
  } catch (error) {
    const kind = kindOf(error);
    if (kind === 'conflict' && attempt < ATTEMPTS_MAX) return writeOrSplit(write, group, log, attempt + 1);
    if (kind === 'unavailable') {
      log.warn(
        { err: error, events: group.length },
        'events could not be stored: the database does not answer',
      );
      for (const entry of group)
        settle(entry, {
          failure: new Failed('The event could not be stored: the database does not answer.', {
            cause: error,
          }),
        });
    } else if (group.length === 1) settle(group[0] as Entry, blame(error, kind));
    else {
      const middle = Math.ceil(group.length / 2);
      await writeOrSplit(write, group.slice(0, middle), log);
      await writeOrSplit(write, group.slice(middle), log);
    }
  }
}

function blame(error: unknown, kind: Kind): { refusal?: Refused; failure?: unknown } {
  if (kind !== 'data') return { failure: error };
  return {
    refusal: new Refused('invalid', 'The database cannot keep this event; it was not stored.', {
      mend: 'Look for broken characters, numbers or sizes in it.',
    }),
  };
}

function settle(
  { place, ticket }: Entry,
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

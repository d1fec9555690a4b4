/** Looks into the mailbox when something has arrived, and once a minute in any case; a mailbox that is away is asked again later. */
import { at, NEVER } from '#platform/db/due-times.ts';
import type { Mailbox } from '#platform/mailbox.ts';
import type { Due, Platform } from '#platform/platform.ts';
import { createKeeper } from './keep.ts';

const LOOK_SECONDS = 60;
const AGAIN_SECONDS_MAX = 300;

export type MailboxState = {
  name: string;
  readAt: Temporal.Instant | undefined;
  failedAt: Temporal.Instant | undefined;
  error: string | undefined;
};

export type Reading = { due: Due; state(): MailboxState };

/** The network is never waited for in a sweep: a look begins there and ends by itself. */
export function createReading(platform: Platform, mailbox: Mailbox): Reading {
  const { clock, log } = platform;
  const keeper = createKeeper(platform, mailbox.name);
  const state: MailboxState = {
    name: mailbox.name,
    readAt: undefined,
    failedAt: undefined,
    error: undefined,
  };
  let running = false;
  let failures = 0;
  let nextAt: Temporal.Instant | undefined;

  const look = async (): Promise<void> => {
    running = true;
    try {
      await mailbox.look(keeper);
      state.readAt = clock.now();
      state.error = undefined;
      state.failedAt = undefined;
      failures = 0;
      nextAt = clock.now().add({ seconds: LOOK_SECONDS });
    } catch (error) {
      failures += 1;
      state.error = (error as Error).message;
      state.failedAt ??= clock.now();
      nextAt = clock.now().add({ seconds: Math.min(5 * 2 ** failures, AGAIN_SECONDS_MAX) });
      log.warn({ err: error, mailbox: mailbox.name }, 'the mailbox could not be read');
    } finally {
      running = false;
    }
  };
  return {
    state: () => state,
    due: {
      name: 'communicate.mailbox',
      next: () => (running || !nextAt ? NEVER : at(nextAt)),
      looks: () => !running && !failures && mailbox.wanted(),
      async run() {
        if (!running) void look();
        return 0;
      },
    },
  };
}

/** Looks at every row with a due time, over and over; whatever nobody took is done here, and so nothing stays late for long. */
import type { Clock } from '#platform/clock.ts';
import type { Db } from '#platform/db/database.ts';
import { timesOf } from '#platform/db/due-times.ts';
import type { Logger } from '#platform/log.ts';
import type { Due } from '#platform/platform.ts';

type Sweeping = { db: Db; clock: Clock; log: Logger };

/** Runs everything that is due now, once. One due that fails does not keep the others waiting. @returns how many rows were taken */
export async function sweep(dues: Due[], { db, clock, log }: Sweeping): Promise<number> {
  const times = await timesOf(db, dues).catch((error) => {
    log.error({ err: error }, 'what is due could not be read; it is tried again in a second');
    return [];
  });
  let taken = 0;
  for (const [index, due] of dues.entries()) {
    const now = clock.now();
    const at = times[index];
    if (!(at && Temporal.Instant.compare(at, now) <= 0) && !due.looks?.(now)) continue;
    try {
      taken += await due.run(now);
    } catch (error) {
      log.error({ err: error, due: due.name }, 'a sweep failed; it is tried again in a second');
    }
  }
  return taken;
}

/** @returns the earliest instant at which something is due */
export async function nextDue(db: Db, dues: Due[]): Promise<Temporal.Instant | undefined> {
  const times = await timesOf(db, dues);
  return times.filter((at) => at !== undefined).toSorted(Temporal.Instant.compare)[0];
}

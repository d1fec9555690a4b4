/** Looks at every row with a due time, over and over; whatever nobody took is done here, and so nothing stays late for long. */
import type { Clock } from '#platform/clock.ts';
import type { Logger } from '#platform/log.ts';
import type { Due } from '#platform/platform.ts';

/** Runs everything that is due now, once. One due that fails does not keep the others waiting. @returns how many rows were taken */
export async function sweep(dues: Due[], clock: Clock, log: Logger): Promise<number> {
  let taken = 0;
  for (const due of dues)
    try {
      taken += await due.run(clock.now());
    } catch (error) {
      log.error({ err: error, due: due.name }, 'a sweep failed; it is tried again in a second');
    }
  return taken;
}

/** @returns the earliest instant at which something is due */
export async function nextDue(dues: Due[]): Promise<Temporal.Instant | undefined> {
  const times = await Promise.all(dues.map((due) => due.next()));
  return times.filter((at) => at !== undefined).toSorted(Temporal.Instant.compare)[0];
}

/** What is kept: a partition of `signal` for every day from today, and no raw payload that is older than thirty days. */

import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import { at } from '#platform/db/due-times.ts';
import { createPartitions as partitionsOf } from '#platform/db/partitions.ts';
import { orderedIdAt } from '#platform/ids.ts';
import type { Due } from '#platform/platform.ts';

export const KEEP_DAYS = 30;
const AHEAD_DAYS = 3;
const CHECK_HOURS = 6;
const EMPTIED_AT_ONCE = 1000;

export type Partitions = {
  /** Makes sure that these signals have somewhere to go; nearly free when they do. */
  ready(signals: readonly { receivedAt: Temporal.Instant }[]): Promise<void>;
  due: Due;
};

export function createPartitions(db: Db): Partitions {
  const partitions = partitionsOf(db, { table: 'signal', days: 1 });
  let checkedAt: Temporal.Instant | undefined;
  let emptiedTo = '';
  return {
    ready: (signals) => partitions.ready(signals.map(({ receivedAt }) => receivedAt)),
    due: {
      name: 'signal partitions',
      next: () => at(checkedAt?.add({ hours: CHECK_HOURS }) ?? Temporal.Instant.fromEpochMilliseconds(0)),
      async run(now) {
        await partitions.ready(
          Array.from({ length: AHEAD_DAYS + 1 }, (_, ahead) => now.add({ hours: 24 * ahead })),
        );
        const dropped = await partitions.dropBefore(now.subtract({ hours: 24 * KEEP_DAYS }));
        emptiedTo = await emptyOpenings(
          db,
          emptiedTo,
          orderedIdAt('alr', now.subtract({ hours: 24 * KEEP_DAYS })),
        );
        checkedAt = now;
        return dropped;
      },
    },
  };
}

/** Takes the raw event out of alerts whose ids lie between, a few at a time. @returns where to go on next time */
async function emptyOpenings(db: Db, from: string, to: string): Promise<string> {
  for (let next = from; ; ) {
    const { rows } = await sql<{ id: string }>`update alert set payload = null where id in (
      select id from alert where id > ${next} and id < ${to} and payload is not null order by id limit ${sql.lit(EMPTIED_AT_ONCE)})
      returning id`.execute(db);
    if (rows.length < EMPTIED_AT_ONCE) return to;
    next =
      rows
        .map(({ id }) => id)
        .toSorted()
        .at(-1) ?? next;
  }
}

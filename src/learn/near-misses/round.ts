/** The one daily round at a fixed hour: finds what came in, announces it, starts its clock. Nothing happens per report. */
import { sql } from 'kysely';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import { newId } from '#platform/ids.ts';
import type { Due } from '#platform/platform.ts';
import type { Policy } from '#promise/policy.ts';
import { queueMails } from '../mails.ts';
import type { House } from '../room.ts';
import { type Boxed, emptyBox } from './box.ts';
import { answerDue, nextRound } from './days.ts';
import { keepNearMiss } from './owed.ts';
import { learnersOn } from './settings.ts';

export const NEAR_MISS_ROUND = 'near_miss_round';
export const ALL_NEAR_MISSES = 'all';

/** The zone of the house, in which its days are counted. */
export type ZoneOf = (db: Db | Tx) => Promise<string>;

/** @param failures how many reports could not be kept since it was asked last; told once a day, so that no line belongs to a report */
export function nearMissRound(house: House, zoneOf: ZoneOf, failures: () => number): Due {
  const { platform, policies } = house;
  return {
    name: 'near misses',
    next: () =>
      sql`least(${earliest('near_miss_round', 'next_at')}, ${earliest('near_miss_box', 'stir_at', sql`stir_at is not null`)})`,
    run: (now) =>
      transaction(platform.db, async (tx) => {
        // Whoever holds this row does the round; everybody else has nothing to do.
        const row = await tx
          .selectFrom('near_miss_round')
          .select('next_at')
          .forUpdate()
          .skipLocked()
          .executeTakeFirst();
        if (!row) return 0;
        if (Temporal.Instant.compare(row.next_at, now) > 0) return (await emptyBox(tx, true)).length;
        const policy = await policies.current(tx);
        const zone = await zoneOf(tx);
        const found = await emptyBox(tx, false);
        if (found.length) await announce(tx, house, found, { policy, zone, now });
        const lost = failures();
        if (lost) platform.log.warn({ reports: lost }, 'near misses could not be kept since the last round');
        await tx
          .updateTable('near_miss_round')
          .set({ next_at: nextRound(now, zone, policy.nearMisses.foundAt) })
          .execute();
        return 1 + found.length;
      }),
  };
}

async function announce(
  tx: Tx,
  { platform, policies }: House,
  found: Boxed[],
  { policy, zone, now }: { policy: Policy; zone: string; now: Temporal.Instant },
): Promise<void> {
  for (const { id, reported_on, again, happened, stopped, receipt_hash } of found) {
    if (receipt_hash === null) continue;
    await tx
      .insertInto('near_miss')
      .values({
        id,
        state: 'waiting',
        reported_on,
        again,
        happened,
        stopped,
        receipt_hash,
        policy_version: policy.version,
        found_at: now,
        due_at: answerDue({ reportedOn: reported_on, again }, policy.nearMisses, zone),
      })
      .execute();
    await keepNearMiss(tx, policies, id, now);
  }
  const additions = found.filter((each) => each.adds_to !== null);
  if (additions.length)
    await tx
      .insertInto('near_miss_addition')
      .values(
        additions.map((each) => ({
          id: newId('nma'),
          near_miss_id: each.adds_to!,
          added_on: each.reported_on,
          text: each.happened,
        })),
      )
      .execute();
  await queueMails(
    tx,
    { subjectKind: NEAR_MISS_ROUND, subjectId: now.toString(), promise: 'announced', cycle: 1, step: 0 },
    await learnersOn(tx, 'owner'),
    now,
  );
  await platform.live.publish(
    tx,
    { kind: 'near_miss', id: ALL_NEAR_MISSES, version: now.epochMilliseconds },
    now,
  );
}

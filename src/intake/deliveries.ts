/** The deliveries of the last days, so that a replay is answered and not stored again. */
import { sql } from 'kysely';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import { NEVER } from '#platform/db/due-times.ts';
import type { Due } from '#platform/platform.ts';

const DELIVERIES_KEPT_DAYS = 8;
const COURSES_KEPT_DAYS = 90;
const LOOK_MINUTES = 60;
const BATCH_MAX = 5000;

export const DELIVERY_CHARACTERS_MAX = 200;

/** True when this delivery was stored before. */
export async function isReplay(db: Db, integrationId: string, deliveryId: string): Promise<boolean> {
  const row = await db
    .selectFrom('sender_delivery')
    .select('received_at')
    .where('integration_id', '=', integrationId)
    .where('delivery_id', '=', deliveryId)
    .executeTakeFirst();
  return row !== undefined;
}

/** In the transaction that stores what it brought. @returns false when another has stored it since */
export async function keepDelivery(
  tx: Tx,
  integrationId: string,
  deliveryId: string,
  now: Temporal.Instant,
): Promise<boolean> {
  const { rows } = await sql<{ kept: boolean }>`insert into sender_delivery
    values (${integrationId}, ${deliveryId}, ${now}) on conflict do nothing returning true as kept`.execute(
    tx,
  );
  return rows.length > 0;
}

/** Deliveries are forgotten after eight days, courses of changes after ninety without a step. */
export function forgetting(db: Db): Due {
  let lookedAt: Temporal.Instant | undefined;
  return {
    name: 'old deliveries of senders',
    next: () => NEVER,
    looks: (now) => !lookedAt || Temporal.Instant.compare(now, lookedAt.add({ minutes: LOOK_MINUTES })) >= 0,
    async run(now) {
      lookedAt = now;
      return transaction(db, async (tx) => {
        const deliveries = await forget(
          tx,
          'sender_delivery',
          now.subtract({ hours: 24 * DELIVERIES_KEPT_DAYS }),
        );
        return (
          deliveries + (await forget(tx, 'change_course', now.subtract({ hours: 24 * COURSES_KEPT_DAYS })))
        );
      });
    },
  };
}

async function forget(
  tx: Tx,
  table: 'sender_delivery' | 'change_course',
  before: Temporal.Instant,
): Promise<number> {
  const { rows } = await sql<{ gone: boolean }>`delete from ${sql.table(table)} where ctid in (
    select ctid from ${sql.table(table)} where received_at < ${before} limit ${BATCH_MAX}) returning true as gone`.execute(
    tx,
  );
  return rows.length;
}

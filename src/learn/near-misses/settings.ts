/** Whether near misses may be reported here, and who answers for them: the learning owner, else whoever administers. */
import { z } from 'zod';
import { type Db, json, type Tx } from '#platform/db/database.ts';
import { notFound } from '#platform/errors.ts';
import type { Rung } from '#promise/policy.ts';

const KEY = 'near_misses';
const PEOPLE_MAX = 5;

export const nearMissSettings = z.object({
  open: z
    .boolean()
    .default(true)
    .describe('Whether anybody who reaches the page may report, without signing in.'),
  learningOwnerId: z
    .string()
    .max(64)
    .nullable()
    .default(null)
    .describe('Who owes the answers; null: whoever administers.'),
});
export type NearMissSettings = z.output<typeof nearMissSettings>;

export async function readNearMissSettings(db: Db | Tx): Promise<NearMissSettings> {
  const row = await db.selectFrom('setting').select('value').where('key', '=', KEY).executeTakeFirst();
  return nearMissSettings.parse(row?.value ?? {});
}

/** @throws Refused when the learning owner is not in the directory */
export async function saveNearMissSettings(
  tx: Tx,
  settings: NearMissSettings,
  now: Temporal.Instant,
): Promise<void> {
  const { learningOwnerId } = settings;
  const owner = learningOwnerId
    ? await tx
        .selectFrom('person')
        .select('id')
        .where('id', '=', learningOwnerId)
        .where('archived_at', 'is', null)
        .executeTakeFirst()
    : undefined;
  if (learningOwnerId && !owner) throw notFound('person', learningOwnerId);
  const value = json(settings);
  await tx
    .insertInto('setting')
    .values({ key: KEY, value, updated_at: now })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at: now }))
    .execute();
}

/**
 * @param ownerId who owes it, if not the learning owner
 * @returns who stands on a rung: the owner alone; above, the learning owner and everybody who administers
 */
export async function learnersOn(db: Db | Tx, who: Rung, ownerId?: string): Promise<string[]> {
  const { learningOwnerId } = await readNearMissSettings(db);
  const owner = ownerId ?? learningOwnerId;
  if (who === 'owner' && owner) return [owner];
  const administrators = await db
    .selectFrom('person')
    .innerJoin('login', 'login.id', 'person.login_id')
    .select('person.id')
    .where('login.role', '=', 'administrator')
    .where('login.disabled_at', 'is', null)
    .where('person.archived_at', 'is', null)
    .orderBy('person.name')
    .orderBy('person.id')
    .execute();
  const above = [...(learningOwnerId ? [learningOwnerId] : []), ...administrators.map((each) => each.id)];
  // Where nobody stands above, whoever owes it hears again: a broken promise is never silent.
  const found = above.length ? above : owner ? [owner] : [];
  return [...new Set(found)].slice(0, PEOPLE_MAX);
}

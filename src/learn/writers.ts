/** Who is writing a postmortem at this moment, so that nobody is surprised by words that appear. Forgotten within a minute. */
import type { Db, Tx } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import type { Due } from '#platform/platform.ts';

/** A window says that it is still there every 20 s. */
const SEEN_SECONDS = 45;
const WRITERS_MAX = 50;

/** `place`: one window of one browser. `field`: where its caret stands, such as `rootCause`. */
export type Writer = { place: string; name: string; field: string };

export async function writersOf(db: Db, postmortemId: string, now: Temporal.Instant): Promise<Writer[]> {
  return db
    .selectFrom('postmortem_writer')
    .select(['place_id as place', 'name', 'field'])
    .where('postmortem_id', '=', postmortemId)
    .where('seen_until', '>', now)
    .orderBy('name')
    .orderBy('place_id')
    .limit(WRITERS_MAX)
    .execute();
}

/** @returns whether others have something new to see */
export async function seeWriter(
  tx: Tx,
  postmortemId: string,
  { place, name, field }: Writer,
  now: Temporal.Instant,
): Promise<boolean> {
  const before = await tx
    .selectFrom('postmortem_writer')
    .select(['name', 'field', 'seen_until'])
    .where('postmortem_id', '=', postmortemId)
    .where('place_id', '=', place)
    .executeTakeFirst();
  const seen_until = now.add({ seconds: SEEN_SECONDS });
  await tx
    .insertInto('postmortem_writer')
    .values({ postmortem_id: postmortemId, place_id: place, name, field, seen_until })
    .onConflict((row) => row.columns(['postmortem_id', 'place_id']).doUpdateSet({ name, field, seen_until }))
    .execute();
  return (
    before?.name !== name || before.field !== field || Temporal.Instant.compare(before.seen_until, now) <= 0
  );
}

/** @returns whether somebody was there */
export async function forgetWriter(tx: Tx, postmortemId: string, place: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('postmortem_writer')
    .where('postmortem_id', '=', postmortemId)
    .where('place_id', '=', place)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Whoever closed the window without a word is forgotten all the same. */
export function writersDue(db: Db): Due {
  return {
    name: 'writers of postmortems',
    next: () => earliest('postmortem_writer', 'seen_until'),
    async run(now) {
      const { numDeletedRows } = await db
        .deleteFrom('postmortem_writer')
        .where('seen_until', '<=', now)
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

/** The keys by which browsers' push services know this installation: made once, kept sealed, the same for every process. */
import { type Db, json } from '#platform/db/database.ts';
import { seal, unseal } from '#platform/sealed.ts';
import { makePushKeys, type PushKeys } from './channels/web_push/send.ts';

const SETTING = 'web_push_keys';

/** @returns a function that reads them, and makes them the first time */
export function createPushKeys({
  db,
  secret,
  now,
}: {
  db: Db;
  secret: string;
  now: () => Temporal.Instant;
}): () => Promise<PushKeys> {
  let kept: Promise<PushKeys> | undefined;
  return () => {
    kept ??= readOrMake(db, secret, now()).catch((error) => {
      kept = undefined;
      throw error;
    });
    return kept;
  };
}

async function readOrMake(db: Db, secret: string, now: Temporal.Instant): Promise<PushKeys> {
  const read = () => db.selectFrom('setting').select('value').where('key', '=', SETTING).executeTakeFirst();
  const known = await read();
  if (known) return unseal(secret, String(known.value)) as PushKeys;
  // Several processes may begin at once: the first insert wins and all read the same row.
  await db
    .insertInto('setting')
    .values({ key: SETTING, value: json(seal(secret, makePushKeys())), updated_at: now })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  return unseal(secret, String((await read())?.value)) as PushKeys;
}

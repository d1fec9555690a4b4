/** The first administrator: by a one-time link printed at the start, or by the environment. The link dies when one exists. */
import { z } from 'zod';
import { type Db, json, type Tx, transaction } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import { newSecret } from '#platform/ids.ts';
import { hashOf, sameHash } from './hash.ts';
import { administratorExists, createLogin } from './logins.ts';

const SETTING = 'set_up';
const kept = z.object({ hash: z.string() });

export type NewPerson = { loginId: string; name: string; email: string; zone: string };
/** Joins a login to the person with its email in the directory, or creates that person. Handed in: the platform knows no directory. */
export type LinkPerson = (tx: Tx, person: NewPerson, now: Temporal.Instant) => Promise<string>;

/**
 * Makes a new set-up secret unless an administrator exists; an earlier link stops working.
 * @returns what the link carries, or undefined when no set-up is needed
 */
export async function openSetUp(db: Db, now: Temporal.Instant): Promise<string | undefined> {
  return transaction(db, async (tx) => {
    if (await administratorExists(tx)) {
      await tx.deleteFrom('setting').where('key', '=', SETTING).execute();
      return undefined;
    }
    const secret = newSecret();
    const value = json({ hash: hashOf(secret) });
    await tx
      .insertInto('setting')
      .values({ key: SETTING, value, updated_at: now })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at: now }))
      .execute();
    return secret;
  });
}

/** @throws Refused when the link is wrong, or was used already */
export async function checkSetUp(db: Db | Tx, secret: string): Promise<void> {
  const row = await db.selectFrom('setting').select('value').where('key', '=', SETTING).executeTakeFirst();
  if (!row)
    throw new Refused('gone', 'This Humdrum is set up already.', {
      mend: 'Sign in, or ask an administrator for an invitation.',
    });
  if (!sameHash(kept.parse(row.value).hash, hashOf(secret)))
    throw new Refused('forbidden', 'This set-up link is not valid.', {
      mend: 'Use the newest link that Humdrum printed at its start.',
    });
}

export type FirstAdministrator = { name: string; email: string; passwordHash: string; zone: string };

/** Creates the first administrator by the link. Two at once: one of them is refused. */
export async function setUp(
  db: Db,
  { secret, first, link }: { secret: string; first: FirstAdministrator; link: LinkPerson },
  now: Temporal.Instant,
): Promise<string> {
  return transaction(db, async (tx) => {
    await tx.selectFrom('setting').select('key').where('key', '=', SETTING).forUpdate().execute();
    await checkSetUp(tx, secret);
    await tx.deleteFrom('setting').where('key', '=', SETTING).execute();
    return createAdministrator(tx, { first, link }, now);
  });
}

/** Creates the first administrator from the environment; does nothing when one exists. */
export async function ensureAdministrator(
  db: Db,
  parts: { first: FirstAdministrator; link: LinkPerson },
  now: Temporal.Instant,
): Promise<void> {
  await transaction(db, async (tx) => {
    if (await administratorExists(tx)) return;
    const { email } = parts.first;
    const taken = await tx
      .selectFrom('login')
      .select('id')
      .where('email', '=', email.toLowerCase())
      .executeTakeFirst();
    if (!taken) await createAdministrator(tx, parts, now);
  });
}

async function createAdministrator(
  tx: Tx,
  { first, link }: { first: FirstAdministrator; link: LinkPerson },
  now: Temporal.Instant,
): Promise<string> {
  const loginId = await createLogin(tx, { ...first, role: 'administrator' }, now);
  await link(tx, { loginId, name: first.name, email: first.email, zone: first.zone }, now);
  return loginId;
}

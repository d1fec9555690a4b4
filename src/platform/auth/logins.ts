/** Logins as rows: created whole in one transaction, never without an administrator among them. */
import { sql } from 'kysely';
import type { Db, Tx } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import type { Role } from '#platform/http/app.ts';
import { newId } from '#platform/ids.ts';

export type NewLogin = { email: string; name: string; role: Role; passwordHash: string };

// Changes that could remove the last administrator wait for each other; any number that nobody else takes will do.
const ADMINISTRATORS_LOCK = 4_646_002;

/** @throws Refused when the email has a login already */
export async function createLogin(tx: Tx, login: NewLogin, now: Temporal.Instant): Promise<string> {
  const id = newId('log');
  const created = await tx
    .insertInto('login')
    .values({
      id,
      name: login.name,
      email: login.email.toLowerCase(),
      email_verified: false,
      role: login.role,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!created) throw alreadyHere(login.email);
  // The shape in which the library looks for a password.
  await tx
    .insertInto('account')
    .values({
      id: newId('acc'),
      account_id: id,
      provider_id: 'credential',
      login_id: id,
      password: login.passwordHash,
      created_at: now,
      updated_at: now,
    })
    .execute();
  return id;
}

export function alreadyHere(email: string): Refused {
  return new Refused('conflict', `${email} has a login already.`, {
    mend: 'Change the role of that login instead.',
  });
}

export async function administratorExists(db: Db | Tx): Promise<boolean> {
  const row = await db
    .selectFrom('login')
    .select('id')
    .where('role', '=', 'administrator')
    .where('disabled_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function changeRole(tx: Tx, id: string, role: Role, now: Temporal.Instant): Promise<void> {
  await sql`select pg_advisory_xact_lock(${sql.lit(ADMINISTRATORS_LOCK)})`.execute(tx);
  const { numUpdatedRows } = await tx
    .updateTable('login')
    .set({ role, updated_at: now })
    .where('id', '=', id)
    .executeTakeFirst();
  if (!numUpdatedRows) throw notFound('login', id);
  await keepAnAdministrator(tx);
}

/** Ends its sessions too; its tokens are refused from then on. */
export async function disable(tx: Tx, id: string, now: Temporal.Instant): Promise<void> {
  await sql`select pg_advisory_xact_lock(${sql.lit(ADMINISTRATORS_LOCK)})`.execute(tx);
  const { numUpdatedRows } = await tx
    .updateTable('login')
    .set({ disabled_at: now, updated_at: now })
    .where('id', '=', id)
    .executeTakeFirst();
  if (!numUpdatedRows) throw notFound('login', id);
  await keepAnAdministrator(tx);
  await endSessions(tx, id);
}

export async function enable(tx: Tx, id: string, now: Temporal.Instant): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('login')
    .set({ disabled_at: null, updated_at: now })
    .where('id', '=', id)
    .executeTakeFirst();
  if (!numUpdatedRows) throw notFound('login', id);
}

export async function setPassword(
  tx: Tx,
  id: string,
  passwordHash: string,
  now: Temporal.Instant,
): Promise<void> {
  await tx
    .updateTable('account')
    .set({ password: passwordHash, updated_at: now })
    .where('login_id', '=', id)
    .where('provider_id', '=', 'credential')
    .execute();
  await endSessions(tx, id);
}

export async function endSessions(tx: Tx, loginId: string): Promise<void> {
  await tx.deleteFrom('session').where('login_id', '=', loginId).execute();
}

async function keepAnAdministrator(tx: Tx): Promise<void> {
  if (await administratorExists(tx)) return;
  throw new Refused('conflict', 'This is the last administrator; nothing was changed.', {
    mend: 'Make another login administrator first.',
  });
}

/** API tokens: named, with a role, a scope and an end; made and listed by the library, shown once, kept as hashes. */
import type { Db } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import type { Caller, Role } from '#platform/http/app.ts';
import { ROLES, tokenRights } from './callers.ts';
import type { Library } from './library.ts';

export const TOKENS_PER_LOGIN_MAX = 100;

export type NewToken = {
  name: string;
  role: Role;
  scopes: ('read' | 'write')[];
  expiresInDays: number | null;
  actsAsMe: boolean;
};

/**
 * @returns the id and the token itself, which nobody can read again
 * @throws Refused when the caller asks for more than it may do itself
 */
export async function createToken(
  { library, db }: { library: Library; db: Db },
  { caller, token }: { caller: Caller; token: NewToken },
  now: Temporal.Instant,
): Promise<{ id: string; secret: string }> {
  if (ROLES.indexOf(token.role) > ROLES.indexOf(caller.role))
    throw new Refused(
      'forbidden',
      `A token cannot have the role ${token.role}; you have the role ${caller.role}.`,
      {
        mend: 'Choose a lesser role.',
      },
    );
  if (token.actsAsMe && !caller.personId)
    throw new Refused('invalid', 'This caller is not a person, so a token cannot act as it.', {
      mend: 'Create the token while signed in.',
    });
  const held = await db
    .selectFrom('api_token')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('login_id', '=', caller.loginId)
    .executeTakeFirstOrThrow();
  if (held.count >= TOKENS_PER_LOGIN_MAX)
    throw new Refused('too_many', `This login has ${held.count} tokens already.`, {
      mend: 'Revoke some that are no longer used.',
    });
  const created = await library.api.createApiKey({
    body: {
      name: token.name,
      userId: caller.loginId,
      metadata: { role: token.role, actsAsLogin: token.actsAsMe },
      permissions: { api: token.scopes },
    },
  });
  // The end is ours, by our clock; until it is written nobody has seen the token.
  const expiresAt = token.expiresInDays === null ? null : now.add({ hours: token.expiresInDays * 24 });
  await db
    .updateTable('api_token')
    .set({ expires_at: expiresAt, created_at: now, updated_at: now })
    .where('id', '=', created.id)
    .execute();
  return { id: created.id, secret: created.key };
}

export type TokenRow = {
  id: string;
  name: string;
  start: string;
  loginId: string;
  loginName: string | null;
  role: Role;
  scopes: string[];
  actsAsLogin: boolean;
  lastUsedAt: Temporal.Instant | null;
  expiresAt: Temporal.Instant | null;
  createdAt: Temporal.Instant;
};

/** @param loginId whose tokens; undefined for everybody's */
export async function listTokens(db: Db, loginId: string | undefined): Promise<TokenRow[]> {
  let query = db
    .selectFrom('api_token')
    .leftJoin('login', 'login.id', 'api_token.login_id')
    .selectAll('api_token')
    .select('login.name as login_name')
    .orderBy('api_token.created_at', 'desc')
    .limit(1000);
  if (loginId) query = query.where('api_token.login_id', '=', loginId);
  return (await query.execute()).map((row) => {
    const rights = tokenRights(row);
    return {
      id: row.id,
      name: row.name ?? '',
      start: row.start ?? '',
      loginId: row.login_id,
      loginName: row.login_name,
      role: rights.role,
      scopes: rights.scopes,
      actsAsLogin: rights.actsAsLogin,
      lastUsedAt: row.last_request,
      expiresAt: row.expires_at,
      createdAt: row.created_at,
    };
  });
}

/** @param loginId only a token of this login; undefined when any may be revoked */
export async function revokeToken(db: Db, id: string, loginId: string | undefined): Promise<void> {
  let query = db.deleteFrom('api_token').where('id', '=', id);
  if (loginId) query = query.where('login_id', '=', loginId);
  const { numDeletedRows } = await query.executeTakeFirst();
  if (!numDeletedRows) throw notFound('token', id);
}

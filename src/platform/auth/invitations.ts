/** Invitations and password links: each for one email, once, for seven days. Only a hash is kept; looking at one changes nothing. */
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import type { Role } from '#platform/http/app.ts';
import { newId, newSecret } from '#platform/ids.ts';
import type { LinkPerson } from './first-run.ts';
import { hashOf } from './hash.ts';
import { alreadyHere, createLogin, setPassword } from './logins.ts';

const VALID_DAYS = 7;

export type Invitation = {
  id: string;
  email: string;
  role: Role;
  loginId: string | undefined;
  expiresAt: Temporal.Instant;
};

type Asked = { email: string; role: Role; invitedBy: string };

/** An open invitation of the same email is replaced. @returns the invitation and what its link carries */
export async function invite(
  db: Db,
  asked: Asked,
  now: Temporal.Instant,
): Promise<{ invitation: Invitation; secret: string }> {
  const email = asked.email.toLowerCase();
  return transaction(db, async (tx) => {
    const login = await tx.selectFrom('login').select('id').where('email', '=', email).executeTakeFirst();
    if (login) throw alreadyHere(email);
    return open(tx, { ...asked, email, loginId: undefined }, now);
  });
}

/** A link with which an existing login gets a new password. */
export async function offerPassword(db: Db, loginId: string, by: string, now: Temporal.Instant) {
  return transaction(db, async (tx) => {
    const login = await tx
      .selectFrom('login')
      .select(['email', 'role'])
      .where('id', '=', loginId)
      .executeTakeFirst();
    if (!login) throw notFound('login', loginId);
    return open(tx, { email: login.email, role: login.role as Role, invitedBy: by, loginId }, now);
  });
}

async function open(tx: Tx, asked: Asked & { loginId: string | undefined }, now: Temporal.Instant) {
  await tx
    .updateTable('invitation')
    .set({ revoked_at: now })
    .where('email', '=', asked.email)
    .where('accepted_at', 'is', null)
    .where('revoked_at', 'is', null)
    .execute();
  const secret = newSecret();
  const invitation = {
    id: newId('ivt'),
    email: asked.email,
    role: asked.role,
    loginId: asked.loginId,
    expiresAt: now.add({ hours: VALID_DAYS * 24 }),
  };
  await tx
    .insertInto('invitation')
    .values({
      id: invitation.id,
      email: asked.email,
      role: asked.role,
      login_id: asked.loginId ?? null,
      token_hash: hashOf(secret),
      invited_by: asked.invitedBy,
      created_at: now,
      expires_at: invitation.expiresAt,
    })
    .execute();
  return { invitation, secret };
}

/** @throws Refused when it is unknown, used, withdrawn or too old */
export async function findInvitation(
  db: Db | Tx,
  secret: string,
  now: Temporal.Instant,
): Promise<Invitation> {
  const row = await db
    .selectFrom('invitation')
    .selectAll()
    .where('token_hash', '=', hashOf(secret))
    .executeTakeFirst();
  if (!row)
    throw new Refused('not_found', 'This invitation is not known.', {
      mend: 'Copy the whole link, or ask for a new one.',
    });
  if (row.accepted_at)
    throw new Refused('gone', 'This invitation was used already.', {
      mend: 'Sign in with your email and password.',
    });
  if (row.revoked_at || Temporal.Instant.compare(row.expires_at, now) <= 0)
    throw new Refused('gone', 'This invitation is no longer valid.', {
      mend: 'Ask an administrator for a new one.',
    });
  return {
    id: row.id,
    email: row.email,
    role: row.role as Role,
    loginId: row.login_id ?? undefined,
    expiresAt: row.expires_at,
  };
}

export type Acceptance = { secret: string; name: string; passwordHash: string; zone: string };

/** Creates the login and its person, or sets the password of the login that it is for. @returns the email to sign in with */
export async function accept(
  db: Db,
  acceptance: Acceptance,
  link: LinkPerson,
  now: Temporal.Instant,
): Promise<string> {
  return transaction(db, async (tx) => {
    await tx
      .selectFrom('invitation')
      .select('id')
      .where('token_hash', '=', hashOf(acceptance.secret))
      .forUpdate()
      .execute();
    const invitation = await findInvitation(tx, acceptance.secret, now);
    await tx.updateTable('invitation').set({ accepted_at: now }).where('id', '=', invitation.id).execute();
    const { name, passwordHash, zone } = acceptance;
    const { email, role } = invitation;
    if (invitation.loginId) await setPassword(tx, invitation.loginId, passwordHash, now);
    else {
      const loginId = await createLogin(tx, { email, name, role, passwordHash }, now);
      await link(tx, { loginId, name, email, zone }, now);
    }
    return email;
  });
}

export async function revokeInvitation(db: Db, id: string, now: Temporal.Instant): Promise<void> {
  const { numUpdatedRows } = await db
    .updateTable('invitation')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('accepted_at', 'is', null)
    .executeTakeFirst();
  if (!numUpdatedRows) throw notFound('open invitation', id);
}

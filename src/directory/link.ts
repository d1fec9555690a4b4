/** Joins a login to the person it belongs to. The directory may know somebody long before they sign in. */
import { json, type Tx } from '#platform/db/database.ts';
import { newId } from '#platform/ids.ts';

type Login = { loginId: string; name: string; email: string; zone: string };

/** Takes the person with the same email, or creates one who is reached by email and in the app. @returns the person's id */
export async function linkPerson(tx: Tx, login: Login, now: Temporal.Instant): Promise<string> {
  const email = login.email.toLowerCase();
  const known = await tx
    .updateTable('person')
    .set({ login_id: login.loginId, updated_at: now })
    .where((where) => where(where.fn<string>('lower', ['email']), '=', email))
    .where('archived_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (known) return known.id;
  const id = newId('per');
  const channels = [
    { kind: 'app', address: '', testedAt: null },
    { kind: 'email', address: email, testedAt: null },
  ];
  await tx
    .insertInto('person')
    .values({
      id,
      name: login.name,
      email,
      zone: login.zone,
      channels: json(channels),
      login_id: login.loginId,
      created_at: now,
      updated_at: now,
    })
    .execute();
  return id;
}

/** Whom an address belongs to: a contact of a client, one of us, or nobody that we know. */
import { sql } from 'kysely';
import type { Db, Tx } from '#platform/db/database.ts';
import type { Asker } from './questions.ts';

/** @returns the contact or person with this address; of several contacts the one of `clientIds` first */
export async function askerOf(
  db: Db | Tx,
  address: string,
  clientIds: readonly string[] = [],
): Promise<Asker | undefined> {
  const { rows } = await sql<{ id: string; client_id: string | null; name: string; email: string }>`
    select k.id, k.client_id, k.name, k.email from contact k join client c on c.id = k.client_id and c.archived_at is null
    where k.archived_at is null and lower(k.email) = lower(${address})
    union all
    select p.id, null, p.name, p.email from person p where p.archived_at is null and lower(p.email) = lower(${address})
    limit 20`.execute(db);
  const found = rows.find((row) => row.client_id && clientIds.includes(row.client_id)) ?? rows[0];
  if (!found) return undefined;
  const common = { name: found.name, address: found.email, known: true };
  return found.client_id
    ? { ...common, clientId: found.client_id, contactId: found.id }
    : { ...common, personId: found.id };
}

/** @returns the contact, with the address to which answers go */
export async function contactAsker(db: Db | Tx, contactId: string): Promise<Asker | undefined> {
  const row = await db
    .selectFrom('contact')
    .innerJoin('client', 'client.id', 'contact.client_id')
    .select(['contact.id', 'contact.client_id', 'contact.name', 'contact.email'])
    .where('contact.id', '=', contactId)
    .where('contact.archived_at', 'is', null)
    .where('client.archived_at', 'is', null)
    .executeTakeFirst();
  return (
    row && {
      name: row.name,
      address: row.email ?? undefined,
      clientId: row.client_id,
      contactId: row.id,
      known: true,
    }
  );
}

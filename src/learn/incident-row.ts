/** Reads an incident where a transaction is open already. */
import { fromDocument } from '#incident/document.ts';
import type { Incident } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';

export async function incidentRow(db: Db | Tx, id: string): Promise<Incident> {
  const row = await db
    .selectFrom('incident')
    .select('document')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return fromDocument(row.document);
}

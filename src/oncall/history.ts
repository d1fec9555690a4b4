/** Reads what has happened to a page. */
import { fromDocument } from '#incident/document.ts';
import type { Db } from '#platform/db/database.ts';
import type { PageFact } from './page.ts';

export async function factOfPage(db: Db, pageId: string, seq: number): Promise<PageFact | undefined> {
  const row = await db
    .selectFrom('page_fact')
    .select(['seq', 'kind', 'recorded_at', 'data'])
    .where('page_id', '=', pageId)
    .where('seq', '=', seq)
    .executeTakeFirst();
  return (
    row &&
    ({
      ...(fromDocument(row.data) as object),
      kind: row.kind,
      seq: row.seq,
      recordedAt: row.recorded_at,
    } as PageFact)
  );
}

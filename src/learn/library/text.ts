/** Keeps the searched text of a postmortem in step: called by everything that writes, in its transaction. */
import { sql } from 'kysely';
import type { Tx } from '#platform/db/database.ts';
import type { Published } from '../postmortems.ts';
import type { Sections } from '../sections.ts';
import { searchableOf } from './searchable.ts';

/**
 * Writes anew what is searched: the published copy if there is one, else the draft, with the action items that stand.
 * The row of the postmortem is held from here on, so that two writers cannot leave the older text behind.
 * @param sections the draft as it was just written, which need not be read again
 */
export async function keepText(tx: Tx, id: string, sections?: Sections): Promise<void> {
  const row = await tx
    .selectFrom('postmortem')
    .innerJoin('incident', 'incident.id', 'postmortem.incident_id')
    .select(['incident.title', 'postmortem.published'])
    .where('postmortem.id', '=', id)
    .forNoKeyUpdate('postmortem')
    .executeTakeFirst();
  if (!row) return;
  const published = row.published as Published | null;
  const items = await tx
    .selectFrom('action_item')
    .select(['text', 'done_condition as doneCondition'])
    .where('postmortem_id', '=', id)
    .where('state', '<>', 'dropped')
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const { title, cause, rest, timeline } = searchableOf(
    published?.title ?? row.title,
    published?.sections ?? sections ?? (await draftOf(tx, id)),
    items,
  );
  const body = [cause, rest, timeline].filter(Boolean).join('\n');
  const words = sql<string>`${weighed(title, 'A')} || ${weighed(cause, 'B')} || ${weighed(rest, 'C')} || ${weighed(timeline, 'D')}`;
  await tx
    .insertInto('postmortem_text')
    .values({ postmortem_id: id, title, body, words })
    .onConflict((conflict) => conflict.column('postmortem_id').doUpdateSet({ title, body, words }))
    .execute();
}

async function draftOf(tx: Tx, id: string): Promise<Sections> {
  const row = await tx
    .selectFrom('postmortem')
    .select('sections')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return row.sections as Sections;
}

/** Each word as it stands, for every language and for names, and as its English stem. */
function weighed(text: string, weight: 'A' | 'B' | 'C' | 'D') {
  return sql`setweight(to_tsvector('simple', ${text}::text) || to_tsvector('english', ${text}::text), ${sql.lit(weight)})`;
}

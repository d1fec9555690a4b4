/** Keeps the searched text of a postmortem in step: called by everything that writes, in its transaction. */
import { sql } from 'kysely';
import type { Tx } from '#platform/db/database.ts';
import type { Published } from '../postmortems.ts';
import type { Sections } from '../sections.ts';
import { searchableOf } from './searchable.ts';

// By these hits are ranked; what comes later in a long root cause is found all the same.
const HEAD_CHARACTERS_MAX = 4000;

/**
 * Writes anew what is searched: the published copy if there is one, else the draft, with the action items that stand.
 * The row of the postmortem is held from here on, so that two writers cannot leave the older text behind.
 * @param sections the draft as it was just written, which need not be read again
 */
export async function keepText(tx: Tx, id: string, sections?: Sections): Promise<void> {
  const row = await tx
    .selectFrom('postmortem')
    .innerJoin('incident', 'incident.id', 'postmortem.incident_id')
    .select(['incident.title', 'postmortem.published', 'postmortem.created_at'])
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
  await sql`
    insert into postmortem_search (postmortem_id, title, body, words, head, opened_at)
    select ${id}, title, concat_ws(chr(10), prose, timeline),
      to_tsvector('simple', concat_ws(chr(10), title, prose)) ||
        to_tsvector('english', concat_ws(chr(10), title, prose, timeline)),
      setweight(to_tsvector('english', title), 'A') ||
        setweight(to_tsvector('english', left(cause, ${HEAD_CHARACTERS_MAX}::int)), 'B'),
      ${row.created_at}::timestamptz
    from (select title, cause, concat_ws(chr(10), cause, rest) as prose, timeline
      from (values (${title}::text, ${cause}::text, ${rest}::text, ${timeline}::text)) as written (title, cause, rest, timeline)) said
    on conflict (postmortem_id) do update
      set title = excluded.title, body = excluded.body, words = excluded.words, head = excluded.head`.execute(
    tx,
  );
}

async function draftOf(tx: Tx, id: string): Promise<Sections> {
  const row = await tx
    .selectFrom('postmortem')
    .select('sections')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return row.sections as Sections;
}

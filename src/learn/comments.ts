/** Comments on a section of a postmortem: threads that are open, answered or resolved. A mention writes a mail and never pages. */
import type { Incident } from '#incident/types.ts';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import type { Caller } from '#platform/http/app.ts';
import { newId } from '#platform/ids.ts';
import { queueMails } from './mails.ts';
import { whoMaySee } from './people.ts';
import { findPostmortem, type Postmortem, publishHint } from './postmortems.ts';
import type { QuestionGroup } from './questions.ts';
import type { House } from './room.ts';

export const COMMENT_CHARACTERS_MAX = 4000;
export const MENTIONS_MAX = 10;
const COMMENTS_MAX = 500;

export type Section = QuestionGroup['section'];
export const SECTIONS = [
  'timeline',
  'root_cause',
  'contributing_factors',
  'action_items',
] as const satisfies Section[];

export type Comment = {
  id: string;
  text: string;
  byId: string | null;
  byName: string;
  at: string;
  mentions: { id: string; name: string }[];
};
export type Thread = {
  id: string;
  section: Section;
  state: 'open' | 'answered' | 'resolved';
  comments: Comment[];
  resolvedAt: string | null;
  resolvedBy: string | null;
};

type Asked = { house: House; postmortem: Postmortem; incident: Incident; caller: Caller };
export type NewComment = { section: Section; text: string; mentions: string[] };

/** Begins a thread, or answers in one. An answer to a resolved thread opens it again. */
export async function writeComment(
  { house, postmortem, incident, caller }: Asked,
  written: NewComment | { threadId: string; text: string; mentions: string[] },
): Promise<void> {
  const { platform } = house;
  const now = platform.clock.now();
  await transaction(platform.db, async (tx) => {
    // Held, so that two comments at once get two numbers.
    await findPostmortem(tx, { id: postmortem.id }, 'lock');
    const thread = 'threadId' in written ? await threadOf(tx, postmortem.id, written.threadId) : undefined;
    const mentions = await mayBeMentioned(tx, written.mentions, incident);
    const number = await nextNumber(tx, postmortem.id);
    await tx
      .insertInto('postmortem_comment')
      .values({
        id: newId('com'),
        postmortem_id: postmortem.id,
        number,
        thread_id: thread?.id ?? null,
        section: thread?.section ?? (written as NewComment).section,
        text: written.text,
        mentions,
        by_id: caller.personId ?? null,
        by_name: caller.name,
        created_at: now,
      })
      .execute();
    if (thread)
      await tx
        .updateTable('postmortem_comment')
        .set({ resolved_at: null, resolved_by: null })
        .where('id', '=', thread.id)
        .execute();
    const told = mentions.filter((id) => id !== caller.personId);
    const step = {
      subjectKind: 'incident',
      subjectId: incident.id,
      promise: 'mentioned',
      cycle: number,
      step: 0,
    } as const;
    await queueMails(tx, step, told, now);
    await publishHint(platform.live, tx, postmortem, incident, now);
  });
}

export async function resolveThread(
  { house, postmortem, incident, caller }: Asked,
  threadId: string,
  resolved: boolean,
): Promise<void> {
  const { platform } = house;
  const now = platform.clock.now();
  await transaction(platform.db, async (tx) => {
    const thread = await threadOf(tx, postmortem.id, threadId);
    await tx
      .updateTable('postmortem_comment')
      .set(
        resolved ? { resolved_at: now, resolved_by: caller.name } : { resolved_at: null, resolved_by: null },
      )
      .where('id', '=', thread.id)
      // Who resolved it first stays the one who did.
      .where('resolved_at', resolved ? 'is' : 'is not', null)
      .execute();
    await publishHint(platform.live, tx, postmortem, incident, now);
  });
}

async function threadOf(tx: Tx, postmortemId: string, id: string) {
  const thread = await tx
    .selectFrom('postmortem_comment')
    .select(['id', 'section'])
    .where('postmortem_id', '=', postmortemId)
    .where('id', '=', id)
    .where('thread_id', 'is', null)
    .executeTakeFirst();
  if (!thread) throw notFound('thread', id);
  return thread;
}

async function nextNumber(tx: Tx, postmortemId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('postmortem_comment')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('postmortem_id', '=', postmortemId)
    .executeTakeFirstOrThrow();
  if (Number(count) >= COMMENTS_MAX)
    throw new Refused('conflict', `This postmortem has ${COMMENTS_MAX} comments; no more are taken.`, {
      mend: 'Write what was agreed into the text itself.',
    });
  return Number(count) + 1;
}

function mayBeMentioned(tx: Tx, ids: string[], incident: Incident): Promise<string[]> {
  const title = 'The comment mentions somebody who cannot read it; nothing was written.';
  return whoMaySee(tx, { ids, path: 'mentions' }, incident, title);
}

/** @returns threads in the order in which they began */
export async function listThreads(db: Db, postmortemId: string): Promise<Thread[]> {
  const rows = await db
    .selectFrom('postmortem_comment')
    .selectAll()
    .where('postmortem_id', '=', postmortemId)
    .orderBy('number')
    .limit(COMMENTS_MAX)
    .execute();
  const mentioned = [...new Set(rows.flatMap((row) => row.mentions))];
  const people = mentioned.length
    ? await db.selectFrom('person').select(['id', 'name']).where('id', 'in', mentioned).execute()
    : [];
  const names = new Map(people.map((person) => [person.id, person.name]));
  return rows
    .filter((row) => row.thread_id === null)
    .map((first) => {
      const comments = rows
        .filter((row) => row.id === first.id || row.thread_id === first.id)
        .map((row) => ({
          id: row.id,
          text: row.text,
          byId: row.by_id,
          byName: row.by_name,
          at: row.created_at.toString(),
          mentions: row.mentions.flatMap((id) => {
            const name = names.get(id);
            return name ? [{ id, name }] : [];
          }),
        }));
      return {
        id: first.id,
        section: first.section as Section,
        state: stateOf(first.resolved_at !== null, comments),
        comments,
        resolvedAt: first.resolved_at?.toString() ?? null,
        resolvedBy: first.resolved_by,
      };
    });
}

/** Answered: the last word is not of the one who asked. */
export function stateOf(
  resolved: boolean,
  comments: readonly Pick<Comment, 'byId' | 'byName'>[],
): Thread['state'] {
  if (resolved) return 'resolved';
  const [first, last] = [comments[0], comments.at(-1)];
  return first && last && (first.byId ?? first.byName) !== (last.byId ?? last.byName) ? 'answered' : 'open';
}

/** A postmortem as its page needs it, and the check that the caller may know of it. */
import type { z } from 'zod';
import { seenBy } from '#incident/seen-by.ts';
import type { Incident } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { notFound } from '#platform/errors.ts';
import type { Caller } from '#platform/http/app.ts';
import { listActionItems } from './action-items.ts';
import { findPostmortem, listPostmortems, type Postmortem } from './postmortems.ts';
import type { House } from './room.ts';
import { whatIsMissing } from './sections.ts';
import type { postmortem as shape } from './shapes.ts';
import { markedTriggerOf } from './trigger.ts';

export const ACTION_ITEMS_MAX = 50;
const REMINDERS_MAX = 20;

/** @throws Refused (not found) when there is none, or its incident is restricted and the caller is no viewer of it */
export async function postmortemFor(
  house: House,
  id: string,
  caller: Caller,
): Promise<{ postmortem: Postmortem; incident: Incident }> {
  const postmortem = await findPostmortem(house.platform.db, { id });
  if (!postmortem) throw notFound('postmortem', id);
  const incident = await house.incidents.load(postmortem.incidentId);
  if (!incident || !seenBy(incident, caller.personId)) throw notFound('postmortem', id);
  return { postmortem, incident };
}

export async function show(house: House, id: string, caller: Caller): Promise<z.input<typeof shape>> {
  const { db, clock } = house.platform;
  const now = clock.now();
  const { postmortem, incident } = await postmortemFor(house, id, caller);
  const [summary] = (await listPostmortems(db, { show: 'all', id }, caller.personId, now, { limit: 1 }))
    .items;
  if (!summary) throw notFound('postmortem', id);
  const { items } = await listActionItems(db, { postmortemId: id }, caller.personId, now, {
    limit: ACTION_ITEMS_MAX,
  });
  const agreed = items.filter((item) => item.state !== 'dropped').length;
  return {
    ...summary,
    // Of the same look as the sections: a save on top of a newer version would take back what it had not read.
    version: postmortem.version,
    sections: postmortem.sections,
    actionItems: items,
    template: postmortem.template,
    markedTrigger: markedTriggerOf(incident),
    missing: whatIsMissing(postmortem.sections, agreed, postmortem.template?.beginnings),
    published: postmortem.published,
    publishedVersion: postmortem.publishedVersion,
    publishedBy: await publisherOf(db, id),
    updatedAt: postmortem.updatedAt.toString(),
    reminders: await remindersOf(db, [postmortem.incidentId, ...items.map((item) => item.id)]),
  };
}

async function publisherOf(db: Db, id: string): Promise<string | null> {
  const row = await db
    .selectFrom('postmortem')
    .select('published_by')
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.published_by ?? null;
}

async function remindersOf(db: Db, subjectIds: string[]) {
  const rows = await db
    .selectFrom('learning_mail')
    .innerJoin('person', 'person.id', 'learning_mail.person_id')
    .select([
      'person.name',
      'learning_mail.state',
      'learning_mail.send_at',
      'learning_mail.ended_at',
      'learning_mail.evidence',
    ])
    .where((row) => row('learning_mail.subject_id', '=', row.fn.any(row.val(subjectIds))))
    .orderBy('learning_mail.created_at', 'desc')
    .limit(REMINDERS_MAX)
    .execute();
  return rows.map((row) => ({
    to: row.name,
    at: (row.ended_at ?? row.send_at).toString(),
    state: row.state,
    evidence: row.evidence,
  }));
}

/** The words of mails about near misses: how many wait, which is due, what could happen again this week. */
import type { Db } from '#platform/db/database.ts';
import type { Platform } from '#platform/platform.ts';
import { inZone, type Letter } from '../letter.ts';

const NEVER_PAGES = 'This is a reminder in working hours. Nothing here ever pages.';
const NOBODY_KNOWS =
  'Nobody knows who reported it. Do not try to find out: the next one would not be reported.';

type Mail = { person_id: string; subject_kind: string; subject_id: string; promise: string; cycle: number };

/** @returns undefined when nothing is owed any more */
export async function nearMissLetter(
  { db, clock, config }: Platform,
  mail: Mail,
): Promise<Letter | undefined> {
  const person = await db
    .selectFrom('person')
    .select(['name', 'email', 'zone'])
    .where('id', '=', mail.person_id)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  if (!person) return undefined;
  const to = { name: person.name, address: person.email };
  const link = config.url ? [`${config.url}/near-misses`] : [];
  if (mail.subject_kind === 'near_miss_round')
    return { to, ...(await roundWords(db, mail.subject_id, link)) };
  const row = await db
    .selectFrom('near_miss')
    .select(['id', 'reported_on', 'due_at', 'again', 'happened'])
    .where('id', '=', mail.subject_id)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  if (!row) return undefined;
  const late = Temporal.Instant.compare(row.due_at, clock.now()) <= 0;
  return {
    to,
    subject: `${late ? 'Overdue' : 'Due'}: answer to a near miss`,
    text: [
      `A near miss that was reported on ${row.reported_on} ${late ? 'was to be answered' : 'is to be answered'} by ${inZone(row.due_at, person.zone)}.`,
      ...(row.again ? ['Whoever reported it thinks that it could happen again this week.'] : []),
      `“${row.happened}”`,
      ...(config.url ? [`${config.url}/near-misses/${row.id}`] : []),
      NEVER_PAGES,
    ].join('\n\n'),
  };
}

async function roundWords(
  db: Db,
  foundAt: string,
  link: string[],
): Promise<{ subject: string; text: string }> {
  const rows = await db
    .selectFrom('near_miss')
    .select('again')
    .where('found_at', '=', Temporal.Instant.from(foundAt))
    .execute();
  const again = rows.filter((each) => each.again).length;
  const many = rows.length === 1 ? '1 near miss was' : `${rows.length} near misses were`;
  const subject = rows.length ? `${many} reported` : 'Something was added to a near miss';
  return {
    subject,
    text: [
      rows.length
        ? `${many} reported. Each is an incident that we were spared, and somebody trusted us with it.`
        : 'Whoever reported a near miss has added something to it.',
      ...(again ? [`Of them, ${again} could happen again this week.`] : []),
      'Each is owed a visible answer: what was changed, or why nothing is.',
      ...link,
      NEVER_PAGES,
    ].join('\n\n'),
  };
}

/** Nothing beyond what was reported: not who, not when. */
export function warningLetter(
  { happened, stopped }: { happened: string; stopped: string },
  url: string | undefined,
): { subject: string; text: string } {
  return {
    subject: 'A near miss that could happen again this week',
    text: [
      'Somebody has reported a near miss, and thinks that it could happen again this week.',
      `What nearly happened: ${happened}`,
      ...(stopped ? [`What stopped it: ${stopped}`] : []),
      NOBODY_KNOWS,
      'It stands in the list of near misses from the next morning on, with its time to be answered by.',
      ...(url ? [`${url}/near-misses`] : []),
    ].join('\n\n'),
  };
}

/** An action item that comes of a near miss. */
export function nearMissItemLetter(facts: {
  person: { id: string; name: string; email: string; zone: string };
  item: { text: string; done_condition: string; near_miss_id: string | null };
  dueAt: Temporal.Instant;
  now: Temporal.Instant;
  ownerName: string | undefined;
  url: string | undefined;
}): Letter {
  const { person, item, dueAt, now, ownerName, url } = facts;
  const late = Temporal.Instant.compare(dueAt, now) <= 0;
  return {
    to: { name: person.name, address: person.email },
    subject: `${late ? 'Overdue' : 'Due'}: action item of a near miss`,
    text: [
      `The action item “${item.text}” ${late ? 'was due' : 'is due'} ${inZone(dueAt, person.zone)}.${ownerName ? ` It belongs to ${ownerName}.` : ''}`,
      `Done when: ${item.done_condition}`,
      'It was agreed after a near miss.',
      ...(url ? [`${url}/near-misses/${item.near_miss_id}`] : []),
      NEVER_PAGES,
    ].join('\n\n'),
  };
}

/** Mails about agreeing on a text: an owner asked for by name, asked to review, answered, mentioned. Read when they are sent, so that what is settled is not told. */
import type { Incident } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import type { Letter } from './letter.ts';

const EXCERPT_CHARACTERS_MAX = 400;
const ANSWERED = 'review_answered_';

export type ReviewMail = { promise: string; cycle: number };

/** @returns whether this mail is about a review or a comment instead of a promise that is owed */
export function isReviewMail({ promise }: Pick<ReviewMail, 'promise'>): boolean {
  return (
    promise === 'review_asked' ||
    promise === 'owner_wanted' ||
    promise === 'mentioned' ||
    promise.startsWith(ANSWERED)
  );
}

type To = {
  incident: Incident;
  postmortemId: string | null;
  person: { id: string; name: string; email: string };
  url: string | undefined;
};

/** @returns undefined when it is settled meanwhile: taken back, answered, resolved */
export async function reviewLetter(db: Db, mail: ReviewMail, to: To): Promise<Letter | undefined> {
  const { incident, postmortemId, person, url } = to;
  if (!postmortemId) return undefined;
  const said =
    mail.promise === 'mentioned'
      ? await mentioned(db, postmortemId, mail.cycle)
      : mail.promise === 'owner_wanted'
        ? await ownerWanted(db, postmortemId)
        : mail.promise === 'review_asked'
          ? await asked(db, postmortemId, person.id, mail.cycle)
          : await answered(db, postmortemId, mail.promise.slice(ANSWERED.length), mail.cycle);
  if (!said) return undefined;
  const called = `INC-${incident.number}`;
  // Of a restricted incident a mail carries the number alone.
  const title = incident.restricted ? called : `${called}, ${incident.title}`;
  const lines = [
    `${said.what} the postmortem of ${title}.`,
    ...(said.text && !incident.restricted ? [excerpt(said.text)] : []),
    ...(url ? [`${url}/postmortems/${postmortemId}`] : []),
    'It comes in working hours. Nothing here ever pages, and publishing does not wait.',
  ];
  return {
    to: { name: person.name, address: person.email },
    subject: `${said.subject}: postmortem of ${called}`,
    text: lines.join('\n\n'),
  };
}

type Said = { subject: string; what: string; text: string };

async function mentioned(db: Db, postmortemId: string, number: number): Promise<Said | undefined> {
  const row = await db
    .selectFrom('postmortem_comment as c')
    .leftJoin('postmortem_comment as first', 'first.id', 'c.thread_id')
    .select(['c.text', 'c.by_name', 'c.resolved_at', 'first.resolved_at as thread_resolved_at'])
    .where('c.postmortem_id', '=', postmortemId)
    .where('c.number', '=', number)
    .executeTakeFirst();
  if (!row || row.resolved_at || row.thread_resolved_at) return undefined;
  return { subject: 'You are mentioned', what: `${row.by_name} mentions you on`, text: row.text };
}

async function ownerWanted(db: Db, postmortemId: string): Promise<Said | undefined> {
  const row = await db
    .selectFrom('postmortem')
    .select('id')
    .where('id', '=', postmortemId)
    .where('owner_id', 'is', null)
    .where('covered_by', 'is', null)
    .where('state', '=', 'draft')
    .executeTakeFirst();
  return (
    row && {
      subject: 'An owner is needed',
      what: 'Everybody who could be asked rests, or nobody is known. Name somebody who owns',
      text: '',
    }
  );
}

async function asked(
  db: Db,
  postmortemId: string,
  personId: string,
  timesAsked: number,
): Promise<Said | undefined> {
  const row = await db
    .selectFrom('postmortem_review')
    .select('asked_by')
    .where('postmortem_id', '=', postmortemId)
    .where('person_id', '=', personId)
    .where('state', '=', 'asked')
    .where('times_asked', '=', timesAsked)
    .executeTakeFirst();
  return row && { subject: 'Asked to review', what: `${row.asked_by} asks you to review`, text: '' };
}

async function answered(
  db: Db,
  postmortemId: string,
  reviewerId: string,
  cycle: number,
): Promise<Said | undefined> {
  const version = Math.floor(cycle / 2);
  const row = await db
    .selectFrom('postmortem_review')
    .innerJoin('person', 'person.id', 'postmortem_review.person_id')
    .select(['person.name', 'postmortem_review.state', 'postmortem_review.text'])
    .where('postmortem_id', '=', postmortemId)
    .where('person_id', '=', reviewerId)
    .where('postmortem_review.version', '=', version)
    .where('postmortem_review.state', '=', cycle % 2 ? 'signed_off' : 'changes_asked')
    .executeTakeFirst();
  if (!row) return undefined;
  return row.state === 'signed_off'
    ? { subject: 'Signed off', what: `${row.name} signs off version ${version} of`, text: row.text }
    : {
        subject: 'Changes asked for',
        what: `${row.name} asks for changes to version ${version} of`,
        text: row.text,
      };
}

function excerpt(text: string): string {
  return text.length > EXCERPT_CHARACTERS_MAX ? `${text.slice(0, EXCERPT_CHARACTERS_MAX)}…` : text;
}

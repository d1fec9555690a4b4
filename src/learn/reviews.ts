/** Review of a postmortem: people asked by name sign it off or ask for changes. Publishing never waits for them. */
import type { Incident } from '#incident/types.ts';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import type { Caller } from '#platform/http/app.ts';
import { keepThisVersion } from './documents.ts';
import { queueMails } from './mails.ts';
import { whoMaySee } from './people.ts';
import { findPostmortem, type Postmortem, publishHint } from './postmortems.ts';
import type { House } from './room.ts';
import type { Sections } from './sections.ts';
import { changedParts } from './versions.ts';

const REVIEWERS_MAX = 20;

export type Review = {
  personId: string;
  name: string;
  state: 'asked' | 'signed_off' | 'changes_asked';
  askedBy: string;
  askedAt: string;
  /** Which text was read. */
  version: number | null;
  text: string;
  answeredAt: string | null;
  /** The parts that read differently since; null where nothing was read yet. */
  changedSince: string[] | null;
};

type Asked = { house: House; postmortem: Postmortem; incident: Incident; caller: Caller };

/** Asks people by name; who was asked before is asked again, with a mail of its own in their working hours. */
export async function askReviewers(asked: Asked, personIds: string[]): Promise<void> {
  await within(asked, async (tx, now) => {
    const { incident, postmortem, caller } = asked;
    const people = await mayReview(tx, personIds, incident);
    const { count } = await tx
      .selectFrom('postmortem_review')
      .select((row) => row.fn.countAll<number>().as('count'))
      .where('postmortem_id', '=', postmortem.id)
      .where('person_id', 'not in', people)
      .executeTakeFirstOrThrow();
    if (Number(count) + people.length > REVIEWERS_MAX)
      throw new Refused('invalid', `More than ${REVIEWERS_MAX} people would be asked; nobody was.`, {
        mend: 'Ask the few who can say whether it is right.',
      });
    for (const personId of people) {
      const { times_asked: cycle } = await tx
        .insertInto('postmortem_review')
        .values({
          postmortem_id: postmortem.id,
          person_id: personId,
          state: 'asked',
          asked_by: caller.name,
          asked_at: now,
        })
        .onConflict((conflict) =>
          conflict.columns(['postmortem_id', 'person_id']).doUpdateSet((row) => ({
            state: 'asked',
            times_asked: row('postmortem_review.times_asked', '+', 1),
            asked_by: caller.name,
            asked_at: now,
            version: null,
            text: '',
            answered_at: null,
          })),
        )
        .returning('times_asked')
        .executeTakeFirstOrThrow();
      await tell(tx, incident, 'review_asked', { cycle, to: personId }, now);
    }
  });
}

/** Nobody waits for this person any more; what they said is gone with it. */
export async function takeBackReview(asked: Asked, personId: string): Promise<void> {
  await within(asked, async (tx) => {
    await tx
      .deleteFrom('postmortem_review')
      .where('postmortem_id', '=', asked.postmortem.id)
      .where('person_id', '=', personId)
      .execute();
  });
}

/**
 * The answer of somebody who was asked, about the text of `version`.
 * @throws Refused when the caller was not asked, or there is no such version
 */
export async function answerReview(
  asked: Asked,
  answer: { state: 'signed_off' | 'changes_asked'; version: number; text: string },
): Promise<void> {
  await within(asked, async (tx, now, current) => {
    const { postmortem, incident, caller } = asked;
    // What is being written is no version yet; what somebody answers about becomes one.
    if (current?.version === answer.version) await keepThisVersion(tx, current);
    const known = await tx
      .selectFrom('postmortem_version')
      .select('version')
      .where('postmortem_id', '=', postmortem.id)
      .where('version', '=', answer.version)
      .executeTakeFirst();
    if (!known)
      throw new Refused('invalid', `There is no version ${answer.version} of this postmortem.`, {
        mend: 'Read it again and answer about the version that you read.',
      });
    const row = await tx
      .updateTable('postmortem_review')
      .set({ ...answer, answered_at: now })
      .where('postmortem_id', '=', postmortem.id)
      .where('person_id', '=', caller.personId ?? '')
      .returning('times_asked')
      .executeTakeFirst();
    if (!row)
      throw new Refused('conflict', 'You were not asked to review this postmortem; nothing was noted.', {
        mend: 'Ask its owner to name you, or write a comment.',
      });
    const owner = (await findPostmortem(tx, { id: postmortem.id }))?.ownerId;
    if (owner && owner !== caller.personId)
      await tell(
        tx,
        incident,
        `review_answered_${caller.personId}`,
        { cycle: cycleOf(answer), to: owner },
        now,
      );
  });
}

/** One mail per answer and version: asking for changes and then signing off the same text are two. */
function cycleOf({ state, version }: { state: string; version: number }): number {
  return version * 2 + (state === 'signed_off' ? 1 : 0);
}

async function within(
  { house: { platform }, postmortem, incident }: Asked,
  act: (tx: Tx, now: Temporal.Instant, current: Postmortem | undefined) => Promise<void>,
): Promise<void> {
  const now = platform.clock.now();
  await transaction(platform.db, async (tx) => {
    await act(tx, now, await findPostmortem(tx, { id: postmortem.id }, 'lock'));
    await publishHint(platform.live, tx, postmortem, incident, now);
  });
}

async function tell(
  tx: Tx,
  incident: Incident,
  promise: string,
  { cycle, to }: { cycle: number; to: string },
  now: Temporal.Instant,
): Promise<void> {
  await queueMails(
    tx,
    { subjectKind: 'incident', subjectId: incident.id, promise, cycle, step: 0 },
    [to],
    now,
  );
}

function mayReview(tx: Tx, ids: string[], incident: Incident): Promise<string[]> {
  const title = 'Somebody who is named cannot read it; nobody was asked.';
  return whoMaySee(tx, { ids, path: 'personIds' }, incident, title);
}

/** @returns reviews in the order of asking, each with what has changed since it was answered */
export async function listReviews(db: Db, postmortem: Postmortem): Promise<Review[]> {
  const rows = await db
    .selectFrom('postmortem_review')
    .innerJoin('person', 'person.id', 'postmortem_review.person_id')
    .leftJoin('postmortem_version', (join) =>
      join
        .onRef('postmortem_version.postmortem_id', '=', 'postmortem_review.postmortem_id')
        .onRef('postmortem_version.version', '=', 'postmortem_review.version'),
    )
    .selectAll('postmortem_review')
    .select(['person.name', 'postmortem_version.sections'])
    .where('postmortem_review.postmortem_id', '=', postmortem.id)
    .orderBy('postmortem_review.asked_at')
    .orderBy('person.name')
    .execute();
  return rows.map((row) => ({
    personId: row.person_id,
    name: row.name,
    state: row.state as Review['state'],
    askedBy: row.asked_by,
    askedAt: row.asked_at.toString(),
    version: row.version,
    text: row.text,
    answeredAt: row.answered_at?.toString() ?? null,
    changedSince: row.sections
      ? changedParts(row.sections as Sections, postmortem.sections).map((part) => part.label)
      : null,
  }));
}

/**
 * Publishing without a sign-off that was asked for is allowed, but said once more: the promise of 48 hours never waits for a reviewer.
 * @throws Refused naming who has not signed off, unless it was confirmed
 */
export async function askOnceWithoutSignOff(
  db: Db,
  postmortem: Postmortem,
  confirmed: boolean,
): Promise<void> {
  if (confirmed) return;
  const waiting = (await listReviews(db, postmortem)).filter((each) => each.state !== 'signed_off');
  if (!waiting.length) return;
  const names = waiting.map((each) => each.name).join(', ');
  throw new Refused('conflict', `Not signed off by ${names}; nothing was published.`, {
    mend: 'Publish it without waiting ("withoutSignOff": true), or wait for them.',
  });
}

/** Mails of the learning ladder: rows that wait for working hours, composed when they are sent, withdrawn when the promise is kept. */

import { sql } from 'kysely';
import { fromDocument } from '#incident/document.ts';
import type { Fact, Rung } from '#incident/facts.ts';
import type { Happening } from '#incident/room.ts';
import type { Incident } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import { Failed } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { Due, Platform } from '#platform/platform.ts';
import { type Letter, letterOf } from './letter.ts';
import { nearMissItemLetter, nearMissLetter } from './near-misses/letters.ts';
import { managersOf, owningTeam } from './people.ts';
import { isReviewMail, reviewLetter } from './review-letter.ts';
import { withinWorkingHours } from './working-hours.ts';

const RECIPIENTS_MAX = 5;
const MAILS_PER_SWEEP_MAX = 50;
const ATTEMPTS_MAX = 8;
// Longer than a mail may take; after this another process may take the row over.
const LEASE_SECONDS = 120;
const RETRY_MINUTES = 10;

/** What learning needs of the mailer; communicate's has more. */
export type Mailer = {
  configured: boolean;
  sendMail(mail: {
    to: { name: string; address: string };
    subject: string;
    text: string;
    messageId?: string | undefined;
  }): Promise<{ response: string }>;
};

export type MailStep = {
  subjectKind: 'incident' | 'action_item' | 'near_miss' | 'near_miss_round';
  subjectId: string;
  promise: string;
  cycle: number;
  step: number;
};

/** A step of a learning ladder becomes one mail per person, to be sent in that person's working hours. */
export async function queueMails(
  tx: Tx,
  step: MailStep,
  personIds: string[],
  now: Temporal.Instant,
): Promise<void> {
  if (personIds.length === 0) return;
  const people = await tx
    .selectFrom('person')
    .select(['id', 'zone'])
    .where('archived_at', 'is', null)
    .where((row) => row('id', '=', row.fn.any(row.val(personIds))))
    .execute();
  if (people.length === 0) return;
  await tx
    .insertInto('learning_mail')
    .values(
      people.map((person) => ({
        id: newId('lml'),
        person_id: person.id,
        subject_kind: step.subjectKind,
        subject_id: step.subjectId,
        promise: step.promise,
        cycle: step.cycle,
        step: step.step,
        state: 'waiting',
        send_at: withinWorkingHours(now, person.zone),
        created_at: now,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** @returns who stands on a rung of a learning ladder; only viewers, where the incident is restricted */
export async function learningRecipients(
  db: Db | Tx,
  incident: Pick<Incident, 'serviceIds' | 'restricted' | 'viewers' | 'lead'>,
  who: Rung,
  ownerId: string | undefined,
): Promise<string[]> {
  const owner = ownerId ? [ownerId] : [];
  const chosen =
    who === 'owner'
      ? owner
      : who === 'manager'
        ? await managersOf(db, incident.serviceIds)
        : await owningTeam(db, incident.serviceIds);
  // A rung where nobody stands falls back: a broken promise is never silent.
  const found = chosen.length
    ? chosen
    : [
        ...(await managersOf(db, incident.serviceIds)),
        ...owner,
        ...(incident.lead ? [incident.lead.personId] : []),
      ];
  return found.filter((id) => !incident.restricted || incident.viewers.includes(id)).slice(0, RECIPIENTS_MAX);
}

/** The incident's own clock tells when its postmortem is due; learning writes the mail. */
export async function remindOfPostmortem(
  fact: Extract<Fact, { kind: 'reminded' | 'escalated' }>,
  { incident, now, tx }: Happening,
): Promise<void> {
  if (fact.promise !== 'postmortem_published') return;
  const step: MailStep = {
    subjectKind: 'incident',
    subjectId: incident.id,
    promise: fact.promise,
    cycle: fact.cycle,
    step: fact.step,
  };
  await queueMails(
    tx,
    step,
    await learningRecipients(tx, incident, fact.who, incident.postmortem?.ownerId ?? fact.ownerId),
    now,
  );
}

export function learningMails(platform: Platform, mailer: Mailer): Due {
  const { db } = platform;
  return {
    name: 'learning mails',
    next: () => earliest('learning_mail', 'send_at', sql`state = 'waiting'`),
    async run(now) {
      const claimed = await claim(db, now);
      for (const mail of claimed) await send(platform, mailer, mail, now);
      return claimed.length;
    },
  };
}

type Claimed = {
  id: string;
  person_id: string;
  subject_kind: string;
  subject_id: string;
  promise: string;
  cycle: number;
  attempts: number;
};

async function claim(db: Db, now: Temporal.Instant): Promise<Claimed[]> {
  const { rows } = await sql<Claimed>`
    update learning_mail set attempts = attempts + 1, send_at = ${now.add({ seconds: LEASE_SECONDS })}
    where id in (
      select id from learning_mail where state = 'waiting' and send_at <= ${now}
      order by send_at limit ${MAILS_PER_SWEEP_MAX} for update skip locked
    )
    returning id, person_id, subject_kind, subject_id, promise, cycle, attempts`.execute(db);
  return rows;
}

async function send(platform: Platform, mailer: Mailer, mail: Claimed, now: Temporal.Instant): Promise<void> {
  const letter = await compose(platform, mail);
  if (!letter) return end(platform.db, mail.id, 'withdrawn', 'It was settled before this was sent.', now);
  try {
    const { response } = await mailer.sendMail({ ...letter, messageId: `${mail.id}@learning.humdrum` });
    await end(platform.db, mail.id, 'sent', response, now);
  } catch (error) {
    if (!(error instanceof Failed))
      platform.log.error({ err: error, mail: mail.id }, 'a learning mail could not be sent');
    const why = error instanceof Error ? error.message : String(error);
    if ((error instanceof Failed && error.permanent) || mail.attempts >= ATTEMPTS_MAX)
      return end(platform.db, mail.id, 'failed', why, now);
    const again = now.add({ minutes: RETRY_MINUTES * mail.attempts });
    await platform.db
      .updateTable('learning_mail')
      .set({ send_at: again, evidence: why })
      .where('id', '=', mail.id)
      .execute();
  }
}

async function end(
  db: Db,
  id: string,
  state: 'sent' | 'withdrawn' | 'failed',
  evidence: string,
  now: Temporal.Instant,
): Promise<void> {
  await db
    .updateTable('learning_mail')
    .set({ state, evidence, ended_at: now })
    .where('id', '=', id)
    .execute();
}

/** @returns undefined when nothing is owed any more, or the person may not know of it any more */
async function compose(platform: Platform, mail: Claimed): Promise<Letter | undefined> {
  if (mail.subject_kind === 'near_miss' || mail.subject_kind === 'near_miss_round')
    return nearMissLetter(platform, mail);
  const { db } = platform;
  const promise = await db
    .selectFrom('promise')
    .select(['due_at', 'owner_id'])
    .where('subject_kind', '=', mail.subject_kind)
    .where('subject_id', '=', mail.subject_id)
    .where('kind', '=', mail.promise)
    .where('cycle', '=', mail.cycle)
    .where('state', '=', 'open')
    .executeTakeFirst();
  const person = await db
    .selectFrom('person')
    .select(['id', 'name', 'email', 'zone'])
    .where('id', '=', mail.person_id)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  const item =
    mail.subject_kind === 'action_item'
      ? await db
          .selectFrom('action_item')
          .select(['id', 'incident_id', 'postmortem_id', 'near_miss_id', 'text', 'done_condition'])
          .where('id', '=', mail.subject_id)
          .executeTakeFirst()
      : undefined;
  const owner = promise?.owner_id
    ? await db.selectFrom('person').select('name').where('id', '=', promise.owner_id).executeTakeFirst()
    : undefined;
  const ownerName = promise?.owner_id === person?.id ? undefined : owner?.name;
  const [now, { url }] = [platform.clock.now(), platform.config];
  if (item?.near_miss_id && promise && person)
    return nearMissItemLetter({ person, item, dueAt: promise.due_at, now, ownerName, url });
  const incidentId = mail.subject_kind === 'action_item' ? item?.incident_id : mail.subject_id;
  const row = incidentId
    ? await db
        .selectFrom('incident')
        .leftJoin('postmortem', 'postmortem.incident_id', 'incident.id')
        .select(['incident.document', 'postmortem.id as postmortem_id'])
        .where('incident.id', '=', incidentId)
        .executeTakeFirst()
    : undefined;
  if (!person || (!row && !item)) return undefined;
  const incident = row && fromDocument(row.document);
  if (incident?.restricted && !incident.viewers.includes(person.id)) return undefined;
  if (incident && isReviewMail(mail))
    return reviewLetter(db, mail, { incident, postmortemId: row.postmortem_id, person, url });
  if (!promise) return undefined;
  return letterOf({
    person,
    incident,
    dueAt: promise.due_at,
    now,
    ownerName,
    item,
    postmortemId: row?.postmortem_id ?? undefined,
    url,
  });
}

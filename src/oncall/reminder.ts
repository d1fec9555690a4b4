/** The learning ladder: one mail to one person in their working hours, never a page. */

import type { FactOf } from '#incident/facts.ts';
import type { Happening } from '#incident/room.ts';
import type { Incident } from '#incident/types.ts';
import { promiseName } from '#incident/words.ts';
import type { Tx } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import { Failed } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import type { Mailer } from '#platform/mail.ts';
import type { Due } from '#platform/platform.ts';
import { coverOf } from './cover.ts';
import type { Oncall } from './house.ts';
import { inWorkingHours } from './rest.ts';
import { endedBecause, openPromises } from './stands.ts';

const ATTEMPTS_MAX = 8;
const RETRY_MINUTES = 10;
const CLAIM_MINUTES = 1;
const PER_SWEEP_MAX = 50;

export async function remindLater(
  fact: FactOf<'reminded' | 'escalated'>,
  { incident, now, tx }: Happening,
): Promise<Job[]> {
  const personId = await concerns(tx, incident, fact);
  const person =
    personId &&
    (await tx
      .selectFrom('person')
      .select('zone')
      .where('id', '=', personId)
      .where('archived_at', 'is', null)
      .executeTakeFirst());
  if (!personId || !person) return [];
  await tx
    .insertInto('reminder')
    .values({
      id: newId('rem'),
      incident_id: incident.id,
      person_id: personId,
      promise_kind: fact.promise,
      cycle: fact.cycle,
      step: fact.step,
      due_at: fact.dueAt,
      state: 'queued',
      next_attempt_at: inWorkingHours(now, person.zone),
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return [];
}

async function concerns(
  tx: Tx,
  incident: Incident,
  { who, ownerId }: FactOf<'reminded' | 'escalated'>,
): Promise<string | undefined> {
  const cover = await coverOf(tx, incident.serviceIds);
  if (who === 'manager' || who === 'service_owner') return cover.managerId ?? cover.primaryId ?? ownerId;
  return ownerId ?? incident.postmortem?.ownerId ?? incident.lead?.personId ?? cover.primaryId;
}

export function remindersDue(oncall: Oncall, mailer: Mailer): Due {
  const { db, log } = oncall.platform;
  return {
    name: 'reminders',
    next: () => earliest('reminder', 'next_attempt_at'),
    async run(now) {
      const rows = await db
        .selectFrom('reminder')
        .select('id')
        .where('next_attempt_at', '<=', now)
        .orderBy('next_attempt_at')
        .limit(PER_SWEEP_MAX)
        .execute();
      for (const { id } of rows)
        await remind(oncall, mailer, id, now).catch((error: unknown) =>
          log.error({ err: error, reminder: id }, 'a reminder has a bug'),
        );
      return rows.length;
    },
  };
}

/** Reminders that a process was sending when it died are due again at once. */
export async function freeReminders(tx: Tx, now: Temporal.Instant): Promise<void> {
  await tx
    .updateTable('reminder')
    .set({ next_attempt_at: now })
    .where('attempts', '>', 0)
    .where('next_attempt_at', '>', now)
    .execute();
}

async function remind(oncall: Oncall, mailer: Mailer, id: string, now: Temporal.Instant): Promise<void> {
  const { db, config } = oncall.platform;
  const row = await db
    .updateTable('reminder')
    .set((eb) => ({ attempts: eb('attempts', '+', 1), next_attempt_at: now.add({ minutes: CLAIM_MINUTES }) }))
    .where('id', '=', id)
    .where('next_attempt_at', '<=', now)
    .returning(['incident_id', 'person_id', 'promise_kind', 'cycle', 'step', 'due_at', 'attempts'])
    .executeTakeFirst();
  const incident = row && (await oncall.incidents.load(row.incident_id));
  if (!row || !incident) return;
  const settle = (values: {
    state: string;
    evidence?: string;
    problem?: string;
    next_attempt_at?: Temporal.Instant;
  }) =>
    db
      .updateTable('reminder')
      .set({ next_attempt_at: null, ...values })
      .where('id', '=', id)
      .execute();
  const promise = { kind: row.promise_kind, cycle: row.cycle, step: row.step };
  const ended = endedBecause(incident, { kind: 'promise', promise }, await openPromises(db, incident.id));
  const person = await db
    .selectFrom('person')
    .select(['name', 'email', 'zone', 'archived_at'])
    .where('id', '=', row.person_id)
    .executeTakeFirstOrThrow();
  if (ended || person.archived_at)
    return void (await settle({ state: 'withdrawn', problem: ended ?? 'This person is archived.' }));
  try {
    const { response } = await mailer.sendMail({
      to: { name: person.name, address: person.email },
      messageId: `${id}@${mailer.domain}`,
      ...textOf(incident, row, person, { url: config.url, now }),
    });
    await settle({ state: 'sent', evidence: response });
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const final = error.permanent || row.attempts >= ATTEMPTS_MAX;
    await settle({
      state: final ? 'failed' : 'queued',
      problem: error.message,
      ...(final ? {} : { next_attempt_at: inWorkingHours(now.add({ minutes: RETRY_MINUTES }), person.zone) }),
    });
  }
}

function textOf(
  incident: Incident,
  row: { promise_kind: string; due_at: Temporal.Instant },
  person: { zone: string },
  by: { url: string | undefined; now: Temporal.Instant },
): { subject: string; text: string } {
  const overdue = Temporal.Instant.compare(row.due_at, by.now) <= 0;
  const due = row.due_at.toZonedDateTimeISO(person.zone);
  const when = `${due.toPlainDate().toString()} ${due.toPlainTime().toString({ smallestUnit: 'minute' })} ${person.zone}`;
  const title = incident.restricted ? 'restricted incident' : incident.title;
  const name = promiseName(row.promise_kind);
  const where = by.url ? `${by.url}/incidents/${incident.id}` : 'Open it in Humdrum.';
  return {
    subject: `INC-${incident.number}: ${name.toLowerCase()}, ${overdue ? 'was due' : 'due'} ${when}`,
    text: [
      `INC-${incident.number}: ${title}`,
      '',
      `${name}: ${overdue ? 'was due' : 'is due'} ${when}.`,
      overdue ? 'It is still open.' : 'It is open.',
      '',
      where,
      '',
    ].join('\n'),
  };
}

/** A report that belongs to no incident yet is owed an answer all the same: a promise of its own, which reminds by mail and never rings. */
import { sql } from 'kysely';
import { type Tx, transaction } from '#platform/db/database.ts';
import type { Platform } from '#platform/platform.ts';
import type { Owed } from '#promise/owed.ts';
import type { LadderStep } from '#promise/policy.ts';
import { fireDue, reconcile } from '#promise/reconcile.ts';
import { queueLetter } from '../letters.ts';
import type { Report } from './questions.ts';

export const LOOSE_QUESTION = 'question';
const KIND = 'question_answered';
export const LOOSE_MINUTES = 30;
const MINUTE = 60_000;
const PEOPLE_MAX = 5;

// Nobody has declared anything: whoever looks after the service is asked by mail, then everybody who stands behind them.
export const LOOSE_LADDER: LadderStep[] = [
  { at: -10 * MINUTE, do: 'remind', who: 'primary' },
  { at: 0, do: 'remind', who: 'primary' },
  { at: 15 * MINUTE, do: 'remind', who: 'backup' },
];

/** Brings the promise of a report in line with its row: void once it belongs to an incident, which then owes the answer. */
export async function oweLoose(tx: Tx, id: string, now: Temporal.Instant): Promise<void> {
  const owed = await owedBy(tx, id);
  if (owed) await reconcile(tx, { subjectKind: LOOSE_QUESTION, subjectId: id, owed: [owed], now });
}

async function owedBy(tx: Tx, id: string): Promise<Owed | undefined> {
  const row = await tx
    .selectFrom('question')
    .select(['incident_id', 'known', 'state', 'due_at', 'asked_at', 'ended_at'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row?.due_at || !row.known) return undefined;
  return {
    kind: KIND,
    cycle: 1,
    ownerId: undefined,
    openedAt: row.asked_at,
    dueAt: row.due_at,
    ladder: LOOSE_LADDER,
    state: row.incident_id ? 'void' : STATES[row.state as keyof typeof STATES],
    endedAt: row.ended_at ?? undefined,
  };
}

const STATES = { open: 'open', answered: 'kept', set_aside: 'waived' } as const;

/** Fires the due step of one report: a mail to who stands there. A stale wake does nothing. */
export function wakeLoose(platform: Platform): (id: string) => Promise<void> {
  const { db, clock, config } = platform;
  return (id) =>
    transaction(db, async (tx) => {
      const now = clock.now();
      const row = await tx
        .selectFrom('question')
        .select(['asker_name', 'report'])
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst();
      const owed = await owedBy(tx, id);
      if (!row || !owed) return;
      for (const step of await fireDue(tx, {
        subjectKind: LOOSE_QUESTION,
        subjectId: id,
        owed: [owed],
        now,
      })) {
        if (step.do === 'none') continue;
        const report = row.report as Report | null;
        for (const person of await peopleFor(tx, report?.serviceId ?? null, step.who === 'backup'))
          await queueLetter(
            tx,
            {
              purpose: 'reminder',
              key: `question:${id}:${step.step}:${person.id}`,
              to: { name: person.name, address: person.email },
              subject: `A report waits for an answer: ${row.asker_name}`,
              body: [
                `${row.asker_name} reported a fault${report?.serviceNamed ? ` of ${report.serviceNamed}` : ''} at ${clockOf(owed.openedAt)}. It belongs to no incident, and an answer is owed by ${clockOf(owed.dueAt)}.`,
                `Answer it, declare an incident from it, or say to which one it belongs.${config.url ? `\n${config.url}/inbox` : ''}`,
              ].join('\n\n'),
              about: { subjectKind: LOOSE_QUESTION, subjectId: id, promise: KIND, cycle: 1 },
            },
            now,
          );
      }
    });
}

type Reader = { id: string; name: string; email: string };

/** Who looks after the service; for the backup's step everybody behind them, and where nobody is named, the first few of the directory. */
async function peopleFor(tx: Tx, serviceId: string | null, behind: boolean): Promise<Reader[]> {
  const { rows } = await sql<Reader>`
    select p.id, p.name, p.email from person p join service s on s.id = ${serviceId}
    where p.archived_at is null and p.email <> '' and (p.id = s.primary_id or (${behind}::boolean and p.id in (s.backup_id, s.manager_id)))
    order by p.id limit ${PEOPLE_MAX}`.execute(tx);
  if (rows.length) return rows;
  return tx
    .selectFrom('person')
    .select(['id', 'name', 'email'])
    .where('archived_at', 'is', null)
    .where('email', '<>', '')
    .orderBy('created_at')
    .limit(PEOPLE_MAX)
    .execute();
}

function clockOf(at: Temporal.Instant): string {
  return `${at.toString().slice(11, 16)} UTC`;
}

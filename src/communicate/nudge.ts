/** Shortly before an update is due its draft is in the mailbox of whoever owes it, with "nothing new" one button away. */

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Fact } from '#incident/facts.ts';
import { tellerOf } from '#incident/owed.ts';
import type { Happening, House } from '#incident/room.ts';
import { seenBy } from '#incident/seen-by.ts';
import type { Incident } from '#incident/types.ts';
import { earliest } from '#platform/db/due-times.ts';
import { Failed } from '#platform/errors.ts';
import type { Mailer } from '#platform/mail.ts';
import type { Due } from '#platform/platform.ts';
import { ruleOf } from '#promise/policy.ts';
import { plainText } from './message.ts';
import { prepare } from './prepare.ts';
import { timeForReader } from './words.ts';

const PROMISE = 'next_update';
const ATTEMPTS_MAX = 5;
const CLAIM_SECONDS = 45;
const RETRY_SECONDS = 20;
const BATCH_MAX = 20;
const SIGNATURE_CHARACTERS = 32;
const TOKEN = /^(inc_[0-9a-z]{16})\.(\d{1,9})\.([\w-]{1,60})\.([0-9a-f]{32})$/;

/** What a link stands for: this person, this incident, this one promised update. */
export type NudgeLink = { incidentId: string; cycle: number; personId: string };

/** The last reminder before the time puts a mail into the row of whoever owes it. */
export async function noteNudge(fact: Fact, { incident, policy, now, tx }: Happening): Promise<void> {
  if (fact.kind !== 'reminded' || fact.promise !== PROMISE) return;
  const ladder = ruleOf(policy, PROMISE).ladder;
  if (ladder.findLastIndex((step) => step.do === 'remind' && step.at < 0) !== fact.step) return;
  const personId = tellerOf(incident);
  if (!personId || !seenBy(incident, personId)) return;
  await tx
    .insertInto('nudge')
    .values({
      incident_id: incident.id,
      cycle: fact.cycle,
      person_id: personId,
      due_at: fact.dueAt,
      state: 'queued',
      next_attempt_at: now,
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export function nudgesDue(house: House, mailer: Mailer): Due {
  const { db } = house.platform;
  return {
    name: 'communicate.nudges',
    next: () => earliest('nudge', 'next_attempt_at'),
    async run(now) {
      const rows = await db
        .updateTable('nudge')
        .set((eb) => ({
          attempts: eb('attempts', '+', 1),
          next_attempt_at: now.add({ seconds: CLAIM_SECONDS }),
        }))
        .where((eb) =>
          eb(
            eb.refTuple('incident_id', 'cycle', 'person_id'),
            'in',
            eb
              .selectFrom('nudge')
              .select(['incident_id', 'cycle', 'person_id'])
              .where('next_attempt_at', '<=', now)
              .orderBy('next_attempt_at')
              .limit(BATCH_MAX)
              .forUpdate()
              .skipLocked()
              .$asTuple('incident_id', 'cycle', 'person_id'),
          ),
        )
        .returning(['incident_id', 'cycle', 'person_id', 'due_at', 'attempts'])
        .execute();
      for (const row of rows) await settle(house, row, await send(house, mailer, row, now), now);
      return rows.length;
    },
  };
}

type Row = {
  incident_id: string;
  cycle: number;
  person_id: string;
  due_at: Temporal.Instant;
  attempts: number;
};
type Outcome = { state: 'sent' | 'not_needed'; evidence: string | null } | { failed: Failed };

async function send(house: House, mailer: Mailer, row: Row, now: Temporal.Instant): Promise<Outcome> {
  const { db, config, secret } = house.platform;
  const incident = await house.incidents.load(row.incident_id);
  const person = await db
    .selectFrom('person')
    .select(['name', 'email', 'zone'])
    .where('id', '=', row.person_id)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  if (!incident || !person?.email || !stillOwed(incident, row.cycle) || !seenBy(incident, row.person_id))
    return { state: 'not_needed', evidence: null };
  const time = (at: string | number) => timeForReader(at, person.zone, now.epochMilliseconds);
  const draft = await prepare(house, incident, { kind: 'next' }, now);
  const link =
    config.url &&
    `${config.url}/u/${tokenOf(secret, { incidentId: incident.id, cycle: row.cycle, personId: row.person_id })}`;
  const due = time(row.due_at.epochMilliseconds);
  const text = [
    `The update promised for ${due} is not sent yet. This is prepared:`,
    '',
    plainText(draft, time),
    '',
    link
      ? `Nothing new? One button sends that to everyone who was told: ${link}`
      : 'Open Humdrum to send it. This mail has no link, because the public address (HUMDRUM_URL) is not set.',
    ...(config.url ? [`Something new? Write it here: ${config.url}/incidents/${incident.id}`] : []),
    '',
  ].join('\n');
  try {
    const { response } = await mailer.sendMail({
      to: { name: person.name, address: person.email },
      subject: `Update due ${due}: ${incident.severity} INC-${incident.number}${incident.restricted ? '' : ` ${incident.title}`}`,
      text,
      messageId: `nudge.${incident.id}.${row.cycle}@${mailer.domain}`,
      references: [`${incident.reference}@${mailer.domain}`],
      urgent: true,
    });
    return { state: 'sent', evidence: response };
  } catch (error) {
    if (error instanceof Failed) return { failed: error };
    throw error;
  }
}

async function settle(
  { platform: { db } }: House,
  row: Row,
  outcome: Outcome,
  now: Temporal.Instant,
): Promise<void> {
  const over = 'failed' in outcome && (outcome.failed.permanent || row.attempts >= ATTEMPTS_MAX);
  await db
    .updateTable('nudge')
    .set(
      'failed' in outcome
        ? {
            state: over ? 'failed' : 'queued',
            last_error: outcome.failed.message,
            next_attempt_at: over ? null : now.add({ seconds: RETRY_SECONDS }),
          }
        : { ...outcome, last_error: null, next_attempt_at: null },
    )
    .where('incident_id', '=', row.incident_id)
    .where('cycle', '=', row.cycle)
    .where('person_id', '=', row.person_id)
    .execute();
}

/** The link dies with the promise: when anybody has sent an update, or when it is over. */
export function stillOwed(incident: Incident, cycle: number): boolean {
  const open = ['detected', 'confirmed', 'restored', 'resolved'].includes(incident.state);
  return open && incident.promisedUpdate?.seq === cycle;
}

export function tokenOf(secret: string, link: NudgeLink): string {
  return `${link.incidentId}.${link.cycle}.${link.personId}.${sign(secret, link)}`;
}

/** @returns what a genuine token stands for, else undefined */
export function readNudge(secret: string, token: string): NudgeLink | undefined {
  const [, incidentId, cycle, personId, signature] = TOKEN.exec(token) ?? [];
  if (!incidentId || !cycle || !personId || !signature) return undefined;
  const link = { incidentId, cycle: Number(cycle), personId };
  return timingSafeEqual(Buffer.from(sign(secret, link)), Buffer.from(signature)) ? link : undefined;
}

function sign(secret: string, { incidentId, cycle, personId }: NudgeLink): string {
  return createHmac('sha256', secret)
    .update(`nudge ${incidentId} ${cycle} ${personId}`)
    .digest('hex')
    .slice(0, SIGNATURE_CHARACTERS);
}

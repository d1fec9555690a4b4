/** Shortly before an update is due its draft is with whoever owes it, by mail, SMS and Slack, with "nothing new" one tap away. */
import { sql } from 'kysely';
import type { Fact } from '#incident/facts.ts';
import { tellerOf } from '#incident/owed.ts';
import type { Happening, House } from '#incident/room.ts';
import { seenBy } from '#incident/seen-by.ts';
import { json } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import { Failed } from '#platform/errors.ts';
import type { Due } from '#platform/platform.ts';
import { ruleOf } from '#promise/policy.ts';
import { stillOwed } from './nudge-link.ts';
import { type NudgeMeans, type NudgeRow, type NudgeSent, sendNudge, showReply } from './nudge-send.ts';

const PROMISE = 'next_update';
const ATTEMPTS_MAX = 5;
const CLAIM_SECONDS = 45;
const RETRY_SECONDS = 20;
const BATCH_MAX = 20;

/** By which channels besides mail somebody can be nudged here. */
export type NudgeWays = { sms: boolean; slack: boolean };

/**
 * The last reminder before the time puts a nudge into the rows of whoever owes it: by mail, and by every telephone and
 * direct conversation in Slack of their list. A room that others read gets none: its button would be anybody's.
 */
export async function noteNudge(
  fact: Fact,
  { incident, policy, now, tx }: Happening,
  ways: NudgeWays,
): Promise<void> {
  if (fact.kind !== 'reminded' || fact.promise !== PROMISE) return;
  const ladder = ruleOf(policy, PROMISE).ladder;
  if (ladder.findLastIndex((step) => step.do === 'remind' && step.at < 0) !== fact.step) return;
  const personId = tellerOf(incident);
  if (!personId || !seenBy(incident, personId)) return;
  await sql`
    insert into nudge (incident_id, cycle, person_id, channel, address, due_at, state, next_attempt_at, created_at)
    select ${incident.id}, ${fact.cycle}, ${personId}, way.channel, way.address, ${fact.dueAt}::timestamptz, 'queued', ${now}::timestamptz, ${now}::timestamptz
    from (
      select 'email' as channel, '' as address
      union
      select kind, address from channel
      where person_id = ${personId} and off_at is null
        and ((kind = 'sms' and ${ways.sms}) or (kind = 'slack' and ${ways.slack} and sealed is null and address ~ '^[DUW]'))
    ) as way
    on conflict do nothing`.execute(tx);
}

export function nudgesDue(house: House, means: NudgeMeans): Due {
  return {
    name: 'communicate.nudges',
    next: () => earliest('nudge', 'next_attempt_at'),
    async run(now) {
      const rows = await claim(house, now);
      await Promise.all(
        rows.map(async (row) => settle(house, row, await attempt(house, means, row, now), now)),
      );
      return rows.length;
    },
  };
}

async function claim({ platform: { db } }: House, now: Temporal.Instant): Promise<NudgeRow[]> {
  const rows = await db
    .updateTable('nudge')
    .set((eb) => ({
      attempts: eb('attempts', '+', 1),
      next_attempt_at: now.add({ seconds: CLAIM_SECONDS }),
    }))
    .where((eb) =>
      eb(
        eb.refTuple('incident_id', 'cycle', 'person_id', 'channel', 'address'),
        'in',
        eb
          .selectFrom('nudge')
          .select(['incident_id', 'cycle', 'person_id', 'channel', 'address'])
          .where('next_attempt_at', '<=', now)
          .orderBy('next_attempt_at')
          .limit(BATCH_MAX)
          .forUpdate()
          .skipLocked()
          .$asTuple('incident_id', 'cycle', 'person_id', 'channel', 'address'),
      ),
    )
    .returning([
      'incident_id',
      'cycle',
      'person_id',
      'channel',
      'address',
      'due_at',
      'attempts',
      'posted',
      'reply',
    ])
    .execute();
  return rows as NudgeRow[];
}

type Outcome = 'not_needed' | 'replied' | NudgeSent | { failed: Failed };

async function attempt(
  house: House,
  means: NudgeMeans,
  row: NudgeRow,
  now: Temporal.Instant,
): Promise<Outcome> {
  try {
    if (row.reply !== null) {
      await showReply(house, means, row);
      return 'replied';
    }
    const incident = await house.incidents.load(row.incident_id);
    const person = await house.platform.db
      .selectFrom('person')
      .select(['name', 'email', 'zone'])
      .where('id', '=', row.person_id)
      .where('archived_at', 'is', null)
      .executeTakeFirst();
    if (!incident || !person || !stillOwed(incident, row.cycle) || !seenBy(incident, row.person_id))
      return 'not_needed';
    if (row.channel === 'email' && !person.email) return 'not_needed';
    return await sendNudge(house, means, { row, incident, person }, now);
  } catch (error) {
    if (error instanceof Failed) return { failed: error };
    throw error;
  }
}

async function settle(
  { platform: { db, log } }: House,
  row: NudgeRow,
  outcome: Outcome,
  now: Temporal.Instant,
): Promise<void> {
  const query = db
    .updateTable('nudge')
    .where('incident_id', '=', row.incident_id)
    .where('cycle', '=', row.cycle)
    .where('person_id', '=', row.person_id)
    .where('channel', '=', row.channel)
    .where('address', '=', row.address);
  if (outcome === 'replied') await query.set({ reply: null, next_attempt_at: null }).execute();
  else if (outcome === 'not_needed')
    await query.set({ state: 'not_needed', next_attempt_at: null }).where('state', '=', 'queued').execute();
  else if ('failed' in outcome) {
    const { failed } = outcome;
    const over = failed.permanent || row.attempts >= ATTEMPTS_MAX;
    const wait = Math.max(RETRY_SECONDS, failed.retryAfterSeconds ?? 0);
    log.warn(
      { incident: row.incident_id, channel: row.channel, why: failed.message },
      'a nudge was not sent',
    );
    await query
      .set({
        // A reply that Slack does not take changes nothing of what was sent.
        ...(over && row.reply === null ? { state: 'failed' } : {}),
        ...(over && row.reply !== null ? { reply: null } : {}),
        last_error: failed.message,
        next_attempt_at: over ? null : now.add({ seconds: wait }),
      })
      .execute();
  } else
    await query
      .set({
        evidence: outcome.evidence,
        ...(outcome.posted ? { posted: json(outcome.posted) } : {}),
        last_error: null,
        next_attempt_at: null,
        // It may have been answered by another channel while this one was on its way.
        state: sql`case when state = 'queued' then 'sent' else state end`,
      })
      .execute();
}

/** Rings one person for one reason: joins the page that rings at them already, holds it back, or begins a new one. */
import { sql } from 'kysely';
import { type Tx, transaction } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { Policy } from '#promise/policy.ts';
import type { Oncall } from './house.ts';
import type { Reason } from './page.ts';
import { holdUntil } from './spacing.ts';
import type { Candidate } from './who-stands.ts';

const JOIN_ATTEMPTS_MAX = 3;

export async function pagePerson(
  oncall: Oncall,
  what: { person: Candidate; policy: Policy; reason: Reason },
): Promise<void> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await transaction(oncall.platform.db, (tx) => joinOrPage(oncall, tx, what));
    } catch (error) {
      // Between reading and locking, their page was answered or another one begun.
      if (!(error instanceof Refused) || attempt >= JOIN_ATTEMPTS_MAX) throw error;
    }
}

async function joinOrPage(
  oncall: Oncall,
  tx: Tx,
  { person, policy, reason }: { person: Candidate; policy: Policy; reason: Reason },
): Promise<void> {
  const now = oncall.platform.clock.now();
  const known = await tx
    .selectFrom('page_reason')
    .select('key')
    .where('incident_id', '=', reason.incidentId)
    .where('person_id', '=', person.id)
    .execute();
  if (known.some((row) => row.key === reason.key)) return;
  const awaiting = await tx
    .selectFrom('page')
    .select('id')
    .where('person_id', '=', person.id)
    .where('kind', '=', 'incident')
    .where('state', 'in', ['held', 'sent'])
    .executeTakeFirst();
  // Spacing is for people at work: a call that still looks for somebody to answer is never held back.
  const atOnce = known.length === 0 || reason.kind !== 'promise';
  const pageId = awaiting?.id ?? newId('page');
  if (awaiting) await oncall.pages.executeIn(tx, pageId, { type: 'add_reason', reason, atOnce });
  else {
    const { rows } = await sql<{
      at: Temporal.Instant | null;
    }>`select max(sent_at) as at from page where person_id = ${person.id} and kind = 'incident'`.execute(tx);
    const held = holdUntil({
      lastRungAt: rows[0]?.at ?? undefined,
      spacing: policy.pageSpacing,
      atOnce,
      now,
    });
    const rest = { milliseconds: policy.rest, ...policy.night };
    await oncall.pages.executeIn(tx, pageId, {
      type: 'page',
      id: pageId,
      kind: 'incident',
      person: { personId: person.id, name: person.name, zone: person.zone },
      reasons: [reason],
      rest,
      holdUntil: held,
    });
  }
  await tx
    .insertInto('page_reason')
    .values({
      incident_id: reason.incidentId,
      key: reason.key,
      person_id: person.id,
      page_id: pageId,
      call_id: reason.callId,
      promise_kind: reason.promise?.kind ?? null,
      cycle: reason.promise?.cycle ?? null,
      step: reason.promise?.step ?? null,
      level: reason.level,
      added_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

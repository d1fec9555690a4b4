/** What one near miss owes: an answer by a day. Its ladder mails, and never pages. */
import type { Tx } from '#platform/db/database.ts';
import type { Owed } from '#promise/owed.ts';
import type { Policies } from '#promise/policies.ts';
import { ruleOf } from '#promise/policy.ts';
import { fireDue, reconcile } from '#promise/reconcile.ts';
import { queueMails } from '../mails.ts';
import { learnersOn, readNearMissSettings } from './settings.ts';

export const NEAR_MISS = 'near_miss';
export const NEAR_MISS_ANSWERED = 'near_miss_answered';
const CYCLE = 1;

/** Brings the promise of one near miss in line with its row. */
export async function keepNearMiss(
  tx: Tx,
  policies: Policies,
  id: string,
  now: Temporal.Instant,
): Promise<void> {
  const owed = await owedBy(tx, policies, id);
  if (owed) await reconcile(tx, { subjectKind: NEAR_MISS, subjectId: id, owed: [owed], now });
}

async function owedBy(tx: Tx, policies: Policies, id: string): Promise<Owed | undefined> {
  const row = await tx.selectFrom('near_miss').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) return undefined;
  const rule = ruleOf(await policies.version(tx, row.policy_version), NEAR_MISS_ANSWERED);
  const { learningOwnerId } = await readNearMissSettings(tx);
  return {
    kind: NEAR_MISS_ANSWERED,
    cycle: CYCLE,
    ownerId: learningOwnerId ?? undefined,
    openedAt: row.found_at,
    dueAt: row.due_at,
    ladder: rule.ladder,
    repeatLastAfter: rule.repeatLastAfter,
    state: row.state === 'answered' ? 'kept' : 'open',
    endedAt: row.answered_at ?? undefined,
  };
}

/** Fires the due step of one near miss: a mail to who stands there. A stale wake does nothing. */
export async function wakeNearMiss(
  tx: Tx,
  policies: Policies,
  id: string,
  now: Temporal.Instant,
): Promise<void> {
  await tx.selectFrom('near_miss').select('id').where('id', '=', id).forUpdate().execute();
  const owed = await owedBy(tx, policies, id);
  if (!owed) return;
  for (const step of await fireDue(tx, { subjectKind: NEAR_MISS, subjectId: id, owed: [owed], now })) {
    if (step.do === 'none') continue;
    await queueMails(
      tx,
      { subjectKind: NEAR_MISS, subjectId: id, promise: step.kind, cycle: step.cycle, step: step.step },
      await learnersOn(tx, step.who),
      now,
    );
  }
}

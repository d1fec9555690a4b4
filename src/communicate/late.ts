/** What the machine sends by itself: the honest message when ours is late, again at each time that it named, and the final text that was approved with "watch for me". */
import { sql } from 'kysely';
import type { Fact } from '#incident/facts.ts';
import type { Happening, House } from '#incident/room.ts';
import type { Incident, Lateness, UpdateSent } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import { Refused } from '#platform/errors.ts';
import type { Due } from '#platform/platform.ts';
import { clientOf, ruleKindOf } from '#promise/kind.ts';
import type { Policy } from '#promise/policy.ts';
import { cadenceFor } from './alone.ts';
import { clientsToTell, mayBePublic, servicesOf } from './audience.ts';
import type { Late, LateRow } from './late-readers.ts';
import { lateUpdate, lateUpdateTo } from './late-update.ts';

const LATE_PROMISES = ['first_message', 'next_update', 'client_first_message', 'client_next_update'];
// What ends the silence for good, or makes another message owed than the one that is late.
const ENDINGS: readonly Fact['kind'][] = [
  'restored',
  'resolved',
  'closed',
  'dismissed',
  'merged',
  'restricted',
  'first_message_not_needed',
];
const BATCH_MAX = 20;
/** An incident that everybody has left becomes no spam, and no silence. */
const GAP_MAX = 4 * 3_600_000;
const MINUTE = 60_000;
const SYSTEM = { kind: 'system' as const, name: 'Humdrum' };

/** Keeps one row per missed promise of a message: who was called since, and when the machine speaks next. */
export async function noteLateness(fact: Fact, { incident, policy, tx }: Happening): Promise<void> {
  if (fact.kind === 'paged') await noteCalled(tx, incident.id, fact.who.personId);
  if (fact.kind === 'update_sent' && fact.update.lateness)
    await noteSaid(tx, incident.id, fact.update, fact.update.lateness);
  if (ENDINGS.includes(fact.kind)) await endChains(tx, incident.id);
  if (
    fact.kind !== 'promise_missed' ||
    !policy.lateMessage ||
    !LATE_PROMISES.includes(ruleKindOf(fact.promise))
  )
    return;
  if (incident.restricted || incident.drill) return;
  await tx
    .insertInto('late_message')
    .values({
      incident_id: incident.id,
      promise: fact.promise,
      cycle: fact.cycle,
      due_at: fact.dueAt,
      send_at: fact.dueAt.add({ milliseconds: policy.lateMessage.after }),
      state: 'waiting',
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function noteCalled(tx: Tx, incidentId: string, personId: string): Promise<void> {
  await tx
    .updateTable('late_message')
    .set((row) => ({
      called_ids: row.fn<string[]>('array_append', ['called_ids', row.val(personId)]),
    }))
    .where('incident_id', '=', incidentId)
    .where('state', '=', 'waiting')
    .where(sql<boolean>`not ${personId} = any(called_ids)`)
    .execute();
}

/** In the transaction of the message itself: what was said and what is said next are never apart. */
async function noteSaid(
  tx: Tx,
  incidentId: string,
  { nextAt }: UpdateSent,
  { promise, cycle, saidBefore }: Lateness,
): Promise<void> {
  if (!nextAt) return;
  await tx
    .updateTable('late_message')
    .set({ said: saidBefore + 1, send_at: nextAt })
    .where('incident_id', '=', incidentId)
    .where('promise', '=', promise)
    .where('cycle', '=', cycle)
    .where('state', '=', 'waiting')
    .execute();
}

async function endChains(tx: Tx, incidentId: string): Promise<void> {
  await tx
    .updateTable('late_message')
    .set({ state: 'sent' })
    .where('incident_id', '=', incidentId)
    .where('state', '=', 'waiting')
    .where('said', '>', 0)
    .execute();
}

/**
 * The row is the timer: it moves on in the transaction of the message, so that a kill in between repeats the try and never the
 * message, and two processes send once.
 */
export function lateDue(house: House): Due {
  const { db } = house.platform;
  return {
    name: 'communicate.late',
    next: () => earliest('late_message', 'send_at', sql`state = 'waiting'`),
    async run(now) {
      const rows = await db
        .selectFrom('late_message')
        .select(['incident_id', 'promise', 'cycle', 'due_at', 'send_at', 'called_ids', 'said'])
        .where('state', '=', 'waiting')
        .where('send_at', '<=', now)
        .orderBy('send_at')
        // What goes to all goes first: whoever has heard it needs none of its own.
        .orderBy(sql`position(':' in promise) > 0`)
        .limit(BATCH_MAX)
        .execute();
      for (const row of rows) if (!(await sayThatWeAreLate(house, row, now))) await finish(db, row);
      return rows.length;
    },
  };
}

/** Only as it was read: another process may have sent it in the meantime, and waits for the next time. */
async function finish(db: Db, row: LateRow): Promise<void> {
  await db
    .updateTable('late_message')
    .set({ state: row.said ? 'sent' : 'not_needed' })
    .where('incident_id', '=', row.incident_id)
    .where('promise', '=', row.promise)
    .where('cycle', '=', row.cycle)
    .where('said', '=', row.said)
    .where('state', '=', 'waiting')
    .execute();
}

/** @returns false when nothing is to be said any more */
async function sayThatWeAreLate(house: House, row: LateRow, now: Temporal.Instant): Promise<boolean> {
  const { db } = house.platform;
  const incident = await house.incidents.load(row.incident_id);
  if (!incident || !mayBeSpokenOf(incident)) return false;
  const policy = await house.policies.version(db, incident.policyVersion);
  // A time that the machine has named is kept whatever the severity is by then.
  if (!row.said && !policy.lateMessage?.severities.includes(incident.severity)) return false;
  const late: Late = { incident, row, nextAt: nextTime(incident, policy, row, now), now };
  const clientId = clientOf(row.promise);
  const update = clientId === undefined ? await lateUpdate(db, late) : await lateUpdateTo(db, late, clientId);
  return update !== undefined && (await sendOnce(house, incident.id, update));
}

function mayBeSpokenOf(incident: Incident): boolean {
  return (
    !incident.restricted &&
    !incident.drill &&
    ['detected', 'confirmed', 'restored', 'resolved'].includes(incident.state)
  );
}

/** @param said how often the machine has said it @returns milliseconds, as the cadence: twice as long each time, up to four hours */
export function gapAfter(cadence: number, said: number): number {
  return Math.max(cadence, Math.min(cadence * 2 ** said, GAP_MAX));
}

/** The first message names the time after the missed one by the cadence, each further one the time after the one before by a longer gap. */
function nextTime(incident: Incident, policy: Policy, row: LateRow, now: Temporal.Instant): Temporal.Instant {
  const after = policy.lateMessage?.after ?? 0;
  const cadence = cadenceFor(incident, policy, clientOf(row.promise)) ?? after * 2;
  const gap = gapAfter(cadence, row.said);
  const named = (row.said ? row.send_at : row.due_at).add({ milliseconds: gap });
  const coming =
    Temporal.Instant.compare(named, now) > 0 ? named : now.add({ milliseconds: row.said ? gap : after });
  // People read minutes: what is named is a whole one, so that it is kept to the minute.
  const whole = Temporal.Instant.fromEpochMilliseconds(
    Math.floor(coming.epochMilliseconds / MINUTE) * MINUTE,
  );
  return Temporal.Instant.compare(whole, now) > 0 ? whole : coming;
}

/** The text that a person approved when they said "watch for me"; sent once per resolution. */
export async function sendApprovedFinal(house: House, incidentId: string): Promise<void> {
  const { db } = house.platform;
  const incident = await house.incidents.load(incidentId);
  if (!incident?.watch || incident.finalMessageAt || incident.updatesSent === 0) return;
  if (incident.state !== 'resolved' && incident.state !== 'closed') return;
  await sendOnce(house, incident.id, {
    updateId: `upd_final_${incident.id}_${incident.resolvedSeq ?? 0}`,
    kind: 'final',
    status: 'works_again',
    impact: incident.watch.finalImpact,
    action: incident.watch.finalAction,
    nothingNew: false,
    automatic: false,
    clientIds: await clientsToTell(db, incident, 'final'),
    internal: true,
    publicPage: mayBePublic(incident, await servicesOf(db, incident)),
  });
}

/** @returns false when it was refused: sent already, or no longer fitting the state */
async function sendOnce(house: House, incidentId: string, update: UpdateSent): Promise<boolean> {
  try {
    await house.incidents.execute(
      incidentId,
      { type: 'send_update', update },
      { actor: SYSTEM, source: update.kind === 'final' ? 'watch for me' : 'late message' },
    );
    return true;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

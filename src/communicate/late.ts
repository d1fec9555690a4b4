/** What the machine sends by itself: the honest message when ours is late, and the final text that was approved with "watch for me". */
import { sql } from 'kysely';
import { clocksOf } from '#incident/client-clocks.ts';
import type { Fact } from '#incident/facts.ts';
import type { Happening, House } from '#incident/room.ts';
import type { Incident, UpdateSent } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import { Refused } from '#platform/errors.ts';
import type { Due } from '#platform/platform.ts';
import { clientOf, ruleKindOf } from '#promise/kind.ts';
import { cadenceFor, servicesServing } from './alone.ts';
import { affectedClients, clientsToTell, mayBePublic, publicNamesOf, servicesOf } from './audience.ts';
import { type LastText, lastTexts } from './last-texts.ts';
import { lateMessage } from './message.ts';
import { readOrganisation } from './organisation.ts';
import { newestTo } from './prepare.ts';
import { CLIENTS, reaches } from './text.ts';

const LATE_PROMISES = ['first_message', 'next_update', 'client_first_message', 'client_next_update'];
const BATCH_MAX = 20;
const SYSTEM = { kind: 'system' as const, name: 'Humdrum' };

/** Keeps one row per missed promise of a message, and who was called since. */
export async function noteLateness(fact: Fact, { incident, policy, tx }: Happening): Promise<void> {
  if (fact.kind === 'paged')
    await tx
      .updateTable('late_message')
      .set((row) => ({
        called_ids: row.fn<string[]>('array_append', ['called_ids', row.val(fact.who.personId)]),
      }))
      .where('incident_id', '=', incident.id)
      .where('state', '=', 'waiting')
      .execute();
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

type LateRow = {
  incident_id: string;
  promise: string;
  cycle: number;
  due_at: Temporal.Instant;
  called_ids: string[];
};

/** The row is the timer; it stays until the message is in, so that a kill in between repeats the try and never the message. */
export function lateDue(house: House): Due {
  const { db } = house.platform;
  return {
    name: 'communicate.late',
    next: () => earliest('late_message', 'send_at', sql`state = 'waiting'`),
    async run(now) {
      const rows = await db
        .selectFrom('late_message')
        .select(['incident_id', 'promise', 'cycle', 'due_at', 'called_ids'])
        .where('state', '=', 'waiting')
        .where('send_at', '<=', now)
        .orderBy('send_at')
        // What goes to all goes first: whoever has heard it needs none of its own.
        .orderBy(sql`position(':' in promise) > 0`)
        .limit(BATCH_MAX)
        .execute();
      for (const row of rows) await finish(db, row, await sayThatWeAreLate(house, row, now));
      return rows.length;
    },
  };
}

async function finish(db: Db, row: LateRow, state: 'sent' | 'not_needed'): Promise<void> {
  await db
    .updateTable('late_message')
    .set({ state })
    .where('incident_id', '=', row.incident_id)
    .where('promise', '=', row.promise)
    .where('cycle', '=', row.cycle)
    .execute();
}

async function sayThatWeAreLate(
  house: House,
  row: LateRow,
  now: Temporal.Instant,
): Promise<'sent' | 'not_needed'> {
  const { db } = house.platform;
  const incident = await house.incidents.load(row.incident_id);
  if (!incident || !stillLate(incident, row)) return 'not_needed';
  const policy = await house.policies.version(db, incident.policyVersion);
  if (!policy.lateMessage?.severities.includes(incident.severity)) return 'not_needed';
  const cadence = cadenceFor(incident, policy, clientOf(row.promise)) ?? policy.lateMessage.after * 2;
  const promised = row.due_at.add({ milliseconds: cadence });
  const nextAt =
    Temporal.Instant.compare(promised, now) > 0
      ? promised
      : now.add({ milliseconds: policy.lateMessage.after });
  const clientId = clientOf(row.promise);
  if (clientId !== undefined && (await heardThatWeAreLate(db, incident.id, clientId, row.due_at)))
    return 'not_needed';
  const update =
    clientId === undefined
      ? await lateUpdate(db, incident, row, nextAt)
      : await lateUpdateTo(db, incident, row, { clientId, nextAt });
  return (await sendOnce(house, incident.id, update)) ? 'sent' : 'not_needed';
}

function stillLate(incident: Incident, row: LateRow): boolean {
  if (
    incident.restricted ||
    incident.drill ||
    !['detected', 'confirmed', 'restored', 'resolved'].includes(incident.state)
  )
    return false;
  const clientId = clientOf(row.promise);
  if (clientId !== undefined) return stillLateFor(incident, row, clientId);
  return row.promise === 'first_message'
    ? !incident.firstMessage
    : incident.promisedUpdate?.seq === row.cycle;
}

function stillLateFor(incident: Incident, row: LateRow, clientId: string): boolean {
  const clock = clocksOf(incident)[clientId];
  if (!clock || clock.left || incident.clientImpacts[clientId] === 'not_affected') return false;
  return ruleKindOf(row.promise) === 'client_first_message'
    ? !clock.toldAt
    : clock.promised?.seq === row.cycle;
}

/** An automatic message since then, to all or to it alone, has said so already. */
async function heardThatWeAreLate(
  db: Db,
  incidentId: string,
  clientId: string,
  since: Temporal.Instant,
): Promise<boolean> {
  const row = await db
    .selectFrom('incident_update')
    .select('id')
    .where('incident_id', '=', incidentId)
    .where('kind', '=', 'late')
    .where('created_at', '>=', since)
    .where(sql<boolean>`client_ids @> array[${clientId}]`)
    .executeTakeFirst();
  return row !== undefined;
}

/** To one client alone: its services, and what was confirmed to it; nobody else reads it, and it is on no other page. */
async function lateUpdateTo(
  db: Db,
  incident: Incident,
  row: LateRow,
  { clientId, nextAt }: { clientId: string; nextAt: Temporal.Instant },
): Promise<UpdateSent> {
  const last = await lastTexts(db, incident.id);
  const base = newestTo(last, clientId);
  const services = await servicesServing(db, await servicesOf(db, incident), clientId);
  return {
    updateId: `upd_late_${incident.id}_${row.promise}_${row.cycle}`.replace(':', '_'),
    kind: 'late',
    status: base?.status ?? 'looking',
    ...lateMessage({
      ...lateness(row, incident),
      publicNames: publicNamesOf(services),
      last: base && { impact: base.impact, at: base.at.epochMilliseconds },
      names: [clocksOf(incident)[clientId]?.name ?? clientId],
      zone: (await readOrganisation(db)).zone,
    }),
    nextAt,
    nothingNew: false,
    automatic: true,
    clientIds: [clientId],
    internal: false,
    publicPage: false,
  };
}

/** What is said about the promise itself, to whomever. */
function lateness(row: LateRow, incident: Incident) {
  const others = row.called_ids.filter(
    (id) => id !== incident.lead?.personId && id !== incident.comms?.personId,
  );
  return {
    promisedAt: row.due_at.epochMilliseconds,
    first: ruleKindOf(row.promise).endsWith('first_message'),
    detectedAt: incident.detectedAt.epochMilliseconds,
    calledCount: new Set(others).size,
  };
}

async function lateUpdate(
  db: Db,
  incident: Incident,
  row: LateRow,
  nextAt: Temporal.Instant,
): Promise<UpdateSent> {
  const services = await servicesOf(db, incident);
  const last = await lastTexts(db, incident.id);
  const { zone } = await readOrganisation(db);
  const clients = await affectedClients(db, incident);
  const base = last.get(CLIENTS) ?? last.get('public');
  const clientIds = await clientsToTell(db, incident, 'late');
  const saying = (text: LastText | undefined) =>
    lateMessage({
      ...lateness(row, incident),
      publicNames: publicNamesOf(services),
      last: text && { impact: text.impact, at: text.at.epochMilliseconds },
      names: clients.map((client) => client.name),
      zone,
    });
  const update: UpdateSent = {
    updateId: `upd_late_${incident.id}_${row.promise}_${row.cycle}`,
    kind: 'late',
    status: base?.status ?? last.get('internal')?.status ?? 'looking',
    ...saying(base),
    nextAt,
    nothingNew: false,
    automatic: true,
    clientIds,
    internal: true,
    // After messages that the page did not show, it is not the machine that begins.
    publicPage: (last.size === 0 || last.has('public')) && mayBePublic(incident, services),
  };
  // Nobody reads of what was confirmed to others.
  const wordings = [...last.values()]
    .filter(
      (text) => text.audience !== CLIENTS && text.impact !== base?.impact && reaches(update, text.audience),
    )
    .map((text) => ({ audience: text.audience, ...saying(text) }));
  return wordings.length ? { ...update, wordings } : update;
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

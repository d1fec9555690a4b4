/** What the machine sends by itself: the honest message when ours is late, and the final text that was approved with "watch for me". */
import { sql } from 'kysely';
import { clocksOf } from '#incident/client-clocks.ts';
import type { Fact } from '#incident/facts.ts';
import type { Happening, House } from '#incident/room.ts';
import type { Confirmed, Incident, Lateness, UpdateSent } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import { Refused } from '#platform/errors.ts';
import type { Due } from '#platform/platform.ts';
import { clientOf, ruleKindOf } from '#promise/kind.ts';
import type { Policy } from '#promise/policy.ts';
import { cadenceFor, servicesServing } from './alone.ts';
import { affectedClients, clientsToTell, mayBePublic, publicNamesOf, servicesOf } from './audience.ts';
import { type LastText, lastTexts } from './last-texts.ts';
import { lateMessage } from './late-words.ts';
import { lowerFirst, unadmitted, unstamped } from './message.ts';
import { readOrganisation } from './organisation.ts';
import { speechOf } from './page/language.ts';
import { newestTo } from './prepare.ts';
import { CLIENTS, reaches } from './text.ts';

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

type LateRow = {
  incident_id: string;
  promise: string;
  cycle: number;
  due_at: Temporal.Instant;
  send_at: Temporal.Instant;
  called_ids: string[];
  /** How often the machine has said it. */
  said: number;
};

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

type Late = { incident: Incident; row: LateRow; nextAt: Temporal.Instant; now: Temporal.Instant };

function mayBeSpokenOf(incident: Incident): boolean {
  return (
    !incident.restricted &&
    !incident.drill &&
    ['detected', 'confirmed', 'restored', 'resolved'].includes(incident.state)
  );
}

/** The first message names the time after the missed one by the cadence; then each gap is twice as long as the one before, up to four hours. */
function nextTime(incident: Incident, policy: Policy, row: LateRow, now: Temporal.Instant): Temporal.Instant {
  const after = policy.lateMessage?.after ?? 0;
  const cadence = cadenceFor(incident, policy, clientOf(row.promise)) ?? after * 2;
  const gap = row.said ? Math.max(cadence, Math.min(cadence * 2 ** row.said, GAP_MAX)) : cadence;
  const named = (row.said ? row.send_at : row.due_at).add({ milliseconds: gap });
  if (Temporal.Instant.compare(named, now) > 0) return named;
  // People read minutes: what is named is a whole one.
  const minute = Math.floor(now.epochMilliseconds / MINUTE) * MINUTE;
  return Temporal.Instant.fromEpochMilliseconds(minute + (row.said ? gap : after));
}

function stillLateToAll(incident: Incident, row: LateRow): boolean {
  return row.promise === 'first_message'
    ? !incident.firstMessage
    : incident.promisedUpdate?.seq === row.cycle;
}

function stillLateTo(incident: Incident, row: LateRow, clientId: string): boolean {
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

type Readers = { clientIds: string[]; everybody: boolean };

/**
 * Whom a message about a promise to all goes to: not those to whom a person has written since, nor those whose own clock the machine
 * keeps its word by. A person who wrote to some leaves the others waiting for what the machine named.
 * @returns undefined when nobody waits
 */
async function readersOf(db: Db, { incident, row }: Late): Promise<Readers | undefined> {
  const everybody = stillLateToAll(incident, row);
  if (!everybody && (!row.said || (await spokeSince(db, row)))) return undefined;
  const elsewhere = new Set([...(await writtenToSince(db, row)), ...(await onTheirOwnClock(db, row))]);
  const heard = everybody ? undefined : await lastReaders(db, row);
  const clientIds = (await clientsToTell(db, incident, 'late')).filter(
    (id) => !elsewhere.has(id) && (!heard || heard.includes(id)),
  );
  return everybody || clientIds.length ? { clientIds, everybody } : undefined;
}

/** A later promise to all was missed as well, and the machine speaks of that one. */
async function spokeSince(db: Db, row: LateRow): Promise<boolean> {
  const later = await db
    .selectFrom('late_message')
    .select('promise')
    .where('incident_id', '=', row.incident_id)
    .where(sql<boolean>`position(':' in promise) = 0`)
    .where('due_at', '>', row.due_at)
    .where('said', '>', 0)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  return later !== undefined;
}

async function writtenToSince(db: Db, row: LateRow): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct unnest(client_ids) as id from incident_update
    where incident_id = ${row.incident_id} and kind <> 'late' and created_at > ${row.due_at}::timestamptz`.execute(
    db,
  );
  return rows.map((each) => each.id);
}

async function onTheirOwnClock(db: Db, row: LateRow): Promise<string[]> {
  const rows = await db
    .selectFrom('late_message')
    .select('promise')
    .where('incident_id', '=', row.incident_id)
    .where(sql<boolean>`position(':' in promise) > 0`)
    .where('said', '>', 0)
    .where('state', '=', 'waiting')
    .execute();
  return rows.flatMap((each) => clientOf(each.promise) ?? []);
}

/** Who read the last message of this row. */
async function lastReaders(db: Db, row: LateRow): Promise<string[]> {
  const last = await db
    .selectFrom('incident_update')
    .select('client_ids')
    .where('id', '=', updateIdOf(row, row.said - 1))
    .executeTakeFirst();
  return last?.client_ids ?? [];
}

function updateIdOf({ incident_id, promise, cycle }: LateRow, saidBefore: number): string {
  const id = `upd_late_${incident_id}_${promise}_${cycle}`.replace(':', '_');
  return saidBefore ? `${id}_${saidBefore}` : id;
}

/** To one client alone: its services, and what was confirmed to it; nobody else reads it, and it is on no other page. */
async function lateUpdateTo(db: Db, late: Late, clientId: string): Promise<UpdateSent | undefined> {
  const { incident, row } = late;
  if (!stillLateTo(incident, row, clientId)) return undefined;
  if (!row.said && (await heardThatWeAreLate(db, incident.id, clientId, row.due_at))) return undefined;
  const base = newestTo(await lastTexts(db, incident.id), clientId);
  const services = await servicesServing(db, await servicesOf(db, incident), clientId);
  const publicNames = publicNamesOf(services);
  const names = [...publicNames, clocksOf(incident)[clientId]?.name ?? clientId];
  const saying = await sayer(db, late, { publicNames, names });
  return {
    ...common(late),
    status: base?.status ?? 'looking',
    ...saying(base),
    clientIds: [clientId],
    internal: false,
    publicPage: false,
  };
}

/** To all of them, our own people and the page; or to those alone whom a person has left out since. */
async function lateUpdate(db: Db, late: Late): Promise<UpdateSent | undefined> {
  const { incident, row } = late;
  const readers = await readersOf(db, late);
  if (!readers) return undefined;
  const { clientIds, everybody } = readers;
  const services = await servicesOf(db, incident);
  // What a person said since was said to others.
  const last = await lastTexts(db, incident.id, everybody ? undefined : row.due_at);
  const clients = await affectedClients(db, incident);
  const base = last.get(CLIENTS) ?? last.get('public');
  // After messages that the page did not show, it is not the machine that begins.
  const publicPage = everybody && (last.size === 0 || last.has('public')) && mayBePublic(incident, services);
  // Our own people are called by the ladder; it is people outside to whom the machine gave its word.
  if (row.said && !clientIds.length && !publicPage) return undefined;
  const publicNames = publicNamesOf(services);
  const names = [...publicNames, ...clients.map((client) => client.name)];
  const saying = await sayer(db, late, { publicNames, names });
  const update: UpdateSent = {
    ...common(late),
    status: base?.status ?? last.get('internal')?.status ?? 'looking',
    ...saying(base),
    clientIds,
    internal: everybody,
    publicPage,
  };
  // Nobody reads of what was confirmed to others.
  const wordings = [...last.values()]
    .filter(
      (text) => text.audience !== CLIENTS && text.impact !== base?.impact && reaches(update, text.audience),
    )
    .map((text) => {
      const { impact, action, confirmed } = saying(text);
      return { audience: text.audience, impact, action, confirmed };
    });
  return wordings.length ? { ...update, wordings } : update;
}

function common({ row, nextAt }: Late) {
  return {
    updateId: updateIdOf(row, row.said),
    kind: 'late' as const,
    nextAt,
    nothingNew: false,
    automatic: true,
  };
}

/**
 * @param about.names those that keep their capital in the middle of a sentence
 * @returns the words for an audience from what it was told last; in English, and in the zone of the organisation, for our own eyes:
 * each reader gets them made anew from the facts
 */
async function sayer(
  db: Db,
  late: Late,
  { publicNames, names }: { publicNames: string[]; names: string[] },
): Promise<(text: LastText | undefined) => Pick<UpdateSent, 'impact' | 'action' | 'lateness' | 'confirmed'>> {
  const lateness = await latenessOf(db, late);
  const { zone } = await readOrganisation(db);
  const reader = {
    speech: speechOf('en', zone),
    names: publicNames,
    writtenAt: late.now.epochMilliseconds,
  };
  return (text) => {
    const confirmed = text && confirmedBy(text, names);
    return { ...lateMessage(lateness, confirmed, reader), lateness, ...(confirmed ? { confirmed } : {}) };
  };
}

function confirmedBy(text: LastText, names: readonly string[]): Confirmed {
  const impact = unstamped(unadmitted(text.impact));
  return { impact, continued: lowerFirst(impact, names), at: text.at };
}

/** What is said about the promise itself, to whomever. */
async function latenessOf(db: Db, { incident, row }: Late): Promise<Lateness> {
  const others = row.called_ids.filter(
    (id) => id !== incident.lead?.personId && id !== incident.comms?.personId,
  );
  const ladder = await db
    .selectFrom('promise')
    .select('id')
    .where('subject_kind', '=', 'incident')
    .where('subject_id', '=', incident.id)
    .where('kind', '=', row.promise)
    .where('cycle', '=', row.cycle)
    .where('state', '=', 'open')
    .where('next_wake_at', 'is not', null)
    .executeTakeFirst();
  return {
    promise: row.promise,
    cycle: row.cycle,
    promisedAt: row.due_at,
    first: ruleKindOf(row.promise).endsWith('first_message'),
    detectedAt: incident.detectedAt,
    calledCount: new Set(others).size,
    calling: ladder !== undefined,
    saidBefore: row.said,
  };
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

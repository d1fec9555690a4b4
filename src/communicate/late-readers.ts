/** Whom the machine tells that ours is late: those who were promised it and wait, and nobody to whom a person has written since. */
import { sql } from 'kysely';
import { clocksOf } from '#incident/client-clocks.ts';
import type { Incident } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { clientOf, ruleKindOf } from '#promise/kind.ts';
import { clientsToTell } from './audience.ts';

/** One missed promise of a message. */
export type LateRow = {
  incident_id: string;
  promise: string;
  cycle: number;
  due_at: Temporal.Instant;
  send_at: Temporal.Instant;
  called_ids: string[];
  /** How often the machine has said it. */
  said: number;
};

/** `nextAt`: what the message will name. */
export type Late = { incident: Incident; row: LateRow; nextAt: Temporal.Instant; now: Temporal.Instant };

function stillLateToAll(incident: Incident, row: LateRow): boolean {
  return row.promise === 'first_message'
    ? !incident.firstMessage
    : incident.promisedUpdate?.seq === row.cycle;
}

/** @returns whether this client still waits for what it alone was promised */
export function stillLateTo(incident: Incident, row: LateRow, clientId: string): boolean {
  const clock = clocksOf(incident)[clientId];
  if (!clock || clock.left || incident.clientImpacts[clientId] === 'not_affected') return false;
  return ruleKindOf(row.promise) === 'client_first_message'
    ? !clock.toldAt
    : clock.promised?.seq === row.cycle;
}

/** An automatic message since then, to all or to it alone, has said so already. */
export async function heardThatWeAreLate(
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
export async function readersOf(db: Db, { incident, row }: Late): Promise<Readers | undefined> {
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

/** One per message, so that whoever tries again sends nothing twice. @param saidBefore how often the machine has said it before */
export function updateIdOf({ incident_id, promise, cycle }: LateRow, saidBefore: number): string {
  const id = `upd_late_${incident_id}_${promise}_${cycle}`.replace(':', '_');
  return saidBefore ? `${id}_${saidBefore}` : id;
}

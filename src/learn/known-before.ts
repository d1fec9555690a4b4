/** What was known when it happened again: action items of earlier incidents of the same kind that were still open. */
import { sql } from 'kysely';
import type { Incident } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { endOfWorkingDay } from '#promise/calendar.ts';
import { sameWords } from './alike.ts';

const LOOKED_AT_MAX = 200;
const SHOWN_MAX = 5;
const ALIKE = 0.6;

export type KnownBefore = {
  actionItemId: string;
  postmortemId: string | null;
  text: string;
  incidentNumber: number;
  dueOn: string;
  /** Whole days that it was late when this incident was noticed; 0: it was open and not late. */
  daysLate: number;
  state: 'open' | 'done' | 'dropped';
  because: string;
};

/**
 * Earlier incidents of one of its services whose alert, title or kind of failure is the same, or whose action was late.
 * @param viewerId of restricted incidents only what this person may see
 * @returns those that match best first; then the latest
 */
export async function knownBefore(
  db: Db,
  incident: Incident,
  viewerId: string | undefined,
): Promise<KnownBefore[]> {
  if (incident.serviceIds.length === 0) return [];
  const noticed = incident.detectedAt;
  const rows = await db
    .selectFrom('action_item')
    .innerJoin('incident', 'incident.id', 'action_item.incident_id')
    .innerJoin('person', 'person.id', 'action_item.owner_id')
    .select([
      'action_item.id',
      'action_item.postmortem_id',
      'action_item.text',
      'action_item.due_on',
      'action_item.state',
      'person.zone',
      'incident.number',
      'incident.title',
      sql<string | null>`incident.document->>'category'`.as('category'),
      sql<unknown>`incident.document->'alerts'`.as('alerts'),
    ])
    .where('incident.id', '<>', incident.id)
    .where('incident.detected_at', '<', noticed)
    .where(sql<boolean>`incident.service_ids && ${incident.serviceIds}::text[]`)
    .where(sql<boolean>`(not incident.restricted or ${viewerId ?? ''} = any(incident.viewers))`)
    .where('action_item.created_at', '<', noticed)
    .where((row) =>
      row.or([row('action_item.ended_at', 'is', null), row('action_item.ended_at', '>', noticed)]),
    )
    .orderBy('incident.detected_at', 'desc')
    .limit(LOOKED_AT_MAX)
    .execute();
  return rows
    .map((row) => {
      const dueAt = endOfWorkingDay(row.due_on, row.zone);
      const daysLate = Math.max(0, Math.floor(noticed.since(dueAt).total('hours') / 24));
      const late = Temporal.Instant.compare(dueAt, noticed) <= 0;
      return { row, daysLate, ...likeness(incident, row, late) };
    })
    .filter((each) => each.points > 0)
    .toSorted((one, other) => other.points - one.points)
    .slice(0, SHOWN_MAX)
    .map(({ row, daysLate, because }) => ({
      actionItemId: row.id,
      postmortemId: row.postmortem_id,
      text: row.text,
      incidentNumber: Number(row.number),
      dueOn: row.due_on,
      daysLate,
      state: row.state as KnownBefore['state'],
      because,
    }));
}

function likeness(
  incident: Incident,
  before: { title: string; category: string | null; alerts: unknown },
  late: boolean,
): { points: number; because: string } {
  const alerts = new Set(titlesIn(before.alerts));
  if (incident.alerts.some((alert) => alerts.has(alert.title)))
    return { points: 4, because: 'the same alert' };
  if (sameWords(before.title, incident.title) >= ALIKE) return { points: 3, because: 'called the same' };
  if (incident.category && incident.category === before.category)
    return { points: 2, because: 'the same kind of failure of the same service' };
  return late ? { points: 1, because: 'the same service' } : { points: 0, because: '' };
}

function titlesIn(alerts: unknown): string[] {
  return Array.isArray(alerts)
    ? alerts.flatMap((each: { title?: unknown }) => (typeof each?.title === 'string' ? [each.title] : []))
    : [];
}

/** @returns what was agreed for the same services and has ended, so that a writer notices what comes back (X1) */
export async function endedBefore(
  db: Db,
  incident: Incident,
  viewerId: string | undefined,
): Promise<{ text: string; state: 'done' | 'dropped' }[]> {
  if (incident.serviceIds.length === 0) return [];
  const rows = await db
    .selectFrom('action_item')
    .innerJoin('incident', 'incident.id', 'action_item.incident_id')
    .select(['action_item.text', 'action_item.state'])
    .where('incident.id', '<>', incident.id)
    .where('action_item.state', 'in', ['done', 'dropped'])
    .where(sql<boolean>`incident.service_ids && ${incident.serviceIds}::text[]`)
    .where(sql<boolean>`(not incident.restricted or ${viewerId ?? ''} = any(incident.viewers))`)
    .orderBy('action_item.ended_at', 'desc')
    .limit(LOOKED_AT_MAX)
    .execute();
  return rows as { text: string; state: 'done' | 'dropped' }[];
}

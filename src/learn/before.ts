/** What was normal before: the first line of a timeline that is told forward from before the incident. */
import { sql } from 'kysely';
import type { Incident } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import type { TimelineEntry } from './sections.ts';

const NAMED_MAX = 3;

/**
 * @param lines what is drafted already; the line stands before the first of them
 * @returns one line from the record, or none where no service is known
 */
export async function normalBefore(
  db: Db | Tx,
  incident: Incident,
  lines: TimelineEntry[],
  now: Temporal.Instant,
): Promise<TimelineEntry[]> {
  if (!incident.serviceIds.length) return [];
  const services = await db
    .selectFrom('service')
    .select(['name', 'created_at'])
    .where('id', 'in', incident.serviceIds)
    .orderBy('name')
    .execute();
  if (!services.length) return [];
  const last = await db
    .selectFrom('incident')
    .select(['number', 'restored_at', 'detected_at', 'state'])
    .where('id', '<>', incident.id)
    .where('detected_at', '<', incident.detectedAt)
    .where('drill', '=', false)
    .where('state', 'not in', ['dismissed', 'merged'])
    .where(sql<boolean>`service_ids && ${incident.serviceIds}::text[]`)
    // One that was still open says more than one that was over.
    .orderBy(sql`restored_at is null or restored_at > ${incident.detectedAt}`, 'desc')
    .orderBy('detected_at', 'desc')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  const stillOpen = last?.restored_at && Temporal.Instant.compare(last.restored_at, incident.detectedAt) > 0;
  const before = last && stillOpen ? { ...last, restored_at: null } : last;
  const begins = (incident.impactStartedAt ?? incident.detectedAt).epochMilliseconds;
  // Thousands of lines: their times are compared as numbers.
  const earliest = lines.reduce(
    (first, line) => Math.min(first, Date.parse(line.at)),
    Math.min(begins, incident.detectedAt.epochMilliseconds),
  );
  return [
    {
      id: 'before',
      at: Temporal.Instant.fromEpochMilliseconds(earliest).toString(),
      recordedAt: now.toString(),
      text: `Before: ${beforeWords(named(services.map((each) => each.name)), before)}`,
      source: 'the record',
      from: 'record',
    },
  ];
}

type Last = {
  number: number;
  restored_at: Temporal.Instant | null;
  detected_at: Temporal.Instant;
  state: string;
};

function beforeWords(services: string, last: Last | undefined): string {
  if (!last) return `no earlier incident on ${services} is on record.`;
  const { number, restored_at: restoredAt, detected_at: detectedAt } = last;
  return restoredAt
    ? `no incident on ${services} since INC-${number}, restored ${minute(restoredAt)}.`
    : `INC-${number} on ${services} was open since ${minute(detectedAt)}.`;
}

function named(names: string[]): string {
  if (names.length <= NAMED_MAX) return names.join(', ');
  return `${names.slice(0, NAMED_MAX).join(', ')} and ${names.length - NAMED_MAX} more`;
}

function minute(at: Temporal.Instant): string {
  return `${at.toString({ smallestUnit: 'minute' }).slice(0, 16).replace('T', ' ')} UTC`;
}

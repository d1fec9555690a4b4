/** What a calendar says becomes planned changes; what it no longer says and has not begun is taken out of the ledger again. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { IncomingChange } from '#incident/change.ts';
import { type Db, transaction } from '#platform/db/database.ts';
import type { House } from '../room.ts';
import { type Entry, type Named, readCalendar, servicesOf } from './read.ts';

export type Calendar = { id: string; name: string; kind: 'infra' | 'job'; serviceId: string | undefined };

export type Reading = { entries: number; recorded: number; withoutService: number; more: boolean };

/**
 * @param text the calendar as it came
 * @throws Refused when it cannot be read; what was recorded before stays
 * @throws Failed when the database cannot be reached
 */
export async function keepCalendar(
  { platform, ledger }: House,
  calendar: Calendar,
  text: string,
): Promise<Reading> {
  const { db, clock } = platform;
  const now = clock.now();
  const { entries, more } = readCalendar(text, now);
  const services = await db
    .selectFrom('service')
    .select(['id', 'slug', 'name'])
    .where('archived_at', 'is', null)
    .execute();
  const placed = entries.flatMap((entry) =>
    changesOf(entry, calendar, services).map((change) => ({ entry: entry.id, change })),
  );
  const changes = placed.map(({ change }) => change);
  const kept = await ledger.keep(changes);
  const recorded = placed.filter((_, at) => !kept[at]?.refusal).map(({ entry }) => entry);
  await withdraw(
    db,
    calendar.id,
    changes.map(({ externalId }) => externalId ?? ''),
    now,
  );
  return {
    entries: entries.length,
    recorded: new Set(recorded).size,
    withoutService: changes.filter(({ serviceId }) => !serviceId).length,
    more,
  };
}

/** One for each service that the entry is about; the first keeps the entry's own id. */
function changesOf(entry: Entry, calendar: Calendar, services: Named[]): IncomingChange[] {
  const ids = servicesOf(entry, services, calendar.serviceId);
  return (ids.length ? ids : [undefined]).map((serviceId, at) => ({
    integrationId: undefined,
    serviceId,
    serviceNamed: entry.names[0],
    externalId: at === 0 ? entry.id : `${entry.id} ${serviceId}`,
    kind: calendar.kind,
    summary: entry.title,
    source: sourceOf(calendar.id),
    happenedAt: entry.startsAt,
    endsAt: entry.endsAt,
    links: entry.url ? [{ href: entry.url, text: entry.url }] : [],
    details: entry.about ? { about: entry.about } : {},
    state: 'planned',
    recordedBy: calendar.name,
  }));
}

/** Calendars may share a name; their entries are told apart by the calendar's id. */
export function sourceOf(calendarId: string): string {
  return `calendar ${calendarId}`;
}

/** Takes planned changes of this calendar out that have not begun and are not among these. */
export async function withdraw(
  db: Db,
  calendarId: string,
  stay: string[],
  now: Temporal.Instant,
): Promise<void> {
  await transaction(db, async (tx) => {
    const { rows } = await sql<{ external_id: string }>`
      delete from change where source = ${sourceOf(calendarId)} and integration_id is null and state = 'planned'
        and happened_at > ${now} and external_id <> all(${stay}::text[]) returning external_id`.execute(tx);
    const gone = rows.map((row) => row.external_id);
    if (gone.length)
      await sql`delete from change_sent where sender = '' and source = ${sourceOf(calendarId)}
        and external_id = any(${gone}::text[])`.execute(tx);
  });
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

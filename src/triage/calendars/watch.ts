/** Asks calendars at their addresses: politely, with what is known of the last answer, and ever more rarely while they fail. */
import { sql } from 'kysely';
import { earliest } from '#platform/db/due-times.ts';
import { Failed, Refused } from '#platform/errors.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import type { Due } from '#platform/platform.ts';
import { unseal } from '#platform/sealed.ts';
import type { House } from '../room.ts';
import { type Calendar, digestOf, keepCalendar, type Reading } from './keep.ts';

const READ_MINUTES = 15;
const JITTER = 0.2;
const BACK_OFF_MINUTES_MAX = 5 * 60;
/** A reading is given up for lost after this, and another process may try. */
const CLAIM_MINUTES = 2;
const AT_ONCE_MAX = 4;
const DOUBLINGS_MAX = 6;
/** The window of sixty days moves, so that an unchanged calendar is still recorded again once a day. */
const AGAIN_HOURS = 24;
const FAILURE_CHARACTERS_MAX = 500;

type Row = {
  id: string;
  name: string;
  sealed_url: string;
  kind: string;
  service_id: string | null;
  etag: string | null;
  last_modified: string | null;
  digest: string | null;
  read_at: Temporal.Instant | null;
  failures: number;
};

/** `idle` resolves when nothing is being read. */
export type CalendarsDue = Due & { idle(): Promise<void> };

/** Nobody waits for a calendar: a reading goes on beside the sweep, and its failure is written down where it can be seen. */
export function calendarsDue(house: House, outbound: Outbound): CalendarsDue {
  const { db, log } = house.platform;
  const reading = new Set<Promise<void>>();
  return {
    name: 'calendars of planned maintenance',
    next: () => earliest('change_calendar', 'next_read_at', sql`next_read_at is not null`),
    async run(now) {
      const free = AT_ONCE_MAX - reading.size;
      if (free <= 0) return 0;
      const { rows } = await sql<Row>`
        update change_calendar set next_read_at = ${now.add({ minutes: CLAIM_MINUTES })}
        where id in (
          select id from change_calendar where next_read_at <= ${now} order by next_read_at limit ${sql.lit(free)}
          for update skip locked)
        returning id, name, sealed_url, kind, service_id, etag, last_modified, digest, read_at, failures`.execute(
        db,
      );
      for (const row of rows) {
        const read = readOne(house, outbound, row)
          .catch((error) => log.error({ err: error, calendar: row.id }, 'a calendar could not be read'))
          .finally(() => reading.delete(read));
        reading.add(read);
      }
      return rows.length;
    },
    async idle() {
      while (reading.size) await Promise.all(reading);
    },
  };
}

async function readOne(house: House, outbound: Outbound, row: Row): Promise<void> {
  try {
    const answer = await outbound.request({
      method: 'GET',
      url: String(unseal(house.platform.secret, row.sealed_url)),
      headers: {
        accept: 'text/calendar',
        ...(row.etag ? { 'if-none-match': row.etag } : {}),
        ...(row.last_modified ? { 'if-modified-since': row.last_modified } : {}),
      },
    });
    if (answer.status !== 200 && answer.status !== 304)
      throw new Failed(`The address answers with status ${answer.status}.`);
    const text = answer.status === 200 ? answer.body : undefined;
    const digest = text === undefined ? row.digest : digestOf(text);
    const fresh = text !== undefined && (digest !== row.digest || isOld(row, house.platform.clock.now()));
    const read = fresh ? await keepCalendar(house, calendarOf(row), text) : undefined;
    const headers = text === undefined ? undefined : answer.headers;
    await succeeded(house, row, { digest, read, headers });
  } catch (error) {
    if (!(error instanceof Failed || error instanceof Refused)) {
      await failed(
        house,
        row,
        'The calendar could not be read because of a fault in Humdrum; its log has more.',
      );
      throw error;
    }
    const mend = error instanceof Refused && error.mend ? ` ${error.mend}` : '';
    await failed(house, row, `${error.message}${mend}`);
  }
}

function isOld({ read_at }: Row, now: Temporal.Instant): boolean {
  return !read_at || Temporal.Instant.compare(read_at.add({ hours: AGAIN_HOURS }), now) <= 0;
}

export function calendarOf(row: Pick<Row, 'id' | 'name' | 'kind' | 'service_id'>): Calendar {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind as Calendar['kind'],
    serviceId: row.service_id ?? undefined,
  };
}

type Success = {
  digest: string | null;
  read: Reading | undefined;
  headers: Record<string, string | string[] | undefined> | undefined;
};

/** The last answer's mark is given up once a day, so that the window that is read moves on although the calendar does not change. */
async function succeeded({ platform }: House, row: Row, { digest, read, headers }: Success): Promise<void> {
  const now = platform.clock.now();
  const one = (name: string) => {
    const value = headers?.[name];
    return typeof value === 'string' ? value.slice(0, 500) : null;
  };
  const marks = headers
    ? { etag: one('etag'), last_modified: one('last-modified') }
    : isOld(row, now)
      ? { etag: null, last_modified: null }
      : {};
  await platform.db
    .updateTable('change_calendar')
    .set({
      ...marks,
      digest,
      ...(read ? { entries: read.entries, recorded: read.recorded, read_at: now } : {}),
      failure: null,
      failed_at: null,
      failures: 0,
      next_read_at: now.add({ seconds: waitSeconds(0) }),
    })
    .where('id', '=', row.id)
    .where('removed_at', 'is', null)
    .execute();
}

async function failed({ platform }: House, row: Row, failure: string): Promise<void> {
  const now = platform.clock.now();
  const failures = row.failures + 1;
  await platform.db
    .updateTable('change_calendar')
    .set({
      failure: failure.slice(0, FAILURE_CHARACTERS_MAX),
      failed_at: now,
      failures,
      next_read_at: now.add({ seconds: waitSeconds(failures) }),
    })
    .where('id', '=', row.id)
    .where('removed_at', 'is', null)
    .execute();
}

/** Every quarter of an hour, give or take a fifth; doubled with each failure, never more than six hours. */
export function waitSeconds(failures: number, chance = Math.random()): number {
  const minutes = Math.min(READ_MINUTES * 2 ** Math.min(failures, DOUBLINGS_MAX), BACK_OFF_MINUTES_MAX);
  return Math.round(minutes * 60 * (1 - JITTER + 2 * JITTER * chance));
}

/** The addresses of calendars of planned maintenance: an address that is asked, or a file that is handed in. */
import { z } from 'zod';
import type { Db } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { filled, text } from '#platform/http/fields.ts';
import { newId } from '#platform/ids.ts';
import { seal } from '#platform/sealed.ts';
import type { House } from '../room.ts';
import { serviceCalled } from '../routes.ts';
import { keepCalendar, type Reading, withdraw } from './keep.ts';
import { CALENDAR_CHARACTERS_MAX } from './read.ts';
import { calendarOf } from './watch.ts';

const CALENDARS_MAX = 50;
const tags = ['triage'];
const params = z.object({ id: text(64) });
const file = z.string().max(CALENDAR_CHARACTERS_MAX).describe('The text of an iCalendar file (.ics)');
const view = z.object({
  id: z.string(),
  name: z.string(),
  host: z
    .string()
    .nullable()
    .describe('Where it is asked; null for a file. The rest of the address may be a secret'),
  kind: z.enum(['infra', 'job']),
  serviceId: z.string().nullable(),
  entries: z.number().nullable(),
  recorded: z.number().nullable(),
  readAt: z.string().nullable(),
  nextReadAt: z.string().nullable(),
  failure: z.string().nullable(),
  failedAt: z.string().nullable(),
});

export function calendarRoutes(app: App, house: House): void {
  const { db, clock } = house.platform;
  const readIn = async (id: string, ics: string): Promise<Reading> => {
    const row = await calendarRow(db, id);
    const reading = await keepCalendar(house, calendarOf(row), ics);
    await db
      .updateTable('change_calendar')
      .set({ entries: reading.entries, recorded: reading.recorded, read_at: clock.now() })
      .where('id', '=', id)
      .execute();
    return reading;
  };

  app.get(
    '/api/v1/change-calendars',
    {
      config: { access: 'viewer' },
      schema: {
        response: { 200: z.object({ items: z.array(view), next: z.null() }) },
        tags,
        summary: 'Calendars of planned maintenance, and how their last reading went',
        operationId: 'listChangeCalendars',
      },
    },
    async () => {
      const rows = await db
        .selectFrom('change_calendar')
        .selectAll()
        .where('removed_at', 'is', null)
        .orderBy('name')
        .execute();
      return { items: rows.map(show), next: null };
    },
  );

  app.post(
    '/api/v1/change-calendars',
    {
      config: { access: 'administrator' },
      bodyLimit: 4 * CALENDAR_CHARACTERS_MAX,
      schema: {
        body: z.object({
          name: filled(100),
          url: z
            .url({ protocol: /^https?$/ })
            .max(2000)
            .optional()
            .describe('It is asked every 15 minutes'),
          file: file.optional().describe('Instead of an address: the text of a file'),
          kind: z.enum(['infra', 'job']).default('infra'),
          service: text(200).optional().describe('For entries that name no service of ours'),
        }),
        response: { 201: view },
        tags,
        summary: 'Read planned maintenance from a calendar',
        operationId: 'addChangeCalendar',
      },
    },
    async (request, reply) => {
      const { name, url, file: ics, kind, service } = request.body;
      if ((url === undefined) === (ics === undefined))
        throw new Refused('invalid', 'A calendar has an address or a file, one of the two.', {
          mend: 'Send url, or file.',
        });
      const serviceId = service ? await serviceCalled(db, service) : undefined;
      if (service && !serviceId) throw notFound('service', service);
      await refuseTooMany(db);
      const id = newId('cal');
      const now = clock.now();
      const row = {
        id,
        name,
        host: url ? new URL(url).host : null,
        sealed_url: url ? seal(house.platform.secret, url) : null,
        kind,
        service_id: serviceId ?? null,
      };
      // A file that cannot be read leaves nothing behind.
      const reading = ics === undefined ? undefined : await keepCalendar(house, calendarOf(row), ics);
      await db
        .insertInto('change_calendar')
        .values({
          ...row,
          next_read_at: url ? now : null,
          created_at: now,
          created_by: callerOf(request).name,
          ...(reading ? { entries: reading.entries, recorded: reading.recorded, read_at: now } : {}),
        })
        .execute();
      return reply.code(201).send(show(await calendarRow(db, id)));
    },
  );

  app.post(
    '/api/v1/change-calendars/:id/readings',
    {
      config: { access: 'administrator' },
      bodyLimit: 4 * CALENDAR_CHARACTERS_MAX,
      schema: {
        params,
        body: z.object({ file: file.optional().describe('The new text, for a calendar that was handed in') }),
        response: { 202: view },
        tags,
        summary: 'Read it again now, or hand in its new file',
        operationId: 'readChangeCalendar',
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { host } = await calendarRow(db, id);
      const { file: ics } = request.body;
      if (ics !== undefined) await readIn(id, ics);
      else if (host)
        await db
          .updateTable('change_calendar')
          .set({ next_read_at: clock.now(), etag: null, last_modified: null, digest: null })
          .where('id', '=', id)
          .execute();
      else
        throw new Refused('invalid', 'This calendar was handed in as a file, and has no address to ask.', {
          mend: 'Send its new text as file.',
        });
      return reply.code(202).send(show(await calendarRow(db, id)));
    },
  );

  app.delete(
    '/api/v1/change-calendars/:id',
    {
      config: { access: 'administrator' },
      schema: {
        params,
        response: { 204: z.null().describe('Nothing.') },
        tags,
        summary: 'Read it no longer; what it had planned for later is taken out of the ledger',
        operationId: 'removeChangeCalendar',
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await calendarRow(db, id);
      const now = clock.now();
      await db
        .updateTable('change_calendar')
        .set({ removed_at: now, next_read_at: null })
        .where('id', '=', id)
        .execute();
      await withdraw(db, id, [], now);
      return reply.code(204).send(null);
    },
  );
}

async function refuseTooMany(db: Db): Promise<void> {
  const rows = await db.selectFrom('change_calendar').select('id').where('removed_at', 'is', null).execute();
  if (rows.length >= CALENDARS_MAX)
    throw new Refused('too_many', `There are ${CALENDARS_MAX} calendars already; this one was not added.`, {
      mend: 'Remove one first.',
    });
}

async function calendarRow(db: Db, id: string) {
  const row = await db
    .selectFrom('change_calendar')
    .selectAll()
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw notFound('calendar', id);
  return row;
}

function show(row: Awaited<ReturnType<typeof calendarRow>>): z.output<typeof view> {
  return {
    id: row.id,
    name: row.name,
    host: row.host,
    kind: row.kind as 'infra' | 'job',
    serviceId: row.service_id,
    entries: row.entries,
    recorded: row.recorded,
    readAt: row.read_at?.toString() ?? null,
    nextReadAt: row.next_read_at?.toString() ?? null,
    failure: row.failure,
    failedAt: row.failed_at?.toString() ?? null,
  };
}

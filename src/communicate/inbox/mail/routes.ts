/** The mails that arrived and what became of them, for administrators: above all those that nobody acted upon. */
import { sql } from 'kysely';
import { z } from 'zod';
import { notFound } from '#platform/errors.ts';
import type { Caller } from '#platform/http/app.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { cursorOf, pageQuery, readTimeCursor } from '#platform/http/fields.ts';
import type { Platform } from '#platform/platform.ts';
import type { Reading } from './reading.ts';

const STATES = [
  'received',
  'bounce',
  'auto_reply',
  'question',
  'report',
  'unknown_sender',
  'unreadable',
  'looked_at',
] as const;

const view = z.object({
  id: z.string(),
  state: z.enum(STATES),
  why: z.string().nullable().describe('in words, why it counts as that'),
  from: z.object({ name: z.string(), address: z.string() }),
  subject: z.string(),
  text: z.string(),
  attachments: z.array(z.object({ name: z.string(), bytes: z.number() })),
  size: z.number(),
  truncated: z.boolean(),
  incidentId: z.string().nullable(),
  receivedAt: z.string(),
});
const params = z.object({ id: z.string().max(64) });

export function mailRoutes(app: App, platform: Platform, reading: Reading | undefined): void {
  const { db, clock } = platform;
  const tags = ['communicate'];
  app.get(
    '/api/v1/incoming-mails',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        querystring: z.object({
          ...pageQuery,
          show: z.enum(['unsorted', 'all']).default('unsorted').describe('unsorted: what nobody acted upon'),
        }),
        response: {
          200: z.object({
            items: z.array(view),
            next: z.string().nullable(),
            counts: z.record(z.string(), z.number()).describe('how many mails became what'),
            mailbox: z
              .object({
                name: z.string(),
                readAt: z.string().nullable(),
                failingSince: z.string().nullable(),
                error: z.string().nullable(),
              })
              .nullable()
              .describe('null: no mailbox is configured'),
          }),
        },
        summary: 'Mails that arrived, newest first, and what became of them',
        operationId: 'listIncomingMails',
      },
    },
    async (request) => {
      const { limit, cursor, show } = request.query;
      const from = cursor ? readTimeCursor(cursor) : undefined;
      const { rows } = await sql<Row>`
        select m.id, m.state, m.why, m.from_name, m.from_address, m.subject, m.body, m.attachments, m.size, m.truncated, m.incident_id, m.received_at
        from incoming_mail m
        where ${maySee(callerOf(request))}
          and ${show === 'all' ? sql<boolean>`true` : sql<boolean>`m.state in ('unknown_sender', 'unreadable', 'received')`}
          ${from ? sql`and (m.received_at, m.id) < (${from.at}::timestamptz, ${from.id})` : sql``}
        order by m.received_at desc, m.id desc limit ${limit + 1}`.execute(db);
      const counts = await db
        .selectFrom('incoming_mail')
        .select(['state', ({ fn }) => fn.countAll<number>().as('count')])
        .groupBy('state')
        .execute();
      const last = rows[limit - 1];
      const state = reading?.state();
      return {
        items: rows.slice(0, limit).map(shown),
        next: rows.length > limit && last ? cursorOf(last.received_at.toString(), last.id) : null,
        counts: Object.fromEntries(counts.map((row) => [row.state, Number(row.count)])),
        mailbox: state
          ? {
              name: state.name,
              readAt: state.readAt?.toString() ?? null,
              failingSince: state.failedAt?.toString() ?? null,
              error: state.error ?? null,
            }
          : null,
      };
    },
  );
  app.post(
    '/api/v1/incoming-mails/:id/look',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        params,
        response: { 204: z.null() },
        summary: 'Say that you have looked at a mail that nobody acted upon',
        operationId: 'lookAtIncomingMail',
      },
    },
    async (request, reply) => {
      const { rows } = await sql<{ id: string }>`
        update incoming_mail m set state = 'looked_at', raw = null, sorted_at = ${clock.now()}::timestamptz
        where m.id = ${request.params.id} and m.state in ('unknown_sender', 'unreadable') and ${maySee(callerOf(request))}
        returning m.id`.execute(db);
      if (!rows.length) throw notFound('mail that waits to be looked at', request.params.id);
      return reply.code(204).send(null);
    },
  );
}

/** A mail in the thread of a restricted incident quotes it: only its viewers see it. */
function maySee({ personId }: Caller) {
  return sql<boolean>`not exists (select 1 from incident i where i.id = m.incident_id and i.restricted
    and not coalesce(${personId ?? null}::text = any(i.viewers), false))`;
}

type Row = {
  id: string;
  state: string;
  why: string | null;
  from_name: string;
  from_address: string;
  subject: string;
  body: string;
  attachments: unknown;
  size: number;
  truncated: boolean;
  incident_id: string | null;
  received_at: Temporal.Instant;
};

function shown(row: Row): z.output<typeof view> {
  return {
    id: row.id,
    state: row.state as (typeof STATES)[number],
    why: row.why,
    from: { name: row.from_name, address: row.from_address },
    subject: row.subject,
    text: row.body,
    attachments: row.attachments as { name: string; bytes: number }[],
    size: row.size,
    truncated: row.truncated,
    incidentId: row.incident_id,
    receivedAt: row.received_at.toString(),
  };
}

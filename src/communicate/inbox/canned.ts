/** Canned answers: texts that administrators keep, so that the usual questions are answered in a second and in agreed words. */
import { sql } from 'kysely';
import { z } from 'zod';
import { type Tx, transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import { cursorOf, filled, pageQuery, readCursor } from '#platform/http/fields.ts';
import { newId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { QUESTION_CHARACTERS_MAX } from './limits.ts';

const CANNED_MAX = 200;
const body = z.object({ title: filled(120), text: filled(QUESTION_CHARACTERS_MAX) });
const view = z.object({ id: z.string(), title: z.string(), text: z.string(), updatedAt: z.string() });
const params = z.object({ id: z.string().max(64) });

type Row = { id: string; title: string; body: string; updated_at: Temporal.Instant };
const shown = (row: Row): z.output<typeof view> => ({
  id: row.id,
  title: row.title,
  text: row.body,
  updatedAt: row.updated_at.toString(),
});

export function cannedRoutes(app: App, { db, clock }: Pick<Platform, 'db' | 'clock'>): void {
  const at = '/api/v1/canned-answers';
  const tags = ['communicate'];
  app.get(
    at,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        querystring: z.object(pageQuery),
        response: { 200: z.object({ items: z.array(view), next: z.string().nullable() }) },
        summary: 'Canned answers by title',
        operationId: 'listCannedAnswers',
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      let query = db
        .selectFrom('canned_answer')
        .selectAll()
        .where('archived_at', 'is', null)
        .orderBy('title')
        .orderBy('id')
        .limit(limit + 1);
      if (cursor) {
        const [title, id] = readCursor(cursor);
        query = query.where(sql<boolean>`(title, id) > (${title}, ${id})`);
      }
      const rows = await query.execute();
      const last = rows[limit - 1];
      return {
        items: rows.slice(0, limit).map(shown),
        next: rows.length > limit && last ? cursorOf(last.title, last.id) : null,
      };
    },
  );
  app.post(
    at,
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        body,
        response: { 201: view },
        summary: 'Keep a canned answer',
        operationId: 'createCannedAnswer',
      },
    },
    async (request, reply) => {
      const now = clock.now();
      const row = await transaction(db, async (tx) => {
        await refuseTaken(tx, request.body.title, '');
        const { count } = await tx
          .selectFrom('canned_answer')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .where('archived_at', 'is', null)
          .executeTakeFirstOrThrow();
        if (Number(count) >= CANNED_MAX)
          throw new Refused('conflict', `There are ${CANNED_MAX} canned answers already.`, {
            mend: 'Remove some that nobody uses.',
          });
        return tx
          .insertInto('canned_answer')
          .values({
            id: newId('can'),
            title: request.body.title,
            body: request.body.text,
            created_at: now,
            updated_at: now,
          })
          .returningAll()
          .executeTakeFirstOrThrow();
      });
      return reply.code(201).send(shown(row));
    },
  );
  app.put(
    `${at}/:id`,
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        params,
        body,
        response: { 200: view },
        summary: 'Change a canned answer',
        operationId: 'putCannedAnswer',
      },
    },
    async (request) => {
      const { id } = request.params;
      const row = await transaction(db, async (tx) => {
        await refuseTaken(tx, request.body.title, id);
        return tx
          .updateTable('canned_answer')
          .set({ title: request.body.title, body: request.body.text, updated_at: clock.now() })
          .where('id', '=', id)
          .where('archived_at', 'is', null)
          .returningAll()
          .executeTakeFirst();
      });
      if (!row) throw notFound('canned answer', id);
      return shown(row);
    },
  );
  app.delete(
    `${at}/:id`,
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        params,
        response: { 204: z.null() },
        summary: 'Remove a canned answer',
        operationId: 'archiveCannedAnswer',
      },
    },
    async (request, reply) => {
      const { numUpdatedRows } = await db
        .updateTable('canned_answer')
        .set({ archived_at: clock.now(), updated_at: clock.now() })
        .where('id', '=', request.params.id)
        .where('archived_at', 'is', null)
        .executeTakeFirst();
      if (!numUpdatedRows) throw notFound('canned answer', request.params.id);
      return reply.code(204).send(null);
    },
  );
}

async function refuseTaken(tx: Tx, title: string, exceptId: string): Promise<void> {
  const taken = await tx
    .selectFrom('canned_answer')
    .select('id')
    .where(sql<boolean>`lower(title) = lower(${title})`)
    .where('archived_at', 'is', null)
    .where('id', '<>', exceptId)
    .executeTakeFirst();
  if (taken)
    throw new Refused('conflict', `There is already a canned answer called "${title}".`, {
      mend: 'Choose another title, or change that one.',
    });
}

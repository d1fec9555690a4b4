/** The addresses of coverage: which kinds of change of a service we would hear of, and which it does not have. */
import { z } from 'zod';
import type { Db } from '#platform/db/database.ts';
import { notFound } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { cursorOf, pageQuery, readCursor, text } from '#platform/http/fields.ts';
import { coverageOf, sayAbsent, takeBackAbsence } from './coverage.ts';
import { COVERED_KINDS } from './coverage-judged.ts';
import type { House } from './room.ts';
import { coverageShape } from './shapes.ts';

const tags = ['triage'];
const params = z.object({ id: text(64) });

export function coverageRoutes(app: App, { platform, ledger }: House): void {
  const { db, clock } = platform;
  const covered = async (services: { serviceId: string; name: string }[]) => {
    await ledger.feeds.write();
    return coverageOf(db, services, clock.now());
  };
  const coverageFor = async (id: string) => {
    const [coverage] = await covered([await serviceOf(db, id)]);
    if (!coverage) throw notFound('service', id);
    return coverage;
  };

  app.get(
    '/api/v1/services/:id/change-coverage',
    {
      config: { access: 'viewer' },
      schema: {
        params,
        response: { 200: coverageShape },
        tags,
        summary:
          'Which kinds of change to this service we would hear of, by which source, and when it last spoke',
        operationId: 'changeCoverageOfService',
      },
    },
    async (request) => coverageFor(request.params.id),
  );

  app.get(
    '/api/v1/change-coverage',
    {
      config: { access: 'viewer' },
      schema: {
        querystring: z.object(pageQuery),
        response: { 200: z.object({ items: z.array(coverageShape), next: z.string().nullable() }) },
        tags,
        summary: 'The same for every service, by name',
        operationId: 'changeCoverage',
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const [name, id] = cursor ? readCursor(cursor) : ['', ''];
      const rows = await db
        .selectFrom('service')
        .select(['id as serviceId', 'name'])
        .where('archived_at', 'is', null)
        .where((row) =>
          row.or([row('name', '>', name), row.and([row('name', '=', name), row('id', '>', id)])]),
        )
        .orderBy('name')
        .orderBy('id')
        .limit(limit + 1)
        .execute();
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        items: await covered(page),
        next: rows.length > limit && last ? cursorOf(last.name, last.serviceId) : null,
      };
    },
  );

  const absence = '/api/v1/services/:id/change-coverage/:kind/absence';
  const kindParams = params.extend({ kind: z.enum(COVERED_KINDS) });
  app.put(
    absence,
    {
      config: { access: 'administrator' },
      schema: {
        params: kindParams,
        response: { 200: coverageShape },
        tags,
        summary: 'Say that this service has no changes of this kind, so that it is not unknown for ever',
        operationId: 'sayKindAbsent',
      },
    },
    async (request) => {
      const { id, kind } = request.params;
      const { serviceId } = await serviceOf(db, id);
      await sayAbsent(db, { serviceId, kind, by: callerOf(request).name, now: clock.now() });
      return coverageFor(id);
    },
  );

  app.delete(
    absence,
    {
      config: { access: 'administrator' },
      schema: {
        params: kindParams,
        response: { 200: coverageShape },
        tags,
        summary: 'Take that back',
        operationId: 'takeBackKindAbsent',
      },
    },
    async (request) => {
      const { id, kind } = request.params;
      await takeBackAbsence(db, (await serviceOf(db, id)).serviceId, kind);
      return coverageFor(id);
    },
  );
}

/** @throws Refused when there is no such service, or it is archived */
async function serviceOf(db: Db, id: string): Promise<{ serviceId: string; name: string }> {
  const row = await db
    .selectFrom('service')
    .select(['id as serviceId', 'name'])
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw notFound('service', id);
  return row;
}

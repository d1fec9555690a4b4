/** Whether the process is alive, whether it can do its work, and figures for monitoring. */

import { sql } from 'kysely';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Platform } from '#platform/platform.ts';
import type { App } from './app.ts';

export function healthRoutes(
  app: App,
  { db, clock, database }: Pick<Platform, 'db' | 'clock' | 'database'>,
): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'humdrum_' });
  promiseGauges(registry, { db, clock });
  const open = { config: { access: 'public' as const }, schema: { hide: true } as never };
  const unready = JSON.stringify({ status: 'not ready', detail: 'The database or the jobs do not answer.' });
  app.get('/healthz', open, async () => ({ status: 'alive' }));
  app.get('/readyz', open, async (_, reply) => {
    try {
      const { rows } = await sql<{
        waiting: number;
      }>`select count(*)::int as waiting from pgboss.job where state < 'completed'`.execute(db);
      return reply.send({
        status: 'ready',
        engine: database.engine,
        waiting: rows[0]?.waiting ?? 0,
      } as never);
    } catch {
      return reply
        .code(503)
        .type('application/json')
        .send(unready as never);
    }
  });
  app.get('/metrics', open, async (_, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}

function promiseGauges(registry: Registry, { db, clock }: Pick<Platform, 'db' | 'clock'>): void {
  new Gauge({
    name: 'humdrum_promises_overdue',
    help: 'Promises that are open and past their due time',
    registers: [registry],
    async collect() {
      const row = await db
        .selectFrom('promise')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('state', '=', 'open')
        .where('due_at', '<', clock.now())
        .executeTakeFirst();
      this.set(Number(row?.n ?? 0));
    },
  });
  new Gauge({
    name: 'humdrum_incidents_open',
    help: 'Incidents that are not over, by severity',
    labelNames: ['severity'],
    registers: [registry],
    async collect() {
      const rows = await db
        .selectFrom('incident')
        .select(['severity', ({ fn }) => fn.countAll<number>().as('n')])
        .where('state', 'in', ['detected', 'confirmed', 'restored', 'resolved'])
        .groupBy('severity')
        .execute();
      this.reset();
      for (const row of rows) this.set({ severity: row.severity }, Number(row.n));
    },
  });
}

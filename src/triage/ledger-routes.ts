/** The ledger as a page shows it: changes over time with the incidents laid over them, and one change with whom to ask. */
import { sql } from 'kysely';
import { z } from 'zod';
import { visibleTo } from '#incident/list-routes.ts';
import type { Db } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { instant, text } from '#platform/http/fields.ts';
import { findChanges, listChanges } from './changes.ts';
import type { House } from './room.ts';
import { changeFilter, filterOf } from './routes.ts';
import { change } from './shapes.ts';

const LANES_MAX = 1000;
const INCIDENTS_MAX = 200;
const DAYS_MAX = 31;
const CHOICES_MAX = 100;

/** Who would be called for this service now; undefined when nobody can be reached. */
export type WhoIsCalled = (serviceId: string) => Promise<{ id: string; name: string } | undefined>;

const band = z.object({
  id: z.string(),
  number: z.number(),
  reference: z.string(),
  title: z.string(),
  severity: z.enum(['P1', 'P2', 'P3']),
  state: z.string(),
  serviceIds: z.array(z.string()),
  from: z.string(),
  to: z.string().nullable().describe('null: it is still open'),
});
const sourceChoice = z.object({ value: z.string(), name: z.string() });
const lanes = z.object({
  from: z.string(),
  to: z.string(),
  items: z.array(change),
  more: z.boolean().describe('There are more changes than these; a shorter time shows all of them'),
  incidents: z.array(band),
  sources: z.array(sourceChoice).describe('What sent changes within this time'),
  environments: z.array(z.string()),
  kept: z.number().describe('Days that changes are kept'),
});
const card = change.extend({
  via: z.string().nullable().describe('The integration that it came through'),
  ask: z.object({
    team: z.object({ id: z.string(), name: z.string() }).nullable(),
    called: z
      .object({ id: z.string(), name: z.string() })
      .nullable()
      .describe('Who would be called for the service now'),
    note: z.string(),
  }),
});

export function ledgerRoutes(
  app: App,
  { platform, ledger }: House,
  whoIsCalled: WhoIsCalled | undefined,
): void {
  const { db } = platform;

  app.get(
    '/api/v1/change-lanes',
    {
      config: { access: 'viewer' },
      schema: {
        querystring: z.object({
          from: instant(),
          to: instant(),
          service: text(200).optional(),
          ...changeFilter,
        }),
        response: { 200: lanes },
        tags: ['triage'],
        summary: 'The ledger over a time: its changes, newest first, and the incidents of that time',
        operationId: 'changeLanes',
      },
    },
    async (request) => {
      const { from, to, ...asked } = request.query;
      refuseWindow(from, to);
      const filter = await filterOf(db, asked);
      const [found, incidents, choices] = await Promise.all([
        listChanges(db, { ...filter, from, to }, { limit: LANES_MAX }),
        bandsOf(db, { from, to, serviceIds: filter.serviceIds, personId: callerOf(request).personId }),
        choicesOf(db, from, to),
      ]);
      return {
        from: from.toString(),
        to: to.toString(),
        items: found.items,
        more: found.next !== null,
        incidents,
        ...choices,
        kept: Math.floor((await ledger.kept(db)) / 86_400_000),
      };
    },
  );

  app.get(
    '/api/v1/changes/:id',
    {
      config: { access: 'viewer' },
      schema: {
        params: z.object({ id: text(64) }),
        response: { 200: card },
        tags: ['triage'],
        summary: 'One change, and whom to ask about it',
        operationId: 'getChange',
      },
    },
    async (request) => {
      const { id } = request.params;
      const [found] = await findChanges(db, [id]);
      if (!found) throw notFound('change', id);
      const { serviceId, team } = found;
      const called = (serviceId && (await whoIsCalled?.(serviceId))) || null;
      return {
        ...found,
        via: await integrationOf(db, id),
        ask: { team, called, note: askNote(found, called) },
      };
    },
  );
}

function refuseWindow(from: Temporal.Instant, to: Temporal.Instant): void {
  const hours = (to.epochMilliseconds - from.epochMilliseconds) / 3_600_000;
  if (hours > 0 && hours <= 24 * DAYS_MAX) return;
  throw new Refused('invalid', `The ledger is shown for at most ${DAYS_MAX} days, and from is before to.`, {
    mend: 'Ask for a shorter time.',
  });
}

type Bands = {
  from: Temporal.Instant;
  to: Temporal.Instant;
  serviceIds: string[] | undefined;
  personId: string | undefined;
};

/** Restricted incidents are shown to those who may see them, and to nobody else, not even as a band without a name. */
async function bandsOf(db: Db, { from, to, serviceIds, personId }: Bands): Promise<z.output<typeof band>[]> {
  let query = db
    .selectFrom('incident')
    .select([
      'id',
      'number',
      'reference',
      'title',
      'severity',
      'state',
      'service_ids',
      'detected_at',
      'ended_at',
    ])
    .select(sql<Temporal.Instant | null>`coalesce(restored_at, ended_at)`.as('over_at'))
    .where('drill', '=', false)
    .where('state', '<>', 'merged')
    .where('detected_at', '<=', to)
    .where(visibleTo({ personId }))
    .where(sql<boolean>`coalesce(restored_at, ended_at, 'infinity') >= ${from}`)
    .orderBy('detected_at', 'desc')
    .limit(INCIDENTS_MAX);
  if (serviceIds) query = query.where(sql<boolean>`service_ids && ${serviceIds}::text[]`);
  const rows = await query.execute();
  return rows.map((row) => ({
    id: row.id,
    number: Number(row.number),
    reference: row.reference,
    title: row.title,
    severity: row.severity as 'P1' | 'P2' | 'P3',
    state: row.state,
    serviceIds: row.service_ids,
    from: row.detected_at.toString(),
    to: row.over_at?.toString() ?? null,
  }));
}

/** What can be chosen from in the filters, as far as it occurs. */
async function choicesOf(db: Db, from: Temporal.Instant, to: Temporal.Instant) {
  const sources = await sql<{ value: string; name: string }>`
    select distinct coalesce(c.integration_id, c.source) as value, coalesce(i.name, c.source) as name
    from change c left join integration i on i.id = c.integration_id
    where c.happened_at between ${from} and ${to} order by 2 limit ${sql.lit(CHOICES_MAX)}`.execute(db);
  const environments = await sql<{ environment: string }>`
    select distinct environment from change where happened_at between ${from} and ${to} and environment is not null
    order by 1 limit ${sql.lit(CHOICES_MAX)}`.execute(db);
  return { sources: sources.rows, environments: environments.rows.map((row) => row.environment) };
}

async function integrationOf(db: Db, changeId: string): Promise<string | null> {
  const row = await db
    .selectFrom('change')
    .innerJoin('integration', 'integration.id', 'change.integration_id')
    .select('integration.name')
    .where('change.id', '=', changeId)
    .executeTakeFirst();
  return row?.name ?? null;
}

function askNote(
  {
    serviceId,
    serviceName,
    team,
  }: { serviceId: string | null; serviceName: string | null; team: { name: string } | null },
  called: { name: string } | null,
): string {
  if (!serviceId) return 'No service is stated, so nobody is known who could be asked.';
  const who = team ? `${team.name} owns ${serviceName}` : `No team owns ${serviceName}`;
  return called
    ? `${who}; ${called.name} is on call for it now.`
    : `${who}; nobody can be reached for it now.`;
}

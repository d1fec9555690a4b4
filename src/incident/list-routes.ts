/** Reading incidents: the list with search and filters, one incident, its timeline and promises, and what is wrong right now. */
import { sql } from 'kysely';
import { z } from 'zod';
import { Refused } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import type { Policy } from '#promise/policy.ts';
import * as body from './bodies.ts';
import { factOf, fromDocument } from './document.ts';
import { type IncidentRoutes, visible } from './routes.ts';
import { sentence, tone } from './sentences.ts';
import { clientNamed, soonFromOf, type Viewer } from './show.ts';
import type { ClientClock } from './types.ts';
import {
  incidentSummary,
  incidentView,
  type NowView,
  nowView,
  type PromiseView,
  promiseView,
  type TimelineLine,
  timelineLine,
} from './view.ts';
import { promiseName } from './words.ts';

const LIMIT_MAX = 200;
const FACTS_MAX = 5000;
const OPEN_STATES = ['detected', 'confirmed', 'restored', 'resolved'];
const STATES = [...OPEN_STATES, 'closed', 'dismissed', 'merged'] as const;
const tags = ['incidents'];
const read = { access: 'viewer' as const };
const params = z.object({ id: body.id });

const filter = z.object({
  state: z.enum(['open', 'ended', 'all', ...STATES] as [string, ...string[]]).default('all'),
  q: z.string().max(200).optional(),
  severity: body.severity.optional(),
  service: body.id.optional(),
  cursor: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(50),
});

export function listRoutes(app: App, house: IncidentRoutes): void {
  const { platform, shower } = house;
  const viewerOf = (request: Parameters<typeof callerOf>[0]): Viewer => ({
    personId: callerOf(request).personId,
  });

  app.get(
    '/api/v1/incidents',
    {
      config: read,
      schema: {
        tags,
        summary: 'List and search incidents',
        operationId: 'incident_list',
        querystring: filter,
        response: { 200: z.object({ items: z.array(incidentSummary), next: z.string().nullable() }) },
      },
    },
    async (request) => {
      const viewer = viewerOf(request);
      const rows = await find(house, request.query, viewer);
      const page = rows.slice(0, request.query.limit);
      const last = page.at(-1);
      const items = await shower.summaries(
        page.map((row) => fromDocument(row.document)),
        viewer,
        platform.clock.now(),
      );
      return { items, next: rows.length > page.length && last ? encodeCursor(last) : null };
    },
  );

  app.get(
    '/api/v1/incidents/:id',
    {
      config: read,
      schema: {
        tags,
        summary: 'One incident with everything its room shows',
        operationId: 'incident_get',
        params,
        response: { 200: incidentView },
      },
    },
    async (request) => {
      const incident = await visible(house, request, request.params.id);
      return shower.view(incident, viewerOf(request), platform.clock.now());
    },
  );

  app.get(
    '/api/v1/incidents/:id/timeline',
    {
      config: read,
      schema: {
        tags,
        summary: 'Every fact, in the order in which it happened',
        operationId: 'incident_timeline',
        params,
        response: { 200: z.object({ items: z.array(timelineLine), next: z.null() }) },
      },
    },
    async (request) => {
      const incident = await visible(house, request, request.params.id);
      return { items: await timeline(house, incident.id), next: null };
    },
  );

  app.get(
    '/api/v1/incidents/:id/promises',
    {
      config: read,
      schema: {
        tags,
        summary: 'What is owed, to whom the clock points, by when',
        operationId: 'incident_promises',
        params,
        response: { 200: z.object({ items: z.array(promiseView), next: z.null() }) },
      },
    },
    async (request) => {
      const incident = await visible(house, request, request.params.id);
      return { items: await shower.promises(incident.id), next: null };
    },
  );

  app.get(
    '/api/v1/now',
    {
      config: read,
      schema: {
        tags,
        summary: 'What is wrong, what is owed and what I hold',
        operationId: 'now',
        response: { 200: nowView },
      },
    },
    async (request) => now(house, viewerOf(request)),
  );
}

/** @returns the timeline as sentences, oldest first by when it happened */
export async function timeline(
  house: Pick<IncidentRoutes, 'platform'>,
  incidentId: string,
): Promise<TimelineLine[]> {
  const rows = await house.platform.db
    .selectFrom('fact')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .orderBy('happened_at')
    .orderBy('seq')
    .limit(FACTS_MAX)
    .execute();
  return rows.map((row) => {
    const fact = factOf(row);
    return {
      seq: row.seq,
      kind: row.kind,
      happenedAt: row.happened_at.toString(),
      recordedAt: row.recorded_at.toString(),
      actor: { kind: fact.actor.kind, name: fact.actor.name },
      source: row.source,
      text: sentence(fact),
      tone: tone(fact),
      data: row.data as Record<string, unknown>,
    };
  });
}

function encodeCursor(row: { declared_at: Temporal.Instant; id: string }): string {
  return `${row.declared_at.epochMilliseconds}.${row.id}`;
}

function decodeCursor(cursor: string): { at: Temporal.Instant; id: string } {
  const [milliseconds, cursorId] = cursor.split('.');
  if (!milliseconds || !cursorId || !/^\d{1,15}$/.test(milliseconds))
    throw new Refused('invalid', 'The cursor is not one that a list gave.', {
      mend: 'Start again without a cursor.',
    });
  return { at: Temporal.Instant.fromEpochMilliseconds(Number(milliseconds)), id: cursorId };
}

function find(house: IncidentRoutes, query: z.output<typeof filter>, viewer: Viewer) {
  let rows = house.platform.db
    .selectFrom('incident')
    .select(['id', 'declared_at', 'document'])
    .orderBy('declared_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .where(visibleTo(viewer));
  if (query.state === 'open') rows = rows.where('state', 'in', OPEN_STATES);
  else if (query.state === 'ended') rows = rows.where('state', 'in', ['closed', 'dismissed', 'merged']);
  else if (query.state !== 'all') rows = rows.where('state', '=', query.state);
  if (query.severity) rows = rows.where('severity', '=', query.severity);
  if (query.service) rows = rows.where(sql<boolean>`service_ids @> array[${query.service}]::text[]`);
  if (query.q?.trim()) rows = rows.where(matching(query.q.trim()));
  if (query.cursor) {
    const { at, id } = decodeCursor(query.cursor);
    rows = rows.where(sql<boolean>`(declared_at, id) < (${at}, ${id})`);
  }
  return rows.execute();
}

/** The condition under which a row of `incident` fits what was typed: a number, or words of its title or reference. */
export function matching(words: string) {
  const number = /^(?:INC-)?(\d{1,12})$/i.exec(words)?.[1];
  const pattern = `%${words.replaceAll(/[\\%_]/g, (found) => `\\${found}`)}%`;
  return number
    ? sql<boolean>`(number = ${Number(number)} or title ilike ${pattern})`
    : sql<boolean>`(title ilike ${pattern} or reference ilike ${pattern})`;
}

/** The condition under which a viewer may see a row of `incident`. */
export function visibleTo(viewer: Viewer) {
  return viewer.personId
    ? sql<boolean>`(not incident.restricted or incident.viewers @> array[${viewer.personId}]::text[])`
    : sql<boolean>`not incident.restricted`;
}

/** In words, with the one client it is owed to, if so. */
function namedWithClient(kind: string, clientClocks: Record<string, ClientClock>) {
  const client = clientNamed({ clientClocks }, kind);
  return { name: promiseName(kind, client?.name), client };
}

const OPEN_SHOWN_MAX = 100;
const PROMISES_SHOWN_MAX = 100;

async function now(house: IncidentRoutes, viewer: Viewer): Promise<NowView> {
  const { db, clock } = house.platform;
  const at = clock.now();
  const rows = await db
    .selectFrom('incident')
    .select('document')
    .where('state', 'in', OPEN_STATES)
    .where(visibleTo(viewer))
    .orderBy('severity')
    .orderBy('declared_at')
    .limit(OPEN_SHOWN_MAX)
    .execute();
  const incidents = await house.shower.summaries(
    rows.map((row) => fromDocument(row.document)),
    viewer,
    at,
  );
  const promises = await db
    .selectFrom('promise')
    .innerJoin('incident', 'incident.id', 'promise.subject_id')
    .leftJoin('person', 'person.id', 'promise.owner_id')
    .select([
      'promise.id',
      'promise.kind',
      'promise.cycle',
      'promise.owner_id',
      'promise.opened_at',
      'promise.due_at',
      'promise.missed_at',
      'incident.id as incident_id',
      sql<Record<string, ClientClock> | null>`incident.document->'clientClocks'`.as('clocks'),
      'incident.number',
      'incident.title',
      'incident.policy_version',
      'person.name as owner_name',
    ])
    .where('promise.subject_kind', '=', 'incident')
    .where('promise.state', '=', 'open')
    .where(visibleTo(viewer))
    .orderBy('promise.due_at')
    .limit(PROMISES_SHOWN_MAX)
    .execute();
  const versions = new Map<number, Policy>();
  for (const { policy_version: version } of promises)
    if (!versions.has(version)) versions.set(version, await house.policies.version(db, version));
  const last = await db
    .selectFrom('incident')
    .select(({ fn }) => fn.max('declared_at').as('at'))
    .where('drill', '=', false)
    .executeTakeFirst();
  return {
    incidents,
    mine: incidents
      .filter((each) => each.mine && each.nextStep.kind !== 'nothing')
      .map((each) => ({
        incidentId: each.id,
        number: each.number,
        title: each.title,
        nextStep: each.nextStep,
      })),
    promises: promises.map(
      (row): PromiseView & { incidentId: string; incidentNumber: number; title: string } => ({
        id: row.id,
        kind: row.kind,
        ...namedWithClient(row.kind, row.clocks ?? {}),
        cycle: row.cycle,
        ownerId: row.owner_id,
        ownerName: row.owner_name,
        openedAt: row.opened_at.toString(),
        dueAt: row.due_at.toString(),
        soonFrom: soonFromOf(row, versions.get(row.policy_version)),
        state: 'open',
        missedAt: row.missed_at?.toString() ?? null,
        endedAt: null,
        nextStep: null,
        incidentId: row.incident_id,
        incidentNumber: row.number,
        title: row.title,
      }),
    ),
    quiet: {
      lastIncidentAt: last?.at?.toString() ?? null,
      actionsDueThisWeek: await house.countActionItemsDueThisWeek(db, viewer.personId, at),
    },
    at: at.toString(),
  };
}

/** Writes one group of events in one transaction: signals, alerts, and the job that lets declare look at what changed. */
import { sql } from 'kysely';
import { type Database, type Tx, transaction } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import type { Jobs } from '#platform/jobs/jobs.ts';
import { fold, type Sorted } from './fold.ts';
import type { Incoming } from './incoming.ts';
import type { Register } from './integrations.ts';
import type { Partitions } from './partitions.ts';
import { route } from './route.ts';
import { endAlerts, type Found, keepIgnored, putAlerts } from './statements.ts';

export const CONSIDER_QUEUE = 'declare.consider';
const JOB_ALERTS_MAX = 500;
const TOUCH_SECONDS = 10;
const STALE_ROUNDS_MAX = 5;

/** What became of an event: nothing when it is stored, else why it was refused. */
export type Written = Map<Incoming, Refused>;
export type Writer = (events: Incoming[]) => Promise<Written>;

/** The integrations were changed while the group was being sorted: sort it again. */
class Stale extends Error {}

export type WriterParts = { database: Database; jobs: Jobs; register: Register; partitions: Partitions };

export function createWriter({ database, jobs, register, partitions }: WriterParts): Writer {
  const touched = new Map<string, number>();
  return async function write(events) {
    // A key that memory does not know may be new: ask once before anybody is refused.
    if (events.some(({ key }) => !register.known(key))) await register.refresh();
    for (let round = 0; ; round++) {
      const { sorted, refused } = sort(events, register);
      if (sorted.length === 0) return refused;
      const touch = overdue(sorted, touched);
      await partitions.ready(events);
      try {
        await transaction(database.db, (tx) =>
          writeIn(tx, { sorted, touch, jobs, version: register.version() }),
        );
        for (const [id, at] of touch) touched.set(id, at.epochMilliseconds);
        return refused;
      } catch (error) {
        if (!(error instanceof Stale) || round >= STALE_ROUNDS_MAX) throw error;
        await register.refresh();
      }
    }
  };
}

function sort(events: Incoming[], register: Register): { sorted: Sorted[]; refused: Written } {
  const refused: Written = new Map();
  const sorted: Sorted[] = [];
  for (const incoming of events) {
    const integration = register.known(incoming.key);
    if (integration)
      sorted.push({ integrationId: integration.id, incoming, route: route(integration, incoming.event) });
    else
      refused.set(
        incoming,
        new Refused('unauthenticated', 'The integration key is not known.', {
          mend: 'Use the key of an integration that is not archived.',
        }),
      );
  }
  return { sorted, refused };
}

type Work = { sorted: Sorted[]; touch: Map<string, Temporal.Instant>; jobs: Jobs; version: number };

async function writeIn(tx: Tx, { sorted, touch, jobs, version }: Work): Promise<void> {
  const services = await servicesIn(tx, sorted, version);
  const { slots, ignored } = fold(sorted);
  const changed: Found[] = [];
  for (const { kind, steps } of slots)
    if (steps.length)
      changed.push(...(kind === 'put' ? await putAlerts(tx, steps, services) : await endAlerts(tx, steps)));
  if (ignored.length) await keepIgnored(tx, ignored);
  const ids = [...new Set(changed.filter(({ matters }) => matters).map(({ id }) => id))];
  const list = [];
  for (let start = 0; start < ids.length; start += JOB_ALERTS_MAX)
    list.push({ queue: CONSIDER_QUEUE, data: { alertIds: ids.slice(start, start + JOB_ALERTS_MAX) } });
  if (list.length) await jobs.enqueue(tx, list);
  for (const [id, at] of touch)
    await tx.updateTable('integration').set({ last_received_at: at }).where('id', '=', id).execute();
}

/** Which service each name means, by id, slug or name; and proof that the integrations are those we sorted by. */
async function servicesIn(tx: Tx, sorted: Sorted[], version: number): Promise<Map<string, string>> {
  const names = [...new Set(sorted.flatMap(({ route }) => route.names))];
  const { rows } = await sql<{ version: number; services: [string, string, string][] | null }>`
    select version, (
      select jsonb_agg(jsonb_build_array(id, lower(slug), lower(name))) from service
      where archived_at is null
        and (lower(slug) = any(${names}::text[]) or lower(name) = any(${names}::text[]) or id = any(${names}::text[]))
    ) as services
    from integration_version`.execute(tx);
  if (rows[0]?.version !== version) throw new Stale();
  const found = rows[0].services ?? [];
  // Slugs are unique and names are not: a slug or an id wins over a name.
  return new Map([
    ...found.map(([id, , name]) => [name, id] as const),
    ...found.map(([id, slug]) => [slug, id] as const),
    ...found.map(([id]) => [id, id] as const),
  ]);
}

/** The integrations whose "last received" is to be written with this group; at most every ten seconds, in one order. */
function overdue(sorted: Sorted[], touched: Map<string, number>): Map<string, Temporal.Instant> {
  const list = new Map<string, Temporal.Instant>();
  for (const { integrationId, incoming } of sorted) {
    const before = touched.get(integrationId) ?? 0;
    if (Math.abs(incoming.receivedAt.epochMilliseconds - before) >= TOUCH_SECONDS * 1000)
      list.set(integrationId, incoming.receivedAt);
  }
  return new Map([...list].sort(([one], [other]) => (one < other ? -1 : 1)));
}

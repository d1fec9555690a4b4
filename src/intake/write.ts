/** Writes one group of events in one transaction: signals, alerts, and the job that lets declare look at what changed. */
import { CompiledQuery, sql } from 'kysely';
import { type Database, refuseInsideTransaction, type Tx, transaction } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import { type Folded, fold, type Sorted, type Step } from './fold.ts';
import type { Incoming } from './incoming.ts';
import { type Register, Stale } from './integrations.ts';
import type { News } from './news.ts';
import type { Partitions } from './partitions.ts';
import { route } from './route.ts';
import { createServices, type Services } from './services.ts';
import { endAlerts, type Found, keepIgnored, putAlerts, puttingOf } from './statements.ts';

const TOUCH_SECONDS = 10;
const STALE_ROUNDS_MAX = 5;

/** What became of an event: nothing when it is stored, else why it was refused. */
export type Written = Map<Incoming, Refused>;
export type Writer = (events: Incoming[]) => Promise<Written>;

export type WriterParts = { database: Database; news: News; register: Register; partitions: Partitions };

export function createWriter({ database, news, register, partitions }: WriterParts): Writer {
  const services = createServices(database.db);
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
        const folded = fold(sorted);
        const { engine } = database;
        const work: Work = { engine, sorted, folded, touch, services, news, version: register.version() };
        const steps = alone(work);
        if (steps && !news.calm()) await writeAtOnce(database, steps, work);
        else await transaction(database.db, (tx) => writeIn(tx, work));
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

type Work = {
  engine: Database['engine'];
  sorted: Sorted[];
  folded: Folded;
  touch: Map<string, Temporal.Instant>;
  services: Services;
  news: News;
  version: number;
};

/** The steps of a group that only opens alerts or adds to them, as nearly every group of a storm does. */
function alone({ folded: { slots, ignored }, touch }: Work): Step[] | undefined {
  return slots.length === 1 && ignored.length === 0 && touch.size === 0 ? slots[0]?.steps : undefined;
}

/** The whole group as one statement that commits by itself: one round trip, planned once per connection. */
async function writeAtOnce(database: Database, steps: Step[], work: Work): Promise<void> {
  const { engine, sorted, services, news, version } = work;
  const now = (sorted.at(-1) as Sorted).incoming.receivedAt;
  const query = puttingOf(steps, await services.named(sorted), {
    engine,
    version,
    news: true,
    now,
  });
  const found = database.pool
    ? await named(database.pool, query)
    : (await database.db.executeQuery<Found>(CompiledQuery.raw(query.text, query.values))).rows;
  if (found.length === 0) throw new Stale();
  if (found.some(({ matters }) => matters)) news.soon();
}

async function named(
  pool: NonNullable<Database['pool']>,
  query: { name: string; text: string; values: unknown[] },
): Promise<Found[]> {
  refuseInsideTransaction('The pool');
  return (await pool.query(query)).rows as Found[];
}

async function writeIn(
  tx: Tx,
  { engine, sorted, folded, touch, services, news, version }: Work,
): Promise<void> {
  const { rows } = await sql<{ version: number }>`select version from integration_version`.execute(tx);
  if (rows[0]?.version !== version) throw new Stale();
  const names = await services.named(sorted, tx);
  const putting = { engine, version, news: false, now: (sorted[0] as Sorted).incoming.receivedAt };
  const { slots, ignored } = folded;
  const changed: Found[] = [];
  for (const { kind, steps } of slots) {
    if (steps.length === 0) continue;
    const found = kind === 'put' ? await putAlerts(tx, steps, names, putting) : await endAlerts(tx, steps);
    if (kind === 'put' && found.length === 0) throw new Stale();
    changed.push(...found);
  }
  if (ignored.length) await keepIgnored(tx, ignored);
  await news.tell(tx, [...new Set(changed.filter(({ matters }) => matters).map(({ id }) => id))]);
  for (const [id, at] of touch)
    await tx.updateTable('integration').set({ last_received_at: at }).where('id', '=', id).execute();
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

/** Whether a change to a service would be seen here, and whether its changes say how to take them back. process.md, "Readiness". */
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import { coverageOf } from './coverage.ts';
import type { KindCoverage } from './coverage-judged.ts';

// So many of its latest changes are asked, whatever age they have.
const LATEST_MAX = 20;

export type WithoutFeed = { serviceId: string; code: 'no_change_feed'; text: string };

/** @returns those of which no feed tells, or whose feeds have all gone silent; third parties do not count, they are not ours */
export async function withoutFeed(
  db: Db,
  serviceIds: string[],
  now: Temporal.Instant,
): Promise<WithoutFeed[]> {
  const coverage = await coverageOf(
    db,
    serviceIds.map((serviceId) => ({ serviceId, name: '' })),
    now,
  );
  return coverage.flatMap(({ serviceId, kinds }) => {
    const text = complaint(kinds.filter(({ kind }) => kind !== 'third_party'));
    return text ? [{ serviceId, code: 'no_change_feed' as const, text }] : [];
  });
}

function complaint(kinds: KindCoverage[]): string | undefined {
  const some = (state: KindCoverage['state']) => kinds.some((each) => each.state === state);
  if (some('connected') || kinds.every((each) => each.state === 'absent')) return undefined;
  return some('silent')
    ? 'Its change feed has gone silent: a change to it might not be seen here.'
    : 'No change feed is connected: a change to it would not be seen here.';
}

/** @returns those of the services one of whose latest changes said whether, or how, it can be rolled back */
export async function toldRollback(db: Db, serviceIds: string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select asked.id from unnest(${serviceIds}::text[]) as asked(id) where exists (
      select from (
        select rollback, rollback_how from change c where c.service_id = asked.id order by happened_at desc limit ${sql.lit(LATEST_MAX)}
      ) latest where rollback <> 'unknown' or rollback_how is not null)`.execute(db);
  return new Set(rows.map(({ id }) => id));
}

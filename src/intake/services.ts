/** Which service a name means, by id, slug or name; what was found is believed for a second, what was not is asked again. */
import { sql } from 'kysely';
import { stopwatch } from '#platform/clock.ts';
import type { Db } from '#platform/db/database.ts';
import { Stale } from './integrations.ts';

const BELIEVED_MILLISECONDS = 1000;
const NAMES_MAX = 20_000;

export type Services = {
  /**
   * @param tx the transaction that is open, if there is one
   * @returns the id of the service for each name of these events that means one
   */
  named(events: readonly { route: { names: string[] } }[], tx?: Db): Promise<Map<string, string>>;
};

export function createServices(db: Db): Services {
  let found = new Map<string, string>();
  let age = stopwatch();
  return {
    async named(events, tx) {
      if (age() > BELIEVED_MILLISECONDS || found.size > NAMES_MAX) {
        found = new Map();
        age = stopwatch();
      }
      const asked = new Set<string>();
      for (const { route } of events)
        for (const name of route.names) {
          if (found.has(name)) break;
          asked.add(name);
        }
      if (asked.size) for (const [name, id] of await lookUp(tx ?? db, [...asked])) found.set(name, id);
      return found;
    },
  };
}

/**
 * @param names in lower case
 * @param version of the integrations by which they were found
 * @returns the id of the service that each name means, of those that mean one
 * @throws Stale when the integrations have been changed since; no query more than the names cost
 */
export async function servicesNamed(tx: Db, names: string[], version: number): Promise<Map<string, string>> {
  const { rows } = await sql<{ asked: string | null; id: string | null; version: number }>`
    select n.asked, n.id, v.version from integration_version v left join (${meaning(names)}) n on true`.execute(
    tx,
  );
  if (rows.some((row) => row.version !== version)) throw new Stale();
  return new Map(rows.flatMap(({ asked, id }) => (asked && id ? [[asked, id] as const] : [])));
}

/** Slugs are unique and names are not: an id wins over a slug, and a slug over a name. */
function meaning(names: string[]) {
  return sql<{ asked: string; id: string }>`
    select asked, coalesce(
      (select id from (select id, archived_at from service where id = asked offset 0) s where archived_at is null),
      (select id from service where lower(slug) = asked and archived_at is null limit 1),
      (select (array_agg(id order by id))[1] from service where lower(name) = asked and archived_at is null)) as id
    from unnest(${names}::text[]) as n(asked)`;
}

async function lookUp(db: Db, names: string[]): Promise<[string, string][]> {
  const { rows } = await meaning(names).execute(db);
  return rows.flatMap(({ asked, id }) => (id ? [[asked, id] as [string, string]] : []));
}

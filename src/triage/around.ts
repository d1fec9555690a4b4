/** Everything around the affected services, in one statement: the lane is looked at again with every move of the onset. */
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import { distancesIn, reversed } from './distances.ts';
import type { ThirdParty } from './neighbourhood.ts';
import type { Distance, Weights } from './score.ts';
import { DEFAULT_WEIGHTS } from './score.ts';
import { weightsFrom } from './weights.ts';

export type Around = {
  /** Undefined while no affected service is known. */
  distances: Map<string, Distance> | undefined;
  affected: { id: string; name: string; slug: string }[];
  /** Those behind the services within reach; `services` are their ids. */
  thirdParties: ThirdParty[];
  weights: { version: number; weights: Weights };
};

type Row = {
  calls: [string, string][] | null;
  affected: Around['affected'] | null;
  third_parties: ThirdParty[] | null;
  weights: { version: number; weights: unknown } | null;
};

export async function readAround(db: Db, affected: string[]): Promise<Around> {
  const { rows } = await sql<Row>`
    with recursive reached(id, hops) as (
      select unnest(${affected}::text[]), 0
      union
      select d.depends_on_id, r.hops + 1 from reached r join service_dependency d on d.service_id = r.id where r.hops < 3
    )
    select
      (select jsonb_agg(jsonb_build_array(d.service_id, d.depends_on_id) order by d.service_id, d.depends_on_id)
        from service_dependency d
        where d.service_id in (select id from reached where hops < 3) or d.depends_on_id = any(${affected}::text[])) as calls,
      (select jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'slug', s.slug))
        from service s where s.id = any(${affected}::text[])) as affected,
      (select jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'statusUrl', t.status_url, 'services', t.services) order by t.name)
        from (select p.id, p.name, p.status_url, array_agg(distinct u.service_id) as services
          from service_third_party u join third_party p on p.id = u.third_party_id
          where p.archived_at is null and u.service_id in (select id from reached)
          group by p.id) t) as third_parties,
      (select jsonb_build_object('version', w.version, 'weights', w.weights)
        from suspect_weights w order by w.version desc limit 1) as weights`.execute(db);
  const [row] = rows;
  return {
    distances: affected.length ? distancesFrom(row?.calls ?? [], affected) : undefined,
    affected: row?.affected ?? [],
    thirdParties: row?.third_parties ?? [],
    weights: row?.weights
      ? { version: row.weights.version, weights: weightsFrom(row.weights.weights) }
      : { version: 0, weights: DEFAULT_WEIGHTS },
  };
}

/** @returns for every service within three calls, and every direct caller, how far it is; nearest first */
function distancesFrom(
  edges: readonly [string, string][],
  affected: readonly string[],
): Map<string, Distance> {
  const calls = new Map<string, string[]>();
  for (const [from, to] of edges) {
    const known = calls.get(from);
    if (known) known.push(to);
    else calls.set(from, [to]);
  }
  return distancesIn(calls, reversed(calls), affected);
}

/** Reads what is known of the changes of services: the feeds that spoke, and what somebody said that a service does not have. */
import type { Db } from '#platform/db/database.ts';
import {
  type Asked,
  COVERED_KINDS,
  type CoveredKind,
  type Feed,
  type Habit,
  judgeKind,
  type KindCoverage,
} from './coverage-judged.ts';
import { type ProviderAround, providersAround } from './providers/around.ts';

export type ServiceCoverage = {
  serviceId: string;
  name: string;
  lastHeardAt: string | null;
  lastChangeAt: string | null;
  kinds: KindCoverage[];
};

/**
 * What was heard in the last seconds may still be in memory: `feeds.write` puts it down.
 * @param told the third parties behind these services, and perhaps others, where somebody reads them anyway
 * @returns one entry for each service, in the order given
 */
export async function coverageOf(
  db: Db,
  services: { serviceId: string; name: string }[],
  now: Temporal.Instant,
  told: Promise<readonly ProviderAround[]> = providersAround(
    db,
    services.map(({ serviceId }) => serviceId),
    now,
  ),
): Promise<ServiceCoverage[]> {
  if (services.length === 0) return [];
  const ids = services.map(({ serviceId }) => serviceId);
  const [known, absences, parties] = await Promise.all([feedsOf(db, ids), absencesOf(db, ids), told]);
  const asked = askedFor(ids, parties);
  return services.map(({ serviceId, name }) => {
    const kinds = COVERED_KINDS.map((kind) =>
      judgeKind(
        kind,
        known.filter((feed) => feed.serviceId === serviceId && feed.kind === kind),
        absences.get(`${serviceId} ${kind}`) ?? null,
        now,
        kind === 'third_party' ? asked.get(serviceId) : undefined,
      ),
    );
    const newest = (times: (string | null)[]) =>
      times
        .filter((time) => time !== null)
        .toSorted(byTime)
        .at(-1) ?? null;
    return {
      serviceId,
      name,
      lastHeardAt: newest(kinds.map((each) => each.lastHeardAt)),
      lastChangeAt: newest(kinds.map((each) => each.lastChangeAt)),
      kinds,
    };
  });
}

function byTime(one: string, other: string): number {
  return Temporal.Instant.compare(Temporal.Instant.from(one), Temporal.Instant.from(other));
}

async function feedsOf(db: Db, ids: string[]): Promise<(Feed & { serviceId: string; kind: string })[]> {
  const rows = await db
    .selectFrom('change_feed as own')
    .innerJoin('change_feed as whole', (join) =>
      join.onRef('whole.sender', '=', 'own.sender').on('whole.service_id', '=', '').on('whole.kind', '=', ''),
    )
    .leftJoin('integration', 'integration.id', 'own.sender')
    .selectAll('own')
    .select([
      'integration.name as integration_name',
      'whole.last_heard_at as whole_heard_at',
      'whole.changes as whole_changes',
      'whole.longest_silence_seconds as whole_silence',
    ])
    .where((row) => row('own.service_id', '=', row.fn.any(row.val(ids))))
    .orderBy('own.last_heard_at', 'desc')
    .execute();
  return rows.map((row) => ({
    serviceId: row.service_id,
    kind: row.kind,
    sender: row.sender,
    name: row.integration_name ?? row.source,
    lastHeardAt: row.last_heard_at,
    lastChangeAt: row.last_change_at,
    changes: row.changes,
    longestSilenceSeconds: row.longest_silence_seconds,
    whole: {
      lastHeardAt: row.whole_heard_at,
      changes: row.whole_changes,
      longestSilenceSeconds: row.whole_silence,
    } satisfies Habit,
  }));
}

/** The third parties behind each service that are asked how they are; those without a feed tell nothing. */
function askedFor(ids: string[], told: readonly ProviderAround[]): Map<string, Asked[]> {
  const asked = told.filter((each) => each.stale || each.asOf !== null);
  return new Map(ids.map((id) => [id, asked.filter((each) => each.serviceIds.includes(id))] as const));
}

async function absencesOf(db: Db, ids: string[]): Promise<Map<string, { saidBy: string; saidAt: string }>> {
  const rows = await db
    .selectFrom('service_without_kind')
    .selectAll()
    .where((row) => row('service_id', '=', row.fn.any(row.val(ids))))
    .execute();
  return new Map(
    rows.map((row) => [
      `${row.service_id} ${row.kind}`,
      { saidBy: row.said_by, saidAt: row.said_at.toString() },
    ]),
  );
}

/** Says that a service has no changes of this kind; said twice, the first stands. */
export async function sayAbsent(
  db: Db,
  absent: { serviceId: string; kind: CoveredKind; by: string; now: Temporal.Instant },
): Promise<void> {
  await db
    .insertInto('service_without_kind')
    .values({ service_id: absent.serviceId, kind: absent.kind, said_by: absent.by, said_at: absent.now })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function takeBackAbsence(db: Db, serviceId: string, kind: CoveredKind): Promise<void> {
  await db
    .deleteFrom('service_without_kind')
    .where('service_id', '=', serviceId)
    .where('kind', '=', kind)
    .execute();
}

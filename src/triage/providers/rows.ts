/** Third parties and what was kept of them, as rows. */
import type { FeedKind } from '#directory/feed-kinds.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import type { KeptIncident } from './as-changes.ts';
import type { Component } from './reading.ts';
import type { ProviderState } from './state.ts';
import type { Kept, Target } from './status.ts';

export type TargetRow = {
  id: string;
  name: string;
  status_url: string | null;
  feed_kind: string | null;
  feed_url: string | null;
  components: string[];
  probe_url: string | null;
  probe_text: string | null;
};

export function targetOf(row: TargetRow): Target {
  return {
    id: row.id,
    name: row.name,
    statusUrl: row.status_url,
    feed:
      row.feed_kind === null || row.feed_url === null
        ? null
        : { kind: row.feed_kind as FeedKind, url: row.feed_url, components: row.components },
    probe: row.probe_url === null ? null : { url: row.probe_url, text: row.probe_text },
  };
}

/** Third parties in use, by name; all of them when no ids are given. */
export async function readTargets(db: Db | Tx, ids?: readonly string[]): Promise<Target[]> {
  if (ids?.length === 0) return [];
  let query = db.selectFrom('third_party').selectAll().where('archived_at', 'is', null).orderBy('name');
  if (ids) query = query.where('id', 'in', ids);
  return (await query.execute()).map(targetOf);
}

/** With the content of the last answer, which the next question compares with. */
export type KeptRow = Kept & {
  thirdPartyId: string;
  contentAt: Temporal.Instant | null;
  digest: string | null;
  etag: string | null;
  lastModified: string | null;
  probeFailures: number;
  version: number;
};

export async function readKept(db: Db | Tx, ids: readonly string[]): Promise<Map<string, KeptRow>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('provider').selectAll().where('third_party_id', 'in', ids).execute();
  return new Map(
    rows.map((row) => [
      row.third_party_id,
      {
        thirdPartyId: row.third_party_id,
        asked: row.asked,
        attemptedAt: row.attempted_at,
        failures: row.failures,
        answeredAt: row.answered_at,
        contentAt: row.content_at,
        unchangedSince: row.unchanged_since,
        digest: row.digest,
        etag: row.etag,
        lastModified: row.last_modified,
        error: row.error,
        feedState: row.feed_state as ProviderState | null,
        feedNote: row.feed_note,
        components: row.components as Component[],
        probeState: row.probe_state as ProviderState | null,
        probeAt: row.probe_at,
        probeFailures: row.probe_failures,
        probeNote: row.probe_note,
        version: row.version,
      },
    ]),
  );
}

export type IncidentRow = KeptIncident & {
  thirdPartyId: string;
  updates: { at: string; text: string }[];
  recorded: string | null;
};

/** Provider incidents that were going on at some time within these bounds, the newest first. */
export async function readIncidents(
  db: Db | Tx,
  ids: readonly string[],
  { from, to, limit }: { from: Temporal.Instant; to?: Temporal.Instant; limit: number },
): Promise<IncidentRow[]> {
  if (ids.length === 0) return [];
  let query = db
    .selectFrom('provider_incident')
    .selectAll()
    .where('third_party_id', 'in', ids)
    .where((row) => row.or([row('ended_at', 'is', null), row('ended_at', '>=', from)]))
    .orderBy('started_at', 'desc')
    .orderBy('external_id')
    .limit(limit);
  if (to) query = query.where('started_at', '<=', to);
  const rows = await query.execute();
  return rows.map((row) => ({
    thirdPartyId: row.third_party_id,
    externalId: row.external_id,
    title: row.title,
    maintenance: row.maintenance,
    impact: row.impact as ProviderState,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    vanished: row.vanished,
    url: row.url,
    components: row.components,
    updates: row.updates as { at: string; text: string }[],
    touches: row.touches,
    recorded: row.recorded,
  }));
}

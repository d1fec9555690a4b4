/** Keeps what a provider answered: its state, its incidents, the changes that they are to our services, and when to ask again. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { RecordChanges } from '#incident/change.ts';
import { json, type Tx } from '#platform/db/database.ts';
import type { Live } from '#platform/http/live.ts';
import { asChanges } from './as-changes.ts';
import type { FeedAnswer } from './ask.ts';
import { nextCheck } from './next-check.ts';
import type { Probed } from './probe/read.ts';
import { type Reading, standing, touches } from './reading.ts';
import { type KeptRow, readIncidents, readKept, targetOf } from './rows.ts';
import { KEPT_DAYS, keepSpan } from './spans.ts';
import { askedOf, type Kept, statusOf, type Target } from './status.ts';

// What is over for so long is not told as a change any more when it is read for the first time.
const CHANGES_DAYS = 7;
const INCIDENTS_OPEN_MAX = 200;

export type Answers = { feed: FeedAnswer | undefined; probe: Probed | undefined };
export type Keeping = { live: Live; recordChanges: RecordChanges };

/**
 * Within a transaction. What was asked may have been edited meanwhile: then the answer belongs to nobody and is dropped.
 * @returns whether it was kept
 */
export async function keepAnswers(
  tx: Tx,
  { live, recordChanges }: Keeping,
  target: Target,
  { feed, probe }: Answers,
  now: Temporal.Instant,
): Promise<boolean> {
  const row = await tx
    .selectFrom('third_party')
    .selectAll()
    .where('id', '=', target.id)
    .where('archived_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  const asked = askedOf(target);
  if (!row || askedOf(targetOf(row)) !== asked) return false;
  const known = (await readKept(tx, [target.id])).get(target.id);
  const before = known?.asked === asked ? known : undefined;
  const kept = nextOf({ asked, before, target, feed, probe }, now);
  if (feed?.came === 'content' && saysNew(target, { before, feed }))
    await keepIncidents(tx, target, feed.reading, now);
  await keepChanges(tx, recordChanges, target, now);
  const changed = isNews(target, { before, kept }, now);
  await write(tx, target.id, { ...kept, version: (known?.version ?? 0) + (changed ? 1 : 0) });
  await keepSpan(tx, target.id, { state: statusOf(target, kept, now).state, last: known?.attemptedAt }, now);
  await tx
    .updateTable('third_party')
    .set({ check_at: nextCheck(target.id, { kept, feed }, now) })
    .where('id', '=', target.id)
    .execute();
  if (changed) await live.publish(tx, { kind: 'provider', id: target.id, version: kept.version + 1 }, now);
  return true;
}

/** The same bytes say the same, but for free words, which are over when nothing is added to them. */
function saysNew(
  target: Target,
  { before, feed }: { before: KeptRow | undefined; feed: Extract<FeedAnswer, { came: 'content' }> },
): boolean {
  return before?.digest !== feed.digest || target.feed?.kind === 'feed';
}

type Next = {
  asked: string;
  before: KeptRow | undefined;
  target: Target;
  feed: FeedAnswer | undefined;
  probe: Probed | undefined;
};

/** The row after these answers. Pure. */
function nextOf({ asked, before, target, feed, probe }: Next, now: Temporal.Instant): KeptRow {
  const failed = feed?.came === 'nothing';
  const probeFailures = probe?.state === 'major' ? (before?.probeFailures ?? 0) + 1 : 0;
  const rest: KeptRow = {
    thirdPartyId: target.id,
    asked,
    attemptedAt: now,
    failures: failed ? (before?.failures ?? 0) + 1 : 0,
    answeredAt: feed && !failed ? now : (before?.answeredAt ?? null),
    contentAt: before?.contentAt ?? null,
    unchangedSince: before?.unchangedSince ?? null,
    digest: before?.digest ?? null,
    etag: before?.etag ?? null,
    lastModified: before?.lastModified ?? null,
    error: failed ? feed.error : null,
    feedState: before?.feedState ?? null,
    feedNote: before?.feedNote ?? null,
    components: before?.components ?? [],
    probeState: probe ? (probeFailures === 1 ? 'degraded' : probe.state) : null,
    probeAt: probe ? now : null,
    probeFailures,
    probeNote: probe?.note ?? null,
    version: before?.version ?? 0,
  };
  if (feed?.came !== 'content') return rest;
  const { state, note } = standing(feed.reading, target.feed?.components ?? [], now);
  return {
    ...rest,
    contentAt: now,
    unchangedSince: before?.digest === feed.digest ? (before.unchangedSince ?? now) : now,
    digest: feed.digest,
    ...feed.validators,
    feedState: state,
    feedNote: note,
    components: feed.reading.components,
  };
}

function isNews(
  target: Target,
  { before, kept }: { before: Kept | undefined; kept: KeptRow },
  now: Temporal.Instant,
): boolean {
  const [was, is] = [statusOf(target, before, now), statusOf(target, kept, now)];
  return (
    was.state !== is.state ||
    was.stale !== is.stale ||
    was.note !== is.note ||
    (was.unchangedSince?.epochMilliseconds ?? 0) !== (is.unchangedSince?.epochMilliseconds ?? 0)
  );
}

async function write(tx: Tx, id: string, kept: KeptRow): Promise<void> {
  const row = {
    asked: kept.asked,
    attempted_at: kept.attemptedAt,
    failures: kept.failures,
    answered_at: kept.answeredAt,
    content_at: kept.contentAt,
    unchanged_since: kept.unchangedSince,
    digest: kept.digest,
    etag: kept.etag,
    last_modified: kept.lastModified,
    error: kept.error,
    feed_state: kept.feedState,
    feed_note: kept.feedNote,
    components: json(kept.components),
    probe_state: kept.probeState,
    probe_at: kept.probeAt,
    probe_failures: kept.probeFailures,
    probe_note: kept.probeNote,
    version: kept.version,
  };
  await tx
    .insertInto('provider')
    .values({ third_party_id: id, ...row })
    .onConflict((conflict) => conflict.column('third_party_id').doUpdateSet(row))
    .execute();
}

/** What the feed names is kept as it says; what was open and is not in it any more is over, although nobody said so. */
async function keepIncidents(tx: Tx, target: Target, reading: Reading, now: Temporal.Instant): Promise<void> {
  const filter = target.feed?.components ?? [];
  const names = new Map(reading.components.map((each) => [each.id, each.name]));
  if (reading.incidents.length > 0)
    await tx
      .insertInto('provider_incident')
      .values(
        reading.incidents.map((incident) => ({
          third_party_id: target.id,
          external_id: incident.id,
          title: incident.title,
          maintenance: incident.maintenance,
          impact: incident.impact,
          started_at: incident.startedAt,
          ended_at: incident.endedAt,
          vanished: false,
          url: incident.url,
          components: [...new Set(incident.components.map((each) => names.get(each) ?? each))],
          updates: json(incident.updates.map(({ at, text }) => ({ at: at.toString(), text }))),
          touches: touches(incident, reading, filter),
          first_seen_at: now,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['third_party_id', 'external_id']).doUpdateSet((row) => ({
          title: row.ref('excluded.title'),
          maintenance: row.ref('excluded.maintenance'),
          impact: row.ref('excluded.impact'),
          // A sender that gives no beginning gets the moment at which we first saw it, once and for all; planned work may be moved.
          started_at: sql<Temporal.Instant>`case when excluded.maintenance then excluded.started_at
            else least(provider_incident.started_at, excluded.started_at) end`,
          ended_at: row.ref('excluded.ended_at'),
          vanished: row.ref('excluded.vanished'),
          url: row.ref('excluded.url'),
          components: row.ref('excluded.components'),
          updates: row.ref('excluded.updates'),
          touches: row.ref('excluded.touches'),
        })),
      )
      .execute();
  const named = reading.incidents.map((each) => each.id);
  await tx
    .updateTable('provider_incident')
    .set({ ended_at: now, vanished: true })
    .where('third_party_id', '=', target.id)
    .where('ended_at', 'is', null)
    .where('external_id', 'not in', named.length ? named : [''])
    .execute();
  await tx
    .deleteFrom('provider_incident')
    .where('third_party_id', '=', target.id)
    .where('ended_at', '<', now.subtract({ hours: 24 * KEPT_DAYS }))
    .execute();
}

/** Each incident that matters becomes a change of every service behind it, told again only when it says something else. */
async function keepChanges(
  tx: Tx,
  recordChanges: RecordChanges,
  target: Target,
  now: Temporal.Instant,
): Promise<void> {
  const from = now.subtract({ hours: 24 * CHANGES_DAYS });
  const incidents = (await readIncidents(tx, [target.id], { from, limit: INCIDENTS_OPEN_MAX })).filter(
    (each) => each.touches || each.recorded !== null,
  );
  if (incidents.length === 0) return;
  const services = await tx
    .selectFrom('service_third_party')
    .innerJoin('service', 'service.id', 'service_third_party.service_id')
    .select('service.id')
    .where('third_party_id', '=', target.id)
    .where('service.archived_at', 'is', null)
    .orderBy('service.id')
    .execute();
  const serviceIds = services.map((each) => each.id);
  for (const incident of incidents) {
    const changes = asChanges(target, incident, { serviceIds, now });
    const digest = createHash('sha256').update(JSON.stringify(changes)).digest('base64url');
    if (changes.length === 0 || digest === incident.recorded) continue;
    await recordChanges(tx, changes);
    await tx
      .updateTable('provider_incident')
      .set({ recorded: digest })
      .where('third_party_id', '=', target.id)
      .where('external_id', '=', incident.externalId)
      .execute();
  }
}

/** A change as a row: what a message makes of it, what it becomes when it is told of again, and which times are believed. Pure. */
import type { IncomingChange } from '#incident/change.ts';
import { Refused } from '#platform/errors.ts';
import { newOrderedId } from '#platform/ids.ts';

/** Clocks that agree to a minute agree; what is further ahead is said. */
const SKEW_SECONDS_MAX = 60;
const PLANNED_DAYS_MAX = 400;
const DAY_MILLISECONDS = 86_400_000;

/** As it goes to the database in one JSON document; times as text. */
export type Row = {
  id: string;
  service_id: string | null;
  service_named: string | null;
  kind: string;
  summary: string;
  source: string;
  external_id: string | null;
  links: unknown;
  details: unknown;
  state: string;
  rollback: string;
  rollback_how: string | null;
  environment: string | null;
  version_before: string | null;
  version_after: string | null;
  ramp: unknown;
  live_at: string;
  size: number | null;
  mends: boolean;
  integration_id: string | null;
  happened_at: string;
  ends_at: string | null;
  claimed_at: string | null;
  said_at: string | null;
  received_at: string;
  recorded_by: string;
  version: number;
};

export const COLUMNS = `id, service_id, service_named, kind, summary, source, external_id, links, details, state, rollback, rollback_how,
  environment, version_before, version_after, ramp, live_at, size, mends, integration_id, happened_at, ends_at, claimed_at,
  said_at, received_at, recorded_by, version`;

export const RECORDSET = `id text, service_id text, service_named text, kind text, summary text, source text, external_id text,
  links jsonb, details jsonb, state text, rollback text, rollback_how text, environment text, version_before text,
  version_after text, ramp jsonb, live_at timestamptz, size integer, mends boolean, integration_id text,
  happened_at timestamptz, ends_at timestamptz, claimed_at timestamptz, said_at timestamptz, received_at timestamptz,
  recorded_by text, version integer`;

/** What identifies a change that may be sent again; undefined when it has no id of its sender's. */
export function keyOf(row: Pick<Row, 'integration_id' | 'source' | 'external_id'>): string | undefined {
  return row.external_id === null
    ? undefined
    : JSON.stringify([row.integration_id ?? '', row.source, row.external_id]);
}

/**
 * Our clock is believed before the sender's: what is said to have happened later than now happened now, and the claim is kept beside
 * it. Only what is planned lies ahead.
 * @throws Refused for what happened longer ago than `keptMilliseconds`, or is planned for more than 400 days from now
 */
export function rowOf(change: IncomingChange, now: Temporal.Instant, keptMilliseconds: number): Row {
  const planned = change.state === 'planned';
  refuseTimes(change, planned, now, keptMilliseconds);
  const ahead = change.happenedAt.epochMilliseconds - now.epochMilliseconds;
  const happenedAt = !planned && ahead > 0 ? now : change.happenedAt;
  const ramp = (change.ramp ?? []).map((step) => ({
    ...step,
    at: planned ? step.at : earlier(step.at, now),
  }));
  const at = happenedAt.toString();
  return {
    id: newOrderedId('chg', now),
    service_id: change.serviceId ?? null,
    service_named: change.serviceId ? null : (change.serviceNamed ?? null),
    kind: change.kind,
    summary: change.summary,
    source: change.source,
    external_id: change.externalId ?? null,
    links: change.links,
    details: change.details,
    state: change.state ?? 'done',
    rollback: change.rollback ?? 'unknown',
    rollback_how: change.rollbackHow ?? null,
    environment: change.environment ?? null,
    version_before: change.versionBefore ?? null,
    version_after: change.versionAfter ?? null,
    ramp,
    live_at: ramp.at(-1)?.at.toString() ?? at,
    size: change.size ?? null,
    mends: change.mends ?? false,
    integration_id: change.integrationId ?? null,
    happened_at: at,
    ends_at: change.endsAt?.toString() ?? null,
    claimed_at: !planned && ahead > SKEW_SECONDS_MAX * 1000 ? change.happenedAt.toString() : null,
    said_at: change.saidAt?.toString() ?? null,
    received_at: textOf(now),
    recorded_by: change.recordedBy ?? change.source,
    version: 1,
  };
}

// Writing a time as text is dear, and what arrives together has one time.
let lastAt: Temporal.Instant | undefined;
let lastText = '';

function textOf(at: Temporal.Instant): string {
  if (at !== lastAt) {
    lastAt = at;
    lastText = at.toString();
  }
  return lastText;
}

function refuseTimes(change: IncomingChange, planned: boolean, now: Temporal.Instant, kept: number): void {
  const age = now.epochMilliseconds - change.happenedAt.epochMilliseconds;
  if (age > kept) {
    const days = Math.floor(kept / DAY_MILLISECONDS);
    throw new Refused(
      'invalid',
      `"${change.summary.slice(0, 80)}" happened at ${change.happenedAt}, and changes are kept for ${days} days; it was not stored.`,
      { mend: 'Send its right time, or keep changes for longer: changes_kept in the policy.' },
    );
  }
  if (planned && -age > PLANNED_DAYS_MAX * DAY_MILLISECONDS)
    throw new Refused(
      'invalid',
      `"${change.summary.slice(0, 80)}" is planned for ${change.happenedAt}, more than ${PLANNED_DAYS_MAX} days from now; it was not stored.`,
      { mend: 'Send it again when it is nearer.' },
    );
  if (change.endsAt && Temporal.Instant.compare(change.endsAt, change.happenedAt) < 0)
    throw new Refused(
      'invalid',
      `"${change.summary.slice(0, 80)}" ends before it begins; it was not stored.`,
      {
        mend: 'Send an end that is not before the beginning.',
      },
    );
}

/**
 * Of two messages on one change the later by the sender's clock counts, in the order of arrival where it did not say; what only one of
 * them knows is kept.
 */
export function merged(before: Row, arrived: Row): Row {
  // For whoever posts changes by itself; senders of steps have their order in intake's change_course, and say no saidAt (decision 17).
  const late =
    before.said_at !== null && arrived.said_at !== null && isEarlier(arrived.said_at, before.said_at);
  const [older, newer] = late ? [arrived, before] : [before, arrived];
  const serviceId = newer.service_id ?? older.service_id;
  return {
    ...newer,
    id: before.id,
    service_id: serviceId,
    service_named: serviceId ? null : newer.service_named,
    rollback: newer.rollback === 'unknown' ? older.rollback : newer.rollback,
    rollback_how: newer.rollback_how ?? older.rollback_how,
    environment: newer.environment ?? older.environment,
    version_before: newer.version_before ?? older.version_before,
    version_after: newer.version_after ?? older.version_after,
    size: newer.size ?? older.size,
    ends_at: newer.ends_at ?? older.ends_at,
    said_at: newer.said_at ?? older.said_at,
    received_at: before.received_at,
    recorded_by: before.recorded_by,
    version: before.version + 1,
  };
}

function isEarlier(one: string, other: string): boolean {
  return Temporal.Instant.compare(Temporal.Instant.from(one), Temporal.Instant.from(other)) < 0;
}

function earlier(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(one, other) < 0 ? one : other;
}

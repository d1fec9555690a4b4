/** Everything else that is odd: third parties that are not well, what was due to expire or to run, and signs that something is full. */
import type { Incident } from '#incident/types.ts';
import type { Lane, LaneParts } from './lane.ts';
import type { SeenAlert } from './symptom.ts';

const AROUND_HOURS = 2;
const SHOWN_MAX = 30;
const CAPACITY =
  /\b(?:cpu|memory|oom|disk|inode|storage|quota|capacity|saturat\w*|throttl\w*|connections?|pool|queue|backlog|lag|full|exhausted|traffic|load|rate.?limit\w*)\b/i;
const EXPIRY = /\bexpir(?:y|es|ed|ing)\b/i;

export type Odd = {
  kind: 'third_party' | 'expiry' | 'job' | 'capacity' | 'alert';
  text: string;
  at: string | null;
  href: string | null;
  /** False for what is only listed because nothing is known of it. */
  odd: boolean;
};

/** @returns what is odd first, then what nothing is known of */
export async function oddAround(parts: LaneParts, incident: Incident, lane: Lane): Promise<Odd[]> {
  const near = [...(lane.symptom.distances?.keys() ?? [])];
  const { onset } = lane;
  const alerts = await parts.handed.alertsNear(
    near,
    onset.at.subtract({ hours: AROUND_HOURS }),
    onset.at.add({ hours: AROUND_HOURS }),
  );
  const own = new Set(incident.alerts.map((each) => each.alertId));
  return [
    ...providers(lane).filter((each) => each.odd),
    ...planned(lane),
    ...signs(alerts, own),
    ...providers(lane).filter((each) => !each.odd),
  ].slice(0, SHOWN_MAX);
}

function providers({ providers: states }: Lane): Odd[] {
  return states.map(({ name, state, says, asOf, url }) => ({
    kind: 'third_party',
    text:
      state === 'incident'
        ? `${name} reports ${says ? `“${says}”` : 'an incident'}`
        : state === 'green'
          ? `${name}: its feed is green`
          : state === 'stale'
            ? `${name}: unknown, its feed has not answered`
            : `${name}: unknown, no feed connected`,
    at: asOf?.toString() ?? null,
    href: url,
    odd: state === 'incident',
  }));
}

/** Jobs and expiries from the ledger, near in place and in time. */
function planned({ ranked, symptom }: Lane): Odd[] {
  return ranked
    .filter(
      ({ change }) =>
        (change.kind === 'job' || EXPIRY.test(change.summary)) &&
        Math.abs(symptom.onset - change.happenedAt) <= AROUND_HOURS * 3_600_000,
    )
    .map(({ change }) => ({
      kind: change.kind === 'job' ? 'job' : 'expiry',
      text: change.summary,
      at: Temporal.Instant.fromEpochMilliseconds(change.happenedAt).toString(),
      href: null,
      odd: true,
    }));
}

/** Alerts of the services around; those that speak of something full come first. */
function signs(alerts: readonly SeenAlert[], own: ReadonlySet<string>): Odd[] {
  const list = alerts.map((alert) => ({
    kind: CAPACITY.test(alert.title) ? ('capacity' as const) : ('alert' as const),
    text: `${alert.title}${own.has(alert.id) ? '' : ' (not part of this incident)'}`,
    at: alert.startedAt.toString(),
    href: null,
    odd: true,
    own: own.has(alert.id),
  }));
  return list
    .filter((each) => each.kind === 'capacity' || !each.own)
    .toSorted((one, other) => Number(other.kind === 'capacity') - Number(one.kind === 'capacity'))
    .map(({ own: _, ...odd }) => odd);
}

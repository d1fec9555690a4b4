/** Decides, purely, what is known of a change after one more step of it: by the sender's clock, not by the order of arrival. */
import type { ChangeState, IncomingChange, Link } from '#incident/change.ts';
import { LINKS_MAX } from './incoming.ts';
import { heldAgainst } from './time.ts';
import type { ToldChange } from './told.ts';

/** What is known so far. `stateAt` is as it was sent, so that a clock that is wrong by hours still orders its own steps. */
export type Course = {
  state: ChangeState | undefined;
  stateAt: Temporal.Instant | undefined;
  beganAt: Temporal.Instant;
  liveAt: Temporal.Instant | undefined;
  told: Kept;
};

/** The parts of a change that later steps add to. */
export type Kept = Pick<
  IncomingChange,
  'kind' | 'summary' | 'source' | 'links' | 'details' | 'environment' | 'versionBefore' | 'mends'
> & {
  version?: string | undefined;
  serviceId?: string | undefined;
  serviceNamed?: string | undefined;
};

// Steps with one time on them, in the order in which they can have happened.
const RANK: Record<ChangeState, number> = { planned: 0, started: 0, failed: 1, done: 2, rolled_back: 3 };

/** @param now what the future and the absurdly old are held against */
export function advance(before: Course | undefined, step: ToldChange, now: Temporal.Instant): Course {
  const at = step.at ?? now;
  const began = heldAgainst(now, step.beganAt ?? at);
  const latest = isLatest(before, step, at);
  const kept = keptOf(step);
  const earlier = before ? (latest ? before.told : kept) : undefined;
  const later = before ? (latest ? kept : before.told) : kept;
  return {
    state: latest ? (step.state ?? before?.state) : before?.state,
    stateAt: latest && step.state ? at : before?.stateAt,
    beganAt: before && Temporal.Instant.compare(before.beganAt, began) < 0 ? before.beganAt : began,
    liveAt: step.state === 'done' && latest ? heldAgainst(now, at) : before?.liveAt,
    told: earlier ? joined(earlier, later) : later,
  };
}

function isLatest(before: Course | undefined, step: ToldChange, at: Temporal.Instant): boolean {
  if (!before?.stateAt || !before.state) return true;
  if (!step.state) return Temporal.Instant.compare(at, before.stateAt) >= 0;
  const order = Temporal.Instant.compare(at, before.stateAt);
  return order > 0 || (order === 0 && RANK[step.state] >= RANK[before.state]);
}

function keptOf(step: ToldChange): Kept {
  return {
    kind: step.kind,
    summary: step.summary,
    source: step.source,
    links: step.links,
    details: step.details,
    environment: step.environment,
    version: step.version,
    versionBefore: step.versionBefore,
    mends: step.mends,
  };
}

function joined(earlier: Kept, later: Kept): Kept {
  return {
    ...later,
    links: withoutTwins([...later.links, ...earlier.links]),
    details: { ...earlier.details, ...later.details },
    environment: later.environment ?? earlier.environment,
    version: later.version ?? earlier.version,
    versionBefore: later.versionBefore ?? earlier.versionBefore,
    mends: later.mends || earlier.mends,
    serviceId: later.serviceId ?? earlier.serviceId,
    serviceNamed: later.serviceNamed ?? earlier.serviceNamed,
  };
}

function withoutTwins(links: Link[]): Link[] {
  return links
    .filter((link, index) => links.findIndex(({ href }) => href === link.href) === index)
    .slice(0, LINKS_MAX);
}

/** As the ledger takes it. What took a while to go live has one step: all of it, from then. */
export function incomingOf(
  { state, beganAt, liveAt, told }: Course,
  ids: { integrationId: string; externalId: string | undefined },
): IncomingChange {
  const { version, ...rest } = told;
  const tookAWhile = liveAt !== undefined && Temporal.Instant.compare(liveAt, beganAt) > 0;
  return {
    ...rest,
    ...ids,
    versionAfter: version,
    happenedAt: beganAt,
    state: state ?? 'done',
    ramp: tookAWhile ? [{ at: liveAt, percent: 100 }] : [],
  };
}

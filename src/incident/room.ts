/** The front door that every room has: its routes, its reactions, its jobs, the wakers of its promises, its due rows. */

import type { Tx } from '#platform/db/database.ts';
import type { App } from '#platform/http/app.ts';
import type { Job, JobHandler } from '#platform/jobs/jobs.ts';
import type { Due, Platform } from '#platform/platform.ts';
import type { Policies } from '#promise/policies.ts';
import type { Policy } from '#promise/policy.ts';
import type { Incidents } from './execute.ts';
import type { Fact } from './facts.ts';
import type { Incident } from './types.ts';

/** What every room is built on; story.ts makes it. */
export type House = { platform: Platform; incidents: Incidents; policies: Policies };

/** What a reaction is told. `incident` is as it stands after all facts of this command. */
export type Happening = {
  incident: Incident;
  before: Incident | undefined;
  policy: Policy;
  now: Temporal.Instant;
  tx: Tx;
};

/** Answers a fact inside its transaction: may touch only its own room's tables through `tx`, does no I/O, returns jobs. */
export type Reaction = (fact: Fact, happening: Happening) => Promise<Job[]>;

/** Wakes one subject of the promises in its care; a stale wake does nothing. */
export type Waker = (subjectId: string) => Promise<void>;

export type Room = {
  name: string;
  routes?: (app: App) => void;
  react?: Reaction;
  jobs?: Record<string, JobHandler>;
  wakers?: Record<string, Waker>;
  due?: Due[];
  /** Frees what a process that died was about to do. Called on starting, when no other process is there. */
  takeOver?: (tx: Tx, now: Temporal.Instant) => Promise<void>;
};

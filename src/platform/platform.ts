/** What every room may use; it knows nothing of incidents. */
import type { RawBuilder } from 'kysely';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Database, Db } from './db/database.ts';
import type { Live } from './http/live.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { Logger } from './log.ts';

export type Platform = {
  config: Config;
  clock: Clock;
  log: Logger;
  database: Database;
  db: Db;
  jobs: Jobs;
  live: Live;
  /** Signs links and seals stored secrets; never logged. */
  secret: string;
};

/** Rows with a time at which something must happen. The sweep asks for all their times in one statement every second. */
export type Due = {
  name: string;
  /** SQL for the earliest instant at which `run` has work: a timestamptz, null if there is none. */
  next(): RawBuilder<unknown>;
  /** Whether to look all the same, for work that no time announces. */
  looks?(now: Temporal.Instant): boolean;
  /** Does what is due at `now`; safe to run in several processes at once, and with nothing due. @returns how many rows it took */
  run(now: Temporal.Instant): Promise<number>;
};

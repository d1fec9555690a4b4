/** What every room may use; it knows nothing of incidents. */
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

/** Rows with a time at which something must happen. The sweep in main.ts looks at all of them every second. */
export type Due = {
  name: string;
  /** The earliest instant at which `run` has work, undefined if there is none. */
  next(): Promise<Temporal.Instant | undefined>;
  /** Does what is due at `now`; safe to run in several processes at once. @returns how many rows it took */
  run(now: Temporal.Instant): Promise<number>;
};

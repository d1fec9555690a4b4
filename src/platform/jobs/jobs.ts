/** Work to be done soon after a commit, at least once. Times due later are rows that the sweep looks at, never delayed jobs. */
import { fromKysely, fromPglite, PgBoss } from 'pg-boss';
import type { Database, Tx } from '#platform/db/database.ts';
import type { Logger } from '#platform/log.ts';

/** `urgent` goes before everything that waits in the same queue. */
export type Job = { queue: string; data: object; urgent?: boolean };

/** Does the I/O; may run twice with the same data. Throwing means: try again. */
export type JobHandler = {
  /** How many jobs one call may take at most. */
  batchMax?: number;
  /** How many calls may run at once in this process. */
  concurrency?: number;
  /** Longest run in seconds before another process may take the job over; at most 30 unless it is bulk work. */
  expireSeconds?: number;
  run(batch: { id: string; data: unknown }[]): Promise<void>;
};

export type Jobs = {
  /** Joins the jobs to the transaction: they exist exactly when it commits. */
  enqueue(tx: Tx, jobs: readonly Job[]): Promise<void>;
  /** Declares every queue and starts working. Call once. */
  start(handlers: Record<string, JobHandler>): Promise<void>;
  stop(): Promise<void>;
  /** True when no job waits or runs. */
  idle(): Promise<boolean>;
};

const EXPIRE_SECONDS = 30;
const RETRY_LIMIT = 8;
const RETRY_DELAY_SECONDS = 1;
const RETRY_DELAY_MAX_SECONDS = 30;
const POLL_SECONDS = 2;
const KEEP_FINISHED_SECONDS = 3600;
const SUPERVISE_SECONDS = 5;

export function createJobs(database: Database, log: Logger): Jobs {
  const boss = new PgBoss({
    ...(database.pglite
      ? { db: fromPglite(database.pglite as never), backend: 'pglite' as const }
      : { connectionString: database.pool?.options.connectionString as string, max: 4 }),
    schema: 'pgboss',
    useListenNotify: true,
    schedule: false,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorVacuum: false,
    registerInstance: false,
  });
  boss.on('error', (error) => log.error({ err: error }, 'the job library reports an error'));
  let started = false;
  return {
    async enqueue(tx, jobs) {
      const queues = Map.groupBy(jobs, (job) => job.queue);
      for (const [queue, list] of queues)
        await boss.insert(
          queue,
          list.map((job) => ({ data: job.data, ...(job.urgent ? { priority: 10 } : {}) })),
          { db: fromKysely(tx as never) },
        );
    },
    async start(handlers) {
      await boss.start();
      started = true;
      for (const [queue, handler] of Object.entries(handlers)) await declare(boss, queue, handler);
      // One process owns the embedded engine: whatever was active when it died may run again at once.
      if (database.pglite)
        await database.pglite.query("update pgboss.job set state = 'retry', start_after = now() where state = 'active'");
      for (const [queue, handler] of Object.entries(handlers)) await work(boss, queue, handler, log);
    },
    async stop() {
      if (!started) return;
      started = false;
      await boss.stop({ graceful: true, timeout: 5000, close: true } as never);
    },
    async idle() {
      const { rows } = await boss.getDb().executeSql(
        "select 1 from pgboss.job where state < 'completed' limit 1",
      );
      return rows.length === 0;
    },
  };
}

async function declare(boss: PgBoss, queue: string, handler: JobHandler): Promise<void> {
  const options = {
    expireInSeconds: handler.expireSeconds ?? EXPIRE_SECONDS,
    retryLimit: RETRY_LIMIT,
    retryDelay: RETRY_DELAY_SECONDS,
    retryBackoff: true,
    retryDelayMax: RETRY_DELAY_MAX_SECONDS,
    deleteAfterSeconds: KEEP_FINISHED_SECONDS,
  };
  if (await boss.getQueue(queue)) await boss.updateQueue(queue, options);
  else await boss.createQueue(queue, options);
}

async function work(boss: PgBoss, queue: string, handler: JobHandler, log: Logger): Promise<void> {
  const options = { batchSize: handler.batchMax ?? 1, pollingIntervalSeconds: POLL_SECONDS, localConcurrency: handler.concurrency ?? 1 };
  await boss.work(queue, options, async (batch) => {
    try {
      await handler.run(batch.map((job) => ({ id: job.id, data: job.data })));
    } catch (error) {
      log.warn({ err: error, queue, jobs: batch.length }, 'a job failed and will be tried again');
      throw error;
    }
  });
}

/** Work to be done soon after a commit, at least once. Times due later are rows that the sweep looks at, never delayed jobs. */
import { fromKysely, fromPglite, type JobResult, PgBoss } from 'pg-boss';
import type { Database, Tx } from '#platform/db/database.ts';
import type { Logger } from '#platform/log.ts';

/** `urgent` goes before everything that waits in the same queue. */
export type Job = { queue: string; data: object; urgent?: boolean };

/** Does the I/O; may run twice with the same data. Throwing means: try again. */
export type JobHandler = {
  /** How many jobs one call may take at most; they succeed or fail together. Without it every job is a call of its own. */
  batchMax?: number;
  /** How many calls of single jobs may run at once in this process. */
  concurrency?: number;
  /** Longest run in seconds before another process may take the job over; at most 30 unless it is bulk work. */
  expireSeconds?: number;
  run(batch: { id: string; data: unknown }[]): Promise<void>;
};

export type Jobs = {
  /** Joins the jobs to the transaction: they exist exactly when it commits. */
  enqueue(tx: Tx, jobs: readonly Job[]): Promise<void>;
  /**
   * Declares every queue and starts working. Call once.
   * @param alone no other process works: jobs that were running when the last one died may run again at once
   */
  start(handlers: Record<string, JobHandler>, alone: boolean): Promise<void>;
  stop(): Promise<void>;
  /** Says that a job will be enqueued soon: nothing is idle until the returned function is called. */
  expect(): () => void;
  /** True when no job waits, runs or is expected. */
  idle(): Promise<boolean>;
};

const EXPIRE_SECONDS = 30;
const RETRY_LIMIT = 8;
const RETRY_DELAY_SECONDS = 1;
const RETRY_DELAY_MAX_SECONDS = 30;
const POLL_SECONDS = 2;
// While commits wake the workers, polling only catches what a lost notification would leave.
const NET_POLL_SECONDS = 10;
const SINGLES_AT_ONCE = 16;
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
  let expected = 0;
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
    async start(handlers, alone) {
      await boss.start();
      started = true;
      for (const [queue, handler] of Object.entries(handlers)) await declare(boss, queue, handler);
      if (alone)
        await boss
          .getDb()
          .executeSql("update pgboss.job set state = 'retry', start_after = now() where state = 'active'");
      for (const [queue, handler] of Object.entries(handlers)) await work(boss, queue, handler, log);
    },
    async stop() {
      if (!started) return;
      started = false;
      await boss.stop({ graceful: true, timeout: 5000, close: true } as never);
    },
    expect() {
      expected++;
      return () => {
        expected--;
      };
    },
    async idle() {
      if (expected > 0) return false;
      const { rows } = await boss
        .getDb()
        .executeSql("select 1 from pgboss.job where state < 'completed' limit 1");
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
    // A commit wakes the workers at once; polling is only the net below.
    notify: true,
  };
  if (await boss.getQueue(queue)) await boss.updateQueue(queue, options);
  else await boss.createQueue(queue, options);
}

async function work(boss: PgBoss, queue: string, handler: JobHandler, log: Logger): Promise<void> {
  const options = {
    batchSize: handler.batchMax ?? SINGLES_AT_ONCE,
    pollingIntervalSeconds: POLL_SECONDS,
    notifyPollingIntervalSeconds: NET_POLL_SECONDS,
    // One notification may stand for many jobs: a full batch is followed by the next at once.
    burstWhenBatchFull: true,
  };
  const run = async (batch: { id: string; data: unknown }[]): Promise<void> => {
    try {
      await handler.run(batch);
    } catch (error) {
      log.warn({ err: error, queue, jobs: batch.length }, 'a job failed and will be tried again');
      throw error;
    }
  };
  if (handler.batchMax) {
    await boss.work(queue, options, (batch) => run(batch.map(({ id, data }) => ({ id, data }))));
    return;
  }
  await boss.work(queue, { ...options, perJobResults: true as const }, async (batch) => {
    const results: JobResult[] = [];
    const waiting = batch.values();
    const worker = async (): Promise<void> => {
      for (const { id, data } of waiting) {
        const status = await run([{ id, data }]).then(
          () => 'completed' as const,
          () => 'failed' as const,
        );
        results.push({ id, status });
      }
    };
    await Promise.all(Array.from({ length: handler.concurrency ?? 1 }, worker));
    return results;
  });
}

/** Hands changed alerts to declare: at once when it is calm, a few times a second in a storm; what a crash leaves behind is handed on. */
import { sql } from 'kysely';
import { stopwatch } from '#platform/clock.ts';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import type { Job, Jobs } from '#platform/jobs/jobs.ts';
import type { Logger } from '#platform/log.ts';
import type { Due } from '#platform/platform.ts';
import { takeNews } from './join-quietly.ts';

export const CONSIDER_QUEUE = 'declare.consider';
const JOB_ALERTS_MAX = 500;
const PAUSE_MILLISECONDS = 500;
const ROWS_MAX = 1000;
const LEFT_SECONDS = 5;
const UNIQUE_VIOLATION = '23505';

export type News = {
  /** True when a group may bring a job of its own: the last one is some time ago. */
  calm(): boolean;
  /** Joins a job for these alerts to the transaction. */
  tell(tx: Tx, alertIds: string[]): Promise<void>;
  /** What a process that died had written down is handed on by the first sweep. */
  takeOver(tx: Tx, now: Temporal.Instant): Promise<void>;
  /** News were written down in `alert_news`; they become jobs soon. */
  soon(): void;
  due: Due;
};

export function createNews(db: Db, jobs: Jobs, log: Logger): News {
  let sinceTold: (() => number) | undefined;
  let waiting = false;

  async function tell(tx: Tx, alertIds: string[]): Promise<void> {
    if (alertIds.length === 0) return;
    sinceTold = stopwatch();
    const list: Job[] = [];
    for (let start = 0; start < alertIds.length; start += JOB_ALERTS_MAX)
      list.push({
        queue: CONSIDER_QUEUE,
        data: { alertIds: alertIds.slice(start, start + JOB_ALERTS_MAX) },
      });
    await jobs.enqueue(tx, list);
  }
  /** Taking the rows and making the jobs is one transaction: nothing is lost between, and nobody tells it twice. */
  function take(placedBefore: boolean): Promise<number> {
    return transaction(db, async (tx) => {
      const { taken, alertIds } = await takeNews(tx, ROWS_MAX, placedBefore);
      await tell(tx, alertIds);
      return taken;
    });
  }
  async function handOn(): Promise<number> {
    return take(false).catch((error: { code?: string }) => {
      if (error.code !== UNIQUE_VIOLATION) throw error;
      return take(true);
    });
  }
  return {
    calm: () => !waiting && (!sinceTold || sinceTold() >= PAUSE_MILLISECONDS),
    tell,
    async takeOver(tx, now) {
      await tx
        .updateTable('alert_news')
        .set({ at: now.subtract({ seconds: LEFT_SECONDS }) })
        .execute();
    },
    soon() {
      if (waiting) return;
      waiting = true;
      const arrived = jobs.expect();
      setTimeout(
        async () => {
          waiting = false;
          // From the beginning: what is told meanwhile waits its turn, and not for a second look beside this one.
          sinceTold = stopwatch();
          await handOn().catch((error) => log.warn({ err: error }, 'news of alerts wait for the sweep'));
          arrived();
        },
        Math.max(0, PAUSE_MILLISECONDS - (sinceTold?.() ?? 0)),
      ).unref();
    },
    due: {
      name: 'news of alerts that a crash left behind',
      next: () =>
        sql`(select at from alert_news order by id limit 1) + make_interval(secs => ${LEFT_SECONDS}::int)`,
      run: handOn,
    },
  };
}

/** One lane of one channel: takes rows, sends a few at once, writes down many together; never more in doubt than its limit. Knows nothing of messages. */
import { stopwatch } from '#platform/clock.ts';

export type Limits = {
  /** On their way at once. */
  atOnce: number;
  /** On their way, or gone and not written down: the most that can be sent twice when a process is killed. */
  inDoubtMax: number;
  /** Written down together while there is more to send. */
  recordAt: number;
};

export type Work<Row, Ended> = {
  /** @returns some that are due, marked as taken; none when nothing is due */
  claim(): Promise<Row[]>;
  attempt(row: Row): Promise<Ended>;
  record(ended: Ended[]): Promise<void>;
  /** Gives back what was taken and not tried. */
  release(rows: Row[]): Promise<void>;
};

export type Line = {
  /** Works until nothing is due, or for a few seconds; asked again meanwhile, it looks again. @returns how many it tried */
  run(): Promise<number>;
};

/** @param millisecondsMax after this nothing new is begun, so that what was taken long ago is given back */
export function createLine<Row, Ended>(
  work: Work<Row, Ended>,
  { atOnce, inDoubtMax, recordAt }: Limits,
  millisecondsMax: number,
): Line {
  const taken: Row[] = [];
  let ended: Ended[] = [];
  let [workers, inDoubt, tried, dry] = [0, 0, 0, false];
  let elapsed = stopwatch();
  let claiming: Promise<void> | undefined;
  let writing: Promise<void> | undefined;
  let running: Promise<number> | undefined;
  let broken: { error: unknown } | undefined;

  const overtime = (): boolean => elapsed() > millisecondsMax;

  async function nextRow(): Promise<Row | undefined> {
    while (!taken.length) {
      if (!claiming && (dry || broken || overtime())) return undefined;
      await claim();
    }
    // The next ones are fetched while these are sent.
    if (taken.length === atOnce && !dry && !claiming && !overtime()) claim().catch(fail);
    return broken || overtime() ? undefined : taken.shift();
  }

  function claim(): Promise<void> {
    claiming ??= claimMore().finally(() => {
      claiming = undefined;
    });
    return claiming;
  }

  async function claimMore(): Promise<void> {
    dry = true;
    const rows = await work.claim();
    taken.push(...rows);
    if (rows.length) dry = false;
  }

  function writeDown(): Promise<void> {
    writing ??= (async () => {
      const batch = ended;
      ended = [];
      await work.record(batch);
      inDoubt -= batch.length;
    })().finally(() => {
      writing = undefined;
    });
    return writing;
  }

  async function worker(): Promise<void> {
    for (let row = await nextRow(); row !== undefined; row = await nextRow()) {
      inDoubt += 1;
      const result = await work.attempt(row);
      // Read only now: meanwhile others have been written down.
      ended.push(result);
      tried += 1;
      if (ended.length >= recordAt || !taken.length || inDoubt > inDoubtMax - atOnce) {
        const written = writeDown();
        // While there is room the writing goes on beside the sending.
        if (inDoubt > inDoubtMax - atOnce) await written;
        else written.catch(fail);
      }
    }
  }

  const fail = (error: unknown): void => {
    broken ??= { error };
  };

  function staff(): void {
    for (; workers < atOnce; workers += 1)
      void worker()
        .catch(fail)
        .finally(() => {
          workers -= 1;
          if (workers === 0) void finish();
        });
  }

  let done = Promise.withResolvers<number>();

  async function finish(): Promise<void> {
    try {
      await claiming;
      while (writing || ended.length) await writeDown();
      const back = taken.splice(0);
      if (back.length) await work.release(back);
    } catch (error) {
      fail(error);
    }
    if (workers > 0) return;
    const result = { tried, broken, done };
    [tried, running, broken, ended, inDoubt] = [0, undefined, undefined, [], 0];
    if (result.broken) result.done.reject(result.broken.error);
    else result.done.resolve(result.tried);
  }

  return {
    run() {
      dry = false;
      if (!running) {
        elapsed = stopwatch();
        done = Promise.withResolvers<number>();
        running = done.promise;
      }
      staff();
      return running;
    },
  };
}

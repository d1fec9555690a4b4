/** Whether any other process works on the same data. If none does, whatever the last one was doing when it died is free at once. */
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Database } from './database.ts';

export type Presence = {
  /** True when no other process was there on entering. */
  alone: boolean;
  leave(): Promise<void>;
};

// "humd": the advisory lock that every process shares for as long as it lives.
const LOCK = 0x68_75_6d_64;
const AGAIN_MILLISECONDS = 1000;

/** On a server, presence is a lock of a session: it ends with the process, however that ends. An embedded database has one process. */
export async function enter(database: Database): Promise<Presence> {
  const connectionString = database.pool?.options.connectionString;
  if (!connectionString) return { alone: true, leave: async () => {} };
  let left = false;
  let rejoining = false;
  let client: pg.Client | undefined;

  async function join(): Promise<boolean> {
    const joining = new pg.Client({ connectionString, keepAlive: true });
    joining.on('error', () => {});
    joining.on('end', () => void rejoin());
    await joining.connect();
    client = joining;
    if (left) await joining.end();
    const { rows } = await joining.query('select pg_try_advisory_lock($1) as alone', [LOCK]);
    const alone: boolean = rows[0].alone;
    await joining.query('select pg_advisory_lock_shared($1)', [LOCK]);
    if (alone) await joining.query('select pg_advisory_unlock($1)', [LOCK]);
    return alone;
  }
  // One attempt after the other: an attempt that fails ends its own connection, and must not begin another row of attempts.
  async function rejoin(): Promise<void> {
    if (rejoining) return;
    rejoining = true;
    for (let joined: boolean | undefined; joined === undefined && !left; ) {
      await pause(AGAIN_MILLISECONDS, undefined, { ref: false });
      joined = left ? undefined : await join().catch(() => undefined);
    }
    rejoining = false;
  }
  return {
    alone: await join(),
    async leave() {
      left = true;
      await client?.end();
    },
  };
}

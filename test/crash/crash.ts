/** Kills the real process at random points under load, again and again on the same data, and counts what the record then says. */
import { setTimeout as pause } from 'node:timers/promises';
import { startSmtp } from '../servers/smtp.ts';
import { chance } from '../simulation/random.ts';
import { type Accepted, type Account, account } from './account.ts';
import {
  type Answered,
  ask,
  createMortal,
  type Engine,
  prepare,
  READY_SECONDS_MAX,
  until,
  type World,
} from './process.ts';

const SETTLE_SECONDS_MAX = 120;
const SWEPT_MILLISECONDS = 2500;
const SENDERS = 6;
const CONTACTS = 8;
const WORKING_FROM = 8;

export type { Engine } from './process.ts';
export type CrashOptions = { runs: number; engine: Engine; seed: number; say?: (line: string) => void };

export async function crash({ runs, engine, seed, say = () => {} }: CrashOptions): Promise<Account> {
  const dice = chance(seed);
  const smtp = await startSmtp();
  const mortal = await createMortal(engine, smtp.url);
  const { url, ups, start, kill } = mortal;
  const accepted: Accepted = { events: [], notes: [], updates: [] };
  try {
    await start();
    const world = await prepare(url, CONTACTS);
    for (let run = 1; run <= runs; run += 1) {
      const loads = Array.from({ length: SENDERS }, (_, sender) =>
        load({ url, world, accepted, run, sender }),
      );
      const before = count(accepted);
      // A process that has only just started is slow; the kill must fall into the work, not before it.
      await until(
        async () => count(accepted) >= before + WORKING_FROM,
        READY_SECONDS_MAX,
        'Nothing was accepted',
      );
      await pause(dice.between(0, 1500));
      await kill('SIGKILL');
      await Promise.all(loads);
      await start();
      say(
        `run ${run}: ${accepted.events.length} events, ${accepted.notes.length} notes, ${accepted.updates.length} updates accepted so far`,
      );
    }
    await settled(url, world.incidentId).catch((error: Error) => say(error.message));
    await kill('SIGTERM');
    const database = await mortal.database();
    try {
      return await account(database.db, { accepted, mails: smtp.mails, ups, runs });
    } finally {
      await database.close();
    }
  } finally {
    await mortal.remove();
    await smtp.stop();
  }
}

const count = ({ events, notes, updates }: Accepted): number => events.length + notes.length + updates.length;

/** Settled means that nothing waits any more: no job, no delivery. What is missing after that is counted as lost. */
async function settled(url: string, incidentId: string): Promise<void> {
  // The first sweep turns what the last kill left behind into jobs.
  await pause(SWEPT_MILLISECONDS);
  await until(
    async () => {
      const ready = (await (await fetch(`${url}/readyz`)).json()) as { waiting?: number };
      const { body } = await ask(url, 'GET', `/api/v1/incidents/${incidentId}/updates?limit=200`);
      return ready.waiting === 0 && body.items.every((each: Answered) => each.deliveries.waiting === 0);
    },
    SETTLE_SECONDS_MAX,
    'Something still waited',
  );
}

/** One sender works until the process stops answering; what got its success code is accepted. */
async function load({
  url,
  world,
  accepted,
  run,
  sender,
}: {
  url: string;
  world: World;
  accepted: Accepted;
  run: number;
  sender: number;
}): Promise<void> {
  for (let index = 0; ; index += 1) {
    const mark = `${run}-${sender}-${index}`;
    try {
      if (sender === 0) {
        const answer = await ask(url, 'POST', `/api/v1/incidents/${world.incidentId}/notes`, {
          text: `note ${mark}`,
        });
        if (answer.status < 300) accepted.notes.push(`note ${mark}`);
      } else if (sender === 1) {
        const answer = await ask(url, 'POST', `/api/v1/incidents/${world.incidentId}/updates`, {
          kind: 'next',
          status: 'looking',
          impact: `Some payments fail, ${mark}.`,
          action: 'We are working on it.',
          audience: { clientIds: 'affected', internal: false, publicPage: true },
        });
        if (answer.status < 300) accepted.updates.push(`Some payments fail, ${mark}.`);
        await pause(100);
      } else {
        const answer = await ask(url, 'POST', '/v2/enqueue', {
          routing_key: world.key,
          event_action: 'trigger',
          dedup_key: `event ${mark}`,
          payload: {
            summary: `errors ${mark}`,
            source: 'checkout',
            component: 'checkout',
            severity: 'critical',
          },
        });
        if (answer.status === 202) accepted.events.push(`event ${mark}`);
      }
    } catch {
      return;
    }
  }
}

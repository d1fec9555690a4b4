/** Kills the real process at random points under load, again and again on the same data, and counts what the record then says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '#platform/db/database.ts';
import { startPostgres } from '../servers/postgres.ts';
import { answers, freePort, temporaryFolder } from '../servers/program.ts';
import { startSmtp } from '../servers/smtp.ts';
import { chance } from '../simulation/random.ts';
import { type Accepted, type Account, account, type Up } from './account.ts';

const ROOT = join(import.meta.dirname, '../..');
const TOKEN = 'token-of-the-crash-runs-0123456789abcdef';
const READY_SECONDS_MAX = 90;
const SETTLE_SECONDS_MAX = 120;
const SWEPT_MILLISECONDS = 2500;
const SENDERS = 6;
const CONTACTS = 8;
const WORKING_FROM = 8;

export type Engine = 'embedded' | 'postgres';
export type CrashOptions = { runs: number; engine: Engine; seed: number; say?: (line: string) => void };

export async function crash({ runs, engine, seed, say = () => {} }: CrashOptions): Promise<Account> {
  const dice = chance(seed);
  const folder = temporaryFolder('crash');
  const smtp = await startSmtp();
  const postgres = engine === 'postgres' ? await startPostgres({ fsync: true }) : undefined;
  await postgres?.createDatabase('crash');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const accepted: Accepted = { events: [], notes: [], updates: [] };
  const ups: Up[] = [];
  const environment = {
    PATH: process.env.PATH ?? '',
    HUMDRUM_PORT: String(port),
    HUMDRUM_DATA: folder.path,
    HUMDRUM_POLICY: join(import.meta.dirname, '../end-to-end/policy.yaml'),
    HUMDRUM_API_TOKEN: TOKEN,
    HUMDRUM_LOG_LEVEL: 'error',
    SMTP_URL: smtp.url,
    ...(postgres ? { DATABASE_URL: postgres.url('crash') } : {}),
  };
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn(join(ROOT, 'node_modules/node/bin/node'), [join(ROOT, 'src/main.ts')], {
      env: environment,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    await until(() => answers(`${url}/readyz`), READY_SECONDS_MAX, 'The process did not become ready');
    ups.push({ from: Date.now(), to: Number.POSITIVE_INFINITY });
  };
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    const up = ups.at(-1);
    if (up) up.to = Date.now();
    await gone;
  };
  try {
    await start();
    const world = await prepare(url);
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
    const database = await openDatabase(postgres ? { url: postgres.url('crash') } : { folder: folder.path });
    try {
      return await account(database.db, { accepted, mails: smtp.mails, ups, runs });
    } finally {
      await database.close();
    }
  } finally {
    await kill('SIGKILL').catch(() => {});
    await smtp.stop();
    await postgres?.stop();
    folder.remove();
  }
}

async function until(true_: () => Promise<boolean>, secondsMax: number, otherwise: string): Promise<void> {
  const end = Date.now() + secondsMax * 1000;
  while (Date.now() < end) {
    if (await true_().catch(() => false)) return;
    await pause(50);
  }
  throw new Error(`${otherwise} within ${secondsMax} s.`);
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

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape are read
type Answered = any;

type World = { key: string; incidentId: string };

async function ask(
  url: string,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: Answered }> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined };
}

async function create(url: string, path: string, body: object): Promise<Answered> {
  const answer = await ask(url, 'POST', path, body);
  if (answer.status >= 300)
    throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function prepare(url: string): Promise<World> {
  const person = await create(url, '/api/v1/people', {
    name: 'Ana Lima',
    email: 'ana@example.com',
    zone: 'UTC',
    channels: [{ kind: 'email', address: 'ana@example.com' }],
  });
  const service = await create(url, '/api/v1/services', {
    name: 'checkout-api',
    slug: 'checkout',
    publicName: 'card payments',
    primaryId: person.id,
    zone: 'UTC',
  });
  const client = await create(url, '/api/v1/clients', { name: 'Northwind', serviceIds: [service.id] });
  for (let index = 0; index < CONTACTS; index += 1)
    await create(url, '/api/v1/contacts', {
      clientId: client.id,
      name: `Contact ${index}`,
      email: `contact${index}@northwind.example`,
    });
  const integration = await create(url, '/api/v1/integrations', { name: 'Monitoring', kind: 'pagerduty' });
  const incident = await create(url, '/api/v1/incidents', {
    title: 'Card payments fail',
    serviceIds: [service.id],
  });
  await create(url, `/api/v1/incidents/${incident.id}/confirmation`, { evidence: 'a test payment failed' });
  return { key: integration.key, incidentId: incident.id };
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

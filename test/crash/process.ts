/** The real process for tests that kill it: started on a free port, asked over HTTP, killed, and started again on the same data. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '#platform/db/database.ts';
import { type Postgres, startPostgres } from '../servers/postgres.ts';
import { answers, COMPILED, freePort, temporaryFolder } from '../servers/program.ts';
import { templateImage } from '../test-database.ts';
import type { Up } from './account.ts';

const ROOT = join(import.meta.dirname, '../..');
const TOKEN = 'token-of-the-crash-runs-0123456789abcdef';
export const READY_SECONDS_MAX = 90;
const DATABASE = 'crash';

export type Engine = 'embedded' | 'postgres';
// biome-ignore lint/suspicious/noExplicitAny: answers of every shape are read
export type Answered = any;

export type Mortal = {
  url: string;
  /** When it was ready, and until when. */
  ups: Up[];
  start(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Opens its database; only while it does not run. The caller closes it. */
  database(): ReturnType<typeof openDatabase>;
  /** Ends it for good, with all that it wrote. */
  remove(): Promise<void>;
};

export async function createMortal(engine: Engine, smtpUrl: string): Promise<Mortal> {
  const folder = temporaryFolder('crash');
  const postgres: Postgres | undefined =
    engine === 'postgres' ? await startPostgres({ fsync: true }) : undefined;
  await postgres?.createDatabase(DATABASE);
  if (!postgres) await (await openDatabase({ folder: folder.path, image: await templateImage() })).close();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const ups: Up[] = [];
  const environment = {
    PATH: process.env.PATH ?? '',
    ...COMPILED,
    HUMDRUM_PORT: String(port),
    HUMDRUM_DATA: folder.path,
    HUMDRUM_POLICY: join(import.meta.dirname, '../end-to-end/policy.yaml'),
    HUMDRUM_API_TOKEN: TOKEN,
    HUMDRUM_LOG_LEVEL: 'error',
    SMTP_URL: smtpUrl,
    ...(postgres ? { DATABASE_URL: postgres.url(DATABASE) } : {}),
  };
  let child: ChildProcess | undefined;
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    const up = ups.at(-1);
    if (up) up.to = Date.now();
    await gone;
  };
  return {
    url,
    ups,
    async start() {
      child = spawn(join(ROOT, 'node_modules/node/bin/node'), [join(ROOT, 'src/main.ts')], {
        env: environment,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      await until(() => answers(`${url}/readyz`), READY_SECONDS_MAX, 'The process did not become ready');
      ups.push({ from: Date.now(), to: Number.POSITIVE_INFINITY });
    },
    kill,
    database: () => openDatabase(postgres ? { url: postgres.url(DATABASE) } : { folder: folder.path }),
    async remove() {
      await kill('SIGKILL').catch(() => {});
      await postgres?.stop();
      folder.remove();
    },
  };
}

export async function until(
  true_: () => Promise<boolean>,
  secondsMax: number,
  otherwise: string,
): Promise<void> {
  const end = Date.now() + secondsMax * 1000;
  while (Date.now() < end) {
    if (await true_().catch(() => false)) return;
    await pause(50);
  }
  throw new Error(`${otherwise} within ${secondsMax} s.`);
}

export async function ask(
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

export async function create(url: string, path: string, body: object): Promise<Answered> {
  const answer = await ask(url, 'POST', path, body);
  if (answer.status >= 300)
    throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export type World = { key: string; incidentId: string };

/** @returns an incident that is confirmed, of a service that one client with so many contacts uses, and a key for alerts */
export async function prepare(url: string, contacts: number): Promise<World> {
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
  for (let index = 0; index < contacts; index += 1)
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

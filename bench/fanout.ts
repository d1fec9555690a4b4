/** One message to 10,000 contacts through a local SMTP sink, beside bare nodemailer with the same pool; meanwhile other P1s send their first message. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openDatabase } from '#platform/db/database.ts';
import { startPostgres } from '../test/servers/postgres.ts';
import { freePort, temporaryFolder } from '../test/servers/program.ts';
import type { Arrived } from './fanout/sink.ts';

const ROOT = join(import.meta.dirname, '..');
const TOKEN = 'hum_bench_0123456789abcdefghijklmnopqrstuvw';
const CONNECTIONS = 5;
const OTHERS_PER_ROUND = 4;
const OTHERS_EVERY_MILLISECONDS = 1000;
const START_SECONDS_MAX = 60;
const ROUND_SECONDS_MAX = 180;
const LOOK_MILLISECONDS = 50;

type Humdrum = {
  ask(method: string, path: string, body?: object): Promise<Record<string, string>>;
  memoryMegabytes(): number;
  stop(): Promise<void>;
};
type Sink = { port: number; arrived(thread: string): Promise<Arrived | undefined>; stop(): void };
type Round = { perSecond: number; twice: number; postSeconds: number; others: number[]; peak: number };

/** @returns our rate ÷ bare nodemailer's, median of the rounds; limits are 0.8, 2 s for the first delivery of another P1, memory that stays */
export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '5' },
      contacts: { type: 'string', default: '10000' },
      embedded: { type: 'boolean', default: false },
    },
  });
  const [rounds, contacts] = [Number(values.rounds), Number(values.contacts)];
  const sink = await startSink();
  const postgres = values.embedded ? undefined : await startPostgres();
  await postgres?.createDatabase('fanout');
  const folder = temporaryFolder('bench-fanout');
  const url = postgres?.url('fanout');
  await fill({ url, folder: folder.path }, contacts);
  const humdrum = await startHumdrum({ sink, url, folder: folder.path });
  try {
    // Both sides warm up: a just-in-time compiler has not seen either yet.
    await ours(humdrum, sink, contacts);
    await bare(sink, Math.min(contacts, 2000), 'warm');
    const memoryBefore = humdrum.memoryMegabytes();
    const [own, reference]: [Round[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      own.push(await ours(humdrum, sink, contacts));
      reference.push(await bare(sink, contacts, `bare${round}`));
    }
    const ratio = median(own.map((each, index) => each.perSecond / (reference[index] ?? Number.NaN)));
    const others = own.flatMap((each) => each.others).toSorted((one, other) => one - other);
    const result = {
      bench: 'fanout',
      ratio: Number(ratio.toFixed(3)),
      value: Math.round(median(own.map((each) => each.perSecond))),
      unit: 'messages per second',
      n: rounds,
      versions: { node: process.version, nodemailer: nodemailerVersion() },
      cores: cpus().length,
      database: url ? 'postgres' : 'embedded',
      contacts,
      bare: Math.round(median(reference)),
      twice: own.reduce((sum, each) => sum + each.twice, 0),
      sendSeconds: Number(median(own.map((each) => each.postSeconds)).toFixed(2)),
      otherFirstMessages: others.length,
      otherP99Seconds: Number(((others[Math.ceil(others.length * 0.99) - 1] ?? 0) / 1000).toFixed(2)),
      memoryMegabytes: {
        before: memoryBefore,
        peaks: own.map((each) => each.peak),
        after: humdrum.memoryMegabytes(),
      },
    };
    console.table(
      own.map((each, round) => ({
        round: round + 1,
        ours: Math.round(each.perSecond),
        bare: Math.round(reference[round] ?? 0),
        'other P1s, slowest first delivery in ms': Math.max(...each.others),
        'peak in MB': each.peak,
      })),
    );
    return result;
  } finally {
    await humdrum.stop();
    await postgres?.stop();
    sink.stop();
    folder.remove();
  }
}

/** One fan-out; a second P1 after another begins and sends its first message while it runs. */
async function ours(humdrum: Humdrum, sink: Sink, contacts: number): Promise<Round> {
  const all = await declare(humdrum, 'Everything is slow', 'svc_everybody');
  const others: { id: string; reference: string }[] = [];
  for (let index = 0; index < OTHERS_PER_ROUND; index++)
    others.push(await declare(humdrum, `Another thing ${index}`, 'svc_few'));
  const start = Date.now();
  await sendFirst(humdrum, all.id);
  const postSeconds = (Date.now() - start) / 1000;
  let peak = 0;
  const times: number[] = [];
  const finished = (async () => {
    for (;;) {
      peak = Math.max(peak, humdrum.memoryMegabytes());
      const now = await sink.arrived(all.reference);
      if (now && now.readers >= contacts) return now;
      if (Date.now() - start > ROUND_SECONDS_MAX * 1000)
        throw new Error(`Only ${now?.readers ?? 0} of ${contacts} arrived in ${ROUND_SECONDS_MAX} s.`);
      await pause(LOOK_MILLISECONDS);
    }
  })();
  for (const other of others) {
    const asked = Date.now();
    await sendFirst(humdrum, other.id);
    const first = await until(() => sink.arrived(other.reference));
    times.push(first.firstAt - asked);
    await pause(OTHERS_EVERY_MILLISECONDS);
  }
  const { count, readers, firstAt, lastAt } = await finished;
  return {
    perSecond: readers / ((lastAt - firstAt) / 1000),
    twice: count - readers,
    postSeconds,
    others: times,
    peak,
  };
}

async function declare(humdrum: Humdrum, title: string, serviceId: string) {
  const { id = '', reference = '' } = await humdrum.ask('POST', '/incidents', {
    title,
    serviceIds: [serviceId],
  });
  return { id, reference };
}

async function sendFirst(humdrum: Humdrum, id: string): Promise<void> {
  const { impact, action, nextAt } = await humdrum.ask('GET', `/incidents/${id}/updates/draft`);
  await humdrum.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    impact,
    action,
    nextAt,
    audience: { clientIds: 'affected', internal: false, publicPage: false },
  });
}

/** @returns messages per second between the first that arrived and the last */
async function bare(sink: Sink, count: number, thread: string): Promise<number> {
  const { renderEmail } = await import('#src/communicate/channels/email/render.ts');
  const { letterOf } = await import('#src/communicate/letter.ts');
  const letter = letterOf({
    kind: 'first',
    status: 'looking',
    nextAt: 1_700_000_000_000,
    writtenAt: 1_700_000_000_000,
    about: {
      incidentId: 'inc',
      reference: 'BARE-0001',
      number: 1,
      title: 'x',
      severity: 'P1',
      drill: false,
      restricted: false,
      publicNames: ['Everything'],
    },
    text: {
      audience: 'clients',
      impact: 'We are aware of an issue affecting Everything.',
      action: 'We are investigating.',
    },
    reader: { audience: 'client', zone: 'UTC', services: ['Everything'] },
  });
  const organisation = { name: 'Hillside', statusPageName: null, zone: 'UTC', phone: null };
  const work = {
    port: sink.port,
    connections: CONNECTIONS,
    count,
    thread,
    mail: renderEmail(letter, { organisation, url: undefined }),
  };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fanout/bare.ts'), JSON.stringify(work)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await once(child, 'exit');
  const arrived = await sink.arrived(thread);
  if (arrived?.count !== count) throw new Error(`Bare nodemailer sent ${arrived?.count} of ${count}.`);
  return count / ((arrived.lastAt - arrived.firstAt) / 1000);
}

async function startSink(): Promise<Sink> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'fanout/sink.ts'));
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    port,
    async arrived(thread) {
      const answer = new Promise<Arrived | undefined>((resolve) => {
        const look = (message: { thread: string; arrived?: Arrived }) => {
          if (message.thread !== thread) return;
          child.off('message', look);
          resolve(message.arrived);
        };
        child.on('message', look);
      });
      child.send({ thread });
      return answer;
    },
    stop: () => child.disconnect(),
  };
}

async function startHumdrum({
  sink,
  url,
  folder,
}: {
  sink: Sink;
  url: string | undefined;
  folder: string;
}): Promise<Humdrum> {
  const port = await freePort();
  const child = spawn(process.execPath, [join(ROOT, 'src/main.ts')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      HUMDRUM_PORT: String(port),
      HUMDRUM_DATA: folder,
      HUMDRUM_LOG_LEVEL: 'error',
      HUMDRUM_API_TOKEN: TOKEN,
      SMTP_URL: `smtp://127.0.0.1:${sink.port}`,
      MAIL_FROM: 'Hillside <status@hillside.example>',
      ...(url ? { DATABASE_URL: url } : {}),
    },
  });
  const at = `http://127.0.0.1:${port}`;
  await until(async () => {
    const answer = await fetch(`${at}/readyz`).catch(() => undefined);
    return answer?.ok || undefined;
  });
  return {
    async ask(method, path, body) {
      const answer = await fetch(`${at}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
      return JSON.parse(text) as Record<string, string>;
    },
    memoryMegabytes: () =>
      Math.round(
        Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
      ),
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

/** A service that everybody uses, and one that three contacts use. */
async function fill(where: { url: string | undefined; folder: string }, contacts: number): Promise<void> {
  const { migrate } = await import('#platform/db/migrate.ts');
  const database = await openDatabase(where.url ? { url: where.url } : { folder: where.folder });
  const now = Temporal.Now.instant();
  const at = { created_at: now, updated_at: now };
  await migrate(database.plain, now);
  const { db } = database;
  for (const [name, count] of [
    ['everybody', contacts],
    ['few', 3],
  ] as const) {
    await db
      .insertInto('service')
      .values({
        id: `svc_${name}`,
        name,
        slug: name,
        public_name: name === 'few' ? 'Few' : 'Everything',
        ...at,
      })
      .execute();
    await db
      .insertInto('client')
      .values({ id: `cli_${name}`, name: `Client ${name}`, ...at })
      .execute();
    await db
      .insertInto('client_service')
      .values({ client_id: `cli_${name}`, service_id: `svc_${name}` })
      .execute();
    for (let from = 0; from < count; from += 1000)
      await db
        .insertInto('contact')
        .values(
          Array.from({ length: Math.min(1000, count - from) }, (_, index) => ({
            id: `con_${name}_${from + index}`,
            client_id: `cli_${name}`,
            name: `Reader ${from + index}`,
            email: `reader${from + index}@${name}.example`,
            ...at,
          })),
        )
        .execute();
  }
  await database.close();
}

async function until<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  const end = Date.now() + START_SECONDS_MAX * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`Nothing came within ${START_SECONDS_MAX} s.`);
    await pause(5);
  }
}

function nodemailerVersion(): string {
  const file = join(ROOT, 'node_modules/nodemailer/package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

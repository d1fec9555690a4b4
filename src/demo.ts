/** `npm run demo`: a Humdrum on a throw-away database with a month behind it and one P1 in progress. Nothing leaves the machine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopwatch, systemClock } from '#platform/clock.ts';
import { DAYS, fill } from './demo/fill.ts';
import { keepingMailer, NOTICE } from './demo/outside.ts';
import { demoOutbound } from './demo/providers.ts';
import { openStage } from './demo/stage.ts';
import { type Ground, prepare, serve, version } from './main.ts';

const EMAIL = 'mara@harbourandpine.example';
// Where it listens when nothing else is said; the links in the demo's mails lead there.
const PORT = '4646';
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const PASSWORD = 'boring-on-purpose';
// What of the environment a demo listens to; databases, mail servers and secrets of an installation are none of its business.
const HEEDED = ['HUMDRUM_PORT', 'HUMDRUM_HOST', 'HUMDRUM_URL', 'HUMDRUM_LOG_LEVEL'] as const;

export async function demo(environment: Record<string, string | undefined> = process.env): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'humdrum-demo-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.on('exit', remove);
  const stop = (): never => process.exit(130);
  // Until the house listens to these itself.
  for (const signal of SIGNALS) process.on(signal, stop);
  const heeded = Object.fromEntries(HEEDED.map((name) => [name, environment[name]]));
  const ground = await prepare({
    HUMDRUM_LOG_LEVEL: 'warn',
    HUMDRUM_URL: `http://127.0.0.1:${heeded.HUMDRUM_PORT ?? PORT}`,
    ...withoutUndefined(heeded),
    HUMDRUM_DATA: folder,
    HUMDRUM_ADMIN_EMAIL: EMAIL,
    HUMDRUM_ADMIN_PASSWORD: PASSWORD,
  });
  await tellTheMonth(ground);
  for (const signal of SIGNALS) process.off(signal, stop);
  // Postwing answered while the month was told; now its feed has fallen silent.
  const outbound = demoOutbound(systemClock().now(), 'status.postwing.example');
  await serve(ground, greet, { mailer: keepingMailer(), outbound, notice: NOTICE });
}

/** Fills the folder and closes it again, so that what is served afterwards is a plain second start. */
async function tellTheMonth({ config, log }: Ground): Promise<void> {
  const clock = systemClock();
  const elapsed = stopwatch();
  const start = clock.now().subtract({ hours: 24 * DAYS });
  const stage = await openStage(
    { config, log, version: version(), mailer: keepingMailer(), outbound: demoOutbound(clock.now()) },
    start,
  );
  await fill(
    stage,
    () => clock.now(),
    (days) => say(`Filling the demo: ${days} of ${DAYS} days`),
  );
  await stage.close();
  say(`The demo is filled: ${DAYS} days in ${Math.round(elapsed() / 1000)} s.\n`);
}

/** One line that is written over where somebody watches; elsewhere only its last state. */
function say(line: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${line}`);
  else if (line.endsWith('\n')) process.stdout.write(line);
}

function withoutUndefined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function greet(address: string): void {
  console.log(`Humdrum listens on ${address}`);
  console.log(NOTICE);
  console.log(
    `\nSign in as the person on call, with a P1 in progress:\n\n  ${address}/\n  email     ${EMAIL}\n  password  ${PASSWORD}\n\nThe public status page: ${address}/status/\nCtrl-C ends the demo and removes its data.`,
  );
}

if (import.meta.main) await demo();

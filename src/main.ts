/** Reads the configuration, opens the house, listens, and keeps the sweep going until it is told to stop. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '#platform/clock.ts';
import { BadConfiguration, type Config, readConfig } from '#platform/config.ts';
import { type FolderLock, lockFolder } from '#platform/db/folder-lock.ts';
import { Refused } from '#platform/errors.ts';
import { createLog, type Logger } from '#platform/log.ts';
import { type Humdrum, type Opening, openHumdrum, ROOT } from './open.ts';
import { sweep } from './sweep.ts';

const SWEEP_MILLISECONDS = 1000;

export async function main(environment: Record<string, string | undefined> = process.env): Promise<void> {
  const ground = await prepare(environment);
  await serve(ground, (address, setUpPath) => greet(ground.config, address, setUpPath));
}

/** What a process stands on before it opens the house. */
export type Ground = { config: Config; log: Logger; lock: FolderLock | undefined };

/** Reads the configuration and takes the data folder, or ends the process with one clear line. */
export async function prepare(environment: Record<string, string | undefined>): Promise<Ground> {
  const config = configOrExit(environment);
  const lock = config.databaseUrl ? undefined : await lockFolder(config.dataFolder).catch(refuseStart);
  return { config, log: createLog(config.logLevel), lock };
}

/** Where `npm run demo` differs from `npm start`. */
export type Differences = Pick<Opening, 'mailer' | 'outbound' | 'notice'> & { afterwards?(): void };

/** Opens the house, listens and sweeps until the process is told to stop. */
export async function serve(
  { config, log, lock }: Ground,
  greeting: (address: string, setUpPath: string | undefined) => void,
  { afterwards, ...outside }: Differences = {},
): Promise<void> {
  const humdrum = await openHumdrum({ config, clock: systemClock(), log, version: version(), ...outside });
  const address = await humdrum.app.listen({ port: config.port, host: config.host }).catch(refuseStart);
  const stopSweep = keepSweeping(humdrum);
  greeting(address, humdrum.setUpPath);
  stopOnSignal(async () => {
    await stopSweep();
    await humdrum.close();
    lock?.release();
    afterwards?.();
  });
}

function configOrExit(environment: Record<string, string | undefined>): Config {
  try {
    return readConfig(environment);
  } catch (error) {
    if (error instanceof BadConfiguration) return refuseStart(error);
    throw error;
  }
}

/** What a person can mend is one line, not a stack. */
function refuseStart(error: unknown): never {
  if (error instanceof Refused) exit(`${error.message} ${error.mend ?? ''}`);
  if (error instanceof BadConfiguration) exit(error.message);
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
    exit(`${(error as Error).message}. Set HUMDRUM_PORT to a free port.`);
  throw error;
}

function exit(line: string): never {
  console.error(`humdrum: ${line.trim()}`);
  process.exit(1);
}

export function version(): string {
  return (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version;
}

function keepSweeping({ dues, platform }: Humdrum): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running: Promise<unknown> = Promise.resolve();
  const again = (): void => {
    if (!stopped) timer = setTimeout(round, SWEEP_MILLISECONDS);
  };
  const round = (): void => {
    running = sweep(dues, platform).finally(again);
  };
  round();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}

function greet(config: Config, address: string, setUpPath: string | undefined): void {
  const url = config.url ?? address;
  console.log(`Humdrum listens on ${address}`);
  if (!config.url) console.log('HUMDRUM_URL is not set: messages carry no links, and the app says so.');
  if (!config.smtpUrl)
    console.log('No mail server is configured. Set SMTP_URL=smtp://user:password@host:587 to send mail.');
  if (setUpPath)
    console.log(
      `\nNobody can sign in yet. Open this link once to create the administrator:\n\n  ${url}${setUpPath}\n`,
    );
}

function stopOnSignal(close: () => Promise<void>): void {
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    await close();
    process.exit(0);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
}

if (import.meta.main) await main();

/** Opens a whole Humdrum: database, rooms, routes, jobs. main.ts listens; tests and the demo use what it returns directly. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { createAccounts } from '#platform/auth/accounts.ts';
import { loadSecret } from '#platform/auth/secret.ts';
import type { Clock } from '#platform/clock.ts';
import type { Config } from '#platform/config.ts';
import { type Database, openDatabase, transaction } from '#platform/db/database.ts';
import { migrate } from '#platform/db/migrate.ts';
import { enter } from '#platform/db/presence.ts';
import { type App, type Authenticate, createApp, PUBLIC_FILES } from '#platform/http/app.ts';
import { healthRoutes } from '#platform/http/health.ts';
import { idempotency, idempotencyDue } from '#platform/http/idempotency.ts';
import { createLive } from '#platform/http/live.ts';
import { openapi } from '#platform/http/openapi.ts';
import { createOutbound, type Outbound } from '#platform/http/outbound.ts';
import { security } from '#platform/http/security.ts';
import { createHub, liveDue, streamRoutes } from '#platform/http/stream.ts';
import { createJobs } from '#platform/jobs/jobs.ts';
import type { Logger } from '#platform/log.ts';
import { createMailer, type Mailer } from '#platform/mail.ts';
import { createMailbox } from '#platform/mailbox.ts';
import type { Due, Platform } from '#platform/platform.ts';
import { promiseDue } from '#promise/wake.ts';
import { linkPerson } from './directory/link.ts';
import { type Story, tellStory } from './story.ts';

export const ROOT = join(import.meta.dirname, '..');

export type Humdrum = {
  app: App;
  story: Story;
  platform: Platform;
  dues: Due[];
  /** Path of the one-time set-up link while nobody is administrator. */
  setUpPath: string | undefined;
  close(): Promise<void>;
};

export type Opening = {
  config: Config;
  clock: Clock;
  log: Logger;
  version: string;
  /** False in tests that call the dues and the hub themselves. */
  timers?: boolean;
  /** Opened already, as tests do; else the configuration says which. */
  database?: Database;
  /** Says who asks, in place of sessions and tokens; for tests of the domain. */
  authenticate?: Authenticate;
  /** In place of the configured mail server: the demo keeps what it would send. */
  mailer?: Mailer;
  /** In place of the way out to phones; the demo has none. */
  outbound?: Outbound;
  /** One sentence that the app shows on top of every screen. */
  notice?: string;
};

export async function openHumdrum(opening: Opening): Promise<Humdrum> {
  const { config, clock, log, version, timers = true } = opening;
  const database =
    opening.database ??
    (await openDatabase(config.databaseUrl ? { url: config.databaseUrl } : { folder: config.dataFolder }));
  await migrate(database.plain, clock.now());
  const secret = await loadSecret(config, database, clock.now());
  const jobs = createJobs(database, log);
  const platform: Platform = {
    config,
    clock,
    log,
    database,
    db: database.db,
    jobs,
    live: createLive(database.db),
    secret,
  };
  const mailer = opening.mailer ?? createMailer(config, clock);
  const outbound = opening.outbound ?? createOutbound({ allowPrivate: config.allowPrivate });
  const mailbox = createMailbox(config, log);
  const story = tellStory(platform, { mailer, outbound, mailbox });
  await ensurePolicy(story, config);
  const accounts = createAccounts(platform, linkPerson);
  const setUpPath = await accounts.ensureFirst();
  const authenticate = opening.authenticate ?? accounts.authenticate;
  const hub = createHub({ live: platform.live, log, authenticate }, timers);

  const app = createApp(log, authenticate, story.front);
  await openapi(app, { version, url: config.url });
  security(app, { url: config.url });
  idempotency(app, platform);
  accounts.routes(app);
  streamRoutes(app, hub);
  for (const room of story.rooms) room.routes?.(app);
  healthRoutes(app, platform);
  await webApp(app, opening.notice);

  const wakers = Object.assign({}, ...story.rooms.map((room) => room.wakers ?? {}));
  const dues = [
    promiseDue(platform.db, wakers, log),
    ...story.rooms.flatMap((room) => room.due ?? []),
    idempotencyDue(platform.db),
    liveDue(platform.db),
  ];
  await app.ready();
  const presence = await enter(database);
  if (presence.alone)
    await transaction(platform.db, async (tx) => {
      for (const room of story.rooms) await room.takeOver?.(tx, clock.now());
    });
  await jobs.start(Object.assign({}, ...story.rooms.map((room) => room.jobs ?? {})), presence.alone);
  return {
    app,
    story,
    platform,
    dues,
    setUpPath,
    async close() {
      hub.close();
      await app.close();
      await jobs.stop();
      await presence.leave();
      mailer.close();
      await mailbox?.close();
      await database.close();
    },
  };
}

/** The policy in force: the file of HUMDRUM_POLICY whenever it changed, else the default once. */
async function ensurePolicy({ platform, policies }: Story, config: Config): Promise<void> {
  const now = platform.clock.now();
  await transaction(platform.db, async (tx) => {
    const known = await tx.selectFrom('policy_version').select('version').limit(1).executeTakeFirst();
    if (config.policyFile)
      await policies.save(
        tx,
        readFileSync(config.policyFile, 'utf8'),
        undefined,
        `read from HUMDRUM_POLICY`,
        now,
      );
    else if (!known)
      await policies.save(
        tx,
        readFileSync(join(ROOT, 'policy/default.yaml'), 'utf8'),
        undefined,
        'the default',
        now,
      );
  });
}

/** Keeps the call list of an incident on the phone and shows notifications; a file of its own beside the app. */
const WORKER = 'worker.js';
/** The one script of a page for people outside: of their devices. */
const DEVICE = 'device.js';

/** The app in the browser: files with a hash in their name are kept for a year, everything else is asked for again. */
async function webApp(app: App, notice: string | undefined): Promise<void> {
  const folder = join(ROOT, 'dist/web');
  const index = join(folder, 'index.html');
  if (!existsSync(index)) return;
  const page = noticed(readFileSync(index, 'utf8'), notice);
  await app.register(
    fastifyStatic as never,
    {
      root: join(folder, 'assets'),
      prefix: PUBLIC_FILES,
      immutable: true,
      maxAge: '365d',
      decorateReply: false,
    } as never,
  );
  // A worker answers only for what lies at its own address or below, so it cannot stand among the assets.
  for (const name of [WORKER, DEVICE]) {
    const file = join(folder, name);
    if (!existsSync(file)) continue;
    const script = readFileSync(file, 'utf8');
    app.get(`/${name}`, { config: { access: 'public' }, schema: { hide: true } as never }, async (_, reply) =>
      reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-cache').send(script),
    );
  }
  app.get('/*', { config: { access: 'public' }, schema: { hide: true } as never }, async (request, reply) => {
    if (/^\/(api|v2|in|hooks|status|assets)\//.test(request.url)) return reply.callNotFound();
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(page);
  });
}

/** The app reads the notice from its own page, so that it stands there before anybody has signed in. */
function noticed(page: string, notice: string | undefined): string {
  const text = notice?.replace(/[&"<>]/g, (sign) => `&#${sign.codePointAt(0)};`);
  return text ? page.replace('</head>', `<meta name="humdrum-notice" content="${text}" /></head>`) : page;
}

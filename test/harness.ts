import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { InjectOptions } from 'fastify';
import { movableClock } from '#platform/clock.ts';
import { readConfig } from '#platform/config.ts';
import { type Database, json, openDatabase } from '#platform/db/database.ts';
import type { Caller, Role } from '#platform/http/app.ts';
import { createLog } from '#platform/log.ts';
import { type Humdrum, openHumdrum, ROOT } from '#src/open.ts';
import { nextDue, sweep } from '#src/sweep.ts';
import { startSmtp } from './servers/smtp.ts';
import { createTestDatabase, templateImage } from './test-database.ts';

export type PersonSeed = {
  id: string;
  name: string;
  zone?: string;
  role?: Role;
  channels?: { kind: string; address: string; testedAt?: string | null }[];
};
export type HarnessOptions = {
  start?: string;
  /** A database that others open too, or that outlives this house. */
  databaseUrl?: string;
  /** Embedded whatever the other tests have. */
  embedded?: boolean;
  environment?: Record<string, string>;
  /** Without a mail server: SMTP_URL stays unset. */
  withoutMail?: boolean;
};

export type Harness = Awaited<ReturnType<typeof openHarness>>;

export const MONDAY_NIGHT = '2026-11-23T02:00:00Z';
const JOBS_SETTLE_SECONDS_MAX = 60;

export async function openHarness(options: HarnessOptions = {}) {
  const clock = movableClock(options.start ?? MONDAY_NIGHT);
  const smtp = await startSmtp();
  const config = readConfig({
    HUMDRUM_PORT: '0',
    HUMDRUM_URL: 'https://humdrum.example.com',
    HUMDRUM_DATA: join(ROOT, 'node_modules/.cache/humdrum/data'),
    HUMDRUM_LOG_LEVEL: process.env.HARNESS_LOG ?? 'silent',
    HUMDRUM_SECRET: 'a secret that only tests know, long enough',
    HUMDRUM_ALLOW_PRIVATE: '127.0.0.0/8',
    MAIL_FROM: 'Humdrum <humdrum@example.com>',
    ...(options.withoutMail ? {} : { SMTP_URL: smtp.url }),
    ...options.environment,
  });
  let caller: Caller | undefined;
  const open = async (): Promise<Humdrum> =>
    openHumdrum({
      config,
      clock,
      log: createLog(config.logLevel),
      version: 'test',
      timers: false,
      database: await database(),
      authenticate: async () => caller,
    });
  const own = options.databaseUrl || options.embedded ? undefined : await createTestDatabase();
  const url = options.databaseUrl ?? own?.url;
  const database = async (): Promise<Database> =>
    openDatabase(url ? { url } : { image: await templateImage() });
  let humdrum = await open();

  const drain = async (): Promise<void> => {
    for (let tries = 0; tries < JOBS_SETTLE_SECONDS_MAX * 200; tries += 1) {
      if (await humdrum.platform.jobs.idle()) return;
      await pause(5);
    }
    throw new Error(`Jobs did not come to rest within ${JOBS_SETTLE_SECONDS_MAX} s.`);
  };
  /** Does what is due now, and the jobs that come of it, until nothing is left. */
  const settle = async (): Promise<void> => {
    do await drain();
    while ((await sweep(humdrum.dues, humdrum.platform)) > 0);
  };

  const harness = {
    clock,
    smtp,
    get humdrum() {
      return humdrum;
    },
    get db() {
      return humdrum.platform.db;
    },
    get incidents() {
      return humdrum.story.incidents;
    },
    settle,
    /** Moves time to `at`, stopping at every instant at which something is due on the way. */
    async until(at: string | Temporal.Instant): Promise<void> {
      const end = typeof at === 'string' ? Temporal.Instant.from(at) : at;
      await settle();
      for (;;) {
        const next = await nextDue(humdrum.platform.db, humdrum.dues);
        if (!next || Temporal.Instant.compare(next, end) > 0) break;
        if (Temporal.Instant.compare(next, clock.now()) > 0) clock.set(next);
        await settle();
      }
      clock.set(end);
      await settle();
    },
    async pass(duration: Temporal.DurationLike): Promise<void> {
      await harness.until(clock.now().add(duration));
    },
    /** Acts as this person from now on; undefined: nobody is signed in. */
    as(who: Partial<Caller> | string | undefined): void {
      caller =
        who === undefined
          ? undefined
          : callerFor(typeof who === 'string' ? { personId: who, name: who } : who);
    },
    async call(
      method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      url: string,
      body?: object | string,
      headers: Record<string, string> = {},
    ) {
      const path =
        url.startsWith('/') &&
        !/^\/(v2|in|hooks|p|u|ask|device|status|api|healthz|readyz|metrics)(\/|$)/.test(url)
          ? `/api/v1${url}`
          : url;
      const answer = await humdrum.app.inject({
        method,
        url: path,
        headers,
        ...(body === undefined ? {} : { payload: body }),
      } as InjectOptions);
      const isJson = String(answer.headers['content-type']).includes('json');
      return {
        status: answer.statusCode,
        // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
        body: (isJson && answer.body ? answer.json() : undefined) as any,
        text: answer.body,
        headers: answer.headers,
      };
    },
    /** As `call`, and fails the test when the answer is not a success. @returns the body */
    async ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: object) {
      const answer = await harness.call(method, url, body);
      if (answer.status >= 400) throw new Error(`${method} ${url} answered ${answer.status}: ${answer.text}`);
      return answer.body;
    },
    /** The process goes away and comes back on the same database. */
    async restart(): Promise<void> {
      if (!url) throw new Error('An embedded database ends with its process.');
      await humdrum.close();
      humdrum = await open();
    },
    async close(): Promise<void> {
      await humdrum.close();
      await own?.remove();
      await smtp.stop();
    },
    person: (seed: PersonSeed) => addPerson(humdrum, seed),
  };
  return harness;
}

function callerFor(who: Partial<Caller>): Caller {
  return {
    kind: 'person',
    loginId: `log_${who.personId ?? 'x'}`,
    personId: who.personId,
    name: who.name ?? 'Somebody',
    role: who.role ?? 'administrator',
    scopes: [],
    sessionId: undefined,
    ...who,
  };
}

async function addPerson({ platform }: Humdrum, seed: PersonSeed): Promise<void> {
  const now = platform.clock.now();
  const channels = seed.channels ?? [
    { kind: 'email', address: `${seed.id}@example.com`, testedAt: now.toString() },
  ];
  await platform.db
    .insertInto('person')
    .values({
      id: seed.id,
      name: seed.name,
      email: `${seed.id}@example.com`,
      zone: seed.zone ?? 'UTC',
      channels: json(channels),
      created_at: now,
      updated_at: now,
    })
    .execute();
}

/**
 * A small agency: Ana is primary, Bo backup, Cleo manager, Dan in the second team; "Checkout" serves Northwind and Contoso.
 * @returns ids by name
 */
export async function seedAgency(harness: Harness) {
  const { db, clock } = harness;
  const at = { created_at: clock.now(), updated_at: clock.now() };
  for (const [id, name] of [
    ['ana', 'Ana Lima'],
    ['bo', 'Bo Falk'],
    ['cleo', 'Cleo Marsh'],
    ['dan', 'Dan Okoro'],
  ] as const)
    await harness.person({ id, name });
  await db
    .insertInto('team')
    .values([
      { id: 'team_pay', name: 'Payments', ...at },
      { id: 'team_core', name: 'Core', ...at },
    ])
    .execute();
  await db
    .insertInto('team_member')
    .values([
      { team_id: 'team_pay', person_id: 'ana' },
      { team_id: 'team_pay', person_id: 'bo' },
      { team_id: 'team_core', person_id: 'dan' },
    ])
    .execute();
  await db
    .insertInto('third_party')
    .values({ id: 'tp_psp', name: 'Payment provider', status_url: 'https://status.example.com', ...at })
    .execute();
  const cover = {
    owner_team_id: 'team_pay',
    primary_id: 'ana',
    backup_id: 'bo',
    manager_id: 'cleo',
    second_team_id: 'team_core',
    zone: 'UTC',
  };
  await db
    .insertInto('service')
    .values([
      {
        id: 'svc_checkout',
        name: 'checkout-api',
        slug: 'checkout',
        public_name: 'card payments',
        on_public_page: true,
        ...cover,
        ...at,
      },
      {
        id: 'svc_orders',
        name: 'orders-db',
        slug: 'orders',
        public_name: 'orders',
        on_public_page: true,
        ...cover,
        ...at,
      },
      { id: 'svc_blog', name: 'blog', slug: 'blog', ...cover, ...at },
    ])
    .execute();
  await db
    .insertInto('service_dependency')
    .values({ service_id: 'svc_checkout', depends_on_id: 'svc_orders' })
    .execute();
  await db
    .insertInto('service_third_party')
    .values({ service_id: 'svc_checkout', third_party_id: 'tp_psp' })
    .execute();
  await db
    .insertInto('client')
    .values([
      { id: 'cli_northwind', name: 'Northwind', ...at },
      { id: 'cli_contoso', name: 'Contoso', ...at },
      { id: 'cli_fabrikam', name: 'Fabrikam', ...at },
    ])
    .execute();
  await db
    .insertInto('client_service')
    .values([
      { client_id: 'cli_northwind', service_id: 'svc_checkout' },
      { client_id: 'cli_contoso', service_id: 'svc_checkout' },
      { client_id: 'cli_fabrikam', service_id: 'svc_blog' },
    ])
    .execute();
  await db
    .insertInto('contact')
    .values([
      {
        id: 'con_n1',
        client_id: 'cli_northwind',
        name: 'Nora North',
        email: 'nora@northwind.example',
        ...at,
      },
      {
        id: 'con_n2',
        client_id: 'cli_northwind',
        name: 'Nils North',
        email: 'nils@northwind.example',
        ...at,
      },
      { id: 'con_c1', client_id: 'cli_contoso', name: 'Carl Contoso', email: 'carl@contoso.example', ...at },
      { id: 'con_f1', client_id: 'cli_fabrikam', name: 'Fay Fabrikam', email: 'fay@fabrikam.example', ...at },
    ])
    .execute();
  return { checkout: 'svc_checkout', orders: 'svc_orders', blog: 'svc_blog' };
}

/**
 * A signed-in browser with an address, a user agent and a name that nobody else has reports a near miss at a time that nothing else has.
 * Afterwards every table, every byte of the database's folder, the log at its loudest and the metrics are searched for them.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { type Logger, pino } from 'pino';
import { movableClock } from '#platform/clock.ts';
import { readConfig } from '#platform/config.ts';
import { openDatabase } from '#platform/db/database.ts';
import { type Humdrum, openHumdrum } from '#src/open.ts';
import { sweep } from '#src/sweep.ts';
import { type Postgres, startPostgres } from '../servers/postgres.ts';
import { templateImage } from '../test-database.ts';

const MOMENT = '2026-11-25T13:37:42.123Z';
const NAME = 'Zephyrine Quillfeather';
const EMAIL = 'zephyrine@harbour.example';
const PASSWORD = 'a long enough pass phrase';
const AGENT = 'QuillfeatherBrowser/77.1 (distinctive)';
const ADDRESS = '127.66.55.44';
const FORWARDED = '203.0.113.177';
const REQUEST_ID = 'req-4f1c9a-distinctive';
const TEXT = 'The thingumabob clean-up nearly deleted live orders';

let postgres: Postgres | undefined;
after(() => postgres?.stop());

const ENGINES = {
  async embedded() {
    const folder = mkdtempSync(join(tmpdir(), 'humdrum-near-miss-'));
    const database = await openDatabase({ folder, image: await templateImage() });
    return { database, folder: () => folder, end: () => rmSync(folder, { recursive: true, force: true }) };
  },
  async postgres() {
    postgres = await startPostgres({
      settings: { logging_collector: 'on', log_filename: 'server.log', log_statement: 'none' },
    });
    const database = await openDatabase({ url: postgres.url() });
    const { rows } = await sql<{ data_directory: string }>`show data_directory`.execute(database.db);
    return { database, folder: () => rows[0]?.data_directory ?? '', end: () => undefined };
  },
};

for (const engine of Object.keys(ENGINES) as (keyof typeof ENGINES)[])
  test(`nothing that is stored or logged leads back to whoever reported (${engine})`, async () => {
    const ground = await ENGINES[engine]();
    const lines: string[] = [];
    const log = pino({ level: 'trace', base: undefined }, { write: (line: string) => void lines.push(line) });
    const clock = movableClock('2026-11-25T09:00:00Z');
    const humdrum = await openFor(log, clock, ground.database);
    try {
      const { port } = new URL(await humdrum.app.listen({ port: 0, host: '127.0.0.1' }));
      const who = await signIn(humdrum, Number(port));
      const reporter = {
        'user-agent': AGENT,
        cookie: who.cookie,
        'x-forwarded-for': FORWARDED,
        forwarded: `for=${FORWARDED}`,
        'x-request-id': REQUEST_ID,
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        'idempotency-key': REQUEST_ID,
        referer: 'https://humdrum.example.com/incidents/inc_distinctive',
      };
      const ask = (method: string, path: string, body?: object | string) =>
        knock({ port: Number(port), method, path, body, headers: reporter, localAddress: ADDRESS });
      const noise = async (at: string) => {
        clock.set(Temporal.Instant.from(at));
        await humdrum.story.incidents.declare(
          { title: 'Noise', serviceIds: [], noticed: { by: 'person' }, proposedSeverity: 'P3' },
          { actor: { kind: 'person', name: NAME, personId: 'per_z', loginId: who.loginId }, source: 'app' },
        );
      };
      await sweep(humdrum.dues, humdrum.platform);
      await noise('2026-11-25T13:37:41Z');
      await rest(humdrum);

      // The report, and all that a reporter can do.
      clock.set(Temporal.Instant.from(MOMENT));
      const before = await look(humdrum, lines);
      await ask('GET', '/near-miss');
      await ask('GET', '/near-miss/door/state');
      await ask('POST', '/near-miss/door/preview', { texts: [TEXT] });
      const told = await ask('POST', '/near-miss/door/report', {
        happened: `${TEXT}, says ${NAME}`,
        stopped: 'Luck',
      });
      assert.equal(told.status, 201, told.text);
      assert.deepEqual([told.headers['set-cookie'], told.headers['x-request-id']], [undefined, undefined]);
      const receipt = (JSON.parse(told.text) as { receipt: string }).receipt;
      await ask('POST', '/near-miss/door/receipt', { code: receipt });
      await ask('POST', '/near-miss/door/addition', { code: receipt, text: 'And the filter was empty' });
      const refused = [
        await ask('POST', '/near-miss/door/report', 'x'.repeat(100_000)),
        await ask('POST', '/near-miss/door/report', '{'),
        await ask('POST', '/near-miss/door/nowhere', {}),
        await ask('POST', '/near-miss/door/receipt', { code: 'AAAA-BBBB-CCCC-DDDD' }),
      ];
      assert.deepEqual(
        refused.map((each) => [each.status, /request/.test(Object.keys(JSON.parse(each.text)).join())]),
        [
          [413, false],
          [400, false],
          [404, false],
          [404, false],
        ],
      );
      const afterwards = await look(humdrum, lines);
      assert.deepEqual(afterwards.log, before.log, 'not one line of the log');
      assert.deepEqual(afterwards.metrics, before.metrics, 'no count, no new series');
      assert.deepEqual(afterwards.sequences, before.sequences, 'no number of a sequence is used up');
      const added = differences(before.rows, afterwards.rows);
      assert.deepEqual(
        added.map(([table]) => table),
        ['public.near_miss_box', 'public.near_miss_box'],
      );
      const kept = JSON.parse(added.find(([, row]) => row.includes('thingumabob'))?.[1] ?? '{}');
      assert.deepEqual(Object.keys(kept).toSorted(), [
        'adds_to',
        'again',
        'happened',
        'id',
        'receipt_hash',
        'reported_on',
        'stir_at',
        'stopped',
      ]);
      assert.deepEqual(
        [kept.reported_on, kept.happened, Temporal.Instant.from(kept.stir_at).toString()],
        ['2026-11-25', `${TEXT}, says [name]`, '2026-11-25T14:00:00Z'],
      );

      // Between two reports somebody else's rows carry exact times: neither order nor transaction may tie them together.
      await noise('2026-11-25T13:41:00Z');
      await ask('POST', '/near-miss/door/report', { happened: 'A second thingumabob' });
      await noise('2026-11-25T13:48:00Z');
      await rest(humdrum);
      const noisy = (await transactions(humdrum, 'fact')).map(Number);
      clock.set(Temporal.Instant.from('2026-11-25T14:00:00Z'));
      await sweep(humdrum.dues, humdrum.platform);
      const [stirred, ...others] = await transactions(humdrum, 'near_miss_box');
      assert.deepEqual(others, [], 'one transaction put all of them back');
      assert.ok(Number(stirred) > Math.max(...noisy));
      // A morning later they are found, and lie in their table as one.
      clock.set(Temporal.Instant.from('2026-11-26T08:00:00Z'));
      await sweep(humdrum.dues, humdrum.platform);
      await rest(humdrum);
      assert.equal((await transactions(humdrum, 'near_miss')).length, 1);
      assert.deepEqual(await transactions(humdrum, 'near_miss_box'), []);
      const found = await sql<{ n: number }>`select count(*)::int as n from near_miss`.execute(
        humdrum.platform.db,
      );
      assert.equal(found.rows[0]?.n, 2);

      // Everything there is, once more.
      const everything = await look(humdrum, lines);
      const instant = Temporal.Instant.from(MOMENT);
      const traces = [
        AGENT,
        ADDRESS,
        FORWARDED,
        REQUEST_ID,
        '0af7651916cd43dd8448eb211c80319c',
        receipt,
        '13:37:42',
        String(instant.epochMilliseconds),
      ];
      for (const trace of traces) {
        const where = everything.rows.filter(([, row]) => row.includes(trace)).map(([table]) => table);
        assert.deepEqual(where, [], `${trace} stands in a table`);
        assert.ok(!lines.some((line) => line.includes(trace)), `${trace} stands in the log`);
      }
      assert.ok(!lines.some((line) => line.includes('near-miss/') || line.includes('thingumabob')));
      const about = everything.rows.filter(([table]) => table.includes('near_miss'));
      for (const person of [NAME, 'Quillfeather', EMAIL, who.loginId, who.session, 'per_z'])
        assert.ok(!about.some(([, row]) => row.includes(person)), `${person} stands beside a near miss`);

      // And what a copy of the folder would hold: bytes of rows, of what was deleted, of the journal.
      await sql`checkpoint`.execute(humdrum.platform.db);
      const bytes = bytesBelow(ground.folder());
      assert.ok(holds(bytes, 'thingumabob'), 'the search can find something');
      if (engine === 'postgres') {
        const own = bytesBelow(join(ground.folder(), 'log'));
        assert.ok(holds(own, 'ready to accept connections'), 'the log of PostgreSQL is found');
        assert.ok(!holds(own, 'thingumabob') && !holds(own, 'near_miss'), 'and knows of no report');
      }
      const micros = Buffer.alloc(8);
      micros.writeBigInt64LE((BigInt(instant.epochMilliseconds) - 946_684_800_000n) * 1000n);
      const noisyMicros = Buffer.alloc(8);
      noisyMicros.writeBigInt64LE(
        (BigInt(Temporal.Instant.from('2026-11-25T13:37:41Z').epochMilliseconds) - 946_684_800_000n) * 1000n,
      );
      assert.ok(holds(bytes, noisyMicros), 'a time that was stored is found as its bytes');
      for (const trace of [AGENT, ADDRESS, FORWARDED, REQUEST_ID, receipt, micros])
        assert.ok(!holds(bytes, trace), `${String(trace)} lies in the folder`);
    } finally {
      await humdrum.close();
      ground.end();
    }
  });

test('a report that cannot be kept says so, leaves no line, and is counted in the morning', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'trace', base: undefined }, { write: (line: string) => void lines.push(line) });
  const clock = movableClock('2026-11-25T13:00:00Z');
  const humdrum = await openFor(log, clock, await openDatabase({ image: await templateImage() }));
  try {
    const { port } = new URL(await humdrum.app.listen({ port: 0, host: '127.0.0.1' }));
    await sweep(humdrum.dues, humdrum.platform);
    await sql`alter table near_miss_box rename to away`.execute(humdrum.platform.db);
    const told = await knock({
      port: Number(port),
      method: 'POST',
      path: '/near-miss/door/report',
      body: { happened: TEXT },
      headers: {},
    });
    assert.deepEqual([told.status, lines], [503, []]);
    assert.match(told.text, /Try again in a minute/);
    await sql`alter table away rename to near_miss_box`.execute(humdrum.platform.db);
    clock.set(Temporal.Instant.from('2026-11-26T08:00:00Z'));
    await sweep(humdrum.dues, humdrum.platform);
    assert.equal(lines.filter((line) => line.includes('"reports":1')).length, 1);
    assert.ok(!lines.some((line) => line.includes('thingumabob')));
  } finally {
    await humdrum.close();
  }
});

function openFor(
  log: Logger,
  clock: ReturnType<typeof movableClock>,
  database: Awaited<ReturnType<typeof openDatabase>>,
) {
  const config = readConfig({
    HUMDRUM_PORT: '0',
    HUMDRUM_URL: 'http://127.0.0.1',
    HUMDRUM_SECRET: 'a secret that only tests know, long enough',
    HUMDRUM_ADMIN_EMAIL: EMAIL,
    HUMDRUM_ADMIN_PASSWORD: PASSWORD,
  });
  return openHumdrum({ config, clock, log, version: 'test', timers: false, database });
}

async function signIn({ platform }: Humdrum, port: number) {
  const now = platform.clock.now();
  const login = await platform.db
    .updateTable('login')
    .set({ name: NAME })
    .where('email', '=', EMAIL)
    .returning('id')
    .executeTakeFirstOrThrow();
  await platform.db.deleteFrom('person').where('email', '=', EMAIL).execute();
  await platform.db
    .insertInto('person')
    .values({ id: 'per_z', name: NAME, email: EMAIL, login_id: login.id, created_at: now, updated_at: now })
    .execute();
  const answer = await knock({
    port,
    method: 'POST',
    path: '/api/v1/session',
    body: { email: EMAIL, password: PASSWORD },
    headers: { 'user-agent': 'The browser that signed in', origin: `http://127.0.0.1:${port}` },
  });
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
  assert.match(cookie, /humdrum\.session_token=/, answer.text);
  const mine = await knock({ port, method: 'GET', path: '/api/v1/near-misses', headers: { cookie } });
  assert.equal(mine.status, 200, 'the browser is signed in');
  const { id } = await platform.db.selectFrom('session').select('id').executeTakeFirstOrThrow();
  return { cookie, loginId: login.id, session: id };
}

type Knock = {
  port: number;
  method: string;
  path: string;
  body?: object | string | undefined;
  headers: Record<string, string>;
  localAddress?: string;
};

function knock({ port, method, path, body, headers, localAddress }: Knock) {
  type Answer = { status: number; headers: NodeJS.Dict<string | string[]>; text: string };
  return new Promise<Answer>((resolve, reject) => {
    const sent = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent: false,
        ...(localAddress ? { localAddress } : {}),
        headers: { ...headers, ...(sent === undefined ? {} : { 'content-type': 'application/json' }) },
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      },
    );
    asked.on('socket', (socket) =>
      socket.on(
        'connect',
        () => localAddress && assert.equal((socket.address() as AddressInfo).address, localAddress),
      ),
    );
    asked.on('error', reject);
    asked.end(sent);
  });
}

async function rest({ platform }: Humdrum): Promise<void> {
  while (!(await platform.jobs.idle())) await new Promise((resolve) => setImmediate(resolve));
}

type Row = [table: string, row: string];

/** Every row of every table as text, every sequence, the log so far, and the metrics that are ours. */
async function look({ platform, app }: Humdrum, lines: string[]) {
  const tables = await sql<{ name: string }>`
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg_toast%'
    order by 1`.execute(platform.db);
  const rows: Row[] = [];
  for (const { name } of tables.rows) {
    // The job library keeps its own watch with real time; of it, the jobs count.
    const found = await sql<{ row: string }>`select to_json(t)::text as row from ${sql.raw(name)} t`.execute(
      platform.db,
    );
    rows.push(...found.rows.map(({ row }): Row => [name, row]));
  }
  const sequences = await sql<{ name: string; last: number | null }>`
    select schemaname || '.' || sequencename as name, last_value as last from pg_sequences order by 1`.execute(
    platform.db,
  );
  const metrics = (await app.inject({ method: 'GET', url: '/metrics' })).body
    .split('\n')
    .filter((line) => /^humdrum_(promises|incidents|near)/.test(line) || /http|route|near/.test(line));
  return { rows, sequences: sequences.rows, log: [...lines], metrics };
}

const WATCHES = /^pgboss\.(queue|version|bam|warning|schedule|subscription|job_table_stats|queue_stats)/;

function differences(before: Row[], afterwards: Row[]): Row[] {
  const known = new Set(before.map((each) => each.join(' ')));
  return afterwards.filter((each) => !known.has(each.join(' ')) && !WATCHES.test(each[0]));
}

/** The transactions that wrote the rows of a table: what a database administrator can see of when they came. */
async function transactions({ platform }: Humdrum, table: string): Promise<string[]> {
  const { rows } = await sql<{
    by: string;
  }>`select distinct xmin::text as by from ${sql.table(table)}`.execute(platform.db);
  return rows.map((each) => each.by);
}

function bytesBelow(folder: string): Buffer[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const path = join(folder, name);
    try {
      return statSync(path).isFile() ? [readFileSync(path)] : [];
    } catch {
      return [];
    }
  });
}

function holds(files: Buffer[], what: string | Buffer): boolean {
  return files.some((bytes) => bytes.includes(what));
}

/** A process dies while it sends: the next one takes over at once when it is alone, and waits for the lease when it is not. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { enter } from '#platform/db/presence.ts';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { type Postgres, startPostgres } from '../servers/postgres.ts';

// Real time: the connection is the server's, and long enough for three attempts.
const OUTAGE_MILLISECONDS = 3500;
const LOCK = 0x68_75_6d_64;
let server: Postgres;
let house: Harness;
let incident: string;
before(async () => {
  server = await startPostgres();
  await server.createDatabase('humdrum');
  house = await openHarness({ databaseUrl: server.url('humdrum') });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  ({ id: incident } = await house.ask('POST', '/incidents', {
    title: 'Card payments fail',
    serviceIds: ['svc_checkout'],
  }));
  await house.ask('POST', `/incidents/${incident}/confirmation`, { evidence: 'seen' });
  await house.ask('POST', `/incidents/${incident}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Card payments fail.',
    action: 'We are looking.',
    audience: { clientIds: 'affected', internal: true, publicPage: true },
  });
  await house.settle();
});
after(async () => {
  await house?.close();
  await server?.stop();
});

/** As a kill leaves it: the attempt is written down, the mail has not left. @returns how many */
async function dieWhileSending(): Promise<number> {
  const done = await house.db
    .updateTable('delivery')
    .set({ state: 'sending', sent_at: null, next_attempt_at: house.clock.now().add({ seconds: 45 }) })
    .executeTakeFirst();
  return Number(done.numUpdatedRows);
}
const mails = (): number =>
  house.smtp.mails.filter((mail) => /@.*northwind|contoso/.test(String(mail.envelope.to))).length;
const sending = async (): Promise<number> =>
  (await house.db.selectFrom('delivery').select('id').where('state', '=', 'sending').execute()).length;

test('alone on its data, a process that starts sends at once what the last one was sending', async () => {
  const before = mails();
  assert.ok((await dieWhileSending()) > 0);
  await house.restart();
  await house.settle();
  assert.equal(await sending(), 0);
  assert.ok(mails() > before, 'they left again without any time passing');
});

test('while another process is there, what it may be sending is left to it until its lease ends', async () => {
  const other = new pg.Client(server.url('humdrum'));
  await other.connect();
  await other.query('select pg_advisory_lock_shared($1)', [LOCK]);
  try {
    const count = await dieWhileSending();
    await house.restart();
    await house.settle();
    assert.equal(await sending(), count);
    await house.pass({ seconds: 46 });
    assert.equal(await sending(), 0);
  } finally {
    await other.end();
  }
});

test('a process is present again soon after its connection to the database was cut', async () => {
  const asked = new pg.Client(server.url('humdrum'));
  await asked.connect();
  const held = async (): Promise<number | undefined> =>
    (
      await asked.query<{ pid: number }>(
        "select pid from pg_locks where locktype = 'advisory' and objid = $1 and mode = 'ShareLock' and granted",
        [LOCK],
      )
    ).rows[0]?.pid;
  try {
    const before = await held();
    assert.ok(before);
    await asked.query('select pg_terminate_backend($1)', [before]);
    let now = await held();
    for (let tries = 0; tries < 100 && (!now || now === before); tries++) {
      await asked.query('select pg_sleep(0.1)');
      now = await held();
    }
    assert.ok(now && now !== before);
  } finally {
    await asked.end();
  }
});

test('after an outage of the database a process is present once, however often it tried to come back', async () => {
  await server.halt();
  await setTimeout(OUTAGE_MILLISECONDS);
  await server.resume();
  await setTimeout(OUTAGE_MILLISECONDS);
  const asked = new pg.Client(server.url('humdrum'));
  await asked.connect();
  try {
    const { rows } = await asked.query(
      "select pid from pg_locks where locktype = 'advisory' and objid = $1 and granted",
      [LOCK],
    );
    assert.equal(rows.length, 1);
  } finally {
    await asked.end();
  }
});

test('two processes know of each other, and the second is alone once the first has left', async () => {
  const database = { pool: { options: { connectionString: server.url('humdrum') } } } as never;
  const second = await enter(database);
  assert.equal(second.alone, false);
  await second.leave();
  await house.close();
  const third = await enter(database);
  assert.equal(third.alone, true);
  await third.leave();
  house = await openHarness({ databaseUrl: server.url('humdrum') });
});

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, test } from 'node:test';
import pg from 'pg';
import { startPostgres } from './postgres.ts';

const postgres = await startPostgres();
after(() => postgres.stop());

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

test('a database is cloned from a template with what is in it', async () => {
  await postgres.createDatabase('pattern');
  await ask(postgres.url('pattern'), 'create table kept as select 7 as number');
  await postgres.createDatabase('clone', 'pattern');
  assert.deepEqual(await ask(postgres.url('clone'), 'select number from kept'), [{ number: 7 }]);
  await postgres.dropDatabase('clone');
  await assert.rejects(ask(postgres.url('clone'), 'select 1'), /does not exist/);
});

test('a halted server refuses, and has its data again when it resumes', async () => {
  await postgres.createDatabase('outage');
  await ask(postgres.url('outage'), 'create table kept as select 7 as number');
  await postgres.halt();
  await assert.rejects(ask(postgres.url('outage'), 'select 1'), /ECONNREFUSED/);
  await postgres.resume();
  assert.deepEqual(await ask(postgres.url('outage'), 'select number from kept'), [{ number: 7 }]);
});

test('settings reach the server, and durability is on when asked for', async () => {
  const durable = await startPostgres({ fsync: true, settings: { work_mem: '5MB' } });
  assert.deepEqual(await ask(durable.url(), 'show fsync'), [{ fsync: 'on' }]);
  assert.deepEqual(await ask(durable.url(), 'show work_mem'), [{ work_mem: '5MB' }]);
  assert.deepEqual(await ask(postgres.url(), 'show fsync'), [{ fsync: 'off' }]);
  const [{ data_directory: folder }] = (await ask(durable.url(), 'show data_directory')) as [
    { data_directory: string },
  ];
  assert.equal(existsSync(folder), true);
  await durable.stop();
  assert.equal(existsSync(folder), false);
});

/** The page of kept promises: what the rows say, for this client alone; nothing of others, nothing restricted that it was not told of. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { textOfPdf } from '../servers/pdf.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
type Json = any;

let house: Harness;
before(async () => {
  house = await openHarness({ start: '2026-11-23T02:00:00Z' });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await house.ask('PUT', '/settings/organisation', { name: 'Harbour & Pine', zone: 'UTC', phone: null });
  await house.ask('PATCH', '/clients/cli_northwind', { contract: { cadenceMinutes: { P1: 15 } } });
});
after(() => house.close());

const read = (client: string, period = '2026-11'): Promise<Json> =>
  house.ask('GET', `/clients/${client}/promises-kept?period=${period}`);
const say = (id: string, more: object = {}) =>
  house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'next',
    status: 'looking',
    impact: 'Nobody can pay by card.',
    action: 'We are looking at the last change.',
    ...more,
  });

async function declared(title: string, more: object = {}): Promise<string> {
  const { id } = await house.ask('POST', '/incidents', { title, serviceIds: ['svc_checkout'], ...more });
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'seen' });
  await house.ask('POST', `/incidents/${id}/stay-alone`, { reason: 'one command fixes it' });
  return id;
}

test('a month without incidents is an empty page, not an error', async () => {
  const page = await read('cli_northwind', '2026-10');
  assert.deepEqual(
    [page.totals.incidents, page.totals.longestSilenceMinutes, page.period.name],
    [0, null, 'October 2026'],
  );
});

test('promises kept, late and broken are counted as their rows say, own ones by contract and common ones alike', async () => {
  const id = await declared('INTERNAL checkout-api 5xx');
  await house.until('2026-11-23T02:05:00Z');
  await say(id, { kind: 'first' });
  await house.until('2026-11-23T02:18:00Z');
  await say(id, { audience: { clientIds: ['cli_northwind'], internal: false, publicPage: false } });
  await house.until('2026-11-23T02:40:00Z');
  await say(id);
  await house.until('2026-11-23T02:41:00Z');
  await house.ask('POST', `/incidents/${id}/restoration`, {
    proof: { check: 'payment', shows: 'succeeds', since: '2026-11-23T02:41:00Z' },
  });
  await say(id, { kind: 'works_again', status: 'works_again' });
  await house.settle();
  const page = await read('cli_northwind');
  const [incident] = page.incidents;
  assert.deepEqual(
    incident.promises.map((each: Json) => `${each.name} ${each.dueAt.slice(11, 16)} ${each.outcome}`),
    [
      'First message 02:10 kept',
      'Next update by contract 02:20 kept',
      'Next update by contract 02:30 late',
      'Next update 02:35 late',
      '“It works again” sent 02:51 kept',
      'Next update by contract 02:55 kept',
      'Next update 03:10 kept',
    ],
  );
  assert.deepEqual(
    [page.totals.promised, page.totals.kept, page.totals.late, page.totals.broken],
    [7, 5, 2, 0],
  );
  assert.equal(page.totals.longestSilenceMinutes, 22);
  assert.deepEqual([page.totals.messages, page.totals.messagesWithEvidence], [4, 4]);
});

test('the numbers are those of the tables, counted another way', async () => {
  const rows = await house.db
    .selectFrom('promise')
    .select(['kind', 'state', 'missed_at'])
    .where('subject_kind', '=', 'incident')
    .where('state', '=', 'kept')
    .execute();
  const telling = rows.filter(
    ({ kind }) =>
      /^(first_message|next_update|it_works_again)$/.test(kind) || kind.endsWith(':cli_northwind'),
  );
  const { totals } = await read('cli_northwind');
  assert.equal(totals.promised, telling.length);
  assert.equal(totals.kept, telling.filter((row) => !row.missed_at).length);
});

test('a client reads nothing of another, nor what we call things among ourselves', async () => {
  const text = JSON.stringify(await read('cli_northwind'));
  assert.doesNotMatch(text, /Contoso|contoso|INTERNAL|checkout-api/);
  const contoso = await read('cli_contoso');
  assert.doesNotMatch(JSON.stringify(contoso), /Northwind|northwind|by contract/);
  assert.deepEqual(
    contoso.incidents[0].heard.map((each: Json) => each.at.slice(11, 16)),
    ['02:05', '02:40', '02:41'],
  );
  assert.equal((await read('cli_fabrikam')).totals.incidents, 0);
});

test('an incident from before a client was known is not held against its promises', async () => {
  const { id } = await house.ask('POST', '/clients', { name: 'Adatum', serviceIds: ['svc_checkout'] });
  const { totals } = await read(id);
  assert.deepEqual([totals.incidents, totals.promised, totals.longestSilenceMinutes], [0, 0, null]);
});

test('a message that left a client out does not count as kept to it', async () => {
  const id = await declared('orders stop');
  await say(id, { kind: 'first' });
  await house.pass({ minutes: 10 });
  await say(id, { audience: { clientIds: ['cli_northwind'], internal: true, publicPage: false } });
  await house.settle();
  const [, second] = (await read('cli_contoso')).incidents;
  assert.deepEqual(
    second.promises.map((each: Json) => `${each.name} ${each.outcome}`),
    ['First message kept', 'Next update broken'],
  );
});

test('a restricted incident stands on the page only of a client that was told, and only for those who may see it', async () => {
  const id = await declared('keys leaked', { restricted: true });
  assert.equal((await read('cli_northwind')).totals.incidents, 2);
  await say(id, {
    kind: 'first',
    audience: { clientIds: ['cli_northwind'], internal: false, publicPage: false },
  });
  await house.settle();
  assert.equal((await read('cli_northwind')).totals.incidents, 3);
  assert.equal((await read('cli_contoso')).totals.incidents, 2);
  house.as({ personId: 'bo', name: 'Bo Falk' });
  const page = await read('cli_northwind');
  assert.deepEqual([page.totals.incidents, page.notShown], [2, 1]);
  house.as({ personId: 'ana', name: 'Ana Lima' });
});

test('the table and the document hold the same, and are files to keep', async () => {
  const csv = await house.call('GET', '/clients/cli_northwind/promises-kept.csv?period=2026-11');
  assert.match(String(csv.headers['content-disposition']), /promises-kept-northwind-2026-11\.csv/);
  const { totals } = await read('cli_northwind');
  const lines = csv.text.trim().split('\r\n');
  assert.equal(lines.filter((line: string) => line.includes(',promise,')).length, totals.promised);
  assert.ok(lines.some((line: string) => /told,Nora North,email,250/.test(line)));
  const pdf = await house.humdrum.app.inject({
    method: 'GET',
    url: '/api/v1/clients/cli_northwind/promises-kept.pdf?period=2026-11',
  });
  assert.equal(pdf.headers['content-type'], 'application/pdf');
  assert.equal(pdf.rawPayload.subarray(0, 5).toString(), '%PDF-');
  if (process.env.PDF_FILE) writeFileSync(process.env.PDF_FILE, pdf.rawPayload);
  const text = textOfPdf(pdf.rawPayload);
  assert.match(text, /Promises kept\n+ *Northwind · November 2026/);
  assert.match(text, new RegExp(`${totals.kept} of ${totals.promised}`));
});

test('the document writes the names of Europe as they are written there', async () => {
  const names = 'Łódź, Škoda, Ελλάδα, Київ';
  const { name } = await house.ask('GET', '/clients/cli_northwind');
  await house.ask('PATCH', '/clients/cli_northwind', { name: names });
  await house.ask('PATCH', '/contacts/con_n1', { name: 'Þóra Đặng-Őry' });
  const pdf = async () =>
    (
      await house.humdrum.app.inject({
        method: 'GET',
        url: '/api/v1/clients/cli_northwind/promises-kept.pdf?period=2026-11',
      })
    ).rawPayload;
  if (process.env.PDF_FILE) writeFileSync(process.env.PDF_FILE, await pdf());
  assert.ok(textOfPdf(await pdf()).includes(`${names} · November 2026`));
  await house.ask('PATCH', '/clients/cli_northwind', { name: '東京 e\u0301' });
  assert.ok(
    textOfPdf(await pdf()).includes('?? é · November 2026'),
    'what the font lacks is a question mark',
  );
  await house.ask('PATCH', '/clients/cli_northwind', { name });
});

test('a period that is none is refused with what to write', async () => {
  const answer = await house.call('GET', '/clients/cli_northwind/promises-kept?period=2026-13');
  assert.equal(answer.status, 400);
  assert.match(JSON.stringify(answer.body), /2026-Q4/);
  assert.equal((await house.call('GET', '/clients/cli_nobody/promises-kept')).status, 404);
});

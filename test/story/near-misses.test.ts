/** Near misses from the report to the answer: found once a day, promised, answered, made an incident or an action item. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { startSmtp } from '../servers/smtp.ts';

// A Wednesday afternoon; the house counts its days in Berlin, an hour ahead.
const WEDNESDAY = '2026-11-25T13:37:42.123Z';
const FOUND = '2026-11-26T07:00:00Z';
const TEXT = 'The clean-up job would have deleted live orders; its filter was empty.';
let harness: Harness;
let address: string;

before(async () => {
  harness = await openHarness({ start: '2026-11-25T12:00:00Z' });
  await seedAgency(harness);
  harness.as('cleo');
  await harness.ask('PUT', '/settings/organisation', { name: 'Harbour', zone: 'Europe/Berlin' });
  await harness.ask('PUT', '/settings/near-misses', { open: true, learningOwnerId: 'cleo' });
  address = await harness.humdrum.app.listen({ port: 0, host: '127.0.0.1' });
  await harness.settle();
});
after(() => harness.close());
beforeEach(() => harness.as('cleo'));

// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
type Json = any;

async function door(step: string, body?: object | string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${address}/near-miss/door/${step}`, {
    ...(body === undefined
      ? {}
      : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
    headers: { 'content-type': 'application/json', connection: 'close', ...headers },
  });
  return { status: answer.status, body: (await answer.json()) as Json };
}

async function tell(more: object = {}): Promise<string> {
  const { status, body } = await door('report', { happened: TEXT, stopped: 'A dry run, by chance', ...more });
  assert.equal(status, 201, JSON.stringify(body));
  return body.receipt;
}

const list = async (show = 'all'): Promise<Json[]> =>
  (await harness.ask('GET', `/near-misses?show=${show}`)).items;
const promiseOf = async (id: string) =>
  harness.db
    .selectFrom('promise')
    .selectAll()
    .where('subject_kind', '=', 'near_miss')
    .where('subject_id', '=', id)
    .executeTakeFirstOrThrow();
const mailsTo = (who: string, words: RegExp) =>
  harness.smtp.mails.filter(
    (mail) => mail.envelope.to.includes(`${who}@example.com`) && words.test(mail.subject ?? ''),
  );

test('what came in on one day is found and announced together the next morning, and its clock starts', async () => {
  await harness.until(WEDNESDAY);
  harness.smtp.mails.length = 0;
  await tell();
  await harness.pass({ hours: 2 });
  await tell({ happened: 'Nobody could have restored the backup: its key was gone.' });
  await harness.until('2026-11-26T06:59:59Z');
  assert.deepEqual(await list(), [], 'nobody reads it before');
  assert.deepEqual(harness.smtp.mails.length, 0, 'no mail per report');
  await harness.until(FOUND);
  const found = await list('waiting');
  assert.deepEqual(
    found.map((each) => [each.reportedOn, each.again, each.dueAt, each.overdue]),
    [
      ['2026-11-25', false, '2026-12-09T16:00:00Z', false],
      ['2026-11-25', false, '2026-12-09T16:00:00Z', false],
    ],
  );
  const promise = await promiseOf(found[0].id);
  assert.deepEqual(
    [promise.kind, promise.state, promise.opened_at.toString(), promise.due_at.toString(), promise.owner_id],
    ['near_miss_answered', 'open', FOUND, '2026-12-09T16:00:00Z', 'cleo'],
  );
  // Cleo works from nine, in UTC.
  await harness.until('2026-11-26T09:00:00Z');
  assert.equal(mailsTo('cleo', /^2 near misses were reported$/).length, 1);
});

test('its ladder mails the learning owner, and a day late everybody who administers; nobody is paged', async () => {
  await harness.db
    .insertInto('login')
    .values({
      id: 'log_dan',
      name: 'Dan Okoro',
      email: 'dan@example.com',
      email_verified: true,
      role: 'administrator',
      created_at: harness.clock.now(),
      updated_at: harness.clock.now(),
    })
    .execute();
  await harness.db.updateTable('person').set({ login_id: 'log_dan' }).where('id', '=', 'dan').execute();
  harness.smtp.mails.length = 0;
  const [first, second] = await list('waiting');
  await harness.ask('PUT', `/near-misses/${second.id}/answer`, {
    answer: 'The key is kept in two places now.',
  });
  await harness.until('2026-12-07T15:59:59Z');
  assert.equal(mailsTo('cleo', /^Due: answer to a near miss/).length, 0);
  await harness.until('2026-12-07T16:00:00Z');
  assert.equal(mailsTo('cleo', /^Due: answer to a near miss/).length, 1);
  await harness.until('2026-12-10T12:00:00Z');
  assert.equal(mailsTo('cleo', /^Overdue: answer to a near miss/).length, 1);
  assert.equal(mailsTo('dan', /near miss/).length, 0);
  await harness.until('2026-12-11T12:00:00Z');
  assert.equal(mailsTo('dan', /^Overdue: answer to a near miss/).length, 1);
  assert.equal((await list('waiting'))[0].overdue, true);
  const pages = await harness.db.selectFrom('page').selectAll().execute();
  assert.equal(pages.length, 0);
  await harness.ask('PUT', `/near-misses/${first.id}/answer`, { answer: 'The job refuses an empty filter.' });
  const promise = await promiseOf(first.id);
  assert.deepEqual([promise.state, promise.missed_at !== null], ['kept', true]);
  assert.equal((await promiseOf(second.id)).missed_at, null);
});

test('what could happen again this week goes out at once, redacted, and is answered within a working day', async () => {
  // A Friday evening: the next working day is Monday.
  await harness.until('2026-12-18T19:12:00Z');
  harness.smtp.mails.length = 0;
  await tell({ happened: 'Bo Falk nearly dropped orders on db-prod-03 at 19:10', again: true });
  await harness.settle();
  const [mail, ...more] = harness.smtp.mails;
  assert.deepEqual(more, []);
  assert.deepEqual(mail?.envelope.to, ['cleo@example.com']);
  assert.match(mail?.text ?? '', /\[name\] nearly dropped orders on \[host\] at \[time\]/);
  assert.doesNotMatch(`${mail?.subject} ${mail?.text} ${mail?.html}`, /Falk|db-prod|19:10/);
  assert.deepEqual(await harness.db.selectFrom('near_miss_warning').selectAll().execute(), []);
  await harness.until('2026-12-19T07:00:00Z');
  const [found] = await list('waiting');
  assert.deepEqual([found.again, found.dueAt], [true, '2026-12-21T16:00:00Z']);
});

test('the receipt shows the report and its answer, and adds to it; nobody else has it', async () => {
  await harness.until('2027-01-12T10:00:00Z');
  const code = await tell({ happened: 'A certificate would have expired on Sunday.' });
  const boxed = await door('receipt', { code });
  assert.deepEqual(
    [boxed.body.state, boxed.body.happened],
    ['in_box', 'A certificate would have expired on Sunday.'],
  );
  const added = await door('addition', {
    code: code.toLowerCase().replaceAll('-', ' '),
    text: 'Ana Lima knows the place',
  });
  assert.deepEqual(added.body.additions, [{ addedOn: '2027-01-12', text: '[name] knows the place' }]);
  await harness.until('2027-01-13T07:00:00Z');
  const [found] = await list('waiting');
  assert.deepEqual(found.additions, [{ addedOn: '2027-01-12', text: '[name] knows the place' }]);
  await harness.ask('PUT', `/near-misses/${found.id}/answer`, {
    answer: 'Certificates are renewed by a job now.',
  });
  const read = await door('receipt', { code });
  assert.deepEqual(
    [read.body.state, read.body.answer, 'id' in read.body],
    ['answered', 'Certificates are renewed by a job now.', false],
  );
  await door('addition', { code, text: 'Thank you, it works.' });
  await harness.until('2027-01-14T07:00:00Z');
  const [later] = await list();
  assert.equal(later.additions.length, 2);
  assert.equal(later.state, 'answered');
  assert.equal((await door('receipt', { code: '0000-0000-0000-0000' })).status, 404);
  const kept = JSON.stringify(await harness.db.selectFrom('near_miss').selectAll().execute());
  assert.ok(!kept.includes(code), 'only the hash of the receipt is kept');
});

test('a near miss becomes an action item with an owner, a date and a promise', async () => {
  await harness.until('2027-01-18T08:00:00Z');
  const [found] = await list();
  const refused = await harness.call('POST', `/near-misses/${found.id}/action-items`, {
    text: 'Renew by a job',
  });
  assert.equal(refused.status, 400);
  const agreed = await harness.ask('POST', `/near-misses/${found.id}/action-items`, {
    text: 'Alarm two weeks before a certificate expires',
    ownerId: 'bo',
    dueOn: '2027-01-29',
    doneCondition: 'An alarm fires for a test certificate',
  });
  assert.equal(agreed.actionItems[0].ownerName, 'Bo Falk');
  const { items } = await harness.ask('GET', '/action-items?state=open&owner=bo');
  assert.deepEqual(
    items.map((each: Json) => [each.text, each.nearMissId, each.postmortemId, each.incidentNumber]),
    [['Alarm two weeks before a certificate expires', found.id, null, null]],
  );
  harness.smtp.mails.length = 0;
  await harness.until('2027-01-28T10:00:00Z');
  const [mail] = mailsTo('bo', /^Due: action item of a near miss/);
  assert.match(mail?.text ?? '', /Done when: An alarm fires/);
  await harness.until('2027-02-06T10:00:00Z');
  await harness.until('2027-02-08T10:00:00Z');
  assert.ok(
    mailsTo('cleo', /^Overdue: action item of a near miss/).length,
    'the learning owner stands above its owner',
  );
  const done = await harness.ask('POST', `/action-items/${items[0].id}/completion`, {
    evidence: 'It fired.',
  });
  assert.equal(done.state, 'done');
});

test('a near miss becomes an incident, once, and says which', async () => {
  const [found] = await list();
  const declared = await harness.ask('POST', `/near-misses/${found.id}/incident`, {
    title: 'A certificate expires today',
    serviceIds: ['svc_checkout'],
  });
  const incident = await harness.incidents.load(declared.incident.id);
  assert.deepEqual(
    [incident?.title, incident?.severity, incident?.noticed.how, incident?.noticed.who],
    ['A certificate expires today', 'P3', 'a near miss', undefined],
  );
  const again = await harness.call('POST', `/near-misses/${found.id}/incident`, { title: 'Once more' });
  assert.equal(again.status, 409);
});

test('months are counted, people and teams never', async () => {
  const { items } = await harness.ask('GET', '/near-misses/months');
  assert.deepEqual(items, [
    { month: '2027-01', reported: 1, answered: 1 },
    { month: '2026-12', reported: 1, answered: 0 },
    { month: '2026-11', reported: 2, answered: 2 },
  ]);
  const { rows } = await sql`
    select column_name from information_schema.columns where table_name like 'near_miss%'
    and column_name ~ 'team|service|person|login|session|address|agent|created'`.execute(harness.db);
  assert.deepEqual(rows, []);
});

test('a closed page takes no reports; receipts still open', async () => {
  const code = await tell({ happened: 'The last one before it closed' });
  await harness.ask('PUT', '/settings/near-misses', { open: false, learningOwnerId: 'cleo' });
  assert.deepEqual((await door('state')).body, { open: false, warns: true });
  for (const step of ['report', 'preview'])
    assert.equal((await door(step, { happened: TEXT, texts: [TEXT] })).status, 403);
  assert.equal((await door('receipt', { code })).status, 200);
  await harness.ask('PUT', '/settings/near-misses', { open: true, learningOwnerId: 'cleo' });
});

test('a flood is stopped for an hour without telling anybody apart', async () => {
  await harness.pass({ hours: 2 });
  const answers: number[] = [];
  for (let each = 0; each < 40; each += 1)
    answers.push((await door('report', { happened: `Flood ${each}` })).status);
  assert.deepEqual([...new Set(answers)], [201, 429]);
  assert.equal(answers.filter((status) => status === 201).length, 30);
  await harness.pass({ hours: 1 });
  assert.equal((await door('report', { happened: TEXT })).status, 201);
});

test('bad input is refused with what to do, or kept as what it is: text', async () => {
  const big = await door('report', { happened: 'x'.repeat(2 * 1024 * 1024) });
  assert.deepEqual([big.status, big.body.title], [413, 'A report has at most 32 KB.']);
  const long = await door('report', { happened: 'x'.repeat(5000) });
  assert.deepEqual([long.status, long.body.fields[0].path], [400, 'happened']);
  assert.equal((await door('report', '{"happened":')).status, 400);
  assert.equal((await door('report', 'happened=x', { 'content-type': 'text/plain' })).status, 415);
  assert.equal((await door('report', { happened: '   ' })).status, 400);
  assert.equal((await door('constructor', {})).status, 404);
  assert.equal((await door('report')).status, 404);
  const odd = await door('report', {
    happened: '<script>alert(1)</script> NUL \u0000 half \ud800 end',
    stopped: '\u0000',
  });
  assert.equal(odd.status, 201);
  const read = await door('receipt', { code: odd.body.receipt });
  assert.equal(read.body.happened, '<script>alert(1)</script> NUL \uFFFD half \uFFFD end');
});

test('a viewer reads and does not answer; nobody who is not signed in reads the list', async () => {
  const [found] = await list();
  harness.as({ personId: 'ana', name: 'Ana Lima', role: 'viewer' });
  assert.equal((await harness.call('GET', '/near-misses')).status, 200);
  assert.equal((await harness.call('PUT', `/near-misses/${found.id}/answer`, { answer: 'No' })).status, 403);
  harness.as(undefined);
  assert.equal((await harness.call('GET', '/near-misses')).status, 401);
});

test('a warning that cannot be mailed is tried again at the next full hour', async () => {
  const { port } = harness.smtp;
  await harness.until('2027-02-10T10:10:00Z');
  await harness.smtp.stop();
  await tell({ again: true });
  await harness.settle();
  const [row] = await harness.db.selectFrom('near_miss_warning').selectAll().execute();
  assert.equal(row?.send_at.toString(), '2027-02-10T11:00:00Z');
  await using back = await restarted(port);
  await harness.until('2027-02-10T11:00:00Z');
  assert.deepEqual(
    back.mails.map((mail) => mail.subject),
    ['A near miss that could happen again this week'],
  );
  assert.deepEqual(await harness.db.selectFrom('near_miss_warning').selectAll().execute(), []);
});

async function restarted(port: number) {
  const smtp = await startSmtp({ port });
  return { ...smtp, [Symbol.asyncDispose]: () => smtp.stop() };
}

/** A stricter contract times us for that client alone: its clock, its pages, its own message; the common cadence runs on beside it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

let house: Harness;
before(async () => {
  house = await openHarness({ start: '2026-11-23T02:00:00Z' });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await contract('cli_northwind', { firstResponseMinutes: 5, cadenceMinutes: { P2: 15 }, needsCall: true });
});
after(() => house.close());

const contract = (client: string, terms: object | null) =>
  house.ask('PATCH', `/clients/${client}`, { contract: terms });
const P2 = {
  dataAtRisk: 'no',
  mainTaskImpossible: 'no',
  mainTaskMuchWorse: 'yes',
  workaround: 'yes',
  redundancyGone: 'no',
};
const ALONE = { clientIds: ['cli_northwind'], internal: false, publicPage: false };

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
type Json = any;

async function declared(title: string): Promise<string> {
  const { id } = await house.ask('POST', '/incidents', { title, serviceIds: ['svc_checkout'], answers: P2 });
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'seen' });
  await house.ask('POST', `/incidents/${id}/stay-alone`, { reason: 'one command fixes it' });
  return id;
}

const say = (id: string, more: object = {}) =>
  house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'next',
    status: 'looking',
    impact: 'Paying is slow.',
    action: 'We are looking at the last change.',
    ...more,
  });

/** Names, due times and states of what is owed about telling. */
async function owed(id: string): Promise<string[]> {
  const { items } = await house.ask('GET', `/incidents/${id}/promises`);
  return items
    .filter((each: Json) => /essage|pdate|Call/.test(each.name) && each.state !== 'void')
    .map(
      (each: Json) => `${each.name} ${each.dueAt.slice(11, 16)} ${each.state}${each.missedAt ? ' late' : ''}`,
    );
}

async function lines(id: string, promise: string): Promise<string[]> {
  const { items } = await house.ask('GET', `/incidents/${id}/timeline`);
  return items
    .filter((line: Json) => line.data.promise === promise)
    .map((line: Json) => `${line.happenedAt.slice(11, 16)} ${line.text}`);
}

let id: string;
const mailed = (from: number) =>
  house.smtp.mails
    .slice(from)
    .flatMap((mail) => mail.envelope.to)
    .toSorted();

test('a contract opens a first message and a call for that client, earlier than what everybody is owed', async () => {
  id = await declared('checkout-api is slow');
  assert.deepEqual(await owed(id), [
    'First message to Northwind 02:05 open',
    'Call to Northwind 02:05 open',
    'First message 02:10 open',
  ]);
  const { items } = await house.ask('GET', `/incidents/${id}/timeline`);
  assert.ok(items.some((line: Json) => line.text === 'Timed by contract as well: Northwind'));
  // The holding message keeps both, so its clock is the earlier one.
  const { nextStep } = await house.ask('GET', `/incidents/${id}`);
  assert.deepEqual([nextStep.kind, nextStep.dueAt], ['tell', '2026-11-23T02:05:00Z']);
});

test('the holding message to everybody keeps both first messages, and opens the next update of each', async () => {
  await house.until('2026-11-23T02:03:00Z');
  await say(id, { kind: 'first' });
  await house.settle();
  assert.deepEqual(await owed(id), [
    'First message to Northwind 02:05 kept',
    'Call to Northwind 02:05 open',
    'First message 02:10 kept',
    'Next update to Northwind 02:18 open',
    'Next update 03:00 open',
  ]);
});

test('the call is logged as evidence and keeps its promise; a call that reached nobody keeps nothing', async () => {
  const call = { contactId: 'con_n1', said: 'What the message says; they see it too.' };
  await house.ask('POST', `/incidents/${id}/client-calls`, { ...call, reached: false });
  assert.ok((await owed(id)).includes('Call to Northwind 02:05 open'));
  await house.until('2026-11-23T02:04:00Z');
  await house.ask('POST', `/incidents/${id}/client-calls`, { ...call, reached: true });
  const now = await owed(id);
  assert.ok(now.includes('Call to Northwind 02:05 kept'), now.join('\n'));
  assert.ok(now.includes('Next update to Northwind 02:19 open'), now.join('\n'));
});

test('its own clock misses and calls people while the common one runs on', async () => {
  await house.until('2026-11-23T02:24:00Z');
  const { nextStep } = await house.ask('GET', `/incidents/${id}`);
  assert.deepEqual(
    [nextStep.kind, nextStep.title, nextStep.client.name],
    ['update_client', 'Send Northwind its update', 'Northwind'],
  );
  await house.until('2026-11-23T02:26:00Z');
  assert.deepEqual(
    (await lines(id, 'client_next_update:cli_northwind')).filter((line) => !/Reminded/.test(line)),
    [
      '02:19 Late: Next update to Northwind, promised for 02:19 UTC',
      '02:19 Calling comms: Next update to Northwind was due at 02:19 UTC',
      '02:22 Calling the lead: Next update to Northwind was due at 02:19 UTC',
      '02:25 Calling the next level: Next update to Northwind was due at 02:19 UTC',
    ],
  );
  assert.deepEqual(await lines(id, 'next_update'), []);
});

test('its update goes to it alone, with its own next time, and keeps no promise but its own', async () => {
  const from = house.smtp.mails.length;
  const draft = await house.ask('GET', `/incidents/${id}/updates/draft?kind=next&clientId=cli_northwind`);
  assert.equal(draft.nextAt, '2026-11-23T02:40:00Z');
  assert.equal(draft.audience.button, 'Send to 2 people');
  await say(id, { impact: 'Your shop is slow to pay.', audience: ALONE });
  await house.settle();
  assert.deepEqual(mailed(from), ['nils@northwind.example', 'nora@northwind.example']);
  const now = await owed(id);
  assert.ok(now.includes('Next update to Northwind 02:19 kept late'), now.join('\n'));
  assert.ok(now.includes('Next update to Northwind 02:40 open'), now.join('\n'));
  assert.ok(now.includes('Next update 03:00 open'), now.join('\n'));
});

test('its words are carried over to it alone and begin no draft for the others, and the line of beats names it', async () => {
  const draft = await house.ask('GET', `/incidents/${id}/updates/draft?kind=next`);
  const { wordings, ...common } = draft;
  assert.doesNotMatch(JSON.stringify(common), /Your shop/);
  assert.deepEqual(
    wordings.map((each: Json) => `${each.audience}: ${each.impact}`),
    ['client:cli_northwind: Your shop is slow to pay.'],
  );
  const { beats } = await house.ask('GET', `/incidents/${id}`);
  assert.deepEqual(
    beats.map((beat: Json) => beat.label).filter((label: string) => /Northwind/.test(label)),
    ['02:19 missed Northwind', '02:26 told Northwind', '02:40 Northwind'],
  );
  const promises = (await house.ask('GET', '/now')).promises.map((each: Json) => each.name);
  assert.ok(promises.includes('Next update to Northwind'));
});

test('a message to it may not name a later time than its contract, however the cadence is stretched', async () => {
  const late = await house.call('POST', `/incidents/${id}/updates`, {
    kind: 'next',
    status: 'looking',
    impact: 'Paying is slow.',
    action: 'We are looking.',
    nextAt: '2026-11-23T02:50:00Z',
    audience: ALONE,
  });
  assert.equal(late.status, 400);
  assert.match(late.body.title, /Northwind is told at least every 15 minutes, by contract/);
  await house.until('2026-11-23T02:38:00Z');
  await say(id);
  await house.until('2026-11-23T02:52:00Z');
  await say(id, { audience: ALONE });
  await house.until('2026-11-23T03:06:00Z');
  await say(id, { audience: ALONE });
  await house.until('2026-11-23T03:20:00Z');
  await say(id);
  await house.until('2026-11-23T04:02:00Z');
  await house.ask('POST', `/incidents/${id}/cadence`, { factor: 2, reason: 'nothing moves at night' });
  await say(id);
  const now = await owed(id);
  assert.ok(now.includes('Next update to Northwind 04:17 open'), now.join('\n'));
  assert.ok(now.includes('Next update 06:00 open'), now.join('\n'));
});

test('raising it to P1, where its contract says nothing, leaves what it was promised', async () => {
  await house.ask('POST', `/incidents/${id}/severity`, { to: 'P1', reason: 'nobody can pay' });
  const now = await owed(id);
  assert.ok(now.includes('Next update to Northwind 04:17 open'), now.join('\n'));
  assert.ok(now.includes('Next update 04:32 open'), now.join('\n'));
});

test('a client that is marked as not affected is owed nothing more, and a contract changed meanwhile changes nothing', async () => {
  await contract('cli_northwind', { cadenceMinutes: { P2: 1 } });
  await house.ask('POST', `/incidents/${id}/client-impacts`, {
    clientId: 'cli_northwind',
    impact: 'not_affected',
  });
  assert.ok(!(await owed(id)).some((line) => /Northwind .* open/.test(line)));
  await house.ask('POST', `/incidents/${id}/client-impacts`, { clientId: 'cli_northwind', impact: 'down' });
  assert.ok((await owed(id)).includes('Next update to Northwind 04:17 open'));
});

test('a service added later brings its clients with their contracts, from that moment', async () => {
  await contract('cli_contoso', { firstResponseMinutes: 3 });
  const { id: other } = await house.ask('POST', '/incidents', { title: 'something is wrong', answers: P2 });
  await house.pass({ minutes: 4 });
  await house.ask('POST', `/incidents/${other}/services`, { serviceIds: ['svc_checkout'] });
  const now = await owed(other);
  assert.ok(
    now.some((line) => line.startsWith('First message to Contoso 04:09')),
    now.join('\n'),
  );
});

test('where their report starts the clock, nothing is owed before it, and the promise counts from it', async () => {
  await contract('cli_contoso', { firstResponseMinutes: 4, clock: 'report' });
  const reported = await declared('reports are slow');
  assert.ok(!(await owed(reported)).some((line) => /Contoso/.test(line)));
  const at = house.clock.now();
  await house.pass({ minutes: 2 });
  await house.ask('POST', `/incidents/${reported}/client-reports`, {
    clientId: 'cli_contoso',
    happenedAt: at.add({ minutes: 1 }).toString(),
  });
  const due = at.add({ minutes: 5 }).toString().slice(11, 16);
  assert.ok((await owed(reported)).includes(`First message to Contoso ${due} open`));
});

test('a merge carries over what a client was promised', async () => {
  await contract('cli_northwind', { cadenceMinutes: { P2: 15 } });
  const [from, into] = [await declared('pay is slow'), await declared('checkout is slow')];
  await say(from, { kind: 'first' });
  const due = house.clock.now().add({ minutes: 15 }).toString().slice(11, 16);
  await house.ask('POST', `/incidents/${from}/merge`, { into });
  assert.ok((await owed(into)).includes(`Next update to Northwind ${due} open`));
});

test('a dismissal ends the clocks, and the stand-down goes to those who were told', async () => {
  const alarm = await declared('false alarm');
  await say(alarm, { kind: 'first' });
  await house.ask('POST', `/incidents/${alarm}/dismissal`, { reason: 'the check was wrong' });
  assert.deepEqual(
    (await owed(alarm)).filter((line) => /open/.test(line)).map((line) => line.replace(/ \d\d:\d\d/, '')),
    [],
  );
});

test('a message to one client alone leaves the promised time on the public page as it is, and none of its words there', async () => {
  const shown = await declared('paying is slow again');
  await say(shown, { kind: 'first' });
  await house.pass({ minutes: 5 });
  await house.ask('POST', `/incidents/${shown}/severity`, { to: 'P1', reason: 'nobody can pay' });
  const { nextUpdateDueAt } = await house.ask('GET', `/incidents/${shown}`);
  await say(shown, { impact: 'Only your shop knows of this sentence.', audience: ALONE });
  await house.pass({ minutes: 1 });
  const page = (await house.call('GET', '/status/')).text;
  assert.ok(page.includes(nextUpdateDueAt.slice(11, 16)), nextUpdateDueAt);
  assert.doesNotMatch(page, /Only your shop/);
});

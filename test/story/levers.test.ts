/** Levers that other programs pull: confirmed by their effect, asked once, awaited, and true on the timeline whatever the other side does. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { stopwatch } from '#platform/clock.ts';
import { type Harness, MONDAY_NIGHT, openHarness, seedAgency } from '../harness.ts';
import { startVendor, type Vendor } from '../servers/vendor.ts';

const SIGNING = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
let house: Harness;
let target: Vendor;
let other: Vendor;
let id: string;
let changeId: string;

before(async () => {
  house = await openHarness({ environment: { HUMDRUM_ALLOW_PRIVATE: '127.0.0.1' } });
  await seedAgency(house);
  target = await startVendor();
  other = await startVendor();
  house.as({ personId: 'ana', name: 'Ana Lima' });
});
after(async () => {
  await house.close();
  await target.stop();
  await other.stop();
});

let count = 0;
let names = 0;
beforeEach(async () => {
  house.as({ personId: 'ana', name: 'Ana Lima' });
  count += 1;
  target.answer('/', { status: 404 });
  const declared = await house.ask('POST', '/incidents', {
    title: `Payments fail ${count}`,
    serviceIds: ['svc_checkout'],
  });
  id = declared.id;
  const change = await house.ask('POST', '/changes', {
    summary: 'checkout 4.12.0',
    service: 'checkout',
    rollback: 'safe',
    environment: 'production',
    versionBefore: '4.11.3',
    versionAfter: '4.12.0',
    externalId: `deploy-${count}`,
  });
  changeId = change.id;
});

// An incident that stays open calls people in every minute that later tests let pass.
afterEach(() => house.call('POST', `/incidents/${id}/dismissal`, { reason: 'The test is over' }));

const INPUTS = [
  { type: 'version', name: 'from', label: 'From', filledFrom: 'version_after' },
  { type: 'version', name: 'to', label: 'Back to', filledFrom: 'version_before' },
  { type: 'text', name: 'environment', label: 'Where', filledFrom: 'environment' },
];
const EFFECT = 'Roll back checkout-api from 4.12.0 to 4.11.3 in production';
const VALUES = { from: '4.12.0', to: '4.11.3', environment: 'production' };

async function define(part: Record<string, unknown> = {}, rest: Record<string, unknown> = {}) {
  return house.ask('POST', '/levers', {
    name: `Roll back ${++names}`,
    does: 'roll_back',
    category: 'deployment_regression',
    serviceIds: ['svc_checkout'],
    effect: 'Roll back {service} from {from} to {to} in {environment}',
    inputs: INPUTS,
    target: {
      kind: 'webhook',
      url: `${target.url}/hook`,
      headers: [{ name: 'x-key', value: 'sesame' }],
      signingSecret: SIGNING,
      answer: { by: 'callback' },
      ...part,
    },
    ...rest,
  });
}

const pull = (leverId: string, more: Record<string, unknown> = {}) =>
  house.call('POST', `/incidents/${id}/levers/${leverId}/pull`, {
    inputs: VALUES,
    changeId,
    confirmed: EFFECT,
    ...more,
  });

async function pulled(leverId: string, more: Record<string, unknown> = {}) {
  const answer = await pull(leverId, more);
  assert.equal(answer.status, 201, answer.text);
  await house.settle();
  return answer.body as { actionId: string; runId: string };
}
const run = async (actionId: string) => {
  const { actions } = await house.ask('GET', `/incidents/${id}`);
  const action = actions.find((each: { id: string }) => each.id === actionId);
  return { ...action.run, outcome: action.outcome };
};
const lines = async (): Promise<string[]> =>
  (await house.ask('GET', `/incidents/${id}/timeline`)).items.map((line: { text: string }) => line.text);

test('a rollback is offered with the version before filled in, confirmed by its effect, asked with a signature and answered by callback', async () => {
  const lever = await define();
  assert.equal(lever.signingSecret, null);
  assert.ok(!JSON.stringify(await house.ask('GET', `/levers/${lever.id}`)).includes('sesame'));
  const offered = await house.ask('GET', `/incidents/${id}/levers?changeId=${changeId}`);
  assert.equal(offered.change.says, 'The change says that rolling it back is safe.');
  const first = offered.levers.find((each: { id: string }) => each.id === lever.id);
  assert.equal(first.effect, EFFECT);
  assert.equal(first.caution, null);
  assert.equal(
    first.inputs.find((each: { input: { name: string } }) => each.input.name === 'to').value,
    '4.11.3',
  );
  assert.equal((await pull(lever.id, { confirmed: 'Roll back checkout' })).status, 409);
  target.answer('/hook', { status: 202, body: {} });
  const { actionId } = await pulled(lever.id);
  const asked = target.at('/hook').at(-1)!;
  assert.equal(asked.headers['x-key'], 'sesame');
  const body = JSON.parse(asked.body);
  assert.deepEqual(body.data.inputs, VALUES);
  assert.equal(body.data.effect, EFFECT);
  assert.equal(
    asked.headers['webhook-signature'],
    new Webhook(SIGNING).sign(
      String(asked.headers['webhook-id']),
      new Date(Number(asked.headers['webhook-timestamp']) * 1000),
      asked.body,
    ),
  );
  assert.equal((await run(actionId)).state, 'running');
  const path = new URL(body.data.callbackUrl).pathname;
  assert.equal((await house.call('GET', path)).status, 404, 'a GET answers nothing');
  const said = { state: 'done', message: '4.11.3 is live on 6 of 6', url: 'https://ci.example/1' };
  assert.deepEqual((await house.call('POST', path, said)).body, { state: 'done', counted: true });
  assert.deepEqual((await house.call('POST', path, { state: 'failed', message: 'or not' })).body, {
    state: 'done',
    counted: false,
  });
  const { state, words, link } = await run(actionId);
  assert.deepEqual({ state, words, link }, { state: 'done', words: said.message, link: said.url });
  const told = await lines();
  assert.equal(told.filter((line) => line.includes('is done, says the other side')).length, 1);
  assert.ok(told.some((line) => line.startsWith('Ana Lima pulled the lever')));
  await house.ask('POST', `/incidents/${id}/actions/${actionId}/outcome`, { outcome: 'worked', note: '' });
  assert.equal((await house.call('POST', '/hooks/lever/run_x.forged', said)).status, 404);
});

test('what was pulled and not answered is over when its time is over, and its address answers nothing any more', async () => {
  const lever = await define({}, { timeOutMinutes: 20 });
  target.answer('/hook', { status: 202, body: {} });
  const { actionId } = await pulled(lever.id);
  const path = new URL(JSON.parse(target.at('/hook').at(-1)!.body).data.callbackUrl).pathname;
  await house.pass({ minutes: 19 });
  assert.equal((await run(actionId)).state, 'running');
  assert.equal((await pull(lever.id)).status, 409, 'a second person cannot pull it meanwhile');
  await house.pass({ minutes: 2 });
  const after = await run(actionId);
  assert.equal(after.state, 'timed_out');
  assert.equal(after.outcome, null, 'whether it happened, a person has to look');
  assert.equal((await house.call('POST', path, { state: 'done' })).status, 410);
  assert.equal((await pull(lever.id)).status, 201, 'then it can be pulled again');
  await house.settle();
});

test('an action that a person has ended is not waited for any more', async () => {
  const lever = await define();
  target.answer('/hook', { status: 202, body: {} });
  const { actionId } = await pulled(lever.id);
  const path = new URL(JSON.parse(target.at('/hook').at(-1)!.body).data.callbackUrl).pathname;
  await house.ask('POST', `/incidents/${id}/actions/${actionId}/outcome`, {
    outcome: 'stopped',
    note: 'by hand',
  });
  assert.equal((await house.call('POST', path, { state: 'done' })).status, 410);
  assert.equal((await run(actionId)).outcome, 'stopped');
});

test('a target that only takes it is asked how far it is until it says so', async () => {
  const lever = await define({
    answer: {
      by: 'poll',
      url: `${target.url}/status/{run}`,
      path: 'build.result',
      done: ['ok'],
      failed: ['broken'],
    },
  });
  let result = 'building';
  target.answer('/hook', { status: 202, body: 'taken' });
  target.answer('/status/', () => ({
    body: { build: { result } },
    headers: { 'content-type': 'application/json' },
  }));
  const { actionId, runId } = await pulled(lever.id);
  await house.pass({ seconds: 35 });
  assert.equal((await run(actionId)).state, 'running');
  assert.ok(target.at(`/status/${runId}`).length >= 3);
  assert.equal(target.at(`/status/${runId}`)[0]?.headers['x-key'], 'sesame');
  target.answer('/status/', {
    status: 200,
    body: '<html>log in</html>',
    headers: { 'content-type': 'text/html' },
  });
  await house.pass({ seconds: 15 });
  assert.equal((await run(actionId)).state, 'running', 'a page for browsers is no answer');
  result = 'broken';
  target.answer('/status/', () => ({
    body: { build: { result } },
    headers: { 'content-type': 'application/json' },
  }));
  await house.pass({ minutes: 2 });
  assert.deepEqual(
    { state: (await run(actionId)).state, outcome: (await run(actionId)).outcome },
    { state: 'failed', outcome: 'did_not_work' },
  );
});

test('what a target answers with secrets for another host goes to that host without them', async () => {
  const lever = await define({ answer: { by: 'poll', url: null, path: 'state', done: ['done'] } });
  other.answer('/', { body: { state: 'done' } });
  target.answer('/hook', { status: 202, body: { statusUrl: `${other.url}/elsewhere` } });
  const { actionId } = await pulled(lever.id);
  await house.pass({ seconds: 12 });
  assert.equal(other.at('/elsewhere')[0]?.headers['x-key'], undefined);
  assert.equal((await run(actionId)).state, 'done');
});

test('a request that never arrived is asked again; one that may have arrived is asked again only where that is safe', async () => {
  const by = { answer: { by: 'reply' } };
  const limited = await define(by);
  let asked = 0;
  target.answer('/hook', () =>
    ++asked < 3 ? { status: 429, headers: { 'retry-after': '2' } } : { body: 'fine' },
  );
  const first = await pulled(limited.id);
  await house.pass({ minutes: 1 });
  assert.equal((await run(first.actionId)).state, 'done');
  assert.equal(asked, 3);

  const unsafe = await define(by);
  asked = 0;
  target.answer('/hook', () => {
    asked += 1;
    return { status: 502, body: 'bad gateway' };
  });
  const second = await pulled(unsafe.id);
  await house.pass({ minutes: 2 });
  assert.equal(asked, 1, 'it may have happened; a second time could do harm');
  assert.equal((await run(second.actionId)).state, 'unknown');
  assert.match((await run(second.actionId)).words, /502: bad gateway; look there whether it happened/);

  const safe = await define({ ...by, repeatable: true });
  asked = 0;
  const ids = new Set<unknown>();
  target.answer('/hook', ({ headers }) => {
    ids.add(headers['webhook-id']);
    return ++asked < 2 ? { status: 502 } : { body: 'fine' };
  });
  const third = await pulled(safe.id);
  await house.pass({ minutes: 1 });
  assert.equal((await run(third.actionId)).state, 'done');
  assert.deepEqual([asked, ids.size], [2, 1], 'under the same id');
});

test('a refusal, a redirect to a private address, two megabytes and a page of HTML each end as what they are', async () => {
  const by = { answer: { by: 'reply' } };
  const ending = async (how: Parameters<Vendor['answer']>[1]) => {
    const lever = await define(by);
    target.answer('/hook', how);
    const { actionId } = await pulled(lever.id);
    const { state, words, outcome } = await run(actionId);
    return { state, words, outcome };
  };
  assert.deepEqual(await ending({ status: 403, body: { message: 'no rights' } }), {
    state: 'failed',
    words: 'it answered 403: no rights',
    outcome: 'did_not_work',
  });
  const redirected = await ending({ status: 302, headers: { location: 'http://169.254.169.254/latest' } });
  assert.equal(redirected.state, 'failed');
  assert.match(redirected.words, /redirect; the request is not sent to another address/);
  const large = await ending({ body: 'x'.repeat(2 * 1024 * 1024) });
  assert.equal(large.state, 'unknown');
  assert.match(large.words, /answered more than 256 KB; look there whether it happened/);
  const page = await ending({
    body: '<!doctype html><h1>Welcome</h1>',
    headers: { 'content-type': 'text/html' },
  });
  assert.deepEqual([page.state, page.words], ['done', 'it answered 200']);
});

test('a target on a private address is not asked at all', async () => {
  const lever = await define({ url: 'http://10.0.0.7/hook', answer: { by: 'reply' } });
  const { actionId } = await pulled(lever.id);
  const { state, words } = await run(actionId);
  assert.equal(state, 'failed');
  assert.match(words, /10\.0\.0\.7 is a private address/);
});

test('a process that died while it was asking does not ask a second time', async () => {
  const lever = await define();
  target.answer('/hook', { status: 202, body: {} });
  const { runId, actionId } = await pulled(lever.id);
  const asked = target.at('/hook').length;
  const cutShort = { state: 'asked', sending: true, next_at: house.clock.now() };
  await house.db.updateTable('lever_run').set(cutShort).where('id', '=', runId).execute();
  await house.settle();
  assert.equal(target.at('/hook').length, asked);
  const { state, words } = await run(actionId);
  assert.equal(state, 'unknown');
  assert.match(words, /Humdrum stopped while it was asking; its answer is still waited for/);
});

test('a target that dies in the middle leaves it unknown, and its late callback still counts', async () => {
  const lever = await define();
  target.answer('/hook', ({ body }) => {
    callback = new URL(JSON.parse(body).data.callbackUrl).pathname;
    return { status: 504 };
  });
  let callback = '';
  const { actionId } = await pulled(lever.id);
  assert.equal((await run(actionId)).state, 'unknown');
  await house.pass({ minutes: 3 });
  await house.ask('POST', callback, { state: 'done', message: 'rolled back' });
  assert.equal((await run(actionId)).state, 'done');
});

test('a target that hangs blocks nothing of the incident room, and one that dies leaves the run unknown', async () => {
  const dying = await startVendor();
  dying.answer('/hook', { hangs: true });
  const lever = await define({ url: `${dying.url}/hook`, answer: { by: 'reply' } });
  const pulled = await pull(lever.id);
  assert.equal(pulled.status, 201, pulled.text);
  const { actionId } = pulled.body as { actionId: string };
  const due = house.humdrum.dues.find(({ name }) => name === 'restore.levers');
  const waited = stopwatch();
  await due?.run(house.clock.now());
  while (!dying.at('/hook').length && waited() < 8000) await pause(10);
  assert.equal(dying.at('/hook').length, 1, 'it is being asked');
  for (const path of ['', '/timeline', '/levers', '/suspects', '/restoration-card'])
    await house.ask('GET', `/incidents/${id}${path}`);
  await house.ask('POST', `/incidents/${id}/notes`, { text: 'We go on meanwhile.' });
  assert.equal((await run(actionId)).state, 'asked');
  assert.equal(await house.humdrum.platform.jobs.idle(), false, 'it still hangs');
  await dying.stop();
  await house.settle();
  const { state, words } = await run(actionId);
  assert.equal(state, 'unknown');
  assert.match(words, /look there whether it happened/);
});

test('a target that never answers is given up, and asked no second time', { timeout: 120_000 }, async () => {
  target.answer('/hook', { hangs: true });
  const lever = await define({ answer: { by: 'reply' } });
  const before = target.at('/hook').length;
  const { actionId } = await pulled(lever.id);
  const { state, words } = await run(actionId);
  assert.equal(state, 'unknown');
  assert.match(words, /in time; look there whether it happened/);
  await house.pass({ minutes: 20 });
  assert.equal(target.at('/hook').length, before + 1);
});

test('a clock at GitHub that is hours off neither ends a run early nor hides its end', async () => {
  for (const hours of [-8, 8]) {
    const lever = await deploymentLever();
    const github = await senderOf('github');
    const number = 300 + hours;
    target.answer('/repos/acme/checkout/deployments', { status: 201, body: { id: number }, headers: json });
    target.answer(`/repos/acme/checkout/deployments/${number}/statuses`, { body: [], headers: json });
    const { actionId, runId } = await pulled(lever.id);
    const said = statusOf(number, 'success', { run: runId });
    const at = house.clock.now().add({ hours }).toString();
    await github({ ...said, deployment: { ...said.deployment, created_at: at } });
    assert.equal((await run(actionId)).state, 'done', `${hours} h`);
    const { items } = await house.ask('GET', `/incidents/${id}/timeline`);
    const line = items.findLast((each: { text: string }) =>
      each.text.includes('is done, says the other side'),
    );
    assert.equal(line.happenedAt ?? line.at, house.clock.now().toString(), 'it stands where we heard it');
  }
});

test('where going back is not known to be safe the flag is offered first, and a rollback asks for a reason', async () => {
  const risky = await house.ask('POST', '/changes', {
    summary: 'orders migration',
    service: 'checkout',
    rollback: 'unsafe',
    versionBefore: '4.11.3',
    versionAfter: '4.12.0',
    environment: 'production',
  });
  const rollback = await define();
  const flag = await define(
    { answer: { by: 'reply' } },
    { does: 'flag_off', effect: 'Switch the flag off', inputs: [] },
  );
  const offered = await house.ask('GET', `/incidents/${id}/levers?changeId=${risky.id}`);
  assert.match(offered.change.says, /not safe: switch its flag off or shift traffic away instead/);
  assert.equal(offered.levers[0].id, flag.id);
  assert.match(offered.levers.find((each: { id: string }) => each.id === rollback.id).caution, /not safe/);
  assert.equal((await pull(rollback.id, { changeId: risky.id })).status, 409);
  target.answer('/hook', { status: 202, body: {} });
  await pulled(rollback.id, { changeId: risky.id, despite: 'the new table is empty' });
  assert.ok((await lines()).some((line) => line.includes('not known to be safe: the new table is empty')));
});

test('a suspect of which nobody said whether it can be rolled back: offered, named in the confirmation, pulled for a reason', async () => {
  const quiet = await house.ask('POST', '/changes', {
    summary: 'checkout 4.12.0, from a sender that never says',
    service: 'checkout',
    versionBefore: '4.11.3',
    versionAfter: '4.12.0',
    environment: 'production',
    externalId: `quiet-${count}`,
  });
  assert.equal(quiet.rollback, 'unknown');
  const lever = await define();
  const unmarked = (await house.ask('GET', `/incidents/${id}/levers`)).levers.find(
    (each: { id: string }) => each.id === lever.id,
  );
  assert.equal(
    unmarked.effect,
    'Roll back checkout-api from the version that runs now to the version before in its environment',
  );
  await house.ask('POST', `/incidents/${id}/suspects`, { changeId: quiet.id });
  const offered = await house.ask('GET', `/incidents/${id}/levers?changeId=${quiet.id}`);
  assert.match(offered.change.says, /^Nobody has said whether this change can be rolled back safely/);
  const first = offered.levers.find((each: { id: string }) => each.id === lever.id);
  assert.equal(first.caution, offered.change.says, 'the confirmation names that it is not known');
  assert.equal(first.effect, EFFECT);
  const asked = target.at('/hook').length;
  const refused = await pull(lever.id, { changeId: quiet.id });
  assert.equal(refused.status, 409);
  assert.match(refused.text, /Nobody has said whether this change can be rolled back safely/);
  assert.equal(target.at('/hook').length, asked, 'nothing was asked');
  target.answer('/hook', { status: 202, body: {} });
  await pulled(lever.id, { changeId: quiet.id, despite: 'its owner says so on the phone' });
  assert.ok(
    (await lines()).some((line) => line.includes('not known to be safe: its owner says so on the phone')),
  );
});

test('the versions of one service are not offered to the lever of another', async () => {
  await house.ask('POST', `/incidents/${id}/services`, { serviceIds: ['svc_checkout', 'svc_orders'] });
  const lever = await define({}, { serviceIds: ['svc_orders'] });
  const { levers } = await house.ask('GET', `/incidents/${id}/levers?changeId=${changeId}`);
  const offered = levers.find((each: { id: string }) => each.id === lever.id);
  assert.equal(
    offered.effect,
    'Roll back orders-db from the version that runs now to the version before in its environment',
  );
  assert.equal((await pull(lever.id, { confirmed: EFFECT })).status, 400);
});

test('a dry run changes nothing: the target says what it would do, or the exact request is shown with its secrets masked', async () => {
  const asked = await define({ dryRun: 'target' });
  target.answer('/hook', ({ body }) => ({
    body: JSON.parse(body).data.dryRun ? 'would roll back 6 of 6' : 'no',
  }));
  const tried = await house.ask('POST', `/incidents/${id}/levers/${asked.id}/trial`, {
    inputs: VALUES,
    changeId,
  });
  assert.equal(tried.sent, true);
  assert.equal(tried.words, 'The target answered 200: would roll back 6 of 6');
  const shown = await define();
  const before = target.asked.length;
  const request = await house.ask('POST', `/incidents/${id}/levers/${shown.id}/trial`, {
    inputs: VALUES,
    changeId,
  });
  assert.equal(target.asked.length, before);
  assert.equal(request.sent, false);
  assert.ok(!JSON.stringify(request).includes('sesame'));
  assert.equal(
    request.request.headers.find((each: { name: string }) => each.name === 'x-key').value,
    '••••••',
  );
  assert.ok((await lines()).some((line) => line.startsWith('Dry run of') && line.includes(EFFECT)));
  assert.equal((await house.ask('GET', `/incidents/${id}`)).actions.length, 0);
});

test('only administrators define levers, responders pull them, and viewers do neither', async () => {
  const lever = await define();
  house.as({ personId: 'bo', name: 'Bo Falk', role: 'responder' });
  assert.equal((await house.call('DELETE', `/levers/${lever.id}`)).status, 403);
  house.as({ personId: 'bo', name: 'Bo Falk', role: 'viewer' });
  assert.equal((await pull(lever.id)).status, 403);
  assert.equal((await house.call('GET', `/incidents/${id}/levers`)).status, 200);
});

test('a secret that is left out stays, unless the lever now asks another server', async () => {
  const lever = await define({ answer: { by: 'reply' } });
  const same = { ...lever, signingSecret: undefined, thirdPartyId: null, serviceIds: ['svc_checkout'] };
  const headers = [{ name: 'x-key' }];
  await house.ask('PUT', `/levers/${lever.id}`, {
    ...same,
    target: { ...lever.target, headers, url: `${target.url}/hook2` },
  });
  target.answer('/hook2', { body: 'fine' });
  await pulled(lever.id);
  assert.equal(target.at('/hook2').at(-1)?.headers['x-key'], 'sesame');
  const moved = await house.call('PUT', `/levers/${lever.id}`, {
    ...same,
    target: { ...lever.target, headers, url: `${other.url}/hook` },
  });
  assert.equal(moved.status, 400, moved.text);
  assert.match(moved.text, /target.headers.0.value/);
});

const GITHUB = { baseUrl: '', repository: 'acme/checkout', token: 'ghp_secret' };
const json = { 'content-type': 'application/json' };

test('a GitHub workflow is dispatched with its inputs and followed to its end', async () => {
  const lever = await define({
    ...GITHUB,
    kind: 'github_workflow',
    baseUrl: target.url,
    workflow: 'rollback.yml',
    ref: 'main',
  });
  const runs = `/repos/acme/checkout/actions/runs/7`;
  let run7 = {
    id: 7,
    status: 'queued',
    conclusion: null as string | null,
    html_url: 'https://github.example/acme/checkout/actions/runs/7',
  };
  target.answer('/repos/acme/checkout/actions/workflows/rollback.yml/dispatches', {
    body: { workflow_run_id: 7, run_url: `${target.url}${runs}`, html_url: run7.html_url },
    headers: json,
  });
  target.answer(runs, () => ({ body: run7, headers: json }));
  const { actionId } = await pulled(lever.id);
  const asked = target.at('/repos/acme/checkout/actions/workflows/rollback.yml/dispatches').at(-1)!;
  assert.equal(asked.headers.authorization, 'Bearer ghp_secret');
  assert.deepEqual(JSON.parse(asked.body), { ref: 'main', inputs: VALUES, return_run_details: true });
  assert.equal((await run(actionId)).link, run7.html_url);
  run7 = { ...run7, status: 'completed', conclusion: 'success' };
  await house.pass({ seconds: 15 });
  const { state, words } = await run(actionId);
  assert.deepEqual([state, words], ['done', 'success']);
});

test('a GitHub server that does not name the run is asked which one began', async () => {
  const lever = await define({
    ...GITHUB,
    kind: 'github_workflow',
    baseUrl: target.url,
    workflow: 'old.yml',
    ref: 'main',
  });
  target.answer('/repos/acme/checkout/actions/workflows/old.yml/dispatches', { status: 204, body: '' });
  const own = {
    id: 9,
    status: 'in_progress',
    conclusion: null as string | null,
    html_url: 'https://github.example/9',
  };
  const created_at = house.clock.now().add({ seconds: 2 }).toString();
  target.answer('/repos/acme/checkout/actions/workflows/old.yml/runs', {
    body: {
      total_count: 2,
      workflow_runs: [
        { ...own, created_at },
        { id: 3, created_at: MONDAY_NIGHT.replace('23T', '20T') },
      ],
    },
    headers: json,
  });
  target.answer('/repos/acme/checkout/actions/runs/9', {
    body: { ...own, status: 'completed', conclusion: 'failure' },
    headers: json,
  });
  const { actionId } = await pulled(lever.id);
  await house.pass({ seconds: 40 });
  const { state, outcome, link } = await run(actionId);
  assert.deepEqual([state, outcome, link], ['failed', 'did_not_work', 'https://github.example/9']);
});

test('a GitHub deployment of the version before is made, without merging, and followed by its statuses', async () => {
  const lever = await define({
    ...GITHUB,
    kind: 'github_deployment',
    baseUrl: target.url,
    ref: 'v{to}',
    environment: '{environment}',
  });
  target.answer('/repos/acme/checkout/deployments', { status: 201, body: { id: 42 }, headers: json });
  let statuses: object[] = [];
  target.answer('/repos/acme/checkout/deployments/42/statuses', () => ({ body: statuses, headers: json }));
  const { actionId } = await pulled(lever.id);
  const asked = JSON.parse(
    target.asked.findLast(({ method, path }) => method === 'POST' && path.endsWith('/deployments'))!.body,
  );
  assert.deepEqual(
    [asked.ref, asked.environment, asked.auto_merge, asked.required_contexts],
    ['v4.11.3', 'production', false, []],
  );
  await house.pass({ seconds: 15 });
  assert.equal((await run(actionId)).state, 'running');
  statuses = [{ state: 'success', description: 'deployed', log_url: 'https://ci.example/42' }];
  await house.pass({ seconds: 15 });
  const { state, words, link } = await run(actionId);
  assert.deepEqual([state, words, link], ['done', 'deployed', 'https://ci.example/42']);
});

test('a GitLab pipeline is made with the inputs as variables and followed to its end', async () => {
  const lever = await define({
    kind: 'gitlab_pipeline',
    baseUrl: `${target.url}/api/v4`,
    project: 'acme/shop',
    token: 'glpat',
  });
  target.answer('/api/v4/projects/acme%2Fshop/pipeline', {
    status: 201,
    body: { id: 5, status: 'created', web_url: 'https://gl.example/5' },
    headers: json,
  });
  target.answer('/api/v4/projects/acme%2Fshop/pipelines/5', {
    body: { id: 5, status: 'success', web_url: 'https://gl.example/5' },
    headers: json,
  });
  const { actionId, runId } = await pulled(lever.id);
  const asked = target.asked.findLast(({ path, method }) => method === 'POST' && path.endsWith('/pipeline'))!;
  assert.equal(asked.headers['private-token'], 'glpat');
  assert.deepEqual(JSON.parse(asked.body), {
    ref: 'main',
    variables: [
      { key: 'HUMDRUM_RUN', value: runId },
      { key: 'FROM', value: '4.12.0' },
      { key: 'TO', value: '4.11.3' },
      { key: 'ENVIRONMENT', value: 'production' },
    ],
  });
  await house.pass({ seconds: 15 });
  assert.equal((await run(actionId)).state, 'done');
});

async function senderOf(kind: 'github' | 'gitlab'): Promise<(body: object, event?: string) => Promise<void>> {
  const { key } = await house.ask('POST', '/integrations', { name: `${kind} ${++names}`, kind });
  return async (body, event = 'deployment_status') => {
    const answer = await house.humdrum.app.inject({
      method: 'POST',
      url: `/hooks/${kind}/${key}`,
      headers: {
        'content-type': 'application/json',
        ...(kind === 'github' ? { 'x-github-event': event } : {}),
      },
      payload: JSON.stringify(body),
    });
    assert.equal(answer.statusCode, 202, answer.body);
  };
}
const statusOf = (deploymentId: number, state: string, more: { run?: string; repository?: string } = {}) => ({
  action: 'created',
  deployment_status: { id: 1, state, description: `said ${state}`, log_url: 'https://ci.example/42' },
  deployment: {
    id: deploymentId,
    sha: 'a'.repeat(40),
    environment: 'production',
    task: 'deploy',
    created_at: house.clock.now().toString(),
    payload: more.run ? { humdrum_run: more.run } : {},
  },
  repository: { full_name: more.repository ?? 'acme/checkout' },
});
const deploymentLever = () =>
  define({
    ...GITHUB,
    kind: 'github_deployment',
    baseUrl: target.url,
    ref: 'v{to}',
    environment: '{environment}',
  });
const answeredLines = async () =>
  (await lines()).filter((line) => /is done, says the other side|failed: |did not work/.test(line));

test("GitHub's own deployment_status ends the run of the deployment that a lever made, before it is asked again", async () => {
  const lever = await deploymentLever();
  const github = await senderOf('github');
  target.answer('/repos/acme/checkout/deployments', { status: 201, body: { id: 77 }, headers: json });
  target.answer('/repos/acme/checkout/deployments/77/statuses', { body: [], headers: json });
  const { actionId, runId } = await pulled(lever.id);
  for (const other of [
    statusOf(78, 'success'),
    statusOf(77, 'success', { repository: 'acme/other' }),
    statusOf(77, 'success', { run: 'run_of_somebody' }),
    statusOf(77, 'in_progress'),
    statusOf(77, 'inactive'),
  ]) {
    await github(other);
    assert.equal((await run(actionId)).state, 'running', JSON.stringify(other));
  }
  await github(statusOf(77, 'success', { run: runId, repository: 'Acme/Checkout' }));
  const { state, words, link, outcome } = await run(actionId);
  assert.deepEqual(
    [state, words, link, outcome],
    ['done', 'said success', 'https://ci.example/42', null],
    'whether it helped, a person says',
  );
  const told = await lines();
  await github(statusOf(77, 'success', { run: runId }));
  await github(statusOf(77, 'failure', { run: runId }));
  await github(statusOf(77, 'in_progress', { run: runId }));
  await house.pass({ minutes: 20 });
  assert.equal((await run(actionId)).state, 'done', 'the first end that is heard stays');
  assert.deepEqual(
    (await lines()).filter((line) => line.includes('says the other side')),
    told.filter((line) => line.includes('says the other side')),
    'answered twice, and late, it is one line',
  );
});

test('a deployment that GitHub says failed ends the action, and the lever can be pulled again', async () => {
  const lever = await deploymentLever();
  const github = await senderOf('github');
  target.answer('/repos/acme/checkout/deployments', { status: 201, body: { id: 81 }, headers: json });
  target.answer('/repos/acme/checkout/deployments/81/statuses', { body: [], headers: json });
  const { actionId } = await pulled(lever.id);
  await github(statusOf(81, 'error'));
  const { state, words, outcome } = await run(actionId);
  assert.deepEqual([state, words, outcome], ['failed', 'said error', 'did_not_work']);
  assert.ok((await answeredLines()).length > 0);
  assert.equal((await pull(lever.id)).status, 201);
});

test('a deployment whose answer was lost is found by the run in its payload, and its webhook ends it', async () => {
  const lever = await deploymentLever();
  const github = await senderOf('github');
  let made = '';
  target.answer('/repos/acme/checkout/deployments', ({ method, body }) => {
    if (method === 'POST') made = JSON.parse(body).payload.humdrum_run;
    return method === 'POST'
      ? { status: 502 }
      : {
          body: [
            { id: 4, payload: {} },
            { id: 5, payload: { humdrum_run: made } },
          ],
          headers: json,
        };
  });
  target.answer('/repos/acme/checkout/deployments/5/statuses', { body: [], headers: json });
  const { actionId, runId } = await pulled(lever.id);
  assert.equal(runId, made);
  assert.equal((await run(actionId)).state, 'unknown');
  await house.pass({ seconds: 15 });
  assert.equal((await run(actionId)).words, 'GitHub has made deployment 5');
  await github(statusOf(5, 'success', { run: runId }));
  assert.equal((await run(actionId)).state, 'done');
});

test('a webhook that comes after the time is over, or after a person has ended the action, changes nothing', async () => {
  const lever = await deploymentLever();
  const github = await senderOf('github');
  target.answer('/repos/acme/checkout/deployments', { status: 201, body: { id: 90 }, headers: json });
  target.answer('/repos/acme/checkout/deployments/90/statuses', { body: [], headers: json });
  const first = await pulled(lever.id);
  await house.pass({ minutes: 16 });
  assert.equal((await run(first.actionId)).state, 'timed_out');
  await github(statusOf(90, 'success', { run: first.runId }));
  assert.equal((await run(first.actionId)).state, 'timed_out');
  const ending = { outcome: 'did_not_work', note: 'looked there' };
  await house.ask('POST', `/incidents/${id}/actions/${first.actionId}/outcome`, ending);
  const second = await pulled(lever.id);
  await house.ask('POST', `/incidents/${id}/actions/${second.actionId}/outcome`, ending);
  const before = await lines();
  await github(statusOf(90, 'success', { run: second.runId }));
  assert.deepEqual(await lines(), before);
});

test("a workflow's end is heard from GitHub's workflow_run, and a pipeline's from GitLab, also where its own answer was lost", async () => {
  const workflow = await define({
    ...GITHUB,
    kind: 'github_workflow',
    baseUrl: target.url,
    workflow: 'rollback.yml',
  });
  const github = await senderOf('github');
  target.answer('/repos/acme/checkout/actions/workflows/', {
    body: { workflow_run_id: 12, html_url: 'https://github.example/12' },
    headers: json,
  });
  target.answer('/repos/acme/checkout/actions/runs/12', { body: { status: 'queued' }, headers: json });
  const one = await pulled(workflow.id);
  const ran = (runId: number, conclusion: string | null, status = 'completed') =>
    github(
      {
        action: status,
        workflow_run: {
          id: runId,
          name: 'Nightly',
          status,
          conclusion,
          html_url: 'https://github.example/12',
        },
        repository: { full_name: 'acme/checkout' },
      },
      'workflow_run',
    );
  await ran(13, 'success');
  await ran(12, null, 'in_progress');
  assert.equal((await run(one.actionId)).state, 'running');
  await ran(12, 'timed_out');
  assert.deepEqual(
    [(await run(one.actionId)).state, (await run(one.actionId)).words],
    ['failed', 'timed out'],
  );

  const pipeline = await define({
    kind: 'gitlab_pipeline',
    baseUrl: `${target.url}/api/v4`,
    project: '30',
    token: 'glpat',
  });
  const gitlab = await senderOf('gitlab');
  target.answer('/api/v4/projects/30/pipeline', { status: 503 });
  const two = await pulled(pipeline.id);
  assert.equal((await run(two.actionId)).state, 'unknown');
  const ended = (status: string, run?: string) =>
    gitlab({
      object_kind: 'pipeline',
      object_attributes: { id: 6, status, variables: run ? [{ key: 'HUMDRUM_RUN', value: run }] : [] },
      project: { id: 30, path_with_namespace: 'acme/shop', web_url: 'https://gl.example/acme/shop' },
    });
  await ended('running', two.runId);
  await ended('success');
  assert.equal((await run(two.actionId)).state, 'unknown', 'another pipeline of the project is not ours');
  await ended('success', two.runId);
  await ended('failed', two.runId);
  const { state, link } = await run(two.actionId);
  assert.deepEqual([state, link], ['done', 'https://gl.example/acme/shop/-/pipelines/6']);
});

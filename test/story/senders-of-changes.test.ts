/** Senders of changes, from the webhook to the ledger: signed, in their own order, at the right service, counted when they are not believed. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fixture } from '#src/intake/sources/fixture.ts';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

type Made = { id: string; key: string };
// biome-ignore lint/suspicious/noExplicitAny: a payload of GitHub, changed at will
type Payload = any;

let house: Harness;
let github: Made;

before(async () => {
  house = await openHarness({ start: '2026-11-24T12:00:00Z' });
  await seedAgency(house);
  administrator();
  github = await made({
    name: 'GitHub',
    kind: 'github',
    reading: { services: [{ name: 'codertocat/*', service: 'Checkout' }] },
  });
});
after(() => house.close());

function administrator(): void {
  house.as({ personId: 'ana', name: 'Ana Lima', role: 'administrator' });
}

async function made(what: object): Promise<Made> {
  return house.ask('POST', '/integrations', what);
}

function send(url: string, body: string | Buffer, headers: Record<string, string> = {}) {
  return house.humdrum.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', ...headers },
    payload: body,
  });
}

function githubSends(event: string, body: Payload, headers: Record<string, string> = {}) {
  return send(`/hooks/github/${github.key}`, JSON.stringify(body), { 'x-github-event': event, ...headers });
}

async function changes(): Promise<Payload[]> {
  return (await house.ask('GET', '/changes?limit=100')).items;
}

async function came(id: string): Promise<Payload> {
  await house.settle();
  return house.ask('GET', `/integrations/${id}`);
}

function deployment({
  id,
  sha,
  state,
  at,
}: {
  id: number;
  sha: string;
  state?: string;
  at: string;
}): Payload {
  const body = fixture(`github/fixtures/${state ? 'deployment_status' : 'deployment'}.json`);
  Object.assign(body.deployment, {
    id,
    sha: sha.repeat(40).slice(0, 40),
    created_at: '2026-11-24T09:00:00Z',
  });
  if (state) Object.assign(body.deployment_status, { state, created_at: at });
  return body;
}

async function deployed(id: number, sha: string, hour: string): Promise<void> {
  const began = deployment({ id, sha, at: '' });
  began.deployment.created_at = `2026-11-24T${hour}:00:00Z`;
  const done = deployment({ id, sha, state: 'success', at: `2026-11-24T${hour}:05:00Z` });
  done.deployment.created_at = began.deployment.created_at;
  assert.equal((await githubSends('deployment', began)).statusCode, 202);
  assert.equal((await githubSends('deployment_status', done)).statusCode, 202);
}

test('a deployment and its statuses are one change, whatever their order, at the service that the table names', async () => {
  const steps = ['success', 'in_progress', 'queued'].map((state, index) =>
    deployment({ id: 1, sha: 'a', state, at: `2026-11-24T09:0${5 - index}:00Z` }),
  );
  for (const step of steps) {
    const answer = await githubSends('deployment_status', step);
    assert.deepEqual([answer.statusCode, answer.json()], [202, { accepted: 1, changes: 1 }]);
  }
  await githubSends('deployment', deployment({ id: 1, sha: 'a', at: '' }));
  await githubSends(
    'deployment_status',
    deployment({ id: 1, sha: 'a', state: 'inactive', at: '2026-11-24T11:00:00Z' }),
  );
  const all = await changes();
  assert.equal(all.length, 1);
  const [change] = all;
  assert.deepEqual(
    [change.state, change.serviceName, change.environment, change.happenedAt, change.liveAt],
    ['done', 'checkout-api', 'production', '2026-11-24T09:00:00Z', '2026-11-24T09:05:00Z'],
  );
});

test('the version before is the one that was live there, with a link to the difference', async () => {
  await deployed(2, 'b', '10');
  const change = (await changes()).find(({ externalId }) => externalId === 'deployment/2');
  assert.deepEqual([change.versionBefore, change.versionAfter], ['a'.repeat(40), 'b'.repeat(40)]);
  assert.ok(
    change.links.some(({ href }: { href: string }) =>
      href.endsWith(`/Codertocat/Hello-World/compare/${'a'.repeat(40)}...${'b'.repeat(40)}`),
    ),
  );
});

test('an earlier version that comes back mends, and what it replaced was rolled back', async () => {
  await deployed(3, 'a', '11');
  const all = await changes();
  const of = (id: number) => all.find(({ externalId }) => externalId === `deployment/${id}`);
  assert.deepEqual([of(3).mends, of(3).versionBefore, of(3).state], [true, 'b'.repeat(40), 'done']);
  assert.equal(of(2).state, 'rolled_back');
});

test('the same delivery again is the same change', async () => {
  const before = (await changes()).length;
  const body = fixture('github/fixtures/push-with-new-branch.json');
  for (let times = 0; times < 3; times += 1)
    await githubSends('push', body, { 'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958' });
  const all = await changes();
  assert.equal(all.length, before + 1);
  const kept = all.find(({ externalId }) => externalId.startsWith('push/'));
  assert.equal(kept.details.delivery, '72d3162e-cc78-11e3-81ab-4c9367dc0958');
});

test('what is no change is accepted, says so and is counted', async () => {
  const answer = await githubSends('check_suite', fixture('github/fixtures/check_suite-completed.json'));
  assert.deepEqual(answer.json(), { accepted: 0, changes: 0, note: '"check_suite" is not a change.' });
  const { came: counted, lastReceivedAt } = await came(github.id);
  assert.deepEqual([counted.notChanges, counted.lastNotChange], [1, '"check_suite" is not a change.']);
  assert.ok(counted.changes >= 9 && lastReceivedAt !== null);
});

test('GitHub may send a form, and the signature is over the form', async () => {
  const secret = 'a secret of GitHub'.replaceAll(' ', '-');
  const signed = await made({ name: 'GitHub by form', kind: 'github' });
  await house.ask('POST', `/integrations/${signed.id}/signing-secret`, { secret });
  const form = new URLSearchParams({
    payload: JSON.stringify(fixture('github/fixtures/release-published.json')),
  }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-github-event': 'release' };
  const signature = `sha256=${createHmac('sha256', secret).update(form).digest('hex')}`;
  const answer = await send(`/hooks/github/${signed.key}`, form, {
    ...headers,
    'x-hub-signature-256': signature,
  });
  assert.deepEqual([answer.statusCode, answer.json().changes], [202, 1]);
  const changed = await send(`/hooks/github/${signed.key}`, `${form}&x=1`, {
    ...headers,
    'x-hub-signature-256': signature,
  });
  assert.equal(changed.statusCode, 401);
});

test('an integration with a secret takes nothing unsigned at any address, and counts what it refuses', async () => {
  const signed = await made({ name: 'Signed', kind: 'github' });
  const { secret } = await house.ask('POST', `/integrations/${signed.id}/signing-secret`, {});
  const bodies: [string, object][] = [
    [`/hooks/github/${signed.key}`, {}],
    [`/hooks/generic/${signed.key}`, { title: 'x' }],
    [`/hooks/slack/${signed.key}`, { text: 'x' }],
    [`/hooks/alertmanager/${signed.key}`, { alerts: [] }],
    [`/in/${signed.key}/api/v2/alerts`, []],
    ['/v2/enqueue', { routing_key: signed.key, event_action: 'trigger' }],
    ['/v2/change/enqueue', { routing_key: signed.key, payload: { summary: 'x' } }],
  ];
  for (const [url, body] of bodies)
    assert.equal((await send(url, JSON.stringify(body))).statusCode, 401, url);
  const seen = await came(signed.id);
  assert.equal(seen.came.refused, bodies.length);
  assert.match(seen.came.lastRefusedReason, /X-Hub-Signature-256 is missing/);
  assert.equal(JSON.stringify(seen).includes(secret), false);
  const row = await house.db
    .selectFrom('integration')
    .select('signing_sealed')
    .where('id', '=', signed.id)
    .executeTakeFirstOrThrow();
  assert.equal(row.signing_sealed?.includes(secret), false);
});

test('a changed secret leaves the old one good for a day, and no longer', async () => {
  const rotated = await made({ name: 'Rotated', kind: 'gitlab' });
  const first = (await house.ask('POST', `/integrations/${rotated.id}/signing-secret`, {})).secret;
  const second = await house.ask('POST', `/integrations/${rotated.id}/signing-secret`, {});
  assert.equal(second.oldUntil, house.clock.now().add({ hours: 24 }).toString());
  const body = JSON.stringify(fixture('gitlab/fixtures/deployment.json'));
  const status = async (token: string) =>
    (await send(`/hooks/gitlab/${rotated.key}`, body, { 'x-gitlab-token': token })).statusCode;
  assert.deepEqual([await status(first), await status(second.secret), await status('else')], [202, 202, 401]);
  await house.pass({ hours: 25 });
  assert.deepEqual([await status(first), await status(second.secret)], [401, 202]);
  await house.call('DELETE', `/integrations/${rotated.id}/signing-secret`);
  assert.equal((await send(`/hooks/gitlab/${rotated.key}`, body)).statusCode, 202);
});

test('Standard Webhooks are taken once; old and replayed ones are not', async () => {
  const hook = await made({ name: 'Standard', kind: 'standard_webhooks' });
  const { secret } = await house.ask('POST', `/integrations/${hook.id}/signing-secret`, {});
  const body = JSON.stringify(fixture('standard-webhooks/fixtures/deployed.json'));
  const deliver = (id: string, secondsAgo = 0) => {
    const timestamp = Math.trunc(house.clock.now().epochMilliseconds / 1000) - secondsAgo;
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const digest = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    return send(`/hooks/standard-webhooks/${hook.key}`, body, {
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${digest}`,
    });
  };
  assert.deepEqual((await deliver('msg_1')).json(), { accepted: 1, changes: 1 });
  assert.deepEqual((await deliver('msg_1')).json(), {
    accepted: 0,
    changes: 0,
    note: 'This delivery was stored before.',
  });
  const old = await deliver('msg_2', 3 * 3600);
  assert.equal(old.statusCode, 401);
  assert.match(old.json().title, /3 hours old/);
  assert.match((await came(hook.id)).came.lastRefusedReason, /3 hours old/);
});

test('a tool that can only post to Slack is answered as Slack answers', async () => {
  const slack = await made({ name: 'Deploy bot', kind: 'slack', serviceId: 'Checkout' });
  const body = JSON.stringify(fixture('slack/fixtures/deployed.json'));
  for (const url of [`/hooks/slack/${slack.key}`, `/services/T0/B0/${slack.key}`]) {
    const answer = await send(url, body);
    assert.deepEqual([answer.statusCode, answer.body], [200, 'ok']);
  }
  assert.equal((await send(`/hooks/slack/${slack.key}`, '{}')).body, 'invalid_payload');
  assert.equal((await send('/services/T0/B0/nobody', body)).body, 'invalid_token');
});

test('the handshake of CloudEvents is answered to whom the key is known', async () => {
  const events = await made({ name: 'CloudEvents', kind: 'cloudevents' });
  const ask = (key: string) =>
    house.humdrum.app.inject({
      method: 'OPTIONS',
      url: `/hooks/cloudevents/${key}`,
      headers: { 'webhook-request-origin': 'eventgrid.azure.net' },
    });
  const granted = await ask(events.key);
  assert.deepEqual(
    [granted.statusCode, granted.headers['webhook-allowed-origin'], granted.headers['webhook-allowed-rate']],
    [200, 'eventgrid.azure.net', '*'],
  );
  assert.equal((await ask('nobody')).headers['webhook-allowed-origin'], undefined);
});

test('late and early clocks: what is from the future counts as now, what is old stands where it belongs', async () => {
  const flags = await made({ name: 'Flags', kind: 'flags' });
  const tell = (id: number, at: Temporal.Instant) =>
    send(
      `/hooks/flags/${flags.key}`,
      JSON.stringify({ id, flag: 'new-basket', enabled: true, environment: 'production', at: at.toString() }),
    );
  const now = house.clock.now();
  await tell(1, now.add({ hours: 7 }));
  await tell(2, now.subtract({ hours: 7 }));
  const [first, second] = (await changes()).filter(({ kind }) => kind === 'flag');
  assert.deepEqual([first.happenedAt, second.happenedAt], [now, now.subtract({ hours: 7 })].map(String));
});

test('bodies that are broken, packed, in UTF-16 or too large are answered clearly and never with our failure', async () => {
  const { key, id } = await made({ name: 'Broken', kind: 'github' });
  const ping = { 'x-github-event': 'ping' };
  const utf16 = Buffer.from('\uFEFF{"zen":"ok"}', 'utf16le');
  assert.equal((await send(`/hooks/github/${key}`, utf16, ping)).statusCode, 202);
  assert.equal((await send(`/hooks/github/${key}`, Buffer.from(utf16).swap16(), ping)).statusCode, 202);
  assert.equal((await send(`/hooks/github/${key}`, '{"zen":', ping)).statusCode, 400);
  const packed = await send(`/hooks/github/${key}`, '{}', { ...ping, 'content-encoding': 'gzip' });
  assert.match(packed.json().title, /packed/);
  const push = fixture('github/fixtures/push-with-new-branch.json');
  push.padding = 'x'.repeat(1024 * 1024);
  const large = await send(`/hooks/github/${key}`, JSON.stringify(push), { 'x-github-event': 'push' });
  assert.equal(large.statusCode, 202, 'a push of a megabyte is taken');
  push.padding = 'x'.repeat(6 * 1024 * 1024);
  const tooLarge = await send(`/hooks/github/${key}`, JSON.stringify(push), { 'x-github-event': 'push' });
  assert.equal(tooLarge.statusCode, 413);
  assert.match((await came(id)).came.lastRefusedReason, /larger than 5 MB/);
  const nobody = await send('/hooks/github/nobody', JSON.stringify(push), { 'x-github-event': 'push' });
  assert.equal(nobody.statusCode, 401, 'without a key the body is not even read');
});

test('every example that GitHub publishes is taken as GitHub sends it: signed, as JSON and as a form', async () => {
  const signed = await made({ name: 'Examples', kind: 'github', reading: { pipelines: ['*'] } });
  const { secret } = await house.ask('POST', `/integrations/${signed.id}/signing-secret`, {});
  const examples = examplesOfGithub();
  assert.ok(examples.length >= 44);
  const changed = new Set<string>();
  for (const { event, name, bytes } of examples) {
    const form = Buffer.from(new URLSearchParams({ payload: bytes.toString('utf8') }).toString());
    for (const [type, body] of [
      ['application/json', bytes],
      ['application/x-www-form-urlencoded', form],
    ] as const) {
      const digest = createHmac('sha256', secret).update(body).digest('hex');
      const headers = {
        'content-type': type,
        'x-github-event': event,
        'x-github-delivery': `${name} as ${type}`,
        'x-hub-signature-256': `sha256=${digest}`,
      };
      const answer = await send(`/hooks/github/${signed.key}`, body, headers);
      assert.equal(answer.statusCode, 202, `${name} as ${type}: ${answer.body}`);
      const { changes: count, note } = answer.json();
      assert.ok(count === 1 || note, `${name}: either it is a change, or it says why not`);
      if (count === 1) changed.add(event);
      const wrong = await send(`/hooks/github/${signed.key}`, body, {
        ...headers,
        'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
      });
      assert.equal(wrong.statusCode, 401, `${name}, wrongly signed`);
    }
  }
  assert.deepEqual([...changed].toSorted(), [
    'deployment',
    'deployment_status',
    'push',
    'release',
    'workflow_run',
  ]);
});

/** Their event is the name of their folder, or the beginning of their own. */
function examplesOfGithub(): { event: string; name: string; bytes: Buffer }[] {
  const folder = join(import.meta.dirname, '../../src/intake/sources/github/fixtures');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({
      event: name.startsWith('more/') ? (name.split('/')[1] ?? '') : (/^[a-z_]+/.exec(name)?.[0] ?? ''),
      name,
      bytes: readFileSync(join(folder, name)),
    }));
}

test('a routing rule comes before the table, and may ignore', async () => {
  const ruled = await made({
    name: 'Ruled',
    kind: 'gitlab',
    routing: [
      { match: [{ field: 'labels.environment', value: 'staging' }], ignore: true },
      { match: [{ field: 'labels.repository', value: 'acme/shop' }], service: 'Checkout' },
    ],
  });
  const body = fixture('gitlab/fixtures/deployment.json');
  const sent = (part: object) => send(`/hooks/gitlab/${ruled.key}`, JSON.stringify({ ...body, ...part }));
  assert.equal((await sent({ environment: 'staging', deployment_id: 901 })).json().changes, 0);
  assert.equal((await sent({ deployment_id: 902 })).json().changes, 1);
  const all = await changes();
  assert.equal(
    all.some(({ externalId }) => externalId === 'deployment/acme/shop/901'),
    false,
  );
  assert.equal(
    all.find(({ externalId }) => externalId === 'deployment/acme/shop/902').serviceName,
    'checkout-api',
  );
});

test('a change event of PagerDuty brings what its details say', async () => {
  const { key } = await made({ name: 'PagerDuty', kind: 'pagerduty' });
  const body = {
    routing_key: key,
    payload: {
      summary: 'Rollback checkout',
      source: 'ci',
      timestamp: '2026-11-24T09:30:00Z',
      custom_details: {
        service: 'checkout',
        env: 'production',
        sha: '9f1c2ab',
        type: 'migration',
        url: 'https://ci.example/9',
      },
    },
  };
  assert.equal((await send('/v2/change/enqueue', JSON.stringify(body))).statusCode, 202);
  const change = (await changes()).find(({ summary }) => summary === 'Rollback checkout');
  assert.deepEqual(
    [
      change.kind,
      change.environment,
      change.versionAfter,
      change.mends,
      change.serviceName,
      change.links[0].href,
    ],
    ['migration', 'production', '9f1c2ab', true, 'checkout-api', 'https://ci.example/9'],
  );
});

test('deliveries and courses are forgotten when their time is over', async () => {
  await house.pass({ hours: 24 * 91 });
  for (const table of ['sender_delivery', 'change_course'] as const)
    assert.deepEqual(await house.db.selectFrom(table).selectAll().execute(), []);
});

/** Two processes that are told of the same deployments at the same moment: each ends as its sender says, and nothing fails. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { fixture } from '#src/intake/sources/fixture.ts';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { createTestDatabase, type TestDatabase } from '../test-database.ts';

const DEPLOYMENTS = 24;

let shared: TestDatabase;
let one: Harness;
let other: Harness;
let key: string;

before(async () => {
  shared = await createTestDatabase();
  one = await openHarness({ databaseUrl: shared.url, start: '2026-11-24T12:00:00Z' });
  await seedAgency(one);
  other = await openHarness({ databaseUrl: shared.url, start: '2026-11-24T12:00:00Z' });
  one.as({ personId: 'ana', name: 'Ana Lima', role: 'administrator' });
  ({ key } = await one.ask('POST', '/integrations', { name: 'GitHub', kind: 'github' }));
});
after(async () => {
  await one?.close();
  await other?.close();
  await shared?.remove();
});

function step(id: number, state: string, minute: number): object {
  const body = fixture('github/fixtures/deployment_status.json');
  const began = Temporal.Instant.from('2026-11-24T08:00:00Z').add({ minutes: id * 5 });
  // Every third goes back to the version before the last one, so that changes touch each other.
  const version = String(id % 3 === 2 ? id - 2 : id);
  Object.assign(body.deployment, { id, sha: version.padStart(40, 'a'), created_at: began.toString() });
  Object.assign(body.deployment_status, { state, created_at: began.add({ minutes: minute }).toString() });
  return body;
}

test('steps that arrive in any order at two processes at once end as the sender says', async () => {
  const ids = Array.from({ length: DEPLOYMENTS }, (_, index) => index + 1);
  const steps = ids.flatMap((id) => [
    step(id, id % 5 === 0 ? 'failure' : 'success', 3),
    step(id, 'in_progress', 1),
    step(id, 'queued', 0),
  ]);
  const shuffled = steps
    .map((body, index) => ({ body, place: (index * 7919) % steps.length }))
    .sort((a, b) => a.place - b.place);
  const answers = await Promise.all(
    shuffled.map(({ body }, index) =>
      (index % 2 ? one : other).humdrum.app.inject({
        method: 'POST',
        url: `/hooks/github/${key}`,
        headers: { 'content-type': 'application/json', 'x-github-event': 'deployment_status' },
        payload: JSON.stringify(body),
      }),
    ),
  );
  assert.deepEqual([...new Set(answers.map(({ statusCode }) => statusCode))], [202]);
  const { items } = await one.ask('GET', '/changes?limit=100');
  assert.equal(items.length, DEPLOYMENTS);
  for (const id of ids) {
    const change = items.find((each: { externalId: string }) => each.externalId === `deployment/${id}`);
    const allowed = id % 5 === 0 ? ['failed'] : ['done', 'rolled_back'];
    assert.ok(allowed.includes(change.state), `deployment ${id} is ${change.state}`);
  }
});

test('what one process changes of an integration holds at the other with the next delivery, and nothing is stored by the old', async () => {
  const { id, key: own } = await one.ask('POST', '/integrations', { name: 'Shared', kind: 'github' });
  let number = 900;
  const at = async (house: Harness, headers: Record<string, string> = {}) => {
    const payload = JSON.stringify(step(++number, 'success', 3));
    const secret = headers['secret'];
    const answer = await house.humdrum.app.inject({
      method: 'POST',
      url: `/hooks/github/${own}`,
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'deployment_status',
        ...(secret
          ? { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(payload).digest('hex')}` }
          : {}),
      },
      payload,
    });
    return answer.statusCode;
  };
  const placed = async () =>
    (
      await one.db
        .selectFrom('change')
        .select('service_id')
        .where('integration_id', '=', id)
        .where('external_id', '=', `deployment/${number}`)
        .executeTakeFirstOrThrow()
    ).service_id;
  assert.deepEqual([await at(one), await at(other)], [202, 202]);
  assert.equal(await placed(), null);
  const reading = { services: [{ name: 'codertocat/*', service: 'Checkout' }] };
  await one.ask('PATCH', `/integrations/${id}`, { reading });
  assert.equal(await at(other), 202);
  assert.equal(await placed(), 'svc_checkout', 'the table of names was new to the other process');
  const { secret } = await one.ask('POST', `/integrations/${id}/signing-secret`, {});
  assert.equal(await at(other), 401, 'unsigned is refused at once');
  assert.equal(await at(other, { secret }), 202, 'and the new secret is believed at once');
  await one.ask('DELETE', `/integrations/${id}/signing-secret`);
  assert.equal(await at(other), 202);
  await one.ask('POST', `/integrations/${id}/key`, {});
  assert.equal(await at(other), 401, 'a key that was withdrawn is withdrawn everywhere');
});

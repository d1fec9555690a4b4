/** Two processes carry out one playbook on one PostgreSQL at the same moment: nothing that anybody ticked or wrote is lost. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { createTestDatabase, type TestDatabase } from '../test-database.ts';

let shared: TestDatabase;
let one: Harness;
let other: Harness;
const STEPS = 30;

before(async () => {
  shared = await createTestDatabase();
  one = await openHarness({ databaseUrl: shared.url });
  await seedAgency(one);
  other = await openHarness({ databaseUrl: shared.url });
  one.as({ personId: 'ana', name: 'Ana Lima', role: 'administrator' });
  other.as({ personId: 'bo', name: 'Bo Falk', role: 'administrator' });
});
after(async () => {
  await one?.close();
  await other?.close();
  await shared?.remove();
});

async function incidentWithPlaybook(title: string) {
  const { id } = await one.ask('POST', '/incidents', { title, serviceIds: ['svc_checkout'] });
  const playbook = await one.ask('POST', '/playbooks', {
    title,
    serviceIds: ['svc_checkout'],
    body: Array.from({ length: STEPS }, (_, n) => `- [ ] Step ${n} @hands (5 min)`).join('\n'),
  });
  return { id: id as string, playbookId: playbook.id as string };
}

async function factsOf(id: string): Promise<{ kind: string; actor: unknown; data: unknown }[]> {
  return one.db
    .selectFrom('fact')
    .select(['kind', 'actor', 'data'])
    .where('incident_id', '=', id)
    .orderBy('seq')
    .execute();
}

test('a playbook that two start at the same moment is carried out once', async () => {
  const { id, playbookId } = await incidentWithPlaybook('started twice');
  const answers = await Promise.all(
    [one, other, one, other].map((house) =>
      house.call('POST', `/api/v1/incidents/${id}/playbook-runs`, { playbookId }),
    ),
  );
  assert.deepEqual(answers.map((answer) => answer.status).toSorted(), [201, 409, 409, 409]);
  const rows = await one.db.selectFrom('playbook_run').select('id').where('incident_id', '=', id).execute();
  assert.equal(rows.length, 1);
});

test('two who tick at the same moment lose neither a tick nor a result', async () => {
  const { id, playbookId } = await incidentWithPlaybook('ticked by two');
  const run = await one.ask('POST', `/incidents/${id}/playbook-runs`, { playbookId });
  const steps = run.parts.map((part: { step: { id: string } }) => part.step.id) as string[];
  // Both tick every step, each with a result of their own; whoever comes second keeps theirs as a note.
  const answers = await Promise.all(
    steps.flatMap((step) =>
      [one, other].map((house) =>
        house.call('POST', `/api/v1/incidents/${id}/playbook-runs/${run.id}/steps/${step}/tick`, {
          result: `${house === one ? 'Ana' : 'Bo'} saw ${step}`,
        }),
      ),
    ),
  );
  assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [201]);
  const facts = await factsOf(id);
  assert.equal(facts.filter((fact) => fact.kind === 'step_ticked').length, STEPS);
  assert.equal(facts.filter((fact) => fact.kind === 'step_noted').length, STEPS);
  const said = JSON.stringify(facts.map((fact) => fact.data));
  for (const step of steps)
    for (const name of ['Ana', 'Bo']) assert.ok(said.includes(`${name} saw ${step}`), `${name} ${step}`);
  const { items } = await other.ask('GET', `/incidents/${id}/playbook-runs`);
  assert.deepEqual([items[0].done, items[0].running], [STEPS, false]);
});

test('of a tick and a skip at the same moment one stands, and the other is told', async () => {
  const { id, playbookId } = await incidentWithPlaybook('tick or skip');
  const run = await one.ask('POST', `/incidents/${id}/playbook-runs`, { playbookId });
  const step = run.parts[0].step.id;
  const at = `/api/v1/incidents/${id}/playbook-runs/${run.id}/steps/${step}`;
  const [ticked, skipped] = await Promise.all([
    one.call('POST', `${at}/tick`, { result: 'done' }),
    other.call('POST', `${at}/skip`, { reason: 'not needed' }),
  ]);
  assert.equal(ticked.status, 201, 'what was done is always accepted');
  const { items } = await one.ask('GET', `/incidents/${id}/playbook-runs`);
  assert.equal(items[0].parts[0].step.state, 'done');
  const skips = (await factsOf(id)).filter((fact) => fact.kind === 'step_skipped').length;
  assert.equal(skips, skipped.status === 201 ? 1 : 0);
});

test('of two who save a playbook on top of the same version one is told that it is older', async () => {
  const { playbookId } = await incidentWithPlaybook('saved by two');
  const answers = await Promise.all(
    [one, other].map((house, index) =>
      house.call('PUT', `/api/v1/playbooks/${playbookId}`, {
        title: 'saved by two',
        serviceIds: ['svc_checkout'],
        body: `- [ ] Mine ${index}`,
        basedOn: 1,
      }),
    ),
  );
  assert.deepEqual(answers.map((answer) => answer.status).toSorted(), [200, 409]);
});

test('a time box that two processes find over at the same moment is told once', async () => {
  const { id, playbookId } = await incidentWithPlaybook('time box');
  await one.ask('POST', `/incidents/${id}/playbook-runs`, { playbookId });
  const at = one.clock.now().add({ minutes: 5, seconds: 1 });
  one.clock.set(at);
  other.clock.set(at);
  await Promise.all([one, other, one, other].map((house) => house.incidents.wake(id)));
  assert.equal((await factsOf(id)).filter((fact) => fact.kind === 'step_overran').length, 1);
});

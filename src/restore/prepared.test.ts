/** Readiness of a repair: a playbook, and a known way back. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createOutbound } from '#platform/http/outbound.ts';
import { ANA, openSmallHouse } from '../../test/small-house.ts';
import { unprepared } from './prepared.ts';
import { restoreRoom } from './room.ts';

let house: Awaited<ReturnType<typeof openSmallHouse>>;
before(async () => {
  house = await openSmallHouse('2026-11-25T02:00:00Z', (parts) => [
    restoreRoom(parts, {
      findChanges: async () => [],
      versionsOf: async () => [],
      outbound: createOutbound({ allowPrivate: [] }),
    }),
  ]);
  await house.service('svc_orders', 'Orders');
  await house.service('svc_search', 'Search');
});
after(() => house.close());
beforeEach(async () => {
  house.as({ ...ANA, role: 'administrator' });
  await house.db.deleteFrom('playbook_version').execute();
  await house.db.deleteFrom('playbook').execute();
  await house.db.deleteFrom('lever').execute();
});

const missing = async (told: string[] = []) =>
  (await unprepared(house.db, ['svc_orders', 'svc_search'], async () => new Set(told)))
    .map(({ serviceId, code }) => `${serviceId} ${code}`)
    .toSorted();
async function write(more: object): Promise<string> {
  const { body, status, text } = await house.call('POST', '/playbooks', {
    title: 'What to do',
    body: '- [ ] Look @lead (5 min)',
    ...more,
  });
  assert.equal(status, 201, text);
  return body.id;
}
const ALL = [
  'svc_orders no_playbook',
  'svc_orders rollback_unknown',
  'svc_search no_playbook',
  'svc_search rollback_unknown',
];

test('a service without a playbook and without a way back is told both, in words that name no service', async () => {
  assert.deepEqual(await missing(), ALL);
  const [first] = await unprepared(house.db, ['svc_orders'], async () => new Set());
  assert.equal(first?.text, 'No playbook says what to do when it fails.');
});

test('its own playbook counts, whatever it is for; one without a step, or in the archive, does not', async () => {
  const own = await write({ serviceIds: ['svc_orders'], category: 'data' });
  await write({ title: 'Nothing to do', serviceIds: ['svc_search'], body: 'Call somebody.' });
  assert.deepEqual(await missing(), ALL.slice(1), 'data says nothing of going back');
  await house.call('POST', `/playbooks/${own}/archive`);
  assert.deepEqual(await missing(), ALL);
  await write({ title: 'For all', category: 'deployment_regression' });
  assert.deepEqual(await missing(), [], 'one for every service counts for each of them');
});

test('a way back is known by a lever, or because a change has said it', async () => {
  assert.deepEqual(await missing(['svc_search']), ALL.slice(0, 3));
  const made = await house.call('POST', '/levers', {
    name: 'Roll orders back',
    does: 'roll_back',
    serviceIds: ['svc_orders'],
    effect: 'Roll {service} back',
    target: { kind: 'webhook', url: 'https://ci.example/hook', answer: { by: 'reply' } },
  });
  assert.equal(made.status, 201, made.text);
  assert.deepEqual(await missing(), [
    'svc_orders no_playbook',
    'svc_search no_playbook',
    'svc_search rollback_unknown',
  ]);
  await house.call('DELETE', `/levers/${made.body.id}`);
  assert.deepEqual(await missing(), ALL, 'a lever that is out of use leads nowhere');
});

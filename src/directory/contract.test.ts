/** Contracts, cover hours and roles through the API and the YAML file. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ANA, openSmallHouse } from '../../test/small-house.ts';
import { directoryRoom } from './room.ts';

const FILE = `
clients:
  - name: Northwind
    cover: { days: [fri, mon], from: "08:00", to: "18:00", zone: Europe/Berlin }
    contract: { first_response_minutes: 10, cadence_minutes: { P2: 15 }, clock: report, needs_call: true }
    contacts:
      - { name: Nora, role: security, email: nora@northwind.example }
`;
const KEPT = {
  firstResponseMinutes: 10,
  cadenceMinutes: { P2: 15 },
  clock: 'report',
  needsCall: true,
};

let house: Awaited<ReturnType<typeof openSmallHouse>>;
before(async () => {
  house = await openSmallHouse('2026-03-01T08:00:00Z', (small) => [directoryRoom(small)]);
  house.as({ ...ANA, role: 'administrator' });
});
after(() => house.close());

const bring = (yaml: string) => house.call('POST', '/directory/import?dryRun=false', { yaml });

test('a file brings contract, cover hours and roles, and the same file twice changes nothing', async () => {
  const first = await bring(FILE);
  assert.equal(first.status, 200, first.text);
  const [client] = (await house.call('GET', '/clients')).body.items;
  assert.deepEqual(client.contract, KEPT);
  assert.deepEqual(client.cover.days, ['mon', 'fri']);
  assert.equal(client.contacts[0].role, 'security');
  assert.deepEqual([(await bring(FILE)).body.changes, (await bring(FILE)).body.unchanged], [[], 2]);
});

test('what is exported can be imported, and says the same', async () => {
  const yaml = (await house.call('GET', '/directory/export.yaml')).text;
  assert.match(yaml, /first_response_minutes: 10/);
  assert.match(yaml, /role: security/);
  const again = await bring(yaml);
  assert.deepEqual([again.status, again.body.changes], [200, []]);
});

test('an edit that does not name the contract leaves it, and null takes it away', async () => {
  const [{ id }] = (await house.call('GET', '/clients')).body.items;
  const renamed = await house.call('PATCH', `/clients/${id}`, { name: 'Northwind Traders' });
  assert.deepEqual(renamed.body.contract, KEPT);
  const without = await house.call('PATCH', `/clients/${id}`, { contract: null });
  assert.equal(without.body.contract, null);
  assert.equal(without.body.cover.zone, 'Europe/Berlin');
});

test('a contract that asks for nothing, and hours that are none, are refused with the place', async () => {
  const nothing = await house.call('POST', '/clients', { name: 'A', contract: {} });
  assert.equal(nothing.status, 400);
  assert.match(nothing.body.fields[0].message, /name a first response, a cadence or a call/);
  for (const cover of [
    { days: [], from: '09:00', to: '18:00', zone: 'UTC' },
    { days: ['mon'], from: '09:00', to: '09:00', zone: 'UTC' },
    { days: ['mon'], from: '9', to: '18:00', zone: 'UTC' },
    { days: ['mon'], from: '09:00', to: '18:00', zone: 'Mars/Base' },
  ])
    assert.equal((await house.call('POST', '/clients', { name: 'A', cover })).status, 400);
  const half = await bring('clients:\n  - name: B\n    contract: { cadence_minutes: { P2: 0 } }\n');
  assert.match(half.body.fields[0].path, /clients\[0\]\.contract\.cadence_minutes\.P2 \(line 3\)/);
});

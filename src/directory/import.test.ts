/** One YAML file sets up an organisation: all or nothing, and twice is the same as once. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ANA, openSmallHouse } from '../../test/small-house.ts';
import { directoryRoom } from './room.ts';

const FILE = `
people:
  - { name: Ada, email: ada@example.com, zone: Europe/Berlin, channels: [app, { push: ada-topic }] }
  - { name: Bo, email: bo@example.com }
teams:
  - { name: Payments, members: [Ada, bo@example.com] }
third_parties:
  - name: Card network
    status_url: https://status.example.com
    feed: { kind: statuspage, url: https://status.example.com, components: [Payments, API] }
    probe: { url: https://api.example.com/health, text: ok }
services:
  - { slug: shop, name: Shop, public_name: Card payments, on_public_page: true, owner: payments, primary: Ada, backup: Bo, depends_on: [db], third_parties: [card network] }
  - { slug: db, name: Database, depends_on: [shop] }
clients:
  - name: Acme
    account_owner: Ada
    services: [shop]
    contacts:
      - { name: Cora, email: cora@acme.example, language: de }
      - { name: Reception, phone: "+49 30 1234" }
`;

let house: Awaited<ReturnType<typeof openSmallHouse>>;
before(async () => {
  house = await openSmallHouse('2026-03-01T08:00:00Z', (small) => [directoryRoom(small)]);
  house.as({ ...ANA, role: 'administrator' });
});
after(() => house.close());

const bring = (yaml: string, dryRun = false) =>
  house.call('POST', `/directory/import?dryRun=${dryRun}`, { yaml });
const names = async (path: string) =>
  (await house.call('GET', path)).body.items.map((each: { name: string }) => each.name);

test('a dry run says what would change and changes nothing', async () => {
  const answer = await bring(FILE, true);
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.body.changes.length, 9);
  assert.deepEqual(await names('/people'), []);
});

test('an import creates everything at once, whatever the order of the references', async () => {
  const answer = await bring(FILE);
  assert.deepEqual([answer.status, answer.body.changes.length, answer.body.unchanged], [200, 9, 0]);
  const shop = (await house.call('GET', '/services?q=shop')).body.items[0];
  assert.deepEqual(
    [shop.primary.name, shop.dependsOn[0].name, shop.clients[0].name, shop.onPublicPage],
    ['Ada', 'Database', 'Acme', true],
  );
  const acme = (await house.call('GET', '/clients')).body.items[0];
  assert.deepEqual(
    acme.contacts.map((each: { name: string }) => each.name),
    ['Cora', 'Reception'],
  );
});

test('the same file again changes nothing, and neither does what was exported', async () => {
  const again = await bring(FILE);
  assert.deepEqual([again.body.changes, again.body.unchanged], [[], 9]);
  const exported = await house.call('GET', '/directory/export.yaml');
  assert.match(exported.text, /public_name: Card payments/);
  const round = await bring(exported.text);
  assert.deepEqual([round.status, round.body.changes], [200, []]);
});

test('a third party brings its feed, its components and our own check; what was asked before is asked again', async () => {
  const network = async () => (await house.call('GET', '/third-parties')).body.items[0];
  assert.deepEqual((await network()).feed, {
    kind: 'statuspage',
    url: 'https://status.example.com',
    components: ['Payments', 'API'],
  });
  assert.deepEqual((await network()).probe, { url: 'https://api.example.com/health', text: 'ok' });
  const checkAt = async () =>
    (await house.db.selectFrom('third_party').select('check_at').executeTakeFirst())?.check_at?.toString();
  assert.equal(await checkAt(), house.clock.now().toString());
  house.clock.set(house.clock.now().add({ minutes: 1 }));
  assert.equal(
    (await bring('third_parties: [{ name: Card network, status_url: null }]')).body.changes.length,
    1,
  );
  assert.notEqual(await checkAt(), house.clock.now().toString(), 'another page for people asks nobody again');
  const other =
    'third_parties: [{ name: Card network, feed: { kind: slack, url: https://slack-status.com } }]';
  assert.equal((await bring(other)).body.changes[0].fields[0], 'feed');
  assert.equal(await checkAt(), house.clock.now().toString());
  await bring('third_parties: [{ name: Card network, feed: null, probe: null }]');
  assert.equal(await checkAt(), undefined);
  const wrong = await bring('third_parties: [{ name: X, feed: { kind: telepathy, url: ftp://x } }]');
  assert.equal(wrong.status, 400);
  assert.match(wrong.text, /third_parties\[0\]\.feed\.kind \(line 1\)/);
  assert.match(wrong.text, /must be an address such as/);
});

test('somebody known by email is found by the name that the file gives them', async () => {
  const answer = await bring(
    'people:\n  - { name: Bo Falk, email: bo@example.com }\nservices:\n  - { slug: shop, primary: Bo Falk }\n',
  );
  assert.equal(answer.status, 200, answer.text);
  const shop = (await house.call('GET', '/services?q=shop')).body.items[0];
  assert.equal(shop.primary.name, 'Bo Falk');
  await bring(
    'people:\n  - { name: Bo, email: bo@example.com }\nservices:\n  - { slug: shop, primary: Ada }\n',
  );
});

test('what the file leaves out stays, and what it names changes', async () => {
  const answer = await bring('services:\n  - { slug: SHOP, region: eu-1, depends_on: [] }\n');
  assert.deepEqual(answer.body.changes, [
    { kind: 'service', name: 'SHOP', change: 'update', fields: ['slug', 'region', 'dependsOnIds'] },
  ]);
  const shop = (await house.call('GET', '/services?q=shop')).body.items[0];
  assert.deepEqual([shop.name, shop.primary.name, shop.dependsOn], ['Shop', 'Ada', []]);
});

test('an error names its place in the file, and then nothing is imported', async () => {
  const wrong = await bring(
    'people:\n  - { name: Cy, email: cy@example.com }\nservices:\n  - { slug: new, primary: Nobody, zone: UTC }\n',
  );
  assert.equal(wrong.status, 400);
  assert.match(wrong.text, /services\[0\]\.primary \(line 4\)/);
  assert.ok(!(await names('/people')).includes('Cy'));
  assert.match((await bring('services:\n  - { slug: new, colour: red }\n')).text, /services\[0\] \(line 2\)/);
  assert.match((await bring('people: [\n')).text, /not valid YAML: .* at line 2, column 1\."/);
  assert.match(
    (await bring('teams:\n  - { name: A }\n  - { name: a }\n')).text,
    /teams\[1\] \(line 3\).*in the file twice/,
  );
  assert.equal((await bring(`a: &a [x]\nb: [${'*a,'.repeat(100)}]\n`)).status, 400);
});

test('a service without a public name cannot be put on the public page by a file either', async () => {
  const answer = await bring('services:\n  - { slug: hidden, on_public_page: true }\n');
  assert.deepEqual([answer.status, /services\[0\] \(line 2\)/.test(answer.text)], [400, true]);
});

test('a large organisation is imported within a few seconds', async () => {
  const people = Array.from(
    { length: 200 },
    (_, at) => `  - { name: Person ${at}, email: p${at}@example.com }`,
  );
  const services = Array.from(
    { length: 200 },
    (_, at) => `  - { slug: s${at}, primary: p${at}@example.com, depends_on: [s${(at + 1) % 200}] }`,
  );
  const answer = await bring(`people:\n${people.join('\n')}\nservices:\n${services.join('\n')}\n`);
  assert.deepEqual([answer.status, answer.body.changes.length], [200, 400]);
});

/** The directory through its addresses, on the embedded database. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { transaction } from '#platform/db/database.ts';
import { ANA, type Json, openSmallHouse } from '../../test/small-house.ts';
import { linkPerson } from './link.ts';
import {
  clientsOfServices,
  contactsOfClients,
  dependenciesOf,
  personById,
  servicesBySlugs,
  sharing,
} from './read.ts';
import { directoryRoom } from './room.ts';

let house: Awaited<ReturnType<typeof openSmallHouse>>;
const ADMINISTRATOR = { ...ANA, role: 'administrator' as const };

before(async () => {
  house = await openSmallHouse('2026-03-01T08:00:00Z', (small) => [directoryRoom(small)]);
  house.as(ADMINISTRATOR);
});
after(() => house.close());

async function create(path: string, body: object): Promise<Json> {
  const answer = await house.call('POST', path, body);
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

test('a service is shown with its people, its dependencies and its clients by name', async () => {
  const ada = await create('/people', { name: 'Ada', email: 'Ada@Example.com', zone: 'Europe/Berlin' });
  assert.deepEqual(
    ada.channels.map((each: Json) => each.kind),
    ['app', 'email'],
  );
  const team = await create('/teams', { name: 'Payments', memberIds: [ada.id] });
  const stripe = await create('/third-parties', {
    name: 'Card network',
    statusUrl: 'https://status.example.com',
  });
  const database = await create('/services', { name: 'Database', slug: 'db' });
  const acme = await create('/clients', { name: 'Acme', accountOwnerId: ada.id });
  const shop = await create('/services', {
    name: 'Shop',
    slug: 'shop',
    publicName: 'Card payments',
    onPublicPage: true,
    ownerTeamId: team.id,
    primaryId: ada.id,
    dependsOnIds: [database.id],
    thirdPartyIds: [stripe.id],
    clientIds: [acme.id],
  });
  assert.deepEqual(
    [
      shop.primary.name,
      shop.ownerTeam.name,
      shop.dependsOn[0].name,
      shop.thirdParties[0].name,
      shop.clients[0].name,
    ],
    ['Ada', 'Payments', 'Database', 'Card network', 'Acme'],
  );
  const edited = await house.call('PATCH', `/services/${shop.id}`, { region: 'eu-1' });
  assert.deepEqual(
    [edited.body.region, edited.body.primary.name, edited.body.clients.length],
    ['eu-1', 'Ada', 1],
  );
  assert.deepEqual((await house.call('GET', `/services/${database.id}`)).body.neededBy, [
    { id: shop.id, name: 'Shop' },
  ]);
});

test('services may depend on each other in a circle, but none on itself', async () => {
  const { items } = (await house.call('GET', '/services')).body;
  const [database, shop] = items;
  assert.equal(
    (await house.call('PATCH', `/services/${database.id}`, { dependsOnIds: [shop.id] })).status,
    200,
  );
  assert.equal((await house.call('PATCH', `/services/${shop.id}`, { dependsOnIds: [shop.id] })).status, 400);
});

test('what cannot be accepted is named, and nothing is kept', async () => {
  const zone = await house.call('POST', '/people', {
    name: 'Bo',
    email: 'bo@example.com',
    zone: 'Mars/Olympus',
  });
  assert.equal(zone.status, 400);
  assert.match(zone.text, /IANA time zone/);
  assert.equal(
    (await house.call('POST', '/people', { name: 'Bo', email: 'bo@example.com', zone: '+02:00' })).status,
    400,
  );
  const unknown = await house.call('POST', '/services', { name: 'X', slug: 'x', primaryId: 'per_nobody' });
  assert.match(unknown.text, /body\.primaryId/);
  const page = await house.call('POST', '/services', { name: 'X', slug: 'x', onPublicPage: true });
  assert.match(page.text, /publicName/);
  const twice = await house.call('POST', '/services', { name: 'Other shop', slug: 'SHOP' });
  assert.deepEqual([twice.status, /slug/.test(twice.text)], [409, true]);
  assert.equal((await house.call('GET', '/services')).body.items.length, 2);
});

test('a text with a NUL is kept without it, and an id with one is refused', async () => {
  assert.equal((await create('/teams', { name: 'Odd\u0000 team' })).name.includes('\u0000'), false);
  assert.equal((await house.call('GET', '/teams/%00')).status, 400);
  assert.equal((await house.call('GET', '/search?q=%00')).status, 200);
});

test('whoever is to be woken cannot be archived', async () => {
  const { items } = (await house.call('GET', '/people?q=ada')).body;
  const refused = await house.call('POST', `/people/${items[0].id}/archival`);
  assert.equal(refused.status, 409);
  assert.match(refused.text, /to be woken for Shop/);
});

test('an archived entry leaves the lists and can be brought back', async () => {
  const old = await create('/clients', { name: 'Old client' });
  assert.equal((await house.call('POST', `/clients/${old.id}/archival`)).status, 204);
  assert.equal((await house.call('GET', '/clients?q=old')).body.items.length, 0);
  assert.equal((await house.call('GET', '/clients?archived=true')).body.items[0].id, old.id);
  assert.equal((await house.call('PATCH', `/clients/${old.id}`, { name: 'New' })).status, 409);
  assert.equal((await house.call('DELETE', `/clients/${old.id}/archival`)).status, 204);
  assert.equal((await house.call('GET', '/clients?q=old')).body.items.length, 1);
});

test('a list is read page by page in the order of the names', async () => {
  for (const name of ['delta', 'Bravo', 'alpha', 'Charlie']) await create('/third-parties', { name });
  const names: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await house.call('GET', `/third-parties?limit=2${cursor && `&cursor=${cursor}`}`);
    names.push(...body.items.map((each: Json) => each.name));
    cursor = body.next;
  }
  assert.deepEqual(names, ['alpha', 'Bravo', 'Card network', 'Charlie', 'delta']);
  assert.equal((await house.call('GET', '/third-parties?cursor=nonsense')).status, 400);
});

test('search finds by every word, and takes percent signs literally', async () => {
  const found = (await house.call('GET', '/search?q=card')).body.items;
  assert.deepEqual(
    found.map((each: Json) => [each.kind, each.title]),
    [
      ['service', 'Shop'],
      ['third_party', 'Card network'],
    ],
  );
  assert.deepEqual((await house.call('GET', '/search?q=%25')).body.items, []);
});

test('a person keeps their own channels, and a changed one has to be tested again', async () => {
  const { items } = (await house.call('GET', '/people?q=ada')).body;
  house.as({ ...ANA, personId: items[0].id, role: 'viewer' });
  const push = { kind: 'push', address: 'ada-topic' };
  await house.call('PUT', '/me/channels', { channels: [push], zone: 'Europe/Paris' });
  const tested = [{ ...push, testedAt: '2026-03-01T08:00:00Z' }];
  await house.db
    .updateTable('person')
    .set({ channels: JSON.stringify(tested) })
    .where('id', '=', items[0].id)
    .execute();
  const kept = await house.call('PUT', '/me/channels', {
    channels: [push, { kind: 'email', address: 'ada@example.com' }],
  });
  assert.deepEqual(
    kept.body.channels.map((each: Json) => each.testedAt),
    ['2026-03-01T08:00:00Z', null],
  );
  assert.equal(kept.body.zone, 'Europe/Paris');
  assert.equal(
    (await house.call('PUT', '/me/channels', { channels: [{ kind: 'push', address: 'has spaces' }] })).status,
    400,
  );
  assert.equal((await house.call('PATCH', `/people/${items[0].id}`, { name: 'Other' })).status, 403);
  house.as({ ...ANA, role: 'responder' });
  const seen = await house.call('GET', `/people/${items[0].id}`);
  assert.equal(seen.body.channels[0].address, '', 'a push topic is nobody else’s business');
  house.as(ADMINISTRATOR);
});

test('a login takes the person with its email', async () => {
  const now = house.clock.now();
  const login = { loginId: 'log_ada', name: 'Ada L.', email: 'ADA@example.com', zone: 'UTC' };
  const id = await transaction(house.db, (tx) => linkPerson(tx, login, now));
  assert.equal((await personById(house.db, id))?.name, 'Ada');
  const other = await transaction(house.db, (tx) =>
    linkPerson(tx, { ...login, loginId: 'log_new', email: 'new@example.com' }, now),
  );
  assert.equal((await personById(house.db, other))?.loginId, 'log_new');
});

test('other rooms read who is served, whom to tell, and what is shared', async () => {
  const [shop] = await servicesBySlugs(house.db, ['Shop']);
  const [acme] = await clientsOfServices(house.db, [shop!.id]);
  await create('/contacts', { clientId: acme!.id, name: 'Cora', email: 'cora@acme.example' });
  assert.deepEqual(
    (await contactsOfClients(house.db, [acme!.id])).map((each) => each.email),
    ['cora@acme.example'],
  );
  const { services, thirdParties } = await dependenciesOf(house.db, [shop!.id], 2);
  assert.deepEqual([services.size, thirdParties.size], [1, 1]);
  const api = await create('/services', { name: 'API', slug: 'api', dependsOnIds: [...services.keys()] });
  const shared = await sharing(house.db, [shop!.id, api.id]);
  assert.deepEqual(
    shared.map((each) => [each.kind, each.serviceIds.length]),
    [['service', 2]],
  );
});

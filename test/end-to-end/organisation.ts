/** A small agency, set up over the API: who is woken, what they run, for whom, and whom they tell. */
import type { Installation } from './installation.ts';

export type Organisation = { ana: string; bo: string; shop: string; bookings: string; newsletter: string };

export async function setUpOrganisation({ ask, administrator }: Installation): Promise<Organisation> {
  const people = await ask('GET', '/people');
  const ana = people.items.find((each: { email: string }) => each.email === administrator.email).id;
  await ask('PATCH', `/people/${ana}`, {
    name: 'Ana Lima',
    channels: [{ kind: 'email', address: administrator.email }, { kind: 'app' }],
  });
  const bo = await create('people', {
    name: 'Bo Falk',
    email: 'bo@agency.example',
    channels: [{ kind: 'email', address: 'bo@agency.example' }],
  });
  const cleo = await create('people', { name: 'Cleo Marsh', email: 'cleo@agency.example' });
  const shop = await create('services', {
    name: 'shop-api',
    slug: 'shop',
    publicName: 'Card payments',
    onPublicPage: true,
    primaryId: ana,
    backupId: bo,
    managerId: cleo,
  });
  const bookings = await create('services', {
    name: 'bookings-api',
    slug: 'bookings',
    publicName: 'Bookings',
    primaryId: ana,
    backupId: bo,
    managerId: cleo,
  });
  const newsletter = await create('services', {
    name: 'newsletter',
    slug: 'newsletter',
    primaryId: ana,
    backupId: bo,
  });
  const northwind = await create('clients', {
    name: 'Northwind',
    accountOwnerId: cleo,
    serviceIds: [shop, bookings],
  });
  await create('contacts', { clientId: northwind, name: 'Nora North', email: 'nora@northwind.example' });
  const contoso = await create('clients', { name: 'Contoso', serviceIds: [bookings] });
  await create('contacts', { clientId: contoso, name: 'Carl Contoso', email: 'carl@contoso.example' });
  return { ana, bo, shop, bookings, newsletter };

  async function create(kind: string, body: object): Promise<string> {
    return (await ask('POST', `/${kind}`, body)).id;
  }
}

/** @returns the key, which is shown this once */
export async function integrate({ ask }: Installation, kind: string, serviceId: string): Promise<string> {
  return (await ask('POST', '/integrations', { name: `${kind} of the test`, kind, serviceId })).key;
}

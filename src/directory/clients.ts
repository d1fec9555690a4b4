/** Clients: whom a service serves, and who hears first when it does not. */
import { z } from 'zod';
import { json } from '#platform/db/database.ts';
import { type ContactView, contacts, contactView } from './contacts.ts';
import { contract, contractOf, contractView, cover, coverOf, coverView } from './contract.ts';
import { id, ids, name } from './fields.ts';
import { type Kind, mustExist, named, namesOf, pairs, setPairs } from './kind.ts';

const whole = z.object({
  name,
  accountOwnerId: id.nullable().default(null),
  serviceIds: ids.default([]),
  cover: cover.nullable().default(null),
  contract: contract.nullable().default(null),
});
const part = z
  .object({
    name,
    accountOwnerId: id.nullable(),
    serviceIds: ids,
    cover: cover.nullable(),
    contract: contract.nullable(),
  })
  .partial();
export type ClientBody = z.output<typeof whole>;

const ref = z.object({ id: z.string(), name: z.string() });
const view = z.object({
  id: z.string(),
  name: z.string(),
  accountOwner: ref.nullable(),
  services: z.array(ref),
  contacts: z.array(contactView),
  cover: coverView.nullable(),
  contract: contractView.nullable(),
  archivedAt: z.string().nullable(),
});
export type ClientView = z.infer<typeof view>;

const SERVED = { table: 'client_service', from: 'client_id', to: 'service_id' };

export const clients: Kind<ClientBody, ClientView> = {
  table: 'client',
  path: 'clients',
  one: 'client',
  many: 'clients',
  idPrefix: 'cli',
  whole,
  part,
  view,
  searched: [],
  async bodies(db, ids) {
    if (!ids.length) return new Map();
    const rows = await db
      .selectFrom('client')
      .select(['id', 'name', 'account_owner_id', 'cover', 'contract'])
      .where('id', 'in', ids)
      .execute();
    const services = await pairs(db, SERVED, ids);
    return new Map(
      rows.map((row) => [
        row.id,
        {
          name: row.name,
          accountOwnerId: row.account_owner_id,
          serviceIds: services.get(row.id) ?? [],
          cover: coverOf(row.cover),
          contract: contractOf(row.contract),
        },
      ]),
    );
  },
  async write(tx, { id, body, before, now }) {
    await mustExist(tx, 'person', 'accountOwnerId', [body.accountOwnerId]);
    await mustExist(
      tx,
      'service',
      'serviceIds',
      body.serviceIds.filter((each) => !before?.serviceIds.includes(each)),
    );
    const row = {
      name: body.name,
      account_owner_id: body.accountOwnerId,
      cover: body.cover && json(body.cover),
      contract: body.contract && json(body.contract),
      updated_at: now,
    };
    if (before) await tx.updateTable('client').set(row).where('id', '=', id).execute();
    else
      await tx
        .insertInto('client')
        .values({ id, ...row, created_at: now })
        .execute();
    await setPairs(tx, SERVED, { id, others: body.serviceIds });
  },
  async show(db, ids, caller) {
    if (!ids.length) return new Map();
    const rows = await db.selectFrom('client').selectAll().where('id', 'in', ids).execute();
    const services = await pairs(db, SERVED, ids);
    const serviceNames = await namesOf(db, 'service', [...services.values()].flat());
    const owners = await namesOf(
      db,
      'person',
      rows.map((row) => row.account_owner_id),
    );
    const contactRows = await db
      .selectFrom('contact')
      .select('id')
      .where('client_id', 'in', ids)
      .where('archived_at', 'is', null)
      .execute();
    const shown = await contacts.show(
      db,
      contactRows.map((each) => each.id),
      caller,
    );
    const byClient = Map.groupBy(shown.values(), (each: ContactView) => each.client.id);
    return new Map(
      rows.map((row) => [
        row.id,
        {
          id: row.id,
          name: row.name,
          accountOwner: owners.get(row.account_owner_id ?? '') ?? null,
          services: named(serviceNames, services.get(row.id) ?? []),
          cover: coverOf(row.cover),
          contract: contractOf(row.contract),
          contacts: (byClient.get(row.id) ?? []).toSorted((one, other) => one.name.localeCompare(other.name)),
          archivedAt: row.archived_at?.toString() ?? null,
        },
      ]),
    );
  },
};

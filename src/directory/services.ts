/** Services: what breaks, who owns it, who is woken, what it stands on, whom it serves. */
import { z } from 'zod';
import type { Tx } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import { description, id, ids, name, publicName, region, slug, zone } from './fields.ts';
import { type Kind, mustExist, named, namesOf, pairs, setPairs, type Writing } from './kind.ts';

const fields = {
  name,
  slug,
  description,
  publicName,
  onPublicPage: z.boolean(),
  ownerTeamId: id.nullable(),
  region,
  zone,
  primaryId: id.nullable(),
  backupId: id.nullable(),
  managerId: id.nullable(),
  secondTeamId: id.nullable(),
  dependsOnIds: ids,
  thirdPartyIds: ids,
  clientIds: ids,
};
const whole = z.object({
  name,
  slug,
  description: description.default(''),
  publicName: publicName.default(null),
  onPublicPage: z.boolean().default(false),
  ownerTeamId: id.nullable().default(null),
  region: region.default(null),
  zone: zone.default('UTC'),
  primaryId: id.nullable().default(null),
  backupId: id.nullable().default(null),
  managerId: id.nullable().default(null),
  secondTeamId: id.nullable().default(null),
  dependsOnIds: ids.default([]),
  thirdPartyIds: ids.default([]),
  clientIds: ids.default([]),
});
const part = z.object(fields).partial();
export type ServiceBody = z.output<typeof whole>;

const ref = z.object({ id: z.string(), name: z.string() });
const view = z.object({
  id: z.string(),
  name: z.string(),
  slug: z.string(),
  description: z.string(),
  publicName: z.string().nullable().describe('The only name that clients ever see.'),
  onPublicPage: z.boolean(),
  ownerTeam: ref.nullable(),
  region: z.string().nullable(),
  zone: z.string(),
  primary: ref.nullable(),
  backup: ref.nullable(),
  manager: ref.nullable(),
  secondTeam: ref.nullable(),
  dependsOn: z.array(ref),
  neededBy: z.array(ref),
  thirdParties: z.array(ref),
  clients: z.array(ref),
  archivedAt: z.string().nullable(),
});
export type ServiceView = z.infer<typeof view>;

const DEPENDS_ON = { table: 'service_dependency', from: 'service_id', to: 'depends_on_id' };
const NEEDED_BY = { table: 'service_dependency', from: 'depends_on_id', to: 'service_id' };
const THIRD_PARTY = { table: 'service_third_party', from: 'service_id', to: 'third_party_id' };
const CLIENT = { table: 'client_service', from: 'service_id', to: 'client_id' };

export const services: Kind<ServiceBody, ServiceView> = {
  table: 'service',
  path: 'services',
  one: 'service',
  many: 'services',
  idPrefix: 'svc',
  whole,
  part,
  view,
  searched: ['slug', 'public_name'],
  async bodies(db, ids) {
    if (!ids.length) return new Map();
    const rows = await db.selectFrom('service').selectAll().where('id', 'in', ids).execute();
    const [dependsOn, third, served] = [
      await pairs(db, DEPENDS_ON, ids),
      await pairs(db, THIRD_PARTY, ids),
      await pairs(db, CLIENT, ids),
    ];
    return new Map(
      rows.map((row) => [
        row.id,
        {
          name: row.name,
          slug: row.slug,
          description: row.description,
          publicName: row.public_name,
          onPublicPage: row.on_public_page,
          ownerTeamId: row.owner_team_id,
          region: row.region,
          zone: row.zone,
          primaryId: row.primary_id,
          backupId: row.backup_id,
          managerId: row.manager_id,
          secondTeamId: row.second_team_id,
          dependsOnIds: dependsOn.get(row.id) ?? [],
          thirdPartyIds: third.get(row.id) ?? [],
          clientIds: served.get(row.id) ?? [],
        },
      ]),
    );
  },
  async write(tx, writing) {
    const { id, body, before, now } = writing;
    await check(tx, writing);
    const row = {
      name: body.name,
      slug: body.slug,
      description: body.description,
      public_name: body.publicName,
      on_public_page: body.onPublicPage,
      owner_team_id: body.ownerTeamId,
      region: body.region,
      zone: body.zone,
      primary_id: body.primaryId,
      backup_id: body.backupId,
      manager_id: body.managerId,
      second_team_id: body.secondTeamId,
      updated_at: now,
    };
    if (before) await tx.updateTable('service').set(row).where('id', '=', id).execute();
    else
      await tx
        .insertInto('service')
        .values({ id, ...row, created_at: now })
        .execute();
    await setPairs(tx, DEPENDS_ON, { id, others: body.dependsOnIds });
    await setPairs(tx, THIRD_PARTY, { id, others: body.thirdPartyIds });
    await setPairs(tx, CLIENT, { id, others: body.clientIds });
  },
  async show(db, ids) {
    const bodies = await services.bodies(db, ids);
    const all = [...bodies.values()];
    const neededBy = await pairs(db, NEEDED_BY, ids);
    const people = await namesOf(
      db,
      'person',
      all.flatMap((each) => [each.primaryId, each.backupId, each.managerId]),
    );
    const teams = await namesOf(
      db,
      'team',
      all.flatMap((each) => [each.ownerTeamId, each.secondTeamId]),
    );
    const others = await namesOf(db, 'service', [
      ...all.flatMap((each) => each.dependsOnIds),
      ...[...neededBy.values()].flat(),
    ]);
    const third = await namesOf(
      db,
      'third_party',
      all.flatMap((each) => each.thirdPartyIds),
    );
    const served = await namesOf(
      db,
      'client',
      all.flatMap((each) => each.clientIds),
    );
    const archived = ids.length
      ? await db.selectFrom('service').select(['id', 'archived_at']).where('id', 'in', ids).execute()
      : [];
    const archivedAt = new Map(archived.map((row) => [row.id, row.archived_at?.toString() ?? null]));
    return new Map(
      [...bodies].map(([id, body]) => [
        id,
        {
          id,
          name: body.name,
          slug: body.slug,
          description: body.description,
          publicName: body.publicName,
          onPublicPage: body.onPublicPage,
          ownerTeam: teams.get(body.ownerTeamId ?? '') ?? null,
          region: body.region,
          zone: body.zone,
          primary: people.get(body.primaryId ?? '') ?? null,
          backup: people.get(body.backupId ?? '') ?? null,
          manager: people.get(body.managerId ?? '') ?? null,
          secondTeam: teams.get(body.secondTeamId ?? '') ?? null,
          dependsOn: named(others, body.dependsOnIds),
          neededBy: named(others, neededBy.get(id) ?? []),
          thirdParties: named(third, body.thirdPartyIds),
          clients: named(served, body.clientIds),
          archivedAt: archivedAt.get(id) ?? null,
        },
      ]),
    );
  },
};

/** Cycles among services exist and are allowed; a service that depends on itself says nothing. */
async function check(tx: Tx, { id, body, before }: Writing<ServiceBody>): Promise<void> {
  const fresh = (now: string[], then: string[] | undefined) => now.filter((each) => !then?.includes(each));
  if (body.dependsOnIds.includes(id)) throw refusal('dependsOnIds', 'a service cannot depend on itself');
  if (body.onPublicPage && !body.publicName)
    throw refusal('publicName', 'is needed before the service can be on the public page');
  await mustExist(tx, 'team', 'ownerTeamId', [body.ownerTeamId]);
  await mustExist(tx, 'team', 'secondTeamId', [body.secondTeamId]);
  await mustExist(tx, 'person', 'primaryId', [body.primaryId]);
  await mustExist(tx, 'person', 'backupId', [body.backupId]);
  await mustExist(tx, 'person', 'managerId', [body.managerId]);
  // What was archived since may stay named; only what is added has to exist.
  await mustExist(tx, 'service', 'dependsOnIds', fresh(body.dependsOnIds, before?.dependsOnIds));
  await mustExist(tx, 'third_party', 'thirdPartyIds', fresh(body.thirdPartyIds, before?.thirdPartyIds));
  await mustExist(tx, 'client', 'clientIds', fresh(body.clientIds, before?.clientIds));
}

function refusal(field: string, message: string): Refused {
  return new Refused('invalid', 'This service cannot be kept like that; nothing was changed.', {
    mend: 'Mend the field named here and send again.',
    fields: [{ path: `body.${field}`, message }],
  });
}

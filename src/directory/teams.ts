/** Teams: they own services, and a second one can be called in. */
import { z } from 'zod';
import { ids, name } from './fields.ts';
import { type Kind, mustExist, named, namesOf, pairs, setPairs } from './kind.ts';

const whole = z.object({ name, memberIds: ids.default([]) });
const part = z.object({ name, memberIds: ids }).partial();
export type TeamBody = z.output<typeof whole>;

const ref = z.object({ id: z.string(), name: z.string() });
const view = z.object({
  id: z.string(),
  name: z.string(),
  members: z.array(ref),
  services: z.array(ref),
  archivedAt: z.string().nullable(),
});
export type TeamView = z.infer<typeof view>;

const MEMBER = { table: 'team_member', from: 'team_id', to: 'person_id' };

export const teams: Kind<TeamBody, TeamView> = {
  table: 'team',
  path: 'teams',
  one: 'team',
  many: 'teams',
  idPrefix: 'team',
  whole,
  part,
  view,
  searched: [],
  async bodies(db, ids) {
    if (!ids.length) return new Map();
    const rows = await db.selectFrom('team').select(['id', 'name']).where('id', 'in', ids).execute();
    const members = await pairs(db, MEMBER, ids);
    return new Map(rows.map(({ id, name }) => [id, { name, memberIds: members.get(id) ?? [] }]));
  },
  async write(tx, { id, body, before, now }) {
    await mustExist(tx, 'person', 'memberIds', body.memberIds);
    if (before)
      await tx.updateTable('team').set({ name: body.name, updated_at: now }).where('id', '=', id).execute();
    else
      await tx.insertInto('team').values({ id, name: body.name, created_at: now, updated_at: now }).execute();
    await setPairs(tx, MEMBER, { id, others: body.memberIds });
  },
  async show(db, ids) {
    if (!ids.length) return new Map();
    const rows = await db
      .selectFrom('team')
      .select(['id', 'name', 'archived_at'])
      .where('id', 'in', ids)
      .execute();
    const members = await pairs(db, MEMBER, ids);
    const names = await namesOf(db, 'person', [...members.values()].flat());
    const owned = await db
      .selectFrom('service')
      .select(['id', 'name', 'owner_team_id'])
      .where('owner_team_id', 'in', ids)
      .where('archived_at', 'is', null)
      .orderBy('name')
      .execute();
    return new Map(
      rows.map((row) => [
        row.id,
        {
          id: row.id,
          name: row.name,
          members: named(names, members.get(row.id) ?? []),
          services: owned
            .filter((each) => each.owner_team_id === row.id)
            .map(({ id, name }) => ({ id, name })),
          archivedAt: row.archived_at?.toString() ?? null,
        },
      ]),
    );
  },
  async stillNeeded(tx, id) {
    const service = await tx
      .selectFrom('service')
      .select('name')
      .where('archived_at', 'is', null)
      .where((where) => where.or([where('owner_team_id', '=', id), where('second_team_id', '=', id)]))
      .limit(1)
      .executeTakeFirst();
    return service && `This team is named by the service ${service.name}.`;
  },
};

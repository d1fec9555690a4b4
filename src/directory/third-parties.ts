/** Third parties: what our services stand on and we cannot repair. */
import { z } from 'zod';
import { name, statusUrl, stillWorks } from './fields.ts';
import { type Kind, named, namesOf, pairs } from './kind.ts';

const whole = z.object({ name, statusUrl: statusUrl.default(null), stillWorks: stillWorks.default(null) });
const part = z.object({ name, statusUrl, stillWorks }).partial();
export type ThirdPartyBody = z.output<typeof whole>;

const view = z.object({
  id: z.string(),
  name: z.string(),
  statusUrl: z.string().nullable(),
  stillWorks: z.string().nullable(),
  services: z.array(z.object({ id: z.string(), name: z.string() })),
  archivedAt: z.string().nullable(),
});
export type ThirdPartyView = z.infer<typeof view>;

export const thirdParties: Kind<ThirdPartyBody, ThirdPartyView> = {
  table: 'third_party',
  path: 'third-parties',
  one: 'third party',
  many: 'third parties',
  idPrefix: 'tpy',
  whole,
  part,
  view,
  searched: [],
  async bodies(db, ids) {
    if (!ids.length) return new Map();
    const rows = await db.selectFrom('third_party').selectAll().where('id', 'in', ids).execute();
    return new Map(
      rows.map((row) => [row.id, { name: row.name, statusUrl: row.status_url, stillWorks: row.still_works }]),
    );
  },
  async write(tx, { id, body, before, now }) {
    const row = {
      name: body.name,
      status_url: body.statusUrl,
      still_works: body.stillWorks,
      updated_at: now,
    };
    if (before) await tx.updateTable('third_party').set(row).where('id', '=', id).execute();
    else
      await tx
        .insertInto('third_party')
        .values({ id, ...row, created_at: now })
        .execute();
  },
  async show(db, ids) {
    if (!ids.length) return new Map();
    const rows = await db.selectFrom('third_party').selectAll().where('id', 'in', ids).execute();
    const services = await pairs(
      db,
      { table: 'service_third_party', from: 'third_party_id', to: 'service_id' },
      ids,
    );
    const names = await namesOf(db, 'service', [...services.values()].flat());
    return new Map(
      rows.map((row) => [
        row.id,
        {
          id: row.id,
          name: row.name,
          statusUrl: row.status_url,
          stillWorks: row.still_works,
          services: named(names, services.get(row.id) ?? []),
          archivedAt: row.archived_at?.toString() ?? null,
        },
      ]),
    );
  },
};

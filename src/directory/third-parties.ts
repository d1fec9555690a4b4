/** Third parties: what our services stand on and we cannot repair. */
import { z } from 'zod';
import { FEED_KINDS, type FeedKind } from './feed-kinds.ts';
import { type Feed, feed, type Probe, probe } from './feeds.ts';
import { name, statusUrl, stillWorks } from './fields.ts';
import { type Kind, named, namesOf, pairs } from './kind.ts';

const whole = z.object({
  name,
  statusUrl: statusUrl.default(null),
  feed: feed.nullable().default(null),
  probe: probe.nullable().default(null),
  stillWorks: stillWorks.default(null),
});
const part = z
  .object({ name, statusUrl, feed: feed.nullable(), probe: probe.nullable(), stillWorks })
  .partial();
export type ThirdPartyBody = z.output<typeof whole>;

const view = z.object({
  id: z.string(),
  name: z.string(),
  statusUrl: z.string().nullable(),
  feed: z.object({ kind: z.enum(FEED_KINDS), url: z.string(), components: z.array(z.string()) }).nullable(),
  probe: z.object({ url: z.string(), text: z.string().nullable() }).nullable(),
  stillWorks: z.string().nullable(),
  services: z.array(z.object({ id: z.string(), name: z.string() })),
  archivedAt: z.string().nullable(),
});
export type ThirdPartyView = z.infer<typeof view>;

export const thirdParties: Kind<ThirdPartyBody, ThirdPartyView> = {
  table: 'third_party',
  path: 'third-parties',
  one: 'provider',
  many: 'providers',
  idPrefix: 'tpy',
  whole,
  part,
  view,
  searched: [],
  async bodies(db, ids) {
    if (!ids.length) return new Map();
    const rows = await db.selectFrom('third_party').selectAll().where('id', 'in', ids).execute();
    return new Map(
      rows.map((row) => [
        row.id,
        { name: row.name, statusUrl: row.status_url, ...askedOf(row), stillWorks: row.still_works },
      ]),
    );
  },
  async write(tx, { id, body, before, now }) {
    const row = {
      name: body.name,
      status_url: body.statusUrl,
      still_works: body.stillWorks,
      feed_kind: body.feed?.kind ?? null,
      feed_url: body.feed?.url ?? null,
      components: body.feed?.components ?? [],
      probe_url: body.probe?.url ?? null,
      probe_text: body.probe?.text ?? null,
      updated_at: now,
      // Whatever is new is asked at once.
      ...(before && sameAsked(before, body) ? {} : { check_at: body.feed || body.probe ? now : null }),
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
          ...askedOf(row),
          stillWorks: row.still_works,
          services: named(names, services.get(row.id) ?? []),
          archivedAt: row.archived_at?.toString() ?? null,
        },
      ]),
    );
  },
};

function askedOf(row: {
  feed_kind: string | null;
  feed_url: string | null;
  components: string[];
  probe_url: string | null;
  probe_text: string | null;
}): { feed: Feed | null; probe: Probe | null } {
  return {
    feed:
      row.feed_kind === null || row.feed_url === null
        ? null
        : { kind: row.feed_kind as FeedKind, url: row.feed_url, components: row.components },
    probe: row.probe_url === null ? null : { url: row.probe_url, text: row.probe_text },
  };
}

function sameAsked(before: ThirdPartyBody, body: ThirdPartyBody): boolean {
  return JSON.stringify([before.feed, before.probe]) === JSON.stringify([body.feed, body.probe]);
}

/** One search over everything that has a name. Incidents are searched by a function of the incident room, which hides restricted ones. */
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import type { Caller } from '#platform/http/app.ts';
import { clients } from './clients.ts';
import { type AnyKind, matches } from './entries.ts';
import { people } from './people.ts';
import { services } from './services.ts';
import { teams } from './teams.ts';
import { thirdParties } from './third-parties.ts';

export type Found = {
  kind: 'incident' | 'service' | 'person' | 'team' | 'client' | 'third_party';
  id: string;
  title: string;
  detail: string;
};
export type SearchIncidents = (asked: { q: string; limit: number; caller: Caller }) => Promise<Found[]>;

const SEARCHED: { kind: AnyKind; detail: string | undefined }[] = [
  { kind: services, detail: 'slug' },
  { kind: clients, detail: undefined },
  { kind: people, detail: 'email' },
  { kind: teams, detail: undefined },
  { kind: thirdParties, detail: 'status_url' },
];

export async function search(
  db: Db,
  {
    q,
    limit,
    caller,
    searchIncidents,
  }: { q: string; limit: number; caller: Caller; searchIncidents: SearchIncidents },
): Promise<Found[]> {
  const found = [...(await searchIncidents({ q, limit, caller }))];
  for (const { kind, detail } of SEARCHED) {
    const { rows } = await sql<{ id: string; name: string; detail: string | null }>`
      select id, name, ${detail ? sql.ref(detail) : sql`null`} as detail from ${sql.table(kind.table)}
      where archived_at is null and ${matches(kind, q)}
      order by (lower(name) like ${`${q.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`}) desc, lower(name), id limit ${limit}`.execute(
      db,
    );
    for (const row of rows)
      found.push({
        kind: kind.table as Found['kind'],
        id: row.id,
        title: row.name,
        detail: row.detail ?? '',
      });
  }
  return found;
}

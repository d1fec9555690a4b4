/** What the directory holds while a file is imported, found by email, slug or name; grows as entries are created. */
import type { Tx } from '#platform/db/database.ts';
import { clients } from './clients.ts';
import { contacts } from './contacts.ts';
import type { AnyKind } from './entries.ts';
import type { Table } from './kind.ts';
import { people } from './people.ts';
import { services } from './services.ts';
import { teams } from './teams.ts';
import { thirdParties } from './third-parties.ts';

type Body = Record<string, unknown>;
type Known = { id: string; body: Body };

export type Index = {
  find(table: Table, key: string): Known | undefined;
  /** Ids of the people with this email, or else with this name. */
  person(emailOrName: string): string[];
  add(table: Table, entry: { key: string; id: string }, tx: Tx): Promise<void>;
  /** False when the file named this entry before. */
  firstTime(table: Table, key: string): boolean;
};

const KEYS: { kind: AnyKind; key: (body: Body) => unknown }[] = [
  { kind: people, key: (body) => body['email'] },
  { kind: teams, key: (body) => body['name'] },
  { kind: thirdParties, key: (body) => body['name'] },
  { kind: services, key: (body) => body['slug'] },
  { kind: clients, key: (body) => body['name'] },
  { kind: contacts, key: (body) => `${body['clientId']} ${body['email'] ?? body['name']}` },
];

export async function createIndex(tx: Tx): Promise<Index> {
  const known = new Map<string, Known>();
  const seen = new Set<string>();
  const byName = new Map<string, string[]>();
  const at = (table: Table, key: string) => `${table} ${key.toLowerCase()}`;
  const remember = (table: Table, key: string, entry: Known) => {
    known.set(at(table, key), entry);
    if (table !== 'person') return;
    const name = String(entry.body['name']).toLowerCase();
    byName.set(name, [...(byName.get(name) ?? []).filter((id) => id !== entry.id), entry.id]);
  };
  for (const { kind, key } of KEYS) {
    const rows = await tx
      .selectFrom(kind.table as 'person')
      .select('id')
      .where('archived_at', 'is', null)
      .execute();
    for (const [id, body] of await kind.bodies(
      tx,
      rows.map((row) => row.id),
    ))
      remember(kind.table, String(key(body)), { id, body });
  }
  return {
    find: (table, key) => known.get(at(table, key)),
    person(emailOrName) {
      const byEmail = known.get(at('person', emailOrName));
      return byEmail ? [byEmail.id] : (byName.get(emailOrName.toLowerCase()) ?? []);
    },
    async add(table, { key, id }, inside) {
      const kind = KEYS.find((each) => each.kind.table === table)?.kind;
      const body = (await kind?.bodies(inside, [id]))?.get(id);
      if (body) remember(table, key, { id, body });
    },
    firstTime(table, key) {
      const place = at(table, key);
      if (seen.has(place)) return false;
      seen.add(place);
      return true;
    },
  };
}

/** All playbooks as a folder of Markdown, packed: the form in which they are moved, and can be read back. */
import { zipSync } from 'fflate';
import type { Db } from '#platform/db/database.ts';
import { CATEGORIES } from '../cards.ts';
import { writeFile } from './front-matter.ts';

// Zip knows no earlier day; the same playbooks then make the same bytes.
const MADE_AT = '1980-01-01T12:00:00';

export async function zipOf(db: Db): Promise<Uint8Array> {
  const rows = await db
    .selectFrom('playbook')
    .select(['id', 'title', 'category', 'service_ids', 'body', 'path'])
    .where('archived_at', 'is', null)
    .orderBy('title')
    .orderBy('id')
    .execute();
  const services = await db.selectFrom('service').select(['id', 'slug']).execute();
  const slugs = new Map(services.map((row) => [row.id, row.slug]));
  const files: Record<string, Uint8Array> = {};
  for (const row of rows) {
    const text = writeFile({
      title: row.title,
      services: row.service_ids.map((id) => slugs.get(id) ?? id),
      category: CATEGORIES.find((each) => each === row.category),
      body: row.body,
    });
    files[freeName(row.path ?? nameOf(row, slugs), files)] = new TextEncoder().encode(text);
  }
  return zipSync(Object.fromEntries(Object.entries(files).toSorted()), { mtime: MADE_AT });
}

function nameOf(row: { title: string; service_ids: string[] }, slugs: Map<string, string>): string {
  const folder =
    row.service_ids.length === 1 ? (slugs.get(row.service_ids[0] ?? '') ?? 'general') : 'general';
  const name = row.title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80);
  return `playbooks/${folder}/${name || 'playbook'}.md`;
}

function freeName(path: string, files: Record<string, unknown>): string {
  let name = path;
  for (let turn = 2; name in files; turn += 1) name = path.replace(/(\.md)?$/i, `-${turn}.md`);
  return name;
}

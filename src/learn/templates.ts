/** Templates of postmortems as rows. */
import type { Category } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import type { OwnQuestion } from './sections.ts';
import type { Beginnings, PostmortemTemplate } from './template.ts';

/** The template for this kind of failure, else the one for any; undefined: our questions alone. */
export async function templateFor(
  db: Db | Tx,
  category: Category | undefined,
): Promise<PostmortemTemplate | undefined> {
  const all = await readTemplates(db);
  return (
    all.find(({ categories }) => category && categories.includes(category)) ??
    all.find(({ categories }) => categories.length === 0)
  );
}

export async function readTemplates(db: Db | Tx): Promise<(PostmortemTemplate & Changed)[]> {
  const rows = await db
    .selectFrom('postmortem_template')
    .selectAll()
    .where('archived_at', 'is', null)
    .orderBy('name')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    categories: row.categories as Category[],
    questions: row.questions as OwnQuestion[],
    guidance: row.guidance as Record<string, string>,
    beginnings: row.beginnings as Beginnings,
    version: row.version,
    updatedBy: row.updated_by,
    updatedAt: row.updated_at.toString(),
  }));
}

type Changed = { updatedBy: string; updatedAt: string };

/** Reads the words that an organisation has prepared. */
import type { UpdateKind } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import type { Template } from './template.ts';

export const TEMPLATES_MAX = 200;

/** @returns those of one kind of message, or all; by name */
export async function readTemplates(db: Db, kind?: UpdateKind): Promise<Template[]> {
  let query = db.selectFrom('message_template').selectAll().orderBy('name').limit(TEMPLATES_MAX);
  if (kind) query = query.where('kind', '=', kind);
  return (await query.execute()).map((row) => ({
    id: row.id,
    name: row.name,
    kind: row.kind as UpdateKind,
    severity: row.severity as Template['severity'],
    category: row.category as Template['category'],
    audience: row.audience as Template['audience'],
    impact: row.impact,
    action: row.action,
  }));
}

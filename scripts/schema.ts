/** Regenerates schema.sql and src/platform/db/schema.ts from the migrations: `node scripts/schema.ts` (add `--check` to only compare). */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openDatabase } from '#platform/db/database.ts';
import { migrate, readMigrations } from '#platform/db/migrate.ts';

const root = join(import.meta.dirname, '..');

type Column = { table: string; column: string; type: string; nullable: boolean; defaulted: boolean };

const TYPES: Record<string, string> = {
  text: 'string',
  bool: 'boolean',
  int4: 'number',
  int8: 'number',
  float8: 'number',
  timestamptz: 'Temporal.Instant',
  json: 'unknown',
  jsonb: 'unknown',
  bytea: 'Uint8Array',
  _text: 'string[]',
  tsvector: 'string',
  uuid: 'string',
};

export async function generate(): Promise<{ sql: string; ts: string }> {
  const { db, close } = await openDatabase({});
  await migrate(db, Temporal.Instant.from('2026-01-01T00:00:00Z'));
  const { rows } = await sql<Column>`
    select c.relname as "table", a.attname as "column", t.typname as type, not a.attnotnull as nullable,
           (a.atthasdef or a.attidentity <> '') as defaulted
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
    order by 1, a.attnum`.execute(db);
  await close();
  const text = readMigrations()
    .map((each) => `-- ${each.name}\n${each.text.trim()}\n`)
    .join('\n');
  return {
    sql: `-- Generated from migrations/ by scripts/schema.ts. Do not edit.\n\n${text}`,
    ts: typescript(rows),
  };
}

function typescript(columns: Column[]): string {
  const tables = Map.groupBy(columns, (each) => each.table);
  const bodies = [...tables].map(([table, list]) => `  ${table}: {\n${list.map(line).join('\n')}\n  };`);
  return [
    '/** The tables as TypeScript sees them. Generated from migrations/ by scripts/schema.ts; do not edit. */',
    bodies.join().includes('GeneratedNullable')
      ? "import type { ColumnType, Generated } from 'kysely';"
      : "import type { Generated } from 'kysely';",
    '',
    'type GeneratedNullable<Value> = ColumnType<Value | null, Value | null | undefined, Value | null>;',
    '',
    'export type Schema = {',
    ...bodies,
    '};',
    '',
  ]
    .join('\n')
    .replace(/^type GeneratedNullable.*\n\n/m, (found) =>
      bodies.join().includes('GeneratedNullable') ? found : '',
    );
}

function line(column: Column): string {
  const type = TYPES[column.type];
  if (!type)
    throw new Error(
      `scripts/schema.ts does not know the column type ${column.type} of ${column.table}.${column.column}.`,
    );
  const full =
    type === 'unknown'
      ? column.defaulted
        ? 'Generated<unknown>'
        : 'unknown'
      : column.nullable
        ? column.defaulted
          ? `GeneratedNullable<${type}>`
          : `${type} | null`
        : column.defaulted
          ? `Generated<${type}>`
          : type;
  const name = /^[a-z_][a-z0-9_]*$/.test(column.column) ? column.column : `'${column.column}'`;
  return `    ${name}: ${full};`;
}

if (import.meta.main) {
  const generated = await generate();
  const files: [string, string][] = [
    [join(root, 'schema.sql'), generated.sql],
    [join(root, 'src/platform/db/schema.ts'), generated.ts],
  ];
  const stale = files.filter(([file, text]) => read(file) !== text).map(([file]) => file);
  if (process.argv.includes('--check')) {
    if (stale.length) {
      console.error(`Out of date: ${stale.join(', ')}. Run: node scripts/schema.ts`);
      process.exitCode = 1;
    }
  } else for (const [file, text] of files) writeFileSync(file, text);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

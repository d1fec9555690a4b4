/** Rewrites the table of docs/accounts.md from the routes: `node scripts/permissions.ts`. Read the difference before committing it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { movableClock } from '#platform/clock.ts';
import { readConfig } from '#platform/config.ts';
import { openDatabase } from '#platform/db/database.ts';
import type { Access, App } from '#platform/http/app.ts';
import { swaggerOf } from '#platform/http/openapi.ts';
import { createLog } from '#platform/log.ts';
import { openHumdrum, ROOT } from '#src/open.ts';

export const TABLE_FILE = join(ROOT, 'docs/accounts.md');
const BEGIN = '<!-- permissions -->';
const END = '<!-- /permissions -->';
const COLUMNS: Access[] = ['public', 'integration', 'viewer', 'responder', 'administrator'];
const RANK = ['viewer', 'responder', 'administrator'];
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

export type Permission = { method: string; path: string; access: Access };

/** Every operation of the OpenAPI document, and what its route demands. */
export function permissionsOf(app: App): Permission[] {
  return Object.entries(swaggerOf(app).paths)
    .flatMap(([path, operations]) =>
      METHODS.flatMap((method) => {
        const operation = operations[method];
        return operation
          ? [{ method: method.toUpperCase(), path, access: operation['x-access'] as Access }]
          : [];
      }),
    )
    .toSorted(
      (one, other) =>
        one.path.localeCompare(other.path) ||
        METHODS.indexOf(one.method.toLowerCase() as 'get') -
          METHODS.indexOf(other.method.toLowerCase() as 'get'),
    );
}

/** The rows of the table as they stand in the document. */
export function permissionsIn(markdown: string): Permission[] {
  return [...markdown.matchAll(/^\| `([A-Z]+) ([^`]+)` \|(.*)\|$/gm)].map(
    ([line, method = '', path = '', cells = '']) => {
      const yes = cells.split('|').map((cell) => cell.trim() === 'yes');
      const access = COLUMNS[yes.indexOf(true)];
      if (!access || cells !== cellsOf(access))
        throw new Error(`This row of the table makes no sense: ${line}`);
      return { method, path, access };
    },
  );
}

/** Without its last bar. */
function cellsOf(access: Access): string {
  return COLUMNS.map((column) => ` ${may(column, access) ? 'yes' : '–'} `).join('|');
}

function may(column: Access, access: Access): boolean {
  if (access === 'public') return true;
  if (access === 'integration' || column === 'public' || column === 'integration') return column === access;
  return RANK.indexOf(column) >= RANK.indexOf(access);
}

function tableOf(permissions: Permission[]): string {
  const rows = permissions.map(({ method, path, access }) => `| \`${method} ${path}\` |${cellsOf(access)}|`);
  return [
    '| | nobody signed in | integration key | viewer | responder | administrator |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

if (import.meta.main) {
  const config = readConfig({ HUMDRUM_SECRET: 'only for reading the routes, never used' });
  const clock = movableClock('2026-01-01T00:00:00Z');
  const database = await openDatabase({});
  const humdrum = await openHumdrum({
    config,
    clock,
    log: createLog('silent'),
    version: '0',
    timers: false,
    database,
  });
  const table = tableOf(permissionsOf(humdrum.app));
  await humdrum.close();
  const text = readFileSync(TABLE_FILE, 'utf8');
  const [before, rest] = text.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`${TABLE_FILE} has lost its marks ${BEGIN} … ${END}.`);
  writeFileSync(TABLE_FILE, `${before}${BEGIN}\n${table}\n${END}${after}`);
}

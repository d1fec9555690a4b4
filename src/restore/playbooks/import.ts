/** Imports Markdown files: all or nothing, the same files twice change nothing, a dry run does the same and takes it back. */
import { type Tx, transaction } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import type { Caller } from '#platform/http/app.ts';
import type { Platform } from '#platform/platform.ts';
import { mayEdit } from './editors.ts';
import { meaningOf, type Problem, purposeOf, type ReadPlaybook } from './files.ts';
import type { FoundFile } from './folder.ts';
import { create, LINES_MAX, revise } from './library.ts';

const PROBLEMS_SHOWN_MAX = 50;

export type Change = { path: string; title: string; change: 'create' | 'update' };
export type Imported = { dryRun: boolean; changes: Change[]; unchanged: number };
export type FileGiven = { path: string; text: string };
type Importing = { caller: Caller; note: string; dryRun: boolean };

/** Carries the result of a dry run out of the transaction that must not commit. */
class DryRun extends Error {
  readonly imported: Imported;
  constructor(imported: Imported) {
    super('dry run');
    this.imported = imported;
  }
}

/**
 * A file is the playbook in the app that has its title and is for the same services and kind of failure; else it is a new one.
 * @throws Refused naming every file and line that cannot be accepted; then nothing was changed
 */
export async function importPlaybooks(
  platform: Platform,
  given: FileGiven[],
  importing: Importing,
): Promise<Imported> {
  // At the border this sign took the place of whatever no text can hold; a browser puts it where a file is not UTF-8.
  const files = given.map(
    ({ path, text }): FoundFile =>
      text.includes('\uFFFD') ? { path, problem: 'is not written in UTF-8' } : { path, text },
  );
  try {
    return await transaction(platform.db, async (tx) => {
      const imported = await take(tx, platform, files, importing);
      if (importing.dryRun) throw new DryRun(imported);
      return imported;
    });
  } catch (error) {
    if (error instanceof DryRun) return error.imported;
    throw error;
  }
}

async function take(
  tx: Tx,
  { clock, live }: Platform,
  files: FoundFile[],
  { caller, note, dryRun }: Importing,
): Promise<Imported> {
  const services = await tx
    .selectFrom('service')
    .select(['id', 'name', 'slug'])
    .where('archived_at', 'is', null)
    .execute();
  const rows = await tx
    .selectFrom('playbook')
    .select(['id', 'title', 'category', 'service_ids', 'version', 'path'])
    .where('archived_at', 'is', null)
    .orderBy('id')
    .execute();
  const known = new Map(
    rows.map((row) => [
      purposeOf({ title: row.title, category: row.category ?? undefined, serviceIds: row.service_ids }),
      row,
    ]),
  );
  const { playbooks, problems } = meaningOf(files, services, []);
  for (const playbook of playbooks) {
    const message = await objectionTo(tx, playbook, known.get(purposeOf(playbook))?.path, caller);
    if (message) problems.push({ path: playbook.path, line: 1, message });
  }
  if (problems.length) throw refusal(problems);
  const saving = { by: caller.name, note, now: clock.now() };
  const changes: Change[] = [];
  for (const { path, ...written } of playbooks) {
    const before = known.get(purposeOf(written));
    const id = before?.id ?? (await create(tx, written, saving));
    const version = before ? await revise(tx, id, written, saving) : 1;
    if (before?.version === version) continue;
    changes.push({ path, title: written.title, change: before ? 'update' : 'create' });
    await live.publish(tx, { kind: 'playbook', id, version }, saving.now);
  }
  return { dryRun, changes, unchanged: playbooks.length - changes.length };
}

/** @param readFrom the file of a folder that this playbook is read from */
async function objectionTo(
  tx: Tx,
  { body, serviceIds }: ReadPlaybook,
  readFrom: string | null | undefined,
  caller: Caller,
): Promise<string | undefined> {
  if (readFrom) return `is for the same as a playbook that is read from ${readFrom}: change it there`;
  if (body.split('\n').length > LINES_MAX) return `has more than ${LINES_MAX} lines`;
  if (await mayEdit(tx, caller, serviceIds)) return undefined;
  return serviceIds.length
    ? 'is for services of which not all belong to a team of yours'
    : 'is for every service; only administrators write such';
}

function refusal(problems: Problem[]): Refused {
  const files = new Set(problems.map(({ path }) => path)).size;
  return new Refused(
    'invalid',
    `${files === 1 ? 'A file' : `${files} files`} cannot be accepted; nothing was imported.`,
    {
      mend: 'Correct the lines that are named, and import all files again.',
      fields: problems
        .slice(0, PROBLEMS_SHOWN_MAX)
        .map(({ path, line, message }) => ({ path: `${path}, line ${line}`, message })),
    },
  );
}

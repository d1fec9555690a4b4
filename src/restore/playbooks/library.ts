/** Keeps playbooks and their versions: every save is a new version, and what an incident carries out never changes. */
import { type RawBuilder, sql } from 'kysely';
import type { Db, Tx } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { CardCategory } from '../cards.ts';
import { blocking } from './lint.ts';
import { parsePlaybook } from './parse.ts';

export const PLAYBOOKS_MAX = 1000;
export const LINES_MAX = 4000;

export type Written = {
  title: string;
  category: CardCategory | undefined;
  serviceIds: string[];
  body: string;
};
export type Saving = { by: string; note: string; now: Temporal.Instant };

export type PlaybookRow = {
  id: string;
  title: string;
  category: string | null;
  service_ids: string[];
  body: string;
  steps: number;
  version: number;
  source: string;
  path: string | null;
  reviewed_at: Temporal.Instant | null;
  reviewed_by: string | null;
  tested_on: string | null;
  archived_at: Temporal.Instant | null;
  created_at: Temporal.Instant;
  updated_at: Temporal.Instant;
  updated_by: string;
};

/** @throws Refused (not found) */
export async function playbookRow(db: Db | Tx, id: string): Promise<PlaybookRow> {
  const row = await db.selectFrom('playbook').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('playbook', id);
  return row;
}

/** @throws Refused when it cannot be carried out as it stands; a missing owner is no reason */
export function accepted(written: Written): { steps: number } {
  if (written.body.split('\n').length > LINES_MAX)
    throw new Refused('invalid', `A playbook has at most ${LINES_MAX} lines; nothing was saved.`, {
      mend: 'Split it into several playbooks.',
      fields: [{ path: 'body', message: `must have at most ${LINES_MAX} lines` }],
    });
  const { steps, findings } = parsePlaybook(written.body);
  const problems = blocking(findings);
  if (problems.length)
    throw new Refused('invalid', 'The playbook cannot be carried out like this; nothing was saved.', {
      mend: 'Correct the lines that are named.',
      fields: problems
        .slice(0, 20)
        .map(({ line, message }) => ({ path: 'body', message: `line ${line}: ${message}` })),
    });
  return { steps: steps.length };
}

/** @param path of its file, for one that is read from a folder */
export async function create(tx: Tx, written: Written, saving: Saving, path?: string): Promise<string> {
  const { count } = await tx
    .selectFrom('playbook')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('archived_at', 'is', null)
    .executeTakeFirstOrThrow();
  if (Number(count) >= PLAYBOOKS_MAX)
    throw new Refused('too_many', `There are ${PLAYBOOKS_MAX} playbooks already.`, {
      mend: 'Archive those that nobody uses.',
    });
  const id = newId('pbk');
  const { now, by } = saving;
  await tx
    .insertInto('playbook')
    .values({
      id,
      ...columns(written),
      source: path === undefined ? 'app' : 'folder',
      path: path ?? null,
      created_at: now,
      updated_at: now,
      updated_by: by,
    })
    .execute();
  await keepVersion(tx, id, 1, written, saving);
  return id;
}

/**
 * @param basedOn the version that was edited
 * @returns the version that it has now; the same when nothing changed
 * @throws Refused when somebody else has saved since
 */
export async function revise(
  tx: Tx,
  id: string,
  written: Written,
  saving: Saving,
  basedOn?: number,
): Promise<number> {
  const before = await lockPlaybook(tx, id);
  if (basedOn !== undefined && basedOn !== before.version)
    throw new Refused(
      'conflict',
      `${before.updated_by} saved version ${before.version} while you edited version ${basedOn}; nothing was changed.`,
      { mend: 'Compare the two, and save again on top of the newest.' },
    );
  const same =
    before.title === written.title &&
    before.category === (written.category ?? null) &&
    before.body === written.body &&
    String(before.service_ids.toSorted()) === String(written.serviceIds.toSorted());
  if (same) return before.version;
  const version = before.version + 1;
  await tx
    .updateTable('playbook')
    .set({
      ...columns(written),
      version,
      updated_at: saving.now,
      updated_by: saving.by,
      reviewed_at: null,
      reviewed_by: null,
    })
    .where('id', '=', id)
    .execute();
  await keepVersion(tx, id, version, written, saving);
  return version;
}

export async function lockPlaybook(tx: Tx, id: string): Promise<PlaybookRow> {
  const row = await tx.selectFrom('playbook').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) throw notFound('playbook', id);
  return row;
}

function columns({ title, category, serviceIds, body }: Written) {
  return {
    title,
    category: category ?? null,
    service_ids: serviceIds,
    body,
    steps: parsePlaybook(body).steps.length,
  };
}

async function keepVersion(
  tx: Tx,
  id: string,
  version: number,
  { title, category, serviceIds, body }: Written,
  { by, note, now }: Saving,
): Promise<void> {
  await tx
    .insertInto('playbook_version')
    .values({
      playbook_id: id,
      version,
      title,
      category: category ?? null,
      service_ids: serviceIds,
      body,
      note,
      created_by: by,
      created_at: now,
    })
    .execute();
}

/** @throws Refused naming the services that do not exist */
export async function servicesExist(db: Db, ids: string[]): Promise<void> {
  if (!ids.length) return;
  const known = await db
    .selectFrom('service')
    .select('id')
    .where('id', 'in', ids)
    .where('archived_at', 'is', null)
    .execute();
  const missing = ids.filter((id) => !known.some((each) => each.id === id));
  if (missing.length)
    throw new Refused('invalid', `There is no service with the id "${missing[0]}"; nothing was saved.`, {
      mend: 'Choose services of the directory.',
      fields: [{ path: 'serviceIds', message: 'names a service that does not exist' }],
    });
}

/** Full text, and the beginning of words in the title. */
export function matches(words: string): RawBuilder<boolean> {
  const like = `%${words.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  return sql<boolean>`(to_tsvector('simple', title || ' ' || body) @@ websearch_to_tsquery('simple', ${words}) or title ilike ${like})`;
}

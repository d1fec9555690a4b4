/** Reads the configured folder or repository every five minutes and on demand; what cannot be read leaves everything as it was. */
import { join } from 'node:path';
import { json, type Tx, transaction } from '#platform/db/database.ts';
import { earliest, NEVER } from '#platform/db/due-times.ts';
import { Failed } from '#platform/errors.ts';
import type { Due, Platform } from '#platform/platform.ts';
import { CATEGORIES } from '../cards.ts';
import { meaningOf, type Problem, type ReadPlaybook } from './files.ts';
import { readFolder } from './folder.ts';
import { pull, withoutSecrets } from './git.ts';
import { create, revise } from './library.ts';
import type { SourceView } from './shapes.ts';

const AGAIN_MINUTES = 5;
const CLONE_FOLDER = 'playbooks-source';

export type Sync = {
  /** Undefined where no folder is configured. */
  due: Due | undefined;
  /** Reads it now; never throws, because how it went is told by `state`. Asked twice at once, it reads once. */
  read(): Promise<void>;
  state(): Promise<SourceView>;
};

type Outcome = { revision: string | undefined; files: number; problems: Problem[] };

export function createSync(platform: Platform): Sync {
  const { db, clock, log, live, config } = platform;
  const source = config.playbooks;
  let reading: Promise<void> | undefined;
  let begun = false;

  const readOnce = async (): Promise<void> => {
    if (!source) return;
    try {
      const { folder, revision } = await fetched(source, config.dataFolder);
      const files = await readFolder(folder);
      if (!files.length) throw new Failed('there is no Markdown file in it; what was read before stays');
      const outcome = await transaction(db, (tx) => take(tx, files, revision, clock.now(), live));
      await note(platform, { ...outcome, failure: null });
    } catch (error) {
      if (!(error instanceof Failed)) log.error({ err: error }, 'the playbooks could not be read');
      const failure =
        error instanceof Failed ? error.message : 'something went wrong on our side; the log has it';
      await note(platform, { failure: withoutSecrets(failure) });
    }
  };
  const read = (): Promise<void> => {
    reading ??= readOnce().finally(() => {
      reading = undefined;
    });
    return reading;
  };

  const due: Due | undefined = source && {
    name: 'restore.playbooks',
    next: () => (reading ? NEVER : earliest('playbook_source', 'next_at')),
    // The first look of a process comes at once: its settings may be new.
    looks: () => !begun,
    async run(now) {
      const first = !begun;
      begun = true;
      if (!(await claim(platform, now, first))) return 0;
      // Neither a disk nor another server is waited for in a sweep.
      void read().catch((error) =>
        log.error({ err: error }, 'how the playbooks were read could not be noted'),
      );
      return 1;
    },
  };

  return {
    due,
    read,
    async state() {
      const row = await db.selectFrom('playbook_source').selectAll().where('id', '=', 1).executeTakeFirst();
      const from = source && ('folder' in source ? source.folder : withoutSecrets(source.clone));
      return {
        from: from ?? null,
        link: source?.link ?? null,
        triedAt: row?.tried_at?.toString() ?? null,
        readAt: row?.read_at?.toString() ?? null,
        nextAt: source ? (row?.next_at.toString() ?? null) : null,
        revision: row?.revision ?? null,
        files: row?.files ?? 0,
        failure: row?.failure ?? null,
        problems: (row?.problems as Problem[] | undefined) ?? [],
      };
    },
  };
}

async function fetched(
  source: NonNullable<Platform['config']['playbooks']>,
  dataFolder: string,
): Promise<{ folder: string; revision: string | undefined }> {
  if ('folder' in source) return { folder: source.folder, revision: undefined };
  const into = join(dataFolder, CLONE_FOLDER);
  const revision = await pull({ address: source.clone, branch: source.branch, into });
  return { folder: into, revision };
}

/** One process of several reads it; a process that has just started reads in any case. */
async function claim({ db }: Platform, now: Temporal.Instant, first: boolean): Promise<boolean> {
  const next = now.add({ minutes: AGAIN_MINUTES });
  const made = await db
    .insertInto('playbook_source')
    .values({ id: 1, next_at: next })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (made) return true;
  let query = db.updateTable('playbook_source').set({ next_at: next }).where('id', '=', 1);
  if (!first) query = query.where('next_at', '<=', now);
  return (await query.returning('id').executeTakeFirst()) !== undefined;
}

async function note(
  { db, clock, live }: Platform,
  how: { failure: string } | ({ failure: null } & Outcome),
): Promise<void> {
  const now = clock.now();
  const row =
    how.failure === null
      ? {
          read_at: now,
          revision: how.revision ?? null,
          files: how.files,
          problems: json(how.problems),
          failure: null,
        }
      : { failure: how.failure };
  const next = now.add({ minutes: AGAIN_MINUTES });
  await transaction(db, async (tx) => {
    await tx
      .insertInto('playbook_source')
      .values({ id: 1, next_at: next, tried_at: now, ...row })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ tried_at: now, next_at: next, ...row }))
      .execute();
    await live.publish(tx, { kind: 'playbook', id: 'source', version: 1 }, now);
  });
}

/** Everything of one reading in one transaction; a second process waits and finds nothing to do. */
async function take(
  tx: Tx,
  files: Awaited<ReturnType<typeof readFolder>>,
  revision: string | undefined,
  now: Temporal.Instant,
  live: Platform['live'],
): Promise<Outcome> {
  await tx.selectFrom('playbook_source').select('id').where('id', '=', 1).forUpdate().execute();
  const services = await tx
    .selectFrom('service')
    .select(['id', 'name', 'slug'])
    .where('archived_at', 'is', null)
    .execute();
  const rows = await tx
    .selectFrom('playbook')
    .select(['id', 'title', 'category', 'service_ids', 'version', 'source', 'path', 'archived_at'])
    .execute();
  const inApp = rows.filter((row) => row.source === 'app' && !row.archived_at);
  const { playbooks, problems } = meaningOf(
    files,
    services,
    inApp.map((row) => ({
      title: row.title,
      category: CATEGORIES.find((each) => each === row.category),
      serviceIds: row.service_ids,
    })),
  );
  const saving = { by: 'folder', note: revision ? `commit ${revision}` : 'read from its file', now };
  const paths = new Set(files.map((file) => file.path));
  for (const playbook of playbooks) {
    // A file that was moved is the same playbook: its versions and executions stay with it.
    const moved = rows.find(
      (row) => row.path && !paths.has(row.path) && !row.archived_at && row.title === playbook.title,
    );
    const known = rows.find((row) => row.path === playbook.path) ?? moved;
    if (known && known === moved) {
      await tx.updateTable('playbook').set({ path: playbook.path }).where('id', '=', moved.id).execute();
      moved.path = playbook.path;
    }
    await keep(tx, playbook, known, saving, live);
  }
  for (const row of rows)
    if (row.path && !row.archived_at && !paths.has(row.path)) {
      await tx.updateTable('playbook').set({ archived_at: now }).where('id', '=', row.id).execute();
      await live.publish(tx, { kind: 'playbook', id: row.id, version: row.version }, now);
    }
  return { revision, files: files.length, problems };
}

type Known = { id: string; version: number; archived_at: Temporal.Instant | null };

async function keep(
  tx: Tx,
  { path, ...written }: ReadPlaybook,
  before: Known | undefined,
  saving: { by: string; note: string; now: Temporal.Instant },
  live: Platform['live'],
): Promise<void> {
  if (!before) {
    const id = await create(tx, written, saving, path);
    await live.publish(tx, { kind: 'playbook', id, version: 1 }, saving.now);
    return;
  }
  const version = await revise(tx, before.id, written, saving);
  if (before.archived_at)
    await tx.updateTable('playbook').set({ archived_at: null }).where('id', '=', before.id).execute();
  if (version !== before.version || before.archived_at)
    await live.publish(tx, { kind: 'playbook', id: before.id, version }, saving.now);
}

/** Imports the YAML file: all or nothing, the same file twice changes nothing, a dry run does the same and takes it back. */
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import type { FieldProblem } from '#platform/errors.ts';
import type { NewToldChannel } from './channels.ts';
import { clients } from './clients.ts';
import { contacts } from './contacts.ts';
import type { AnyKind, Verbs } from './entries.ts';
import { type FilePath, notAcceptable, type Parsed, parseFile } from './file.ts';
import { createIndex, type Index } from './import-index.ts';
import { people } from './people.ts';
import { services } from './services.ts';
import { teams } from './teams.ts';
import { thirdParties } from './third-parties.ts';
import { compareToldBy } from './told-by-file.ts';

export type Change = { kind: string; name: string; change: 'create' | 'update'; fields: string[] };
export type Imported = { dryRun: boolean; changes: Change[]; unchanged: number };

type Import = {
  tx: Tx;
  verbs: Verbs;
  now: Temporal.Instant;
  index: Index;
  parsed: Parsed;
  problems: FieldProblem[];
  changes: Change[];
  unchanged: number;
};

const UNKNOWN_SECRET =
  'stands for a secret address that is not kept here; write the whole address, or leave the line out';

/** Carries the result of a dry run out of the transaction that must not commit. */
class DryRun extends Error {
  readonly imported: Imported;
  constructor(imported: Imported) {
    super('dry run');
    this.imported = imported;
  }
}

/** @throws Refused naming every place of the file that cannot be accepted; then nothing was changed */
export async function importDirectory(
  { db, verbs, now }: { db: Db; verbs: Verbs; now: Temporal.Instant },
  yaml: string,
  dryRun: boolean,
): Promise<Imported> {
  const parsed = parseFile(yaml);
  try {
    return await transaction(db, async (tx) => {
      const run: Import = {
        tx,
        verbs,
        now,
        index: await createIndex(tx),
        parsed,
        problems: [],
        changes: [],
        unchanged: 0,
      };
      await importAll(run);
      if (run.problems.length) throw notAcceptable(run.problems);
      const imported = { dryRun, changes: run.changes, unchanged: run.unchanged };
      if (dryRun) throw new DryRun(imported);
      return imported;
    });
  } catch (error) {
    if (error instanceof DryRun) return error.imported;
    throw error;
  }
}

async function importAll(run: Import): Promise<void> {
  const { file } = run.parsed;
  for (const [
    at,
    { name, email, zone, channels, message_channels: messageChannels },
  ] of file.people.entries())
    await upsert(run, people, {
      path: ['people', at],
      key: email,
      name,
      part: { name, email, zone, channels },
      toldBy: { field: 'messageChannels', at: 'message_channels', wanted: messageChannels },
    });
  for (const [at, { name, members }] of file.teams.entries()) {
    const memberIds = members?.flatMap((each, to) => person(run, each, ['teams', at, 'members', to]) ?? []);
    await upsert(run, teams, { path: ['teams', at], key: name, name, part: { name, memberIds } });
  }
  for (const [at, { name, status_url, feed, probe, still_works }] of file.third_parties.entries())
    await upsert(run, thirdParties, {
      path: ['third_parties', at],
      key: name,
      name,
      part: { name, statusUrl: status_url, feed, probe, stillWorks: still_works },
    });
  await importServices(run);
  for (const [at, client] of file.clients.entries()) await importClient(run, client, ['clients', at]);
}

/** Every service exists before the first one names another: what they depend on may stand further down, or go in a circle. */
async function importServices(run: Import): Promise<void> {
  const created = new Set<string>();
  for (const { slug, name, zone } of run.parsed.file.services) {
    if (run.index.find('service', slug)) continue;
    const id = await run.verbs.create(
      run.tx,
      services,
      services.whole.parse({ slug, name: name ?? slug, ...(zone ? { zone } : {}) }),
      run.now,
    );
    await run.index.add('service', { key: slug, id }, run.tx);
    created.add(slug);
  }
  for (const [at, service] of run.parsed.file.services.entries()) {
    const path: FilePath = ['services', at];
    const named = <Value>(
      value: string | null | undefined,
      key: string,
      find: (run: Import, value: string, path: FilePath) => Value,
    ) => (typeof value === 'string' ? find(run, value, [...path, key]) : value);
    const part = {
      slug: service.slug,
      name: service.name,
      description: service.description,
      publicName: service.public_name,
      onPublicPage: service.on_public_page,
      ownerTeamId: named(service.owner, 'owner', reference('team')),
      region: service.region,
      zone: service.zone,
      primaryId: named(service.primary, 'primary', person),
      backupId: named(service.backup, 'backup', person),
      managerId: named(service.manager, 'manager', person),
      secondTeamId: named(service.second_team, 'second_team', reference('team')),
      dependsOnIds: service.depends_on?.flatMap(
        (each, to) => reference('service')(run, each, [...path, 'depends_on', to]) ?? [],
      ),
      thirdPartyIds: service.third_parties?.flatMap(
        (each, to) => reference('third_party')(run, each, [...path, 'third_parties', to]) ?? [],
      ),
    };
    await upsert(run, services, {
      path,
      key: service.slug,
      name: service.name ?? service.slug,
      part,
      justCreated: created.has(service.slug),
    });
  }
}

async function importClient(
  run: Import,
  client: Parsed['file']['clients'][number],
  path: FilePath,
): Promise<void> {
  const { name, account_owner: owner } = client;
  const part = {
    name,
    accountOwnerId: typeof owner === 'string' ? person(run, owner, [...path, 'account_owner']) : owner,
    serviceIds: client.services?.flatMap(
      (each, to) => reference('service')(run, each, [...path, 'services', to]) ?? [],
    ),
    cover: client.cover,
    contract: client.contract,
  };
  const clientId = await upsert(run, clients, { path, key: name, name, part });
  if (!clientId) return;
  for (const [at, { channels, ...contact }] of (client.contacts ?? []).entries()) {
    const key = `${clientId} ${contact.email ?? contact.name}`;
    await upsert(run, contacts, {
      path: [...path, 'contacts', at],
      key,
      name: `${contact.name} of ${name}`,
      part: { clientId, ...contact },
      toldBy: { field: 'channels', at: 'channels', wanted: channels },
    });
  }
}

type Entry = {
  path: FilePath;
  key: string;
  name: string;
  part: Record<string, unknown>;
  justCreated?: boolean;
  /** How they are told; compared by what may be shown. */
  toldBy?: {
    field: 'channels' | 'messageChannels';
    at: string;
    wanted: readonly NewToldChannel[] | undefined;
  };
};

/** @returns the id of the entry, or undefined when the file names it twice */
async function upsert(
  run: Import,
  kind: AnyKind,
  { path, key, name, part, justCreated, toldBy }: Entry,
): Promise<string | undefined> {
  const { index, tx, verbs, now } = run;
  if (!index.firstTime(kind.table, key)) {
    problem(run, path, 'is in the file twice');
    return undefined;
  }
  const given = Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined));
  const before = index.find(kind.table, key);
  if (toldBy?.wanted) {
    const owner = before && (kind === people ? { personId: before.id } : { contactId: before.id });
    const { differs, unknown } = await compareToldBy(tx, owner, toldBy.wanted);
    for (const place of unknown) problem(run, [...path, toldBy.at, place], UNKNOWN_SECRET);
    if (differs && !unknown.length) given[toldBy.field] = toldBy.wanted;
  }
  try {
    if (!before) {
      const id = await verbs.create(tx, kind, kind.whole.parse(given), now);
      await index.add(kind.table, { key, id }, tx);
      run.changes.push({ kind: kind.one, name, change: 'create', fields: Object.keys(given) });
      return id;
    }
    const fields = Object.keys(given).filter((field) => !same(given[field], before.body[field]));
    if (fields.length)
      await verbs.edit(
        tx,
        kind,
        before.id,
        Object.fromEntries(fields.map((field) => [field, given[field]])),
        now,
      );
    // The rest of the file knows the entry by the name that it has here.
    if (fields.includes('name')) await index.add(kind.table, { key, id: before.id }, tx);
    if (justCreated) run.changes.push({ kind: kind.one, name, change: 'create', fields: Object.keys(given) });
    else if (fields.length) run.changes.push({ kind: kind.one, name, change: 'update', fields });
    else run.unchanged++;
    return before.id;
  } catch (error) {
    throw placed(error, run.parsed.where(path));
  }
}

function problem(run: Import, path: FilePath, message: string): undefined {
  run.problems.push({ path: run.parsed.where(path), message });
}

function person(run: Import, value: string, path: FilePath): string | undefined {
  const found = run.index.person(value);
  if (found.length === 1) return found[0];
  return problem(
    run,
    path,
    found.length
      ? `several people are called "${value}"; write the email`
      : `there is no person "${value}" in the file or the directory`,
  );
}

function reference(table: 'team' | 'service' | 'third_party') {
  return (run: Import, value: string, path: FilePath): string | undefined =>
    run.index.find(table, value)?.id ??
    problem(run, path, `there is no ${table.replace('_', ' ')} "${value}" in the file or the directory`);
}

/** A refusal deeper down names a field of the entry; this names the place in the file. */
function placed(error: unknown, where: string): unknown {
  const { fields, message } = error as { fields?: FieldProblem[]; message?: string };
  if (!Array.isArray(fields)) return error;
  return notAcceptable(
    fields.length
      ? fields.map((each) => ({ path: where, message: each.message }))
      : [{ path: where, message: message ?? 'cannot be kept' }],
  );
}

/** Lists of ids have no order; channels do. */
function same(one: unknown, other: unknown): boolean {
  const comparable = (value: unknown) =>
    JSON.stringify(Array.isArray(value) && typeof value[0] === 'string' ? value.toSorted() : value);
  return comparable(one) === comparable(other);
}

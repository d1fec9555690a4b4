/** The document of a postmortem as rows: its state, every edit after it, and the versions that people can read. Call under the lock of its row. */
import { sql } from 'kysely';
import * as Y from 'yjs';
import { type Db, json, type Tx } from '#platform/db/database.ts';
import { checkWhole } from './accept.ts';
import { documentOf, sectionsIn, seedOf } from './document.ts';
import { keepText } from './library/text.ts';
import { placeSections, type WhenTouched } from './place.ts';
import { keepVersion, type Postmortem } from './postmortems.ts';
import type { Sections } from './sections.ts';

/** A version is kept when a sitting ends: after this time, or when somebody joins in. */
const SITTING_MINUTES = 10;
/** Above either, edits are folded into the state; the newest stay, so that a program may save on top of what it read lately. */
const EDITS_MAX = 400;
const EDIT_BYTES_MAX = 1024 * 1024;
const EDITS_LEFT = 200;
const EDIT_BYTES_LEFT = 256 * 1024;

type Edit = { version: number; edit: Uint8Array };

export type Held = {
  doc: Y.Doc;
  postmortem: Postmortem;
  state: Uint8Array;
  /** Up to which version edits are in `state`. */
  folded: number;
  edits: Edit[];
  /** Undefined until something is written for the first time. */
  sitting: Sitting | undefined;
};
type Sitting = {
  kept_version: number;
  sitting_from: Temporal.Instant;
  sitting_authors: string[];
  written_at: Temporal.Instant;
};

/** `save`: somebody saved on purpose, so that this is a version. `typing`: part of a sitting. */
export type How = 'save' | 'typing';

/** @param postmortem as read under the lock */
export async function holdDocument(tx: Tx, postmortem: Postmortem): Promise<Held> {
  const row = await tx
    .selectFrom('postmortem_document')
    .selectAll()
    .where('postmortem_id', '=', postmortem.id)
    .executeTakeFirst();
  const state = row?.state ?? seedOf(postmortem.sections);
  const folded = row?.version ?? postmortem.version;
  const edits = row ? await editsAfter(tx, postmortem.id, folded) : [];
  const doc = documentOf([state, ...edits.map(({ edit }) => edit)]);
  return { doc, postmortem, state, folded, edits, sitting: row };
}

/**
 * Stores one edit that `held.doc` has in it already, and what the sections say now.
 * @returns the postmortem as it is now, and whether a version was kept, so that others hear of it
 */
export async function keepEdit(
  tx: Tx,
  held: Held,
  { edit, by, how }: { edit: Uint8Array; by: string; how: How },
  now: Temporal.Instant,
): Promise<{ postmortem: Postmortem; told: boolean }> {
  const { id } = held.postmortem;
  const version = held.postmortem.version + 1;
  const sections = sectionsIn(held.doc);
  await tx
    .insertInto('postmortem_edit')
    .values({ postmortem_id: id, version, edit, written_by: by, written_at: now })
    .execute();
  await tx
    .updateTable('postmortem')
    .set({ sections: json(sections), version, updated_at: now })
    .where('id', '=', id)
    .execute();
  if (held.postmortem.state === 'draft') await keepText(tx, id, sections);
  const { sitting, begun } = await sit(tx, held, { by, how, version, sections }, now);
  const { state, folded } = fold(held, { version, edit });
  const row = { ...sitting, written_at: now };
  if (!held.sitting)
    await tx
      .insertInto('postmortem_document')
      .values({ postmortem_id: id, ...row, state, version: folded })
      .execute();
  else
    await tx
      .updateTable('postmortem_document')
      .set(folded > held.folded ? { ...row, state, version: folded } : row)
      .where('postmortem_id', '=', id)
      .execute();
  if (folded > held.folded)
    await tx
      .deleteFrom('postmortem_edit')
      .where('postmortem_id', '=', id)
      .where('version', '<=', folded)
      .execute();
  return {
    postmortem: { ...held.postmortem, version, sections, updatedAt: now },
    told: begun || how === 'save',
  };
}

/**
 * Turns whole sections into edits, from what `base` says to what `next` says. What the record adds (`ofRecord`) is taken however
 * large the text is by then: a full postmortem must not stand in the way of what happens to its incident.
 * @returns the postmortem as it is now, or the fields in which somebody else changed the same words
 */
export async function saveOnto(
  tx: Tx,
  postmortem: Postmortem,
  saved: { base: Sections; next: Sections; by: string; whenTouched: WhenTouched; ofRecord?: true },
  now: Temporal.Instant,
): Promise<{ postmortem: Postmortem } | { touched: string[] }> {
  const held = await holdDocument(tx, postmortem);
  const { doc } = held;
  const fresh: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => fresh.push(update));
  const touched = placeSections(doc, saved.base, saved.next, { whenTouched: saved.whenTouched });
  if (touched.length) return { touched };
  if (fresh.length === 0) return { postmortem };
  if (!saved.ofRecord) checkWhole(doc);
  const kept = await keepEdit(tx, held, { edit: Y.mergeUpdates(fresh), by: saved.by, how: 'save' }, now);
  return { postmortem: kept.postmortem };
}

/** @returns what `version` said; undefined when it is too old to tell */
export async function sectionsAt(
  db: Db | Tx,
  postmortem: Postmortem,
  version: number,
): Promise<Sections | undefined> {
  if (version === postmortem.version) return postmortem.sections;
  if (version > postmortem.version) return undefined;
  const kept = await db
    .selectFrom('postmortem_version')
    .select('sections')
    .where('postmortem_id', '=', postmortem.id)
    .where('version', '=', version)
    .executeTakeFirst();
  if (kept) return kept.sections as Sections;
  const stored = await readStored(db, postmortem.id, undefined, version);
  if (!stored?.state || stored.folded > version) return undefined;
  return sectionsIn(documentOf([stored.state, ...stored.edits]));
}

/**
 * What a browser lacks that has everything up to `version`.
 * @param version undefined, or one that this record does not have: the whole document
 */
export async function lacking(
  db: Db | Tx,
  postmortem: Postmortem,
  version: number | undefined,
): Promise<Uint8Array | undefined> {
  if (version === postmortem.version) return undefined;
  const has = version !== undefined && version < postmortem.version ? version : undefined;
  const stored = await readStored(db, postmortem.id, has, postmortem.version);
  if (!stored) return seedOf(postmortem.sections);
  if (!stored.state && stored.edits.length === 0) return undefined;
  return Y.mergeUpdates(stored.state ? [stored.state, ...stored.edits] : stored.edits);
}

/** The newest text when nobody has kept it as a version yet: whose it is, and since when. */
export async function unkept(
  db: Db,
  postmortem: Postmortem,
): Promise<{ version: number; savedBy: string; savedAt: string } | undefined> {
  const row = await db
    .selectFrom('postmortem_document')
    .select(['kept_version', 'sitting_authors', 'written_at'])
    .where('postmortem_id', '=', postmortem.id)
    .executeTakeFirst();
  if (!row || row.kept_version >= postmortem.version) return undefined;
  return {
    version: postmortem.version,
    savedBy: names(row.sitting_authors),
    savedAt: row.written_at.toString(),
  };
}

/** Keeps the text as it is now as a version, for whoever refers to it: a publication, a sign-off. */
export async function keepThisVersion(tx: Tx, postmortem: Postmortem): Promise<void> {
  const row = await tx
    .selectFrom('postmortem_document')
    .select(['kept_version', 'sitting_authors', 'written_at'])
    .where('postmortem_id', '=', postmortem.id)
    .executeTakeFirst();
  if (!row || row.kept_version >= postmortem.version) return;
  const { id, version, sections } = postmortem;
  await keepVersion(tx, { id, version, sections, by: names(row.sitting_authors) }, row.written_at);
  await tx
    .updateTable('postmortem_document')
    .set({ kept_version: version, sitting_authors: [] })
    .where('postmortem_id', '=', id)
    .execute();
}

async function editsAfter(db: Db | Tx, id: string, version: number, until?: number): Promise<Edit[]> {
  let query = db
    .selectFrom('postmortem_edit')
    .select(['version', 'edit'])
    .where('postmortem_id', '=', id)
    .where('version', '>', version)
    .orderBy('version');
  if (until !== undefined) query = query.where('version', '<=', until);
  return query.execute();
}

/**
 * Reads what is stored, without the lock: when edits were folded meanwhile, once more.
 * @param after leave out what is known up to this version; the state as well, if it is older
 */
async function readStored(
  db: Db | Tx,
  id: string,
  after: number | undefined,
  until: number,
): Promise<{ folded: number; state: Uint8Array | null; edits: Uint8Array[] } | undefined> {
  for (;;) {
    const row = await db
      .selectFrom('postmortem_document')
      .select([
        'version',
        sql<Uint8Array | null>`case when version <= ${after ?? -1}::int then null else state end`.as('state'),
      ])
      .where('postmortem_id', '=', id)
      .executeTakeFirst();
    if (!row) return undefined;
    const edits = await editsAfter(db, id, Math.max(row.version, after ?? -1), until);
    const again = await db
      .selectFrom('postmortem_document')
      .select('version')
      .where('postmortem_id', '=', id)
      .executeTakeFirst();
    if (again?.version === row.version)
      return { folded: row.version, state: row.state, edits: edits.map(({ edit }) => edit) };
  }
}

/** Before a new sitting begins, what the last one left is kept as a version; a save is one at once. */
async function sit(
  tx: Tx,
  { postmortem, sitting }: Held,
  written: { by: string; how: How; version: number; sections: Sections },
  now: Temporal.Instant,
): Promise<{ sitting: Omit<Sitting, 'written_at'>; begun: boolean }> {
  const { by, how, version, sections } = written;
  const { id } = postmortem;
  const authors = sitting?.sitting_authors ?? [];
  const over =
    !sitting || Temporal.Instant.compare(now, sitting.sitting_from.add({ minutes: SITTING_MINUTES })) >= 0;
  const begun = over || !authors.includes(by);
  const unsaved = sitting && sitting.kept_version < postmortem.version;
  let kept = sitting?.kept_version ?? postmortem.version;
  if (unsaved && (begun || how === 'save')) {
    const { version: before, sections: text } = postmortem;
    await keepVersion(tx, { id, version: before, sections: text, by: names(authors) }, sitting.written_at);
    kept = before;
  }
  if (how === 'save') {
    await keepVersion(tx, { id, version, sections, by }, now);
    return { sitting: { kept_version: version, sitting_from: now, sitting_authors: [] }, begun };
  }
  const together = over ? [by] : [...new Set([...authors, by])];
  const from = sitting && !over ? sitting.sitting_from : now;
  return { sitting: { kept_version: kept, sitting_from: from, sitting_authors: together }, begun };
}

/** Folds old edits into the state when there are many of them. */
function fold(held: Held, last: Edit): { state: Uint8Array; folded: number } {
  const edits = [...held.edits, last];
  const bytes = edits.reduce((sum, { edit }) => sum + edit.length, 0);
  if (edits.length < EDITS_MAX && bytes < EDIT_BYTES_MAX) return held;
  let left = 0;
  let bytesLeft = 0;
  for (const { edit } of edits.toReversed()) {
    if (left === EDITS_LEFT || bytesLeft + edit.length > EDIT_BYTES_LEFT) break;
    left += 1;
    bytesLeft += edit.length;
  }
  const old = edits.slice(0, edits.length - left);
  return {
    state: Y.encodeStateAsUpdate(documentOf([held.state, ...old.map(({ edit }) => edit)])),
    folded: old.at(-1)?.version ?? held.folded,
  };
}

function names(authors: string[]): string {
  return authors.length > 1
    ? `${authors.slice(0, -1).join(', ')} and ${authors.at(-1)}`
    : (authors[0] ?? 'Nobody');
}

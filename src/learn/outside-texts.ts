/** What was learned in words for people outside: one text per audience, published to the status pages, corrected or withdrawn. */
import type { PostmortemText } from '#incident/facts.ts';
import type { Incident } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import { type FieldProblem, notFound, Refused } from '#platform/errors.ts';
import { blameIn } from './blame.ts';
import type { Postmortem } from './postmortems.ts';

export const OUTSIDE_CHARACTERS_MAX = 10_000;

export type OutsideAudience = PostmortemText['audience'];
export type Confirmable = 'secret' | 'client_name';
export type OutsideFinding = {
  code: string;
  level: 'must' | 'warn' | 'hint';
  start: number;
  end: number;
  question: string;
  rewrite: string;
  confirms: Confirmable | null;
};
export type OutsideReader = { id: string; name: string; page: string | null; told: boolean };

/** What learning needs of the room that tells people. */
export type Outside = {
  check(db: Db, text: string, onlyClientId: string | undefined): Promise<OutsideFinding[]>;
  /** Clients that are affected; none for a restricted incident or a drill. */
  readers(db: Db, incident: Incident): Promise<OutsideReader[]>;
};

export type OutsideText = {
  audience: OutsideAudience;
  text: string;
  version: number;
  updatedBy: string;
  updatedAt: string;
  published: string | null;
  publishedAt: string | null;
  publishedBy: string | null;
  correctedAt: string | null;
  withdrawnAt: string | null;
  withdrawnBecause: string | null;
};

/** @returns the one client of an audience */
export function clientOf(audience: OutsideAudience): string | undefined {
  return audience.startsWith('client:') ? audience.slice('client:'.length) : undefined;
}

/**
 * Saves a text on top of the version that was read; 0 where there was none.
 * @throws Refused when somebody else has saved meanwhile
 */
export async function saveOutside(
  tx: Tx,
  postmortem: Postmortem,
  saved: { audience: OutsideAudience; text: string; version: number; by: string },
  now: Temporal.Instant,
): Promise<void> {
  const { audience, text, version, by } = saved;
  const known = await outsideText(tx, postmortem.id, audience);
  if ((known?.version ?? 0) !== version)
    throw new Refused(
      'conflict',
      `${known?.updated_by ?? 'Somebody'} has saved another text meanwhile; yours was not saved.`,
      { mend: 'Read theirs, bring the two together, and save again.' },
    );
  const row = { text, version: version + 1, updated_by: by, updated_at: now };
  await tx
    .insertInto('postmortem_text')
    .values({ postmortem_id: postmortem.id, audience, ...row })
    .onConflict((conflict) => conflict.columns(['postmortem_id', 'audience']).doUpdateSet(row))
    .execute();
}

function outsideText(db: Db | Tx, postmortemId: string, audience: OutsideAudience) {
  return db
    .selectFrom('postmortem_text')
    .selectAll()
    .where('postmortem_id', '=', postmortemId)
    .where('audience', '=', audience)
    .executeTakeFirst();
}

export async function listOutside(db: Db, postmortemId: string): Promise<OutsideText[]> {
  const rows = await db
    .selectFrom('postmortem_text')
    .selectAll()
    .where('postmortem_id', '=', postmortemId)
    .orderBy('audience')
    .execute();
  return rows.map((row) => ({
    audience: row.audience as OutsideAudience,
    text: row.text,
    version: row.version,
    updatedBy: row.updated_by,
    updatedAt: row.updated_at.toString(),
    published: row.published,
    publishedAt: row.published_at?.toString() ?? null,
    publishedBy: row.published_by,
    correctedAt: row.corrected_at?.toString() ?? null,
    withdrawnAt: row.withdrawn_at?.toString() ?? null,
    withdrawnBecause: row.withdrawn_because,
  }));
}

/** @returns findings of the message's rules and of the blame lint, in the order of the text */
export async function checkText(
  outside: Outside,
  db: Db,
  text: string,
  audience: OutsideAudience,
): Promise<OutsideFinding[]> {
  const blame = blameIn(text, {}).map((each) => ({ ...each, confirms: null }));
  const found = [...(await outside.check(db, text, clientOf(audience))), ...blame];
  return found.toSorted((one, other) => one.start - other.start);
}

/** @throws Refused while something in it needs a second tap that was not given */
export function needsSecondTap(findings: OutsideFinding[], confirmed: readonly Confirmable[]): void {
  const open = findings.flatMap(({ confirms, question }) =>
    confirms && !confirmed.includes(confirms) ? [{ confirms, question }] : [],
  );
  if (!open.length) return;
  throw new Refused('conflict', 'Something in it would be read outside; nothing was published.', {
    mend: `Take it out, or say that it belongs there ("confirmed": ${JSON.stringify([...new Set(open.map((each) => each.confirms))])}).`,
    fields: open.map(
      ({ confirms, question }): FieldProblem => ({ path: `confirmed.${confirms}`, message: question }),
    ),
  });
}

/**
 * Who reads it, by id and in words.
 * @throws Refused when nobody would
 */
export function readersOf(
  audience: OutsideAudience,
  readers: OutsideReader[],
): { clientIds: string[]; to: string } {
  if (audience === 'public') return { clientIds: [], to: 'the public status page' };
  const only = clientOf(audience);
  const chosen = only === undefined ? readers : readers.filter((each) => each.id === only);
  if (only !== undefined && !chosen.length)
    throw new Refused('conflict', 'This client is not affected by the incident; nothing was published.', {
      mend: 'Mark it as affected first, or choose another audience.',
    });
  if (!chosen.length)
    throw new Refused('conflict', 'No client is affected by the incident; nothing was published.', {
      mend: 'Choose the public page, or mark who is affected.',
    });
  if (!chosen.some((each) => each.page))
    throw new Refused('conflict', 'None of these clients has a status page; nothing was published.', {
      mend: 'Make a page for them first, or send the text by hand.',
    });
  return {
    clientIds: chosen.map((each) => each.id),
    to:
      only === undefined
        ? `${chosen.length} affected client${chosen.length === 1 ? '' : 's'}`
        : `${chosen[0]?.name} alone`,
  };
}

/** @throws Refused when there is no text to publish */
export async function textToPublish(
  db: Db,
  postmortem: Postmortem,
  audience: OutsideAudience,
): Promise<{ text: string; corrected: boolean; same: boolean }> {
  const known = await outsideText(db, postmortem.id, audience);
  if (!known?.text.trim())
    throw new Refused('conflict', 'There is no text for these readers yet; nothing was published.', {
      mend: 'Write it, save it, then publish it.',
    });
  const text = known.text.trim();
  return { text, corrected: known.published !== null, same: known.published === text };
}

/** Follows the facts in the transaction that wrote them. */
export async function keepPublished(
  tx: Tx,
  postmortemId: string,
  fact: { audience: OutsideAudience; text: string; by: string; corrected: boolean },
  now: Temporal.Instant,
): Promise<void> {
  await tx
    .updateTable('postmortem_text')
    .set({
      published: fact.text,
      published_by: fact.by,
      withdrawn_at: null,
      withdrawn_because: null,
      ...(fact.corrected ? { corrected_at: now } : { published_at: now, corrected_at: null }),
    })
    .where('postmortem_id', '=', postmortemId)
    .where('audience', '=', fact.audience)
    .execute();
}

export async function keepWithdrawn(
  tx: Tx,
  postmortemId: string,
  fact: { audience: OutsideAudience; reason: string },
  now: Temporal.Instant,
): Promise<void> {
  await tx
    .updateTable('postmortem_text')
    .set({
      published: null,
      published_at: null,
      published_by: null,
      corrected_at: null,
      withdrawn_at: now,
      withdrawn_because: fact.reason,
    })
    .where('postmortem_id', '=', postmortemId)
    .where('audience', '=', fact.audience)
    .execute();
}

/** @throws Refused (not found) when nothing is published for this audience */
export async function publishedText(
  db: Db,
  postmortemId: string,
  audience: OutsideAudience,
): Promise<string> {
  const known = await outsideText(db, postmortemId, audience);
  if (known?.published == null) throw notFound('published text', audience);
  return known.published;
}

/** The weights of the score in use: those of the rule book until an administrator switches; every switch is a row. */
import { type Db, json, type Tx } from '#platform/db/database.ts';
import { DEFAULT_WEIGHTS, TERMS, type Weights } from './score.ts';

export type Places = { top1: number; top3: number; n: number };
export type Compared = { before: Places; after: Places };
export type Switch = {
  version: number;
  weights: Weights;
  how: 'refit' | 'defaults' | 'earlier';
  labelled: number;
  shown: Compared | null;
  chosenBy: string;
  chosenAt: string;
};

const SWITCHES_LISTED_MAX = 50;

/** @returns every switch, the latest first */
export async function readSwitches(db: Db | Tx): Promise<Switch[]> {
  const rows = await db
    .selectFrom('suspect_weights')
    .selectAll()
    .orderBy('version', 'desc')
    .limit(SWITCHES_LISTED_MAX)
    .execute();
  return rows.map((row) => ({
    version: row.version,
    weights: weightsFrom(row.weights),
    how: row.how as Switch['how'],
    labelled: row.labelled,
    shown: (row.shown ?? null) as Compared | null,
    chosenBy: row.chosen_by,
    chosenAt: row.chosen_at.toString(),
  }));
}

export async function currentWeights(db: Db): Promise<{ version: number; weights: Weights }> {
  const row = await db
    .selectFrom('suspect_weights')
    .select(['version', 'weights'])
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row
    ? { version: row.version, weights: weightsFrom(row.weights) }
    : { version: 0, weights: DEFAULT_WEIGHTS };
}

export async function switchWeights(
  tx: Tx,
  chosen: Omit<Switch, 'version' | 'chosenAt'>,
  now: Temporal.Instant,
): Promise<void> {
  await tx
    .insertInto('suspect_weights')
    .values({
      weights: json(chosen.weights),
      how: chosen.how,
      labelled: chosen.labelled,
      shown: chosen.shown ? json(chosen.shown) : null,
      chosen_by: chosen.chosenBy,
      chosen_at: now,
    })
    .execute();
}

/** A term that a row does not know counts as the rule book has it. */
export function weightsFrom(stored: unknown): Weights {
  const held = stored as Partial<Weights>;
  return Object.fromEntries(TERMS.map((term) => [term, held[term] ?? 1])) as Weights;
}

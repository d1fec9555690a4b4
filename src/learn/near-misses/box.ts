/** The letter box: what came in waits in it, unread, for the daily round. Nothing in it says who put it there, or when on its day. */
import { sql } from 'kysely';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { beginningOfDay, nextFullHour } from './days.ts';
import { hashOfReceipt, newReceipt } from './receipt.ts';

// More in one day are a flood, not near misses.
const BOX_MAX = 500;
const ADDITIONS_MAX = 20;

export type Report = { happened: string; stopped: string; again: boolean };

/** @returns the receipt; it is kept nowhere. @throws Refused when the box is full */
export async function putReport(
  db: Db,
  { happened, stopped, again }: Report,
  { day, now }: { day: string; now: Temporal.Instant },
): Promise<string> {
  const receipt = newReceipt();
  await transaction(db, async (tx) => {
    await put(
      tx,
      { adds_to: null, receipt_hash: hashOfReceipt(receipt), again, happened, stopped },
      day,
      now,
    );
    if (again)
      await tx
        .insertInto('near_miss_warning')
        .values({ id: newId('nmw'), reported_on: day, happened, stopped, send_at: beginningOfDay(now) })
        .execute();
  });
  return receipt;
}

/** @throws Refused when the code is not one of ours, or enough was added */
export async function putAddition(
  db: Db,
  { code, text }: { code: string; text: string },
  { day, now }: { day: string; now: Temporal.Instant },
): Promise<void> {
  const seen = await findByReceipt(db, code);
  if (seen.additions.length >= ADDITIONS_MAX)
    throw new Refused('too_many', `At most ${ADDITIONS_MAX} things can be added to one report.`, {
      mend: 'Report it again, with a new receipt.',
    });
  await transaction(db, (tx) =>
    put(tx, { adds_to: seen.id, receipt_hash: null, again: false, happened: text, stopped: '' }, day, now),
  );
}

type Row = {
  adds_to: string | null;
  receipt_hash: string | null;
  again: boolean;
  happened: string;
  stopped: string;
};

async function put(tx: Tx, row: Row, day: string, now: Temporal.Instant): Promise<void> {
  const { count } = await tx
    .selectFrom('near_miss_box')
    .select((from) => from.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (Number(count) >= BOX_MAX)
    throw new Refused('too_many', 'The box is full; this was not kept.', {
      mend: 'It is emptied every morning. Try again then, or tell somebody you trust.',
    });
  await tx
    .insertInto('near_miss_box')
    .values({ id: newId('nm'), reported_on: day, stir_at: nextFullHour(now), ...row })
    .execute();
}

/** What a reporter sees with the receipt. */
export type Seen = {
  id: string;
  state: 'in_box' | 'waiting' | 'answered';
  reportedOn: string;
  again: boolean;
  happened: string;
  stopped: string;
  additions: { addedOn: string; text: string }[];
  dueAt: Temporal.Instant | null;
  answer: string | null;
  answeredAt: Temporal.Instant | null;
};

/** Reads and writes nothing. @throws Refused when no report has this receipt */
export async function findByReceipt(db: Db, code: string): Promise<Seen> {
  const hash = hashOfReceipt(code);
  const found = await db
    .selectFrom('near_miss')
    .selectAll()
    .where('receipt_hash', '=', hash)
    .executeTakeFirst();
  const boxed = found
    ? undefined
    : await db.selectFrom('near_miss_box').selectAll().where('receipt_hash', '=', hash).executeTakeFirst();
  const report = found ?? boxed;
  if (!report)
    throw new Refused('not_found', 'No report has this receipt.', {
      mend: 'Compare it with what you wrote down: four groups of four letters and digits. If it is lost, nobody can find it again.',
    });
  const additions = await db
    .selectFrom('near_miss_addition')
    .select(['added_on', 'text'])
    .where('near_miss_id', '=', report.id)
    .unionAll(
      db
        .selectFrom('near_miss_box')
        .select(['reported_on as added_on', 'happened as text'])
        .where('adds_to', '=', report.id),
    )
    .orderBy('added_on')
    .orderBy('text')
    .execute();
  return {
    id: report.id,
    state: found ? (found.state as 'waiting' | 'answered') : 'in_box',
    reportedOn: report.reported_on,
    again: report.again,
    happened: report.happened,
    stopped: report.stopped,
    additions: additions.map((each) => ({ addedOn: each.added_on, text: each.text })),
    dueAt: found?.due_at ?? null,
    answer: found?.answer ?? null,
    answeredAt: found?.answered_at ?? null,
  };
}

export type Boxed = Row & { id: string; reported_on: string };

/**
 * Takes everything out in an order that means nothing, and throws the box away with whatever the database would still keep of it.
 * @param putBack all of it goes back in, in one transaction: what is in the box says no longer which came when
 */
export async function emptyBox(tx: Tx, putBack: boolean): Promise<Boxed[]> {
  await sql`lock table near_miss_box in access exclusive mode`.execute(tx);
  const rows = await tx
    .selectFrom('near_miss_box')
    .select(['id', 'reported_on', 'adds_to', 'receipt_hash', 'again', 'happened', 'stopped'])
    .orderBy(sql`random()`)
    .execute();
  await sql`truncate near_miss_box`.execute(tx);
  if (putBack && rows.length) await tx.insertInto('near_miss_box').values(rows).execute();
  return rows;
}

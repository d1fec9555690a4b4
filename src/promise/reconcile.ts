/** Brings the promise rows of one subject in line with what its decider says is owed. Moves due times; never resets steps or misses. */
import type { Tx } from '#platform/db/database.ts';
import { awaken, nextWake, type Owed, stepOf } from './owed.ts';
import type { Rung, StepAction } from './policy.ts';

export type { Owed };

export type Subject = { subjectKind: string; subjectId: string };

/** A step that fired just now; `do` is "none" when only the miss is recorded. */
export type Fired = {
  kind: string;
  cycle: number;
  promiseId: number;
  step: number;
  do: StepAction | 'none';
  who: Rung;
  ownerId: string | undefined;
  dueAt: Temporal.Instant;
  missed: boolean;
  skipped: number[];
};

/** Opens, moves and ends promises. Rows of the subject that are open and no longer owed become void. */
export async function reconcile(
  tx: Tx,
  what: Subject & { owed: Owed[]; now: Temporal.Instant },
): Promise<void> {
  const rows = await rowsOf(tx, what);
  const known = new Map(rows.map((row) => [keyOf(row), row]));
  for (const owed of what.owed) {
    const row = known.get(keyOf(owed));
    known.delete(keyOf(owed));
    if (!row) await open(tx, what, owed);
    else if (row.state === 'open' || owed.state === 'open') await move(tx, row, owed);
  }
  for (const row of known.values())
    if (row.state === 'open')
      await tx
        .updateTable('promise')
        .set({ state: 'void', ended_at: what.now, next_wake_at: null })
        .where('id', '=', row.id)
        .execute();
}

/**
 * Fires what is due of the subject's open promises and records how far their ladders have gone.
 * @returns the steps that fired; empty when the wake was stale
 */
export async function fireDue(
  tx: Tx,
  what: Subject & { owed: Owed[]; now: Temporal.Instant },
): Promise<Fired[]> {
  const rows = await rowsOf(tx, what);
  const owedBy = new Map(what.owed.map((owed) => [keyOf(owed), owed]));
  const fired: Fired[] = [];
  for (const row of rows) {
    if (row.state !== 'open' || !row.next_wake_at || Temporal.Instant.compare(row.next_wake_at, what.now) > 0)
      continue;
    const owed = owedBy.get(keyOf(row));
    if (!owed) continue;
    const woken = awaken(owed, { fired: row.step, missed: row.missed_at !== null }, what.now);
    const missed = row.missed_at !== null || (woken?.missed ?? false);
    await tx
      .updateTable('promise')
      .set({
        step: woken?.fired ?? row.step,
        missed_at: woken?.missed ? what.now : row.missed_at,
        next_wake_at: nextWake(owed, woken?.fired ?? row.step, missed) ?? null,
      })
      .where('id', '=', row.id)
      .execute();
    if (woken) fired.push(describe(owed, row.id, woken));
  }
  return fired;
}

function describe(owed: Owed, promiseId: number, woken: NonNullable<ReturnType<typeof awaken>>): Fired {
  const step = woken.step === undefined ? undefined : stepOf(owed.ladder, woken.step);
  return {
    kind: owed.kind,
    cycle: owed.cycle,
    promiseId,
    step: woken.step ?? -1,
    do: step?.do ?? 'none',
    who: step?.who ?? 'owner',
    ownerId: owed.ownerId,
    dueAt: owed.dueAt,
    missed: woken.missed,
    skipped: woken.skipped,
  };
}

type Row = Awaited<ReturnType<typeof rowsOf>>[number];

function rowsOf(tx: Tx, what: Subject) {
  return tx
    .selectFrom('promise')
    .select([
      'id',
      'kind',
      'cycle',
      'owner_id',
      'due_at',
      'next_wake_at',
      'step',
      'state',
      'missed_at',
      'ended_at',
    ])
    .where('subject_kind', '=', what.subjectKind)
    .where('subject_id', '=', what.subjectId)
    .orderBy('due_at')
    .execute();
}

function keyOf(promise: { kind: string; cycle: number }): string {
  return `${promise.kind}:${promise.cycle}`;
}

async function open(tx: Tx, what: Subject, owed: Owed): Promise<void> {
  await tx.insertInto('promise').values(rowFor(what, owed)).execute();
}

/** Opens the promises of many subjects that have none yet, in one statement. */
export async function openMany(tx: Tx, promises: (Subject & { owed: Owed })[]): Promise<void> {
  if (promises.length === 0) return;
  await tx
    .insertInto('promise')
    .values(promises.map((each) => rowFor(each, each.owed)))
    .execute();
}

function rowFor(what: Subject, owed: Owed) {
  const late = owed.endedAt && Temporal.Instant.compare(owed.endedAt, owed.dueAt) > 0;
  return {
    subject_kind: what.subjectKind,
    subject_id: what.subjectId,
    kind: owed.kind,
    cycle: owed.cycle,
    owner_id: owed.ownerId ?? null,
    opened_at: owed.openedAt,
    due_at: owed.dueAt,
    next_wake_at: nextWake(owed, 0, false) ?? null,
    state: owed.state,
    missed_at: late ? (owed.endedAt ?? null) : null,
    ended_at: owed.endedAt ?? null,
  };
}

async function move(tx: Tx, row: Row, owed: Owed): Promise<void> {
  const wake = nextWake(owed, row.step, row.missed_at !== null) ?? null;
  const endedAt = owed.endedAt ?? null;
  const late = owed.state === 'kept' && endedAt && Temporal.Instant.compare(endedAt, owed.dueAt) > 0;
  const missedAt = row.missed_at ?? (late ? endedAt : null);
  const same =
    sameInstant(row.due_at, owed.dueAt) &&
    row.state === owed.state &&
    row.owner_id === (owed.ownerId ?? null) &&
    sameInstant(row.next_wake_at, wake) &&
    sameInstant(row.missed_at, missedAt);
  if (same) return;
  await tx
    .updateTable('promise')
    .set({
      due_at: owed.dueAt,
      state: owed.state,
      owner_id: owed.ownerId ?? null,
      next_wake_at: wake,
      ended_at: endedAt,
      missed_at: missedAt,
    })
    .where('id', '=', row.id)
    .execute();
}

function sameInstant(one: Temporal.Instant | null, other: Temporal.Instant | null): boolean {
  return one === null || other === null ? one === other : one.equals(other);
}

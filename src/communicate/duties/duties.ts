/** Duties to notify on one incident: opened by "aware since", each a row with a promise of its own, ended by a person's word. */
import type { Incident } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { reconcile } from '#promise/reconcile.ts';
import { DUTY, owedBy } from './owed.ts';
import { type Choice, dueAt, dutiesOf, type Kind, type Preset, RULES } from './presets.ts';

export type Awareness = {
  awareAt: Temporal.Instant;
  kinds: Kind[];
  clientIds: string[];
  note: string;
};

type Row = Awaited<ReturnType<typeof rowsOf>>[number];

/**
 * Says since when we know and what is concerned; opens what follows, moves what is open, voids what no longer applies.
 * @throws Refused for a time to come, or clients that do not exist
 */
export async function setAwareness(
  tx: Tx,
  incident: Pick<Incident, 'id'>,
  aware: Awareness,
  by: string,
  now: Temporal.Instant,
): Promise<void> {
  if (Temporal.Instant.compare(aware.awareAt, now) > 0)
    throw new Refused('invalid', 'We cannot become aware in the future.', {
      mend: 'Name a time that has passed.',
    });
  await mustBeClients(tx, aware.clientIds);
  const row = {
    aware_at: aware.awareAt,
    kinds: aware.kinds,
    client_ids: aware.clientIds,
    note: aware.note,
    set_by: by,
    updated_at: now,
  };
  await tx
    .insertInto('duty_awareness')
    .values({ incident_id: incident.id, ...row })
    .onConflict((conflict) => conflict.column('incident_id').doUpdateSet(row))
    .execute();
  await open(tx, incident.id, aware, by, now);
  await retime(tx, incident.id, now);
}

async function mustBeClients(tx: Tx, ids: readonly string[]): Promise<void> {
  if (!ids.length) return;
  const rows = await tx
    .selectFrom('client')
    .select('id')
    .where('id', 'in', [...ids])
    .execute();
  const unknown = ids.find((id) => !rows.some((row) => row.id === id));
  if (unknown) throw notFound('client', unknown);
}

async function open(
  tx: Tx,
  incidentId: string,
  aware: Awareness,
  by: string,
  now: Temporal.Instant,
): Promise<void> {
  const choices = await readChoices(tx);
  const wanted = dutiesOf(choices, aware);
  const values = wanted.flatMap(({ preset, clientId }) =>
    RULES[preset].steps.map(({ step }) => ({
      id: newId('dty'),
      incident_id: incidentId,
      preset,
      step,
      client_id: clientId,
      due_at: dueAt(RULES[preset], step, aware.awareAt, new Map()),
      state: 'open',
      created_at: now,
    })),
  );
  if (values.length)
    await tx
      .insertInto('duty')
      .values(values)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  const applies = new Set(wanted.map(({ preset, clientId }) => `${preset} ${clientId}`));
  for (const row of await rowsOf(tx, incidentId)) {
    const still = applies.has(`${row.preset} ${row.client_id}`);
    if (row.state === 'open' && !still)
      await end(tx, row.id, { state: 'void', because: aware.note || 'It is not concerned.', by }, now);
    if (row.state === 'void' && still)
      await tx
        .updateTable('duty')
        .set({ state: 'open', because: null, ended_by: null, ended_at: null })
        .where('id', '=', row.id)
        .execute();
  }
}

/** Times follow from what has been done; the promises follow from the times. */
async function retime(tx: Tx, incidentId: string, now: Temporal.Instant): Promise<void> {
  const aware = await tx
    .selectFrom('duty_awareness')
    .select('aware_at')
    .where('incident_id', '=', incidentId)
    .executeTakeFirstOrThrow();
  const rows = await rowsOf(tx, incidentId);
  for (const row of rows) {
    const same = rows.filter((each) => each.preset === row.preset && each.client_id === row.client_id);
    const done = new Map(same.flatMap((each) => (doneAt(each) ? [[each.step, doneAt(each)!] as const] : [])));
    const due = dueAt(RULES[row.preset as Preset], row.step, aware.aware_at, done);
    if (row.state === 'open' && !due.equals(row.due_at))
      await tx.updateTable('duty').set({ due_at: due }).where('id', '=', row.id).execute();
    await keep(tx, row.id, now);
  }
}

function doneAt(row: Row): Temporal.Instant | undefined {
  if (row.state === 'decided') return row.ended_at ?? undefined;
  return row.state === 'notified' ? (row.notified_at ?? undefined) : undefined;
}

async function keep(tx: Tx, id: string, now: Temporal.Instant): Promise<void> {
  const owed = await owedBy(tx, id);
  if (owed) await reconcile(tx, { subjectKind: DUTY, subjectId: id, owed: [owed], now });
}

function rowsOf(tx: Tx, incidentId: string) {
  return tx
    .selectFrom('duty')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .orderBy('due_at')
    .orderBy('id')
    .forUpdate()
    .execute();
}

export type Ending =
  /** It must be notified: what is owed stays owed. */
  | { kind: 'decided'; because: string }
  | { kind: 'notified'; at: Temporal.Instant; reference: string }
  /** For a decision: nothing of this preset is owed to anybody. */
  | { kind: 'not_required'; because: string };

export type Ended = { name: string; words: string };

/**
 * Ends one duty by a person's word.
 * @throws Refused when it does not exist, has ended, or does not end that way
 * @returns what happened, in words for the timeline
 */
export async function endDuty(
  tx: Tx,
  incidentIds: readonly string[],
  id: string,
  ending: Ending,
  by: string,
  now: Temporal.Instant,
): Promise<Ended> {
  const row = await tx.selectFrom('duty').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row || !incidentIds.includes(row.incident_id)) throw notFound('duty', id);
  const rule = RULES[row.preset as Preset];
  const step = rule.steps.find((each) => each.step === row.step)!;
  if (row.state !== 'open')
    throw new Refused('conflict', 'This duty has ended already.', {
      mend: 'What was said about it stands beside it.',
    });
  if (ending.kind === 'decided' && !step.decision)
    throw new Refused('conflict', 'This is a notification, not a decision.', {
      mend: 'Say when it was made, and its reference.',
    });
  if (ending.kind === 'notified' && step.decision)
    throw new Refused('conflict', 'This is a decision, not a notification.', {
      mend: 'Say whether it must be notified, and why.',
    });
  if (ending.kind === 'notified' && Temporal.Instant.compare(ending.at, now) > 0)
    throw new Refused('invalid', 'A notification cannot have been made in the future.', {
      mend: 'Name when it was made.',
    });
  const name = `${rule.name}: ${step.name}`;
  switch (ending.kind) {
    case 'decided':
      await end(tx, id, { state: 'decided', because: ending.because, by }, now);
      break;
    case 'notified':
      await end(tx, id, { state: 'notified', at: ending.at, reference: ending.reference, by }, now);
      break;
    case 'not_required': {
      const all = step.decision
        ? (await rowsOf(tx, row.incident_id)).filter(
            (each) => each.preset === row.preset && each.client_id === row.client_id && each.state === 'open',
          )
        : [row];
      for (const each of all)
        await end(tx, each.id, { state: 'not_required', because: ending.because, by }, now);
    }
  }
  await retime(tx, row.incident_id, now);
  return { name, words: endingWords(ending) };
}

export function endingWords(ending: Ending): string {
  switch (ending.kind) {
    case 'decided':
      return `must be notified, because ${ending.because}`;
    case 'notified':
      return `notified at ${ending.at.toString().slice(0, 16).replace('T', ' ')} UTC, reference ${ending.reference}`;
    case 'not_required':
      return `not required, because ${ending.because}`;
  }
}

type End = {
  state: 'decided' | 'notified' | 'not_required' | 'void';
  because?: string;
  at?: Temporal.Instant;
  reference?: string;
  by: string;
};

async function end(tx: Tx, id: string, how: End, now: Temporal.Instant): Promise<void> {
  await tx
    .updateTable('duty')
    .set({
      state: how.state,
      because: how.because ?? null,
      notified_at: how.at ?? null,
      reference: how.reference ?? null,
      ended_by: how.by,
      ended_at: now,
    })
    .where('id', '=', id)
    .execute();
}

export async function readChoices(db: Db | Tx): Promise<Choice[]> {
  const rows = await db
    .selectFrom('duty_choice')
    .select(['preset', 'client_id'])
    .orderBy('created_at')
    .execute();
  return rows.map((row) => ({ preset: row.preset as Preset, clientId: row.client_id }));
}

/** Replaces all choices; what is open on incidents stays as it is until somebody speaks there. */
export async function saveChoices(
  tx: Tx,
  choices: Choice[],
  by: string,
  now: Temporal.Instant,
): Promise<void> {
  await mustBeClients(
    tx,
    choices.flatMap((each) => each.clientId ?? []),
  );
  await tx.deleteFrom('duty_choice').execute();
  if (choices.length)
    await tx
      .insertInto('duty_choice')
      .values(
        choices.map(({ preset, clientId }) => ({
          id: newId('dch'),
          preset,
          client_id: clientId,
          created_by: by,
          created_at: now,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

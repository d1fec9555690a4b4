/** What a tracker changed is taken over by the action item, and a line says what, where and who. */
import type { Tx } from '#platform/db/database.ts';
import type { ActionItem } from '../action-items.ts';
import { addLine, reopen } from '../item-change.ts';
import type { Outcome } from './compare.ts';
import type { Tracker } from './store.ts';
import { cut, type Issue, KIND_WORDS } from './tracker.ts';

const NAME_CHARACTERS_MAX = 100;

type Taking = {
  item: ActionItem;
  theirs: Issue;
  tracker: Pick<Tracker, 'kind' | 'name'>;
  outcome: Outcome;
  /** Who changed it there, as its last message said. */
  by: string | null;
  now: Temporal.Instant;
};

/** @returns whether the item was changed */
export async function takeOver(tx: Tx, taking: Taking): Promise<boolean> {
  const { item, outcome, now, tracker } = taking;
  const { title, dueOn, state, assignee } = outcome.take;
  const lines: string[] = [];
  if (title !== undefined) {
    await set(tx, item, { text: title });
    lines.push(`“${cut(item.text, 200)}” became “${title}”, changed on ${whereBy(taking)}.`);
  }
  if (dueOn !== undefined) {
    await tx
      .updateTable('action_item')
      .set((row) => ({ due_on: dueOn, cycle: row('cycle', '+', 1) }))
      .where('id', '=', item.id)
      .execute();
    lines.push(`Due ${dueOn} instead of ${item.dueOn}, changed on ${whereBy(taking)}.`);
  }
  if (state !== undefined) lines.push(await takeState(tx, taking, state));
  const moved = assignee ? await takeOwner(tx, taking) : undefined;
  if (moved) lines.push(moved);
  for (const text of lines) await addLine(tx, { id: item.id, by: KIND_WORDS[tracker.kind], text }, now);
  return lines.length > 0;
}

async function set(tx: Tx, { id }: ActionItem, values: { text: string }): Promise<void> {
  await tx.updateTable('action_item').set(values).where('id', '=', id).execute();
}

/** What closed it there is the evidence here, until a person says it better. */
async function takeState(tx: Tx, taking: Taking, state: Issue['state']): Promise<string> {
  const { item, theirs, now } = taking;
  const where = whereBy(taking, theirs.endedBy);
  if (state === 'open') {
    const was = item.evidence ?? item.droppedBecause;
    await reopen(tx, item);
    return `Reopened on ${whereBy(taking)}; it is owed again.${was ? ` It had been ended with: ${cut(was, 300)}` : ''}`;
  }
  const said = `Closed on ${where}${state === 'dropped' ? ' as not to be done' : ''}`;
  const told = theirs.url ? `${said}: ${theirs.url}` : `${said}.`;
  await tx
    .updateTable('action_item')
    .set({
      state,
      ended_at: now,
      ended_there: true,
      ...(state === 'done' ? { evidence: told } : { dropped_because: told }),
    })
    .where('id', '=', item.id)
    .execute();
  return `${said}.`;
}

/** Only an address that belongs to one person of the directory moves an item to another owner. */
async function takeOwner(tx: Tx, taking: Taking): Promise<string | undefined> {
  const { item, theirs } = taking;
  const email = theirs.assignee?.email;
  if (!email) return undefined;
  const people = await tx
    .selectFrom('person')
    .select(['id', 'name'])
    .where((row) => row(row.fn<string>('lower', ['email']), '=', email.toLowerCase()))
    .where('archived_at', 'is', null)
    .limit(2)
    .execute();
  const [person] = people;
  if (people.length !== 1 || !person || person.id === item.ownerId) return undefined;
  if (!(await maySee(tx, item, person.id))) return undefined;
  await tx
    .updateTable('action_item')
    .set({ owner_id: person.id, owner_gone_at: null })
    .where('id', '=', item.id)
    .execute();
  return `${person.name} owns it instead of ${item.ownerName}, assigned on ${whereBy(taking)}.`;
}

async function maySee(tx: Tx, { incidentId }: ActionItem, personId: string): Promise<boolean> {
  if (!incidentId) return true;
  const incident = await tx
    .selectFrom('incident')
    .select(['restricted', 'viewers'])
    .where('id', '=', incidentId)
    .executeTakeFirstOrThrow();
  return !incident.restricted || incident.viewers.includes(personId);
}

function whereBy({ tracker, by }: Taking, also: string | null = null): string {
  const who = also ?? by;
  return `${KIND_WORDS[tracker.kind]}${who ? ` by ${cut(who, NAME_CHARACTERS_MAX)}` : ''}`;
}

/** Lines about what did not become of it. */
export async function tellLine(
  tx: Tx,
  id: string,
  { kind }: Pick<Tracker, 'kind'>,
  what: Pick<Outcome, 'overruled'> | { gone: string },
  now: Temporal.Instant,
): Promise<void> {
  const where = KIND_WORDS[kind];
  const texts =
    'gone' in what
      ? [`${what.gone} is not on ${where} any more. The action item stays as it is.`]
      : what.overruled.map(
          (each) =>
            `The ${each.what} was changed on both sides. ${where} said “${each.there}”; what stands here was sent there.`,
        );
  for (const text of texts) await addLine(tx, { id, by: where, text }, now);
}

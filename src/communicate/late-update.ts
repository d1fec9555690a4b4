/** What the machine says when ours is late, made for each of its audiences from what that audience was told last. */
import { clocksOf } from '#incident/client-clocks.ts';
import type { Confirmed, Lateness, UpdateSent } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { ruleKindOf } from '#promise/kind.ts';
import { servicesServing } from './alone.ts';
import { affectedClients, mayBePublic, publicNamesOf, servicesOf } from './audience.ts';
import { type LastText, lastTexts } from './last-texts.ts';
import { heardThatWeAreLate, type Late, readersOf, stillLateTo, updateIdOf } from './late-readers.ts';
import { lateMessage } from './late-words.ts';
import { lowerFirst, unadmitted, unstamped } from './message.ts';
import { readOrganisation } from './organisation.ts';
import { speechOf } from './page/language.ts';
import { newestTo } from './prepare.ts';
import { CLIENTS, reaches } from './text.ts';

/** To one client alone: its services, and what was confirmed to it; nobody else reads it, and it is on no other page. @returns undefined when it does not wait any more */
export async function lateUpdateTo(db: Db, late: Late, clientId: string): Promise<UpdateSent | undefined> {
  const { incident, row } = late;
  if (!stillLateTo(incident, row, clientId)) return undefined;
  if (!row.said && (await heardThatWeAreLate(db, incident.id, clientId, row.due_at))) return undefined;
  const base = newestTo(await lastTexts(db, incident.id), clientId);
  const services = await servicesServing(db, await servicesOf(db, incident), clientId);
  const publicNames = publicNamesOf(services);
  const names = [...publicNames, clocksOf(incident)[clientId]?.name ?? clientId];
  const saying = await sayer(db, late, { publicNames, names });
  return {
    ...common(late),
    status: base?.status ?? 'looking',
    ...saying(base),
    clientIds: [clientId],
    internal: false,
    publicPage: false,
  };
}

/** To all of them, our own people and the page; or to those alone whom a person has left out since. @returns undefined when nobody waits any more */
export async function lateUpdate(db: Db, late: Late): Promise<UpdateSent | undefined> {
  const { incident, row } = late;
  const readers = await readersOf(db, late);
  if (!readers) return undefined;
  const { clientIds, everybody } = readers;
  const services = await servicesOf(db, incident);
  // What a person said since was said to others.
  const last = await lastTexts(db, incident.id, everybody ? undefined : row.due_at);
  const clients = await affectedClients(db, incident);
  const base = last.get(CLIENTS) ?? last.get('public');
  // After messages that the page did not show, it is not the machine that begins.
  const publicPage = everybody && (last.size === 0 || last.has('public')) && mayBePublic(incident, services);
  // Our own people are called by the ladder; it is people outside to whom the machine gave its word.
  if (row.said && !clientIds.length && !publicPage) return undefined;
  const publicNames = publicNamesOf(services);
  const names = [...publicNames, ...clients.map((client) => client.name)];
  const saying = await sayer(db, late, { publicNames, names });
  const update: UpdateSent = {
    ...common(late),
    status: base?.status ?? last.get('internal')?.status ?? 'looking',
    ...saying(base),
    clientIds,
    internal: everybody,
    publicPage,
  };
  // Nobody reads of what was confirmed to others.
  const wordings = [...last.values()]
    .filter(
      (text) => text.audience !== CLIENTS && text.impact !== base?.impact && reaches(update, text.audience),
    )
    .map((text) => {
      const { impact, action, confirmed } = saying(text);
      return { audience: text.audience, impact, action, confirmed };
    });
  return wordings.length ? { ...update, wordings } : update;
}

function common({ row, nextAt }: Late) {
  return {
    updateId: updateIdOf(row, row.said),
    kind: 'late' as const,
    nextAt,
    nothingNew: false,
    automatic: true,
  };
}

/**
 * @param about.names those that keep their capital in the middle of a sentence
 * @returns the words for an audience from what it was told last; in English, and in the zone of the organisation, for our own eyes:
 * each reader gets them made anew from the facts
 */
async function sayer(
  db: Db,
  late: Late,
  { publicNames, names }: { publicNames: string[]; names: string[] },
): Promise<(text: LastText | undefined) => Pick<UpdateSent, 'impact' | 'action' | 'lateness' | 'confirmed'>> {
  const lateness = await latenessOf(db, late);
  const { zone } = await readOrganisation(db);
  const reader = {
    speech: speechOf('en', zone),
    names: publicNames,
    writtenAt: late.now.epochMilliseconds,
  };
  return (text) => {
    const confirmed = text && confirmedBy(text, names);
    return { ...lateMessage(lateness, confirmed, reader), lateness, ...(confirmed ? { confirmed } : {}) };
  };
}

function confirmedBy(text: LastText, names: readonly string[]): Confirmed {
  const impact = unstamped(unadmitted(text.impact));
  return { impact, continued: lowerFirst(impact, names), at: text.at };
}

/** What is said about the promise itself, to whomever. */
async function latenessOf(db: Db, { incident, row }: Late): Promise<Lateness> {
  const others = row.called_ids.filter(
    (id) => id !== incident.lead?.personId && id !== incident.comms?.personId,
  );
  const ladder = await db
    .selectFrom('promise')
    .select('id')
    .where('subject_kind', '=', 'incident')
    .where('subject_id', '=', incident.id)
    .where('kind', '=', row.promise)
    .where('cycle', '=', row.cycle)
    .where('state', '=', 'open')
    .where('next_wake_at', 'is not', null)
    .executeTakeFirst();
  return {
    promise: row.promise,
    cycle: row.cycle,
    promisedAt: row.due_at,
    first: ruleKindOf(row.promise).endsWith('first_message'),
    detectedAt: incident.detectedAt,
    calledCount: new Set(others).size,
    calling: ladder !== undefined,
    saidBefore: row.said,
  };
}

/** The one way to change a page: lock, decide, evolve, save, append facts, reconcile its promise, queue what must ring; one transaction. */

import { fromDocument } from '#incident/document.ts';
import type { Actor } from '#incident/types.ts';
import { json, type Tx, transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import type { Platform } from '#platform/platform.ts';
import { fireDue, reconcile } from '#promise/reconcile.ts';
import { callAgain } from './call.ts';
import { decide } from './decide.ts';
import { queueRing, withdrawDeliveries } from './deliver.ts';
import { evolve, live, owed, type Page, type PageCommand, type PageFact, wakeAt } from './page.ts';
import { isNight, restUntil } from './rest.ts';

const SYSTEM: Actor = { kind: 'system', name: 'Humdrum' };

export type Pages = {
  /** @throws Refused when the page is over or does not exist */
  execute(id: string, command: PageCommand, actor?: Actor): Promise<{ page: Page; facts: PageFact[] }>;
  /** Within a transaction that holds no incident: `guard` is asked under the page's lock. */
  executeIn(
    tx: Tx,
    id: string,
    command: PageCommand,
    actor?: Actor,
  ): Promise<{ page: Page; facts: PageFact[] }>;
  load(id: string): Promise<Page | undefined>;
};

export function createPages(platform: Platform): Pages {
  const { db, clock } = platform;

  const executeIn = async (tx: Tx, id: string, command: PageCommand, actor: Actor = SYSTEM) => {
    const now = clock.now();
    const before = await lock(tx, id);
    if (!before && command.type !== 'page') throw notFound('page', id);
    if (before && command.type === 'wake')
      await fireDue(tx, { subjectKind: 'page', subjectId: id, owed: owed(before), now });
    const bodies = decide(before, command, now);
    let page = before;
    const facts: PageFact[] = [];
    for (const body of bodies) {
      const fact: PageFact = { ...body, seq: (page?.seq ?? 0) + 1, recordedAt: now };
      page = evolve(page, fact, id);
      facts.push(fact);
    }
    if (!page) throw new Error('A page began without a fact.');
    if (facts.length) await record(tx, { page, facts, fresh: before === undefined, actor, now });
    return { page, facts };
  };

  const record = async (
    tx: Tx,
    what: { page: Page; facts: PageFact[]; fresh: boolean; actor: Actor; now: Temporal.Instant },
  ) => {
    const { page, facts, fresh, actor, now } = what;
    await save(tx, page, fresh, now);
    await append(tx, page.id, facts, actor);
    await reconcile(tx, { subjectKind: 'page', subjectId: page.id, owed: owed(page), now });
    const jobs: Job[] = [];
    for (const fact of facts) jobs.push(...(await consequences(tx, page, fact, now)));
    if (jobs.length) await platform.jobs.enqueue(tx, jobs);
    await platform.live.publish(
      tx,
      { kind: 'page', id: page.id, version: page.seq, viewers: [page.person.personId] },
      now,
    );
  };

  return {
    execute: (id, command, actor) => transaction(db, (tx) => executeIn(tx, id, command, actor)),
    executeIn,
    async load(id) {
      const row = await db.selectFrom('page').select('document').where('id', '=', id).executeTakeFirst();
      return row && pageOf(row.document);
    },
  };
}

export function pageOf(document: unknown): Page {
  return fromDocument(document) as unknown as Page;
}

async function lock(tx: Tx, id: string): Promise<Page | undefined> {
  const row = await tx
    .selectFrom('page')
    .select('document')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row && pageOf(row.document);
}

async function save(tx: Tx, page: Page, fresh: boolean, now: Temporal.Instant): Promise<void> {
  const night = page.answeredAt !== undefined && isNight(page.answeredAt, page.person.zone, page.rest);
  const row = {
    state: page.state,
    seq: page.seq,
    sent_at: page.sentAt ?? null,
    wake_at: wakeAt(page) ?? null,
    night,
    updated_at: now,
    document: json(page),
  };
  if (!fresh) {
    await tx.updateTable('page').set(row).where('id', '=', page.id).execute();
    return;
  }
  // One page per person awaits an answer; a second one that was begun at the same moment has to join it instead.
  const made = await tx
    .insertInto('page')
    .values({ ...row, id: page.id, kind: page.kind, person_id: page.person.personId, created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!made)
    throw new Refused('conflict', 'This person is being paged already.', {
      mend: 'Add the reason to that page.',
    });
}

async function append(tx: Tx, pageId: string, facts: PageFact[], actor: Actor): Promise<void> {
  const rows = facts.map(({ seq, kind, recordedAt, ...data }) => ({
    page_id: pageId,
    seq,
    kind,
    recorded_at: recordedAt,
    actor: json(actor),
    data: json(data),
  }));
  await tx.insertInto('page_fact').values(rows).execute();
}

/** What follows from a fact of the page, as rows and jobs of the same transaction. */
async function consequences(tx: Tx, page: Page, fact: PageFact, now: Temporal.Instant): Promise<Job[]> {
  const tell = (): Job[] =>
    page.kind === 'incident'
      ? [{ queue: 'oncall.tell', data: { pageId: page.id, seq: fact.seq }, urgent: true }]
      : [];
  switch (fact.kind) {
    case 'paged':
      return [];
    case 'reason_added':
      return page.state === 'sent' ? tell() : [];
    case 'sent':
    case 'resumed':
      return [...(await queueRing(tx, page, now)), ...tell()];
    case 'acknowledged': {
      await withdrawDeliveries(tx, page.id);
      await protectRest(tx, page, now);
      const backup =
        fact.answer === 'have_it_no_computer' ? await callAgain(tx, page, 'no_computer', now) : [];
      return fact.told ? backup : [...tell(), ...backup];
    }
    case 'declined':
      await withdrawDeliveries(tx, page.id);
      // The next level was called when the time ran out.
      return [...tell(), ...(page.unansweredAt ? [] : await callAgain(tx, page, 'declined', now))];
    case 'unanswered':
      await withdrawDeliveries(tx, page.id);
      return [...tell(), ...(await callAgain(tx, page, 'unanswered', now))];
    case 'withdrawn':
    case 'paused':
      await withdrawDeliveries(tx, page.id);
      return [];
    case 'reasons_ended':
      return [];
    case 'channel_proven':
      return [];
  }
}

/** Answering at night protects the hours after it; they begin anew when the work in the incident ends (extend-rest.ts). */
async function protectRest(tx: Tx, page: Page, now: Temporal.Instant): Promise<void> {
  if (page.kind === 'test' || live(page).length === 0 || !isNight(now, page.person.zone, page.rest)) return;
  const person = await tx
    .selectFrom('person')
    .select('rest_until')
    .where('id', '=', page.person.personId)
    .executeTakeFirst();
  const until = restUntil(now, page.rest.milliseconds, person?.rest_until ?? null);
  await tx.updateTable('person').set({ rest_until: until }).where('id', '=', page.person.personId).execute();
}

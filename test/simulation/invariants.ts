/** What must be true of any record, counted from the record alone: none of this calls the code that it checks, replay aside. */
import { sql } from 'kysely';
import { factOf, fromDocument } from '#incident/document.ts';
import { evolve } from '#incident/evolve.ts';
import type { Incident } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';

type Fact = {
  incident_id: string;
  seq: number;
  kind: string;
  happened_at: Temporal.Instant;
  recorded_at: Temporal.Instant;
  actor: unknown;
  source: string;
  // biome-ignore lint/suspicious/noExplicitAny: the record is read as it lies there
  data: any;
};
type Page = {
  incident_id: string;
  key: string;
  person_id: string;
  added_at: Temporal.Instant;
  sent_at: Temporal.Instant | null;
  promise_kind: string | null;
};

const MINUTE = 60_000;
// The ladder calls the next level six minutes after the due time; whoever is present gets a strip until then.
const CALLED_WITHIN_MINUTES = 7;
const AFTER_THE_END = new Set([
  'stand_down',
  'correction',
  'final_message',
  'it_is_back',
  'postmortem_published',
  'looked_at',
  'decided',
]);

/** @returns one sentence per violation; none when the record is sound */
export async function violations(db: Db, now: Temporal.Instant): Promise<string[]> {
  const incidents = await db.selectFrom('incident').selectAll().orderBy('number').execute();
  const facts = (await db
    .selectFrom('fact')
    .selectAll()
    .orderBy('incident_id')
    .orderBy('seq')
    .execute()) as Fact[];
  const { rows: pages } =
    await sql<Page>`select r.incident_id, r.key, r.person_id, r.added_at, p.sent_at, r.promise_kind from page_reason r join page p on p.id = r.page_id`.execute(
      db,
    );
  const promises = await db
    .selectFrom('promise')
    .selectAll()
    .where('subject_kind', '=', 'incident')
    .execute();
  const factsOf = Map.groupBy(facts, (fact) => fact.incident_id);
  const pagesOf = Map.groupBy(pages, (page) => page.incident_id);
  const found: string[] = [];
  for (const row of incidents) {
    const list = factsOf.get(row.id) ?? [];
    const say = (what: string): void => void found.push(`INC-${row.number}: ${what}`);
    contiguous(list, say);
    replayed(row.id, row.document, list, say);
    silence(list, pagesOf.get(row.id) ?? [], now, say);
    machinesWord(list, now, say);
    afterTheEnd(list, pagesOf.get(row.id) ?? [], say);
    const incident = fromDocument(row.document);
    const own = promises.filter((promise) => promise.subject_id === row.id);
    if (
      incident.restoredAt &&
      incident.highestSeverity !== 'P3' &&
      !['dismissed', 'merged'].includes(incident.state) &&
      !own.some((promise) => promise.kind === 'postmortem_published' && promise.state !== 'void')
    )
      say('was restored and no postmortem is promised');
    for (const promise of own) {
      const late =
        promise.state === 'kept' &&
        promise.ended_at &&
        Temporal.Instant.compare(promise.ended_at, promise.due_at) > 0;
      const overdue = promise.state === 'open' && Temporal.Instant.compare(promise.due_at, now) <= 0;
      if ((late || overdue) && !promise.missed_at) say(`${promise.kind} was broken and nothing says so`);
      if (promise.state !== 'open' && promise.next_wake_at) say(`${promise.kind} is over and still wakes`);
      if (overdue && promise.next_wake_at && Temporal.Instant.compare(promise.next_wake_at, now) <= 0)
        say(`${promise.kind} should have been woken`);
    }
  }
  found.push(...(await misdelivered(db)));
  return found;
}

function contiguous(list: Fact[], say: (what: string) => void): void {
  for (const [index, fact] of list.entries())
    if (fact.seq !== index + 1) say(`fact ${index + 1} of its history is missing`);
}

/** The facts alone give the incident that is stored. */
function replayed(id: string, document: unknown, list: Fact[], say: (what: string) => void): void {
  let incident: Incident | undefined;
  for (const row of list) incident = evolve(incident, factOf(row), id);
  if (JSON.stringify(sorted(incident)) !== JSON.stringify(sorted(fromDocument(document))))
    say('its row does not follow from its facts');
}

function sorted(value: unknown): unknown {
  if (value instanceof Temporal.Instant) return value.toString();
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .toSorted(([one], [other]) => one.localeCompare(other))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

/** Walks the history: the time that people were promised, and whether somebody was called when it passed in silence. */
function silence(list: Fact[], pages: Page[], now: Temporal.Instant, say: (what: string) => void): void {
  let promised: number | undefined;
  let severity: string | undefined;
  let open = false;
  const calledAfter = (from: number, to: number): boolean =>
    pages.some(
      (page) =>
        page.added_at.epochMilliseconds >= from - 20 * MINUTE && page.added_at.epochMilliseconds <= to,
    );
  const check = (until: number): void => {
    if (!open || promised === undefined || severity === 'P3') return;
    const limit = promised + CALLED_WITHIN_MINUTES * MINUTE;
    if (until > limit && !calledAfter(promised, limit))
      say(`was silent past ${Temporal.Instant.fromEpochMilliseconds(promised)} and nobody was called`);
  };
  for (const fact of list) {
    const at = fact.recorded_at.epochMilliseconds;
    switch (fact.kind) {
      case 'declared':
        open = true;
        severity = fact.data.severity;
        if (!fact.data.restricted && severity !== 'P3')
          promised = Math.max(
            Temporal.Instant.from(fact.data.detectedAt).epochMilliseconds + 10 * MINUTE,
            at,
          );
        break;
      case 'classified':
      case 'severity_raised':
      case 'severity_lowered': {
        check(at);
        const next = fact.data.severity ?? fact.data.to;
        const firstStillOwed = !list.some(
          (other) => other.seq < fact.seq && ['update_sent', 'first_message_not_needed'].includes(other.kind),
        );
        if (severity === 'P3' && next !== 'P3' && firstStillOwed) promised = at + 10 * MINUTE;
        if (next === 'P3' && firstStillOwed) promised = undefined;
        if (fact.data.updateDueAt && promised !== undefined)
          promised = Temporal.Instant.from(fact.data.updateDueAt).epochMilliseconds;
        severity = next;
        break;
      }
      case 'update_sent':
        check(at);
        if (fact.data.update.kind !== 'late')
          promised = fact.data.update.nextAt
            ? Temporal.Instant.from(fact.data.update.nextAt).epochMilliseconds
            : undefined;
        break;
      case 'first_message_not_needed':
        check(at);
        promised = undefined;
        break;
      case 'message_not_owed':
        check(at);
        if (['stand_down', 'final'].includes(fact.data.what)) promised = undefined;
        break;
      case 'merged_in':
        if (fact.data.promisedAt)
          promised = Math.min(
            promised ?? Number.POSITIVE_INFINITY,
            Temporal.Instant.from(fact.data.promisedAt).epochMilliseconds,
          );
        break;
      case 'restricted':
        promised = undefined;
        break;
      case 'dismissed':
      case 'merged':
      case 'closed':
        check(at);
        open = false;
        promised = undefined;
        break;
      case 'reopened':
        open = true;
        break;
    }
  }
  check(now.epochMilliseconds);
}

/** What makes another message owed than the one that is late, or takes it out of everybody's hands. */
const ENDS_THE_MACHINES_WORD = new Set([
  'restored',
  'resolved',
  'closed',
  'dismissed',
  'merged',
  'restricted',
  'first_message_not_needed',
  // Who is affected is another question then.
  'services_changed',
]);

/** No client hears nothing past a time that an automatic message named to it, unless a person has spoken to it. */
function machinesWord(list: Fact[], now: Temporal.Instant, say: (what: string) => void): void {
  const named = new Map<string, number>();
  const check = (until: number): void => {
    for (const [clientId, at] of named) {
      if (until <= at + MINUTE) continue;
      say(`${clientId} was told to expect a message by ${new Date(at).toISOString()} and heard nothing`);
      named.delete(clientId);
    }
  };
  for (const { kind, data, recorded_at } of list) {
    check(recorded_at.epochMilliseconds);
    if (kind === 'update_sent')
      for (const clientId of data.update.clientIds as string[])
        if (data.update.kind === 'late')
          named.set(clientId, Temporal.Instant.from(data.update.nextAt).epochMilliseconds);
        else named.delete(clientId);
    if (ENDS_THE_MACHINES_WORD.has(kind)) named.clear();
    if (kind === 'client_impact_set' && data.impact === 'not_affected') named.delete(data.clientId);
    if (kind === 'contracts_noted') for (const clientId of data.leftClientIds) named.delete(clientId);
  }
  check(now.epochMilliseconds);
}

/** Nobody is called for an incident that is over, unless people are still owed a word about its end. */
function afterTheEnd(list: Fact[], pages: Page[], say: (what: string) => void): void {
  for (const page of pages) {
    if (page.promise_kind && AFTER_THE_END.has(page.promise_kind)) continue;
    const last = list.findLast(
      (fact) =>
        fact.recorded_at.epochMilliseconds <= page.added_at.epochMilliseconds &&
        ['declared', 'reopened', 'dismissed', 'merged', 'closed'].includes(fact.kind),
    );
    if (
      last &&
      ['dismissed', 'merged', 'closed'].includes(last.kind) &&
      last.recorded_at.epochMilliseconds < page.added_at.epochMilliseconds
    )
      say(`${page.person_id} was called (${page.key}) after it had been ${last.kind}`);
  }
}

/** Every message reached only clients that its update names, each address once. */
async function misdelivered(db: Db): Promise<string[]> {
  const { rows: strangers } = await sql<{ id: string }>`
    select d.id from delivery d join incident_update u on u.id = d.update_id
    where d.audience = 'client' and not (d.client_ids <@ u.client_ids)`.execute(db);
  const { rows: twice } = await sql<{ address: string; n: number }>`
    select update_id, lower(address) as address, count(*)::int as n from delivery group by 1, 2 having count(*) > 1`.execute(
    db,
  );
  return [
    ...strangers.map((row) => `delivery ${row.id} went to a client that the update does not name`),
    ...twice.map((row) => `${row.address} got one update ${row.n} times`),
  ];
}

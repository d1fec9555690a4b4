/** Turns a call into pages: finds who stands there, spares who is present or was rung a moment ago, and joins what is rung already. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { Incident } from '#incident/types.ts';
import { json, type Tx, transaction } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { Due } from '#platform/platform.ts';
import type { Policy, Rung } from '#promise/policy.ts';
import type { Request } from './call.ts';
import { candidates, coverOf } from './cover.ts';
import type { Oncall } from './house.ts';
import type { Reason } from './page.ts';
import { holdUntil } from './spacing.ts';
import { endedBecause } from './stands.ts';
import { type Candidate, type Found, type Standing, whoStands } from './who-stands.ts';

const JOIN_ATTEMPTS_MAX = 3;
const CALLED_RECENTLY_MINUTES = 60;
const EVERYBODY_MAX = 50;
const CALLS_PER_SWEEP_MAX = 50;
// The incident dismisses itself first; what is left then has no reason any more.
const POSTPONED_SECONDS = 5;
export const SYSTEM = { actor: { kind: 'system' as const, name: 'Humdrum' }, source: 'oncall' };

type CallRow = {
  id: string;
  incident_id: string;
  key: string;
  rung: string;
  reason: string;
  request: unknown;
};
type Outcome = {
  called: { personId: string; name: string; level: string; how: 'page' | 'strip' }[];
  skipped: Found['skipped'];
  because?: string;
};

/** May run twice; every page of a call is unique per person in the database. */
export async function settle(oncall: Oncall, callId: string): Promise<void> {
  const { db } = oncall.platform;
  const row = await db
    .selectFrom('page_call')
    .select(['id', 'incident_id', 'key', 'rung', 'reason', 'request'])
    .where('id', '=', callId)
    .where('settled_at', 'is', null)
    .executeTakeFirst();
  const incident = row && (await oncall.incidents.load(row.incident_id));
  if (!row || !incident) return;
  const request = row.request as Request;
  const ended = await endedBecause(db, incident, request);
  if (!ended && request.kind !== 'hand' && isQuiet(incident)) return postpone(oncall, incident, callId);
  const outcome = ended
    ? { called: [], skipped: [], because: ended }
    : await callPeople(oncall, incident, row, request);
  await db
    .updateTable('page_call')
    .set({ settled_at: oncall.platform.clock.now(), settle_by: null, outcome: json(outcome) })
    .where('id', '=', callId)
    .execute();
}

/** While every alert is quiet and nobody has acknowledged, nobody new is woken: it is called again when it fires, or ends by itself. */
export function isQuiet(incident: Incident): boolean {
  return incident.automatic && incident.quietSince !== undefined && incident.acknowledgedAt === undefined;
}

async function postpone(oncall: Oncall, incident: Incident, callId: string): Promise<void> {
  const policy = await oncall.policies.version(oncall.platform.db, incident.policyVersion);
  const quietUntil = (incident.quietSince ?? oncall.platform.clock.now()).add({ milliseconds: policy.quietDismissAfter });
  const settleBy = quietUntil.add({ seconds: POSTPONED_SECONDS });
  await oncall.platform.db.updateTable('page_call').set({ settle_by: settleBy }).where('id', '=', callId).where('settled_at', 'is', null).execute();
}

/** It fires again: what was postponed is called now. */
export async function settlePostponed(oncall: Oncall, incidentId: string): Promise<void> {
  const rows = await oncall.platform.db.selectFrom('page_call').select('id').where('incident_id', '=', incidentId).where('settle_by', 'is not', null).orderBy('created_at').execute();
  for (const { id } of rows) await settle(oncall, id);
}

async function callPeople(
  oncall: Oncall,
  incident: Incident,
  row: CallRow,
  request: Request,
): Promise<Outcome> {
  const { db, clock } = oncall.platform;
  const policy = await oncall.policies.version(db, incident.policyVersion);
  const standing = await look(oncall, incident, row, request);
  const found = request.personId ? named(standing, request.personId) : whoStands(standing);
  if (found.people.length === 0) await nobody(oncall, incident, found);
  const present = await presentIn(oncall, incident.id, policy);
  const called: Outcome['called'] = [];
  for (const person of found.people) {
    const strip = request.kind !== 'hand' && present.has(person.id);
    if (strip)
      await transaction(db, (tx) =>
        oncall.platform.live.publish(
          tx,
          { kind: 'strip', id: incident.id, version: incident.seq, viewers: [person.id] },
          clock.now(),
        ),
      );
    else
      await pagePerson(oncall, {
        person,
        policy,
        reason: reasonOf(incident, row, request, found, policy, clock.now()),
      });
    called.push({
      personId: person.id,
      name: person.name,
      level: found.level,
      how: strip ? 'strip' : 'page',
    });
  }
  return { called, skipped: found.skipped };
}

/** Everything that deciding who stands there needs. */
async function look(oncall: Oncall, incident: Incident, row: CallRow, request: Request): Promise<Standing> {
  const { db, clock } = oncall.platform;
  const cover = await coverOf(db, incident.serviceIds);
  if (incident.restricted) cover.everyoneIds = incident.viewers;
  else if (cover.everyoneIds.length === 0) cover.everyoneIds = await everybody(oncall);
  const roles = {
    ownerId: request.ownerId,
    leadId: incident.lead?.personId,
    commsId: incident.comms?.personId,
    handsIds: incident.hands.map((held) => held.personId),
    acknowledgedById: incident.acknowledgedBy?.personId,
  };
  const ids = [
    cover.primaryId,
    cover.backupId,
    cover.managerId,
    ...cover.secondTeamIds,
    ...cover.everyoneIds,
    roles.ownerId,
    roles.leadId,
    roles.commsId,
    ...roles.handsIds,
    roles.acknowledgedById,
    request.personId,
  ];
  const people = await candidates(
    db,
    [...new Set(ids.filter((id) => id !== undefined))],
    incident,
    oncall.reach,
  );
  const before = await calledBefore(oncall, incident.id, row.id, request);
  // Who works in this incident is still called for it; their rest starts after it.
  for (const id of before.working) people.set(id, { ...(people.get(id) as Candidate), restUntil: undefined });
  return {
    rung: row.rung as Rung,
    after: request.after,
    cover,
    roles,
    people,
    called: before.called,
    declined: before.declined,
    now: clock.now(),
  };
}

/** Nobody covers anything: rather everybody than silence. */
async function everybody({ platform }: Oncall): Promise<string[]> {
  const rows = await platform.db
    .selectFrom('person')
    .select('id')
    .where('archived_at', 'is', null)
    .orderBy('created_at')
    .limit(EVERYBODY_MAX)
    .execute();
  return rows.map((row) => row.id);
}

async function calledBefore(
  { platform }: Oncall,
  incidentId: string,
  callId: string,
  request: Request,
): Promise<{ called: Set<string>; declined: Set<string>; working: string[] }> {
  const rows = await platform.db
    .selectFrom('page_reason')
    .innerJoin('page', 'page.id', 'page_reason.page_id')
    .innerJoin('person', 'person.id', 'page_reason.person_id')
    .select(['page_reason.person_id', 'promise_kind', 'cycle', 'page.state', 'page.updated_at'])
    .where('incident_id', '=', incidentId)
    .where('call_id', '<>', callId)
    .execute();
  const since = platform.clock.now().subtract({ minutes: CALLED_RECENTLY_MINUTES });
  const recent = rows.filter((row) => Temporal.Instant.compare(row.updated_at, since) > 0);
  const sameCycle = rows.filter(
    (row) =>
      request.promise && row.promise_kind === request.promise.kind && row.cycle === request.promise.cycle,
  );
  const silent = recent.filter((row) => row.state !== 'acknowledged' && row.state !== 'withdrawn');
  return {
    called: new Set([...silent, ...sameCycle].map((row) => row.person_id)),
    declined: new Set(recent.filter((row) => row.state === 'declined').map((row) => row.person_id)),
    working: rows.filter((row) => row.state === 'acknowledged').map((row) => row.person_id),
  };
}

function named(standing: Standing, personId: string): Found {
  const alone: Standing = {
    ...standing,
    rung: 'everyone',
    after: undefined,
    called: new Set(),
    declined: new Set(),
    cover: { ...standing.cover, everyoneIds: [personId] },
  };
  return { ...whoStands(alone), level: levelOf(standing, personId) };
}

function levelOf({ cover, roles }: Standing, personId: string): Reason['level'] {
  if (personId === cover.primaryId) return 'primary';
  if (personId === cover.backupId) return 'backup';
  if (personId === cover.managerId) return 'manager';
  return personId === roles.leadId ? 'lead' : 'primary';
}

async function nobody(oncall: Oncall, incident: Incident, found: Found): Promise<void> {
  const why = found.skipped.map((each) => `${each.name} ${each.why}`).join('; ');
  const text =
    found.round > 1
      ? 'Everyone has been called twice and nobody has answered.'
      : `Nobody could be called${why ? `: ${why}` : ', because no service of this incident and no default cover names anybody'}.`;
  await oncall.incidents.execute(incident.id, { type: 'add_note', text }, SYSTEM);
}

async function presentIn({ platform }: Oncall, incidentId: string, policy: Policy): Promise<Set<string>> {
  const since = platform.clock.now().subtract({ milliseconds: policy.presentWithin });
  const rows = await platform.db
    .selectFrom('presence')
    .select('person_id')
    .where('incident_id', '=', incidentId)
    .where('acted_at', '>', since)
    .execute();
  return new Set(rows.map((row) => row.person_id));
}

function reasonOf(
  incident: Incident,
  row: CallRow,
  request: Request,
  found: Found,
  policy: Policy,
  now: Temporal.Instant,
): Reason {
  const spared = found.skipped.length
    ? ` Not called: ${found.skipped.map((each) => `${each.name} (${each.why})`).join(', ')}.`
    : '';
  return {
    kind: request.kind,
    incidentId: incident.id,
    key: row.key,
    callId: row.id,
    number: incident.number,
    title: `${incident.drill ? 'Drill: ' : ''}${incident.restricted ? 'restricted incident' : incident.title}`,
    severity: incident.severity,
    text: `${row.reason}${spared}`,
    level: found.level,
    round: found.round,
    answerWithin: policy.acknowledge[incident.severity] ?? policy.acknowledge.P2 ?? 0,
    promise: request.promise,
    addedAt: now,
  };
}

async function pagePerson(
  oncall: Oncall,
  what: { person: Candidate; policy: Policy; reason: Reason },
): Promise<void> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await transaction(oncall.platform.db, (tx) => joinOrPage(oncall, tx, what));
    } catch (error) {
      // Between reading and locking, their page was answered or another one begun.
      if (!(error instanceof Refused) || attempt >= JOIN_ATTEMPTS_MAX) throw error;
    }
}

async function joinOrPage(
  oncall: Oncall,
  tx: Tx,
  { person, policy, reason }: { person: Candidate; policy: Policy; reason: Reason },
): Promise<void> {
  const now = oncall.platform.clock.now();
  const known = await tx
    .selectFrom('page_reason')
    .select('key')
    .where('incident_id', '=', reason.incidentId)
    .where('person_id', '=', person.id)
    .execute();
  if (known.some((row) => row.key === reason.key)) return;
  const awaiting = await tx
    .selectFrom('page')
    .select('id')
    .where('person_id', '=', person.id)
    .where('kind', '=', 'incident')
    .where('state', 'in', ['held', 'sent'])
    .executeTakeFirst();
  const firstOfIncident = known.length === 0 || reason.kind === 'hand';
  const pageId = awaiting?.id ?? newId('page');
  if (awaiting)
    await oncall.pages.executeIn(tx, pageId, { type: 'add_reason', reason, atOnce: firstOfIncident });
  else {
    const { rows } = await sql<{
      at: Temporal.Instant | null;
    }>`select max(sent_at) as at from page where person_id = ${person.id} and kind = 'incident'`.execute(tx);
    const held = holdUntil({
      lastRungAt: rows[0]?.at ?? undefined,
      spacing: policy.pageSpacing,
      firstOfIncident,
      now,
    });
    const rest = { milliseconds: policy.rest, ...policy.night };
    await oncall.pages.executeIn(tx, pageId, {
      type: 'page',
      id: pageId,
      kind: 'incident',
      person: { personId: person.id, name: person.name, zone: person.zone },
      reasons: [reason],
      rest,
      holdUntil: held,
    });
  }
  await tx
    .insertInto('page_reason')
    .values({
      incident_id: reason.incidentId,
      key: reason.key,
      person_id: person.id,
      page_id: pageId,
      call_id: reason.callId,
      promise_kind: reason.promise?.kind ?? null,
      cycle: reason.promise?.cycle ?? null,
      step: reason.promise?.step ?? null,
      level: reason.level,
      added_at: now,
    })
    .execute();
}

/** Calls that no job took: after a crash, or when a job gave up. */
export function callsDue(oncall: Oncall): Due {
  const { db, log } = oncall.platform;
  return {
    name: 'page calls',
    async next() {
      const row = await db
        .selectFrom('page_call')
        .select('settle_by')
        .where('settle_by', 'is not', null)
        .orderBy('settle_by')
        .limit(1)
        .executeTakeFirst();
      return row?.settle_by ?? undefined;
    },
    async run(now) {
      const rows = await db
        .selectFrom('page_call')
        .select('id')
        .where('settle_by', '<=', now)
        .orderBy('settle_by')
        .limit(CALLS_PER_SWEEP_MAX)
        .execute();
      for (const { id } of rows) {
        // One call that cannot be settled must not keep the others waiting.
        await settle(oncall, id).catch((error: unknown) =>
          log.error({ err: error, call: id }, 'a call could not be settled'),
        );
      }
      return rows.length;
    },
  };
}

export const callJob = z.object({ callId: z.string() });

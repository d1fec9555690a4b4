/** Turns a call into pages: finds who stands there, spares who is present or was rung a moment ago, and joins what is rung already. */

import { z } from 'zod';
import { waitsForAnswer } from '#incident/decide-questions.ts';
import type { Incident } from '#incident/types.ts';
import { json, transaction } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import type { Due } from '#platform/platform.ts';
import type { Policy } from '#promise/policy.ts';
import type { CallRow, Request } from './call.ts';
import type { Oncall } from './house.ts';
import { look, presentIn } from './look.ts';
import type { Reason } from './page.ts';
import { pagePerson } from './ring.ts';
import { endedBecause, openPromises } from './stands.ts';
import { type Found, type Standing, whoStands } from './who-stands.ts';

const CALLS_PER_SWEEP_MAX = 50;
// The incident dismisses itself first; what is left then has no reason any more.
const POSTPONED_SECONDS = 5;
const SYSTEM = { actor: { kind: 'system' as const, name: 'Humdrum' }, source: 'oncall' };

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
  const ended = endedBecause(incident, request, await openPromises(db, incident.id));
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
  const { automatic, state, quietSince, acknowledgedAt } = incident;
  const quiet = automatic && state === 'detected' && quietSince !== undefined && acknowledgedAt === undefined;
  return quiet && !waitsForAnswer(incident);
}

async function postpone(oncall: Oncall, incident: Incident, callId: string): Promise<void> {
  const policy = await oncall.policies.version(oncall.platform.db, incident.policyVersion);
  const quietUntil = (incident.quietSince ?? oncall.platform.clock.now()).add({
    milliseconds: policy.quietDismissAfter,
  });
  const settleBy = quietUntil.add({ seconds: POSTPONED_SECONDS });
  await oncall.platform.db
    .updateTable('page_call')
    .set({ settle_by: settleBy })
    .where('id', '=', callId)
    .where('settled_at', 'is', null)
    .execute();
}

/** It fires again: what was postponed is called now. */
export async function settlePostponed(oncall: Oncall, incidentId: string): Promise<void> {
  const rows = await oncall.platform.db
    .selectFrom('page_call')
    .select('id')
    .where('incident_id', '=', incidentId)
    .where('settle_by', 'is not', null)
    .orderBy('created_at')
    .execute();
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

/** Calls that no job took: after a crash, or when a job gave up. */
export function callsDue(oncall: Oncall): Due {
  const { db, log } = oncall.platform;
  return {
    name: 'page calls',
    next: () => earliest('page_call', 'settle_by'),
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

/** Reads everything that deciding who is called needs: cover, roles, people, who was called before, who is at work. */
import type { Incident } from '#incident/types.ts';
import type { Policy, Rung } from '#promise/policy.ts';
import type { CallRow, Request } from './call.ts';
import { candidates, coverOf } from './cover.ts';
import type { Oncall } from './house.ts';
import type { Candidate, Standing } from './who-stands.ts';

const CALLED_RECENTLY_MINUTES = 60;
const EVERYBODY_MAX = 50;

/** Everything that deciding who stands there needs. */
export async function look(
  oncall: Oncall,
  incident: Incident,
  row: CallRow,
  request: Request,
): Promise<Standing> {
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
    repairing: request.promise?.kind === 'question_answered' ? repairing(roles) : undefined,
    now: clock.now(),
  };
}

/** The hands alone; who has the lead or comms as well is asked as such. */
function repairing({ handsIds, leadId, commsId }: Standing['roles']): Set<string> {
  return new Set(handsIds.filter((id) => id !== leadId && id !== commsId));
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

export async function presentIn(
  { platform }: Oncall,
  incidentId: string,
  policy: Policy,
): Promise<Set<string>> {
  const since = platform.clock.now().subtract({ milliseconds: policy.presentWithin });
  const rows = await platform.db
    .selectFrom('presence')
    .select('person_id')
    .where('incident_id', '=', incidentId)
    .where('acted_at', '>', since)
    .execute();
  return new Set(rows.map((row) => row.person_id));
}

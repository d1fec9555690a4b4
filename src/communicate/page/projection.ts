/** Keeps what pages may know of an incident, in its own row; a row exists once something was said to anybody outside. */
import { sql } from 'kysely';
import type { Fact } from '#incident/facts.ts';
import type { Happening } from '#incident/room.ts';
import type { Incident } from '#incident/types.ts';
import { json } from '#platform/db/database.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import { pagesOfServices, touchPages } from './pages.ts';

const RENDER: Job = { queue: 'communicate.render', data: {} };

/** @returns a job to render the pages that show something which has changed */
export async function project(fact: Fact, happening: Happening): Promise<Job[]> {
  const { incident, now, tx } = happening;
  if (
    fact.kind === 'update_sent' &&
    (fact.update.publicPage || fact.update.clientIds.length > 0) &&
    !hidden(incident)
  ) {
    const row = { ...known(incident, now), client_impacts: json(incident.clientImpacts), updated_at: now };
    await tx
      .insertInto('public_incident')
      .values({ incident_id: incident.id, reference: incident.reference, called_at: null, ...row })
      .onConflict((conflict) => conflict.column('incident_id').doUpdateSet(row))
      .execute();
    return render(happening);
  }
  if (fact.kind === 'paged') return (await touch(happening, true)) ? render(happening) : [];
  // One look per command is enough: the incident is the same for all its facts.
  return fact.seq === incident.seq && (await touch(happening, false)) ? render(happening) : [];
}

/** Only pages on which one of its services stands, or stood before. */
async function render({ incident, before, now, tx }: Happening): Promise<Job[]> {
  const services = [...new Set([...incident.serviceIds, ...(before?.serviceIds ?? [])])];
  const pages = await pagesOfServices(tx, services);
  await touchPages(tx, pages, now);
  return pages.length ? [RENDER] : [];
}

async function touch({ incident, now, tx }: Happening, called: boolean): Promise<boolean> {
  const it = known(incident, now);
  const changed = await tx
    .updateTable('public_incident')
    .set({
      ...it,
      client_impacts: json(incident.clientImpacts),
      ...(called ? { called_at: now } : {}),
      updated_at: now,
    })
    .where('incident_id', '=', incident.id)
    .where(
      sql<boolean>`(${called} or (state, severity, level, service_ids, started_at, restored_at, ended_at, promised_at, hidden, client_impacts) is distinct from
        (${it.state}, ${it.severity}, ${it.level}, ${it.service_ids}::text[], ${it.started_at}::timestamptz, ${it.restored_at}::timestamptz,
         ${it.ended_at}::timestamptz, ${it.promised_at}::timestamptz, ${it.hidden}::boolean, ${JSON.stringify(incident.clientImpacts)}::jsonb))`,
    )
    .returning('incident_id')
    .executeTakeFirst();
  return changed !== undefined;
}

function known(incident: Incident, now: Temporal.Instant) {
  return {
    state: incident.state,
    severity: incident.severity,
    level:
      incident.severity === 'P1' && incident.answers?.mainTaskImpossible === 'yes'
        ? ('not' as const)
        : ('partly' as const),
    service_ids: incident.serviceIds,
    started_at: incident.impactStartedAt ?? incident.detectedAt,
    restored_at: incident.restoredAt ?? null,
    ended_at: endOf(incident, now),
    merged_into: incident.mergedInto?.id ?? null,
    promised_at: incident.promisedUpdate?.dueAt ?? null,
    hidden: hidden(incident),
  };
}

function endOf(incident: Incident, now: Temporal.Instant): Temporal.Instant | null {
  switch (incident.state) {
    case 'detected':
    case 'confirmed':
    case 'restored':
      return null;
    case 'resolved':
    case 'closed':
      return incident.resolvedAt ?? incident.closedAt ?? now;
    case 'dismissed':
      return incident.dismissedAt ?? now;
    case 'merged':
      return now;
  }
}

function hidden(incident: Incident): boolean {
  return incident.restricted || incident.drill;
}

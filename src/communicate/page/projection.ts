/** Keeps what the public page may know of an incident, in its own row; a row exists once something was said publicly. */
import { sql } from 'kysely';
import type { Fact } from '#incident/facts.ts';
import type { Happening } from '#incident/room.ts';
import type { Incident } from '#incident/types.ts';
import type { Job } from '#platform/jobs/jobs.ts';

const RENDER: Job = { queue: 'communicate.render', data: {} };

/** @returns a job to render the page when something that it shows has changed */
export async function project(fact: Fact, happening: Happening): Promise<Job[]> {
  const { incident, now, tx } = happening;
  if (fact.kind === 'update_sent' && fact.update.publicPage && !hidden(incident)) {
    await tx
      .insertInto('public_incident')
      .values({
        incident_id: incident.id,
        reference: incident.reference,
        ...known(incident, now),
        called_at: null,
        updated_at: now,
      })
      .onConflict((conflict) =>
        conflict.column('incident_id').doUpdateSet({ ...known(incident, now), updated_at: now }),
      )
      .execute();
    return [RENDER];
  }
  if (fact.kind === 'paged') return (await touch(happening, true)) ? [RENDER] : [];
  // One look per command is enough: the incident is the same for all its facts.
  return fact.seq === incident.seq && (await touch(happening, false)) ? [RENDER] : [];
}

async function touch({ incident, now, tx }: Happening, called: boolean): Promise<boolean> {
  const it = known(incident, now);
  const changed = await tx
    .updateTable('public_incident')
    .set({ ...it, ...(called ? { called_at: now } : {}), updated_at: now })
    .where('incident_id', '=', incident.id)
    .where(
      sql<boolean>`(${called} or (state, severity, level, service_ids, started_at, restored_at, ended_at, promised_at, hidden) is distinct from
        (${it.state}, ${it.severity}, ${it.level}, ${it.service_ids}::text[], ${it.started_at}::timestamptz, ${it.restored_at}::timestamptz,
         ${it.ended_at}::timestamptz, ${it.promised_at}::timestamptz, ${it.hidden}::boolean))`,
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

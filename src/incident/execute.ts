/** The one way to change an incident: lock, decide, evolve, save, append facts, reconcile promises, run reactions; one transaction. */
import { sql } from 'kysely';
import { json, type Tx, transaction } from '#platform/db/database.ts';
import { notFound } from '#platform/errors.ts';
import { newId, newReference } from '#platform/ids.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import type { Platform } from '#platform/platform.ts';
import type { Policies } from '#promise/policies.ts';
import { type Policy, ruleOf } from '#promise/policy.ts';
import { fireDue, reconcile } from '#promise/reconcile.ts';
import type { Command, Declare, DueStep } from './commands.ts';
import { contractsNamed, contractsOfAffected } from './contracts.ts';
import { decide } from './decide.ts';
import { alertsJoinQuietly } from './decide-detection.ts';
import { timers } from './decide-wake.ts';
import { fromDocument } from './document.ts';
import { evolve } from './evolve.ts';
import type { Fact, FactBody } from './facts.ts';
import { owed } from './owed.ts';
import type { Reaction } from './room.ts';
import type { Actor, Incident } from './types.ts';

/** Who asks, where it is known from, and when it happened if not now. */
export type Doing = { actor: Actor; source: string; happenedAt?: Temporal.Instant | undefined };

export type Executed = { incident: Incident; facts: Fact[] };

export type Incidents = {
  declare(
    what: Omit<Declare, 'type' | 'number' | 'reference' | 'policyVersion'>,
    doing: Doing,
  ): Promise<Incident>;
  /**
   * @throws Refused when a rule of the process stands against the command
   * @returns the incident afterwards and what was recorded; no facts when nothing changed
   */
  execute(id: string, command: Command, doing: Doing): Promise<Executed>;
  /** Time has passed: fires what is due. A stale wake does nothing. */
  wake(id: string): Promise<void>;
  load(id: string): Promise<Incident | undefined>;
};

export const CLOCKWORK: Doing = { actor: { kind: 'system', name: 'Humdrum' }, source: 'clock' };
const FROM_DIRECTORY: Doing = { actor: CLOCKWORK.actor, source: 'directory' };

/** @param reactions run in this order inside every transaction; filled by story.ts after the rooms exist */
export function createIncidents(platform: Platform, policies: Policies, reactions: Reaction[]): Incidents {
  const { db, clock } = platform;

  const record = async (
    tx: Tx,
    { before, facts, ...told }: Told,
    policy: Policy,
    now: Temporal.Instant,
  ): Promise<Executed> => {
    const { incident } = told;
    if (!incident) throw new Error('A declaration recorded nothing.');
    await save(tx, incident, policy, before === undefined, now);
    await append(tx, incident.id, facts);
    await reconcile(tx, {
      subjectKind: 'incident',
      subjectId: incident.id,
      owed: owed(incident, policy),
      now,
    });
    const jobs: Job[] = [];
    for (const fact of facts)
      for (const react of reactions) jobs.push(...(await react(fact, { incident, before, policy, now, tx })));
    if (jobs.length) await platform.jobs.enqueue(tx, jobs);
    await platform.live.publish(
      tx,
      {
        kind: 'incident',
        id: incident.id,
        version: incident.seq,
        viewers: incident.restricted ? incident.viewers : undefined,
      },
      now,
    );
    return { incident, facts };
  };

  return {
    async declare(what, doing) {
      return transaction(db, async (tx) => {
        const now = clock.now();
        const policy = await policies.current(tx);
        const { rows } = await sql<{
          number: number;
        }>`select nextval('incident_number')::int as number`.execute(tx);
        const number = rows[0]?.number ?? 0;
        const command: Declare = {
          ...what,
          type: 'declare',
          number,
          reference: newReference(),
          policyVersion: policy.version,
        };
        const bodies = decide(undefined, command, { now, actor: doing.actor, policy });
        const told: Told = { id: newId('inc'), before: undefined, incident: undefined, facts: [] };
        const declared = await withContracts(tx, tell(told, bodies, doing, now), command, now);
        return (await record(tx, declared, policy, now)).incident;
      });
    },
    async execute(id, command, doing) {
      return transaction(db, async (tx) => {
        const now = clock.now();
        const before = await lock(tx, id);
        const policy = await policies.version(tx, before.policyVersion);
        const named = await contractsNamed(tx, before, command, now);
        const told = tell({ id, before, incident: before, facts: [] }, named, FROM_DIRECTORY, now);
        const bodies = decide(told.incident, command, { now, actor: doing.actor, policy });
        if (bodies.length === 0) return { incident: before, facts: [] };
        const changed = await withContracts(tx, tell(told, bodies, doing, now), command, now);
        return record(tx, changed, policy, now);
      });
    },
    async wake(id) {
      await transaction(db, async (tx) => {
        const now = clock.now();
        const before = await lock(tx, id);
        const policy = await policies.version(tx, before.policyVersion);
        const steps = await dueSteps(tx, before, policy, now);
        const bodies = decide(before, { type: 'wake', steps }, { now, actor: CLOCKWORK.actor, policy });
        const told = tell({ id, before, incident: before, facts: [] }, bodies, CLOCKWORK, now);
        if (bodies.length) await record(tx, told, policy, now);
      });
    },
    async load(id) {
      const row = await db.selectFrom('incident').select('document').where('id', '=', id).executeTakeFirst();
      return row && fromDocument(row.document);
    },
  };
}

/** What one command has made of an incident so far. */
type Told = { id: string; before: Incident | undefined; incident: Incident | undefined; facts: Fact[] };

function tell(told: Told, bodies: FactBody[], doing: Doing, now: Temporal.Instant): Told {
  let { incident } = told;
  const facts = [...told.facts];
  for (const body of bodies) {
    const fact = {
      ...body,
      seq: (incident?.seq ?? 0) + 1,
      happenedAt: doing.happenedAt ?? now,
      recordedAt: now,
      actor: doing.actor,
      source: doing.source,
    } as Fact;
    incident = evolve(incident, fact, told.id);
    facts.push(fact);
  }
  return { ...told, incident, facts };
}

/** Whom a command brought in is timed by its contract from this moment on. */
async function withContracts(tx: Tx, told: Told, command: Command, now: Temporal.Instant): Promise<Told> {
  if (!told.incident) return told;
  return tell(told, await contractsOfAffected(tx, told.incident, command, now), FROM_DIRECTORY, now);
}

async function lock(tx: Tx, id: string): Promise<Incident> {
  const row = await tx
    .selectFrom('incident')
    .select('document')
    .where('id', '=', id)
    // Rows that name the incident may be written meanwhile: another's cover, a delivery.
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!row) throw notFound('incident', id);
  return fromDocument(row.document);
}

async function dueSteps(
  tx: Tx,
  incident: Incident,
  policy: Policy,
  now: Temporal.Instant,
): Promise<DueStep[]> {
  const fired = await fireDue(tx, {
    subjectKind: 'incident',
    subjectId: incident.id,
    owed: owed(incident, policy),
    now,
  });
  return fired.map(({ kind, ...step }) => ({
    ...step,
    promise: kind,
    learning: ruleOf(policy, kind).learning,
  }));
}

async function save(
  tx: Tx,
  incident: Incident,
  policy: Policy,
  fresh: boolean,
  now: Temporal.Instant,
): Promise<void> {
  const wakes = timers(incident, policy)
    .map((timer) => timer.at)
    .toSorted(Temporal.Instant.compare);
  const row = {
    seq: incident.seq,
    title: incident.title,
    state: incident.state,
    severity: incident.severity,
    restricted: incident.restricted,
    viewers: incident.viewers,
    automatic: incident.automatic,
    storm_key: incident.stormKey ?? null,
    service_ids: incident.serviceIds,
    lead_id: incident.lead?.personId ?? null,
    comms_id: incident.comms?.personId ?? null,
    drill: incident.drill,
    alerts_join_quietly: alertsJoinQuietly(incident),
    restored_at: incident.restoredAt ?? null,
    ended_at: incident.closedAt ?? incident.dismissedAt ?? (incident.state === 'merged' ? now : null),
    wake_at: wakes[0] ?? null,
    updated_at: now,
    document: json(incident),
  };
  if (!fresh) {
    await tx.updateTable('incident').set(row).where('id', '=', incident.id).execute();
    return;
  }
  await tx
    .insertInto('incident')
    .values({
      ...row,
      id: incident.id,
      number: incident.number,
      reference: incident.reference,
      policy_version: incident.policyVersion,
      detected_at: incident.detectedAt,
      declared_at: incident.declaredAt,
    })
    .execute();
}

async function append(tx: Tx, incidentId: string, facts: Fact[]): Promise<void> {
  await tx
    .insertInto('fact')
    .values(
      facts.map(({ seq, kind, happenedAt, recordedAt, actor, source, ...data }) => ({
        incident_id: incidentId,
        seq,
        kind,
        happened_at: happenedAt,
        recorded_at: recordedAt,
        actor: json(actor),
        source,
        data: json(data),
      })),
    )
    .execute();
}

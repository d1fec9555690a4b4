/** Reads incidents for showing: rows, promises, record and directory become the plain JSON of view.ts, a list in a handful of queries. */

import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import { clientOf, ruleKindOf } from '#promise/kind.ts';
import { stepAt, stepOf } from '#promise/owed.ts';
import type { Policies } from '#promise/policies.ts';
import { type Policy, ruleOf } from '#promise/policy.ts';
import { clocksOf } from './client-clocks.ts';
import { watchEnd } from './decide-ending.ts';
import { boxEnds, doerOf, isRunning } from './decide-playbook.ts';
import { fromDocument } from './document.ts';
import { isSameCheck, stillFires } from './firing.ts';
import { beats, type Heard, stages } from './life.ts';
import { nextStep } from './next-step.ts';
import type { Hypothesis, Incident, LeverRun, Proof } from './types.ts';
import { soonFrom } from './urgency.ts';
import type { HypothesisView, IncidentSummary, IncidentView, PromiseView } from './view.ts';
import { promiseName } from './words.ts';

export type Viewer = { personId: string | undefined };

/** Everything that a list of incidents needs beside their own rows. */
type Around = {
  promises: Map<string, PromiseView[]>;
  heard: Map<string, Heard[]>;
  services: Map<string, { id: string; name: string; publicName: string | null }>;
  people: Map<string, string>;
  /** By version. */
  policies: Map<number, Policy>;
  /** Clients whom mail that is down cuts off, by incident. */
  cutOff: Map<string, string[]>;
};

export type Shower = {
  summaries(incidents: Incident[], viewer: Viewer, now: Temporal.Instant): Promise<IncidentSummary[]>;
  view(incident: Incident, viewer: Viewer, now: Temporal.Instant): Promise<IncidentView>;
  promises(incidentId: string): Promise<PromiseView[]>;
};

/** The messages of these incidents that have not reached every affected client, by id; known to whoever delivers. */
export type FindHalf = (db: Db, incidentIds: readonly string[]) => Promise<Set<string>>;

/** By incident, the names of the clients whom its newest message cannot reach because mail is down; known to whoever delivers. */
export type FindCutOff = (db: Db, incidentIds: readonly string[]) => Promise<Map<string, string[]>>;

/** What others know of the messages of an incident. */
export type Finders = { findHalf: FindHalf; findCutOff: FindCutOff };

export function createShower(db: Db, policies: Policies, finders: Finders): Shower {
  return {
    async summaries(incidents, viewer, now) {
      const around = await gather(db, policies, finders, incidents);
      return incidents.map((incident) => summary(incident, around, viewer, now));
    },
    async view(incident, viewer, now) {
      const around = await gather(db, policies, finders, [incident]);
      const policy = await policies.version(db, incident.policyVersion);
      return detail(db, incident, around, policy, viewer, now);
    },
    async promises(incidentId) {
      const row = await db
        .selectFrom('incident')
        .select('document')
        .where('id', '=', incidentId)
        .executeTakeFirst();
      if (!row) return [];
      return (
        (await gather(db, policies, finders, [fromDocument(row.document)])).promises.get(incidentId) ?? []
      );
    },
  };
}

async function gather(
  db: Db,
  policies: Policies,
  { findHalf, findCutOff }: Finders,
  incidents: Incident[],
): Promise<Around> {
  if (incidents.length === 0)
    return {
      promises: new Map(),
      heard: new Map(),
      services: new Map(),
      people: new Map(),
      policies: new Map(),
      cutOff: new Map(),
    };
  const ids = incidents.map((incident) => incident.id);
  const serviceIds = [...new Set(incidents.flatMap((incident) => incident.serviceIds))];
  const promiseRows = await db
    .selectFrom('promise')
    .selectAll()
    .where('subject_kind', '=', 'incident')
    .where('subject_id', 'in', ids)
    .orderBy('due_at')
    .orderBy('id')
    .execute();
  const heardRows = await db
    .selectFrom('fact')
    .select([
      'incident_id',
      'kind',
      'happened_at',
      sql<string | null>`data->>'promise'`.as('promise'),
      sql<string | null>`data->'update'->>'kind'`.as('update_kind'),
      sql<string | null>`data->>'dueAt'`.as('due_at'),
      sql<string | null>`data->>'clientName'`.as('client_name'),
      sql<string | null>`data->>'onlyClientId'`.as('only_client_id'),
      sql<string | null>`data->'update'->>'updateId'`.as('update_id'),
    ])
    .where('incident_id', 'in', ids)
    .where('kind', 'in', ['update_sent', 'promise_missed'])
    .orderBy('seq')
    .execute();
  const serviceRows = serviceIds.length
    ? await db
        .selectFrom('service')
        .select(['id', 'name', 'public_name'])
        .where('id', 'in', serviceIds)
        .execute()
    : [];
  const personIds = [
    ...new Set(
      [...promiseRows.map((row) => row.owner_id), ...incidents.flatMap((each) => each.viewers)].filter(
        (id) => id !== null,
      ),
    ),
  ];
  const peopleRows = personIds.length
    ? await db.selectFrom('person').select(['id', 'name']).where('id', 'in', personIds).execute()
    : [];
  const people = new Map(peopleRows.map((row) => [row.id, row.name]));
  const versions = new Map<number, Policy>();
  for (const { policyVersion } of incidents)
    versions.set(policyVersion, await policies.version(db, policyVersion));
  const incidentOf = new Map(incidents.map((incident) => [incident.id, incident]));
  const half = await findHalf(db, ids);
  const cutOff = await findCutOff(db, ids);
  const promises = Map.groupBy(promiseRows, (row) => row.subject_id);
  const heard = Map.groupBy(heardRows, (row) => row.incident_id);
  return {
    people,
    cutOff,
    services: new Map(
      serviceRows.map((row) => [row.id, { id: row.id, name: row.name, publicName: row.public_name }]),
    ),
    promises: new Map(
      [...promises].map(([id, rows]) => [
        id,
        rows.map((row) => {
          const incident = incidentOf.get(id);
          return promiseView(row, people, incident, versions.get(incident?.policyVersion ?? 0));
        }),
      ]),
    ),
    heard: new Map(
      [...heard].map(([id, rows]) => [
        id,
        rows.flatMap((row) =>
          heardOf({
            ...row,
            client_name:
              row.client_name ??
              (row.only_client_id && (clocksOf(incidentOf.get(id) ?? {})[row.only_client_id]?.name ?? null)),
            full: !row.update_id || !half.has(row.update_id),
          }),
        ),
      ]),
    ),
    policies: versions,
  };
}

function postmortemHours({ highestSeverity }: Incident, policy: Policy): number | null {
  const due = ruleOf(policy, 'postmortem_published').due[highestSeverity];
  return typeof due === 'string' || due?.[0] === undefined ? null : due[0] / 3_600_000;
}

function policyOf({ policies }: Around, { policyVersion }: Incident): Policy {
  const policy = policies.get(policyVersion);
  if (!policy) throw new Error(`Version ${policyVersion} of the policy was not read.`);
  return policy;
}

const TELLING = new Set(['next_update', 'first_message', 'client_next_update', 'client_first_message']);

function heardOf(row: {
  kind: string;
  happened_at: Temporal.Instant;
  promise: string | null;
  update_kind: string | null;
  due_at: string | null;
  client_name: string | null;
  full: boolean;
}): Heard[] {
  if (row.kind === 'update_sent')
    return [
      {
        kind: row.update_kind === 'late' ? 'automatic' : 'sent',
        at: row.happened_at,
        full: row.full,
        client: row.client_name,
      },
    ];
  return row.promise && TELLING.has(ruleKindOf(row.promise)) && row.due_at
    ? [{ kind: 'missed', at: Temporal.Instant.from(row.due_at), full: true, client: row.client_name }]
    : [];
}

type PromiseRow = {
  id: number;
  kind: string;
  cycle: number;
  owner_id: string | null;
  opened_at: Temporal.Instant;
  due_at: Temporal.Instant;
  state: string;
  step: number;
  missed_at: Temporal.Instant | null;
  ended_at: Temporal.Instant | null;
  next_wake_at: Temporal.Instant | null;
};

function promiseView(
  row: PromiseRow,
  people: Map<string, string>,
  incident: Incident | undefined,
  policy: Policy | undefined,
): PromiseView {
  const rule = policy?.promises[ruleKindOf(row.kind)];
  const client = clientNamed(incident, row.kind);
  const at =
    rule && row.state === 'open'
      ? stepAt({ dueAt: row.due_at, ladder: rule.ladder, repeatLastAfter: rule.repeatLastAfter }, row.step)
      : undefined;
  const step = rule && at ? stepOf(rule.ladder, row.step) : undefined;
  return {
    id: row.id,
    kind: row.kind,
    name: promiseName(row.kind, client?.name),
    client,
    cycle: row.cycle,
    ownerId: row.owner_id,
    ownerName: row.owner_id ? (people.get(row.owner_id) ?? null) : null,
    openedAt: row.opened_at.toString(),
    dueAt: row.due_at.toString(),
    soonFrom: soonFromOf(row, policy),
    state: row.state as PromiseView['state'],
    missedAt: row.missed_at?.toString() ?? null,
    endedAt: row.ended_at?.toString() ?? null,
    nextStep: step && at ? { at: at.toString(), do: step.do, who: step.who } : null,
  };
}

/** @returns from when it is marked as soon due, by the policy that its incident was declared under */
export function soonFromOf(
  { kind, opened_at, due_at }: Pick<PromiseRow, 'kind' | 'opened_at' | 'due_at'>,
  policy: Policy | undefined,
): string {
  const ladder = policy?.promises[ruleKindOf(kind)]?.ladder ?? [];
  const from = soonFrom(opened_at.epochMilliseconds, due_at.epochMilliseconds, ladder);
  return Temporal.Instant.fromEpochMilliseconds(Math.round(from)).toString();
}

/** The one client to whom a promise is owed, if it is. */
export function clientNamed(
  incident: Pick<Incident, 'clientClocks'> | undefined,
  kind: string,
): { id: string; name: string } | null {
  const id = clientOf(kind);
  if (!id) return null;
  return { id, name: (incident && clocksOf(incident)[id]?.name) ?? id };
}

function summary(incident: Incident, around: Around, viewer: Viewer, now: Temporal.Instant): IncidentSummary {
  const promises = around.promises.get(incident.id) ?? [];
  const open = promises.filter((each) => each.state === 'open');
  const step = nextStep(
    incident,
    open.map((each) => ({
      kind: each.kind,
      cycle: each.cycle,
      openedAt: Temporal.Instant.from(each.openedAt),
      dueAt: Temporal.Instant.from(each.dueAt),
      soonFrom: Temporal.Instant.from(each.soonFrom),
    })),
    now,
    policyOf(around, incident),
    around.cutOff.get(incident.id),
  );
  const { lead } = incident;
  return {
    id: incident.id,
    number: incident.number,
    title: incident.title,
    state: incident.state,
    severity: incident.severity,
    classified: incident.classified,
    restricted: incident.restricted,
    drill: incident.drill,
    detectedAt: incident.detectedAt.toString(),
    declaredAt: incident.declaredAt.toString(),
    restoredAt: incident.restoredAt?.toString() ?? null,
    resolvedAt: incident.resolvedAt?.toString() ?? null,
    endedAt: (incident.closedAt ?? incident.dismissedAt ?? incident.mergedAt)?.toString() ?? null,
    lead: lead ? { personId: lead.personId, name: lead.name } : null,
    services: incident.serviceIds.flatMap((id) => around.services.get(id) ?? []),
    nextStep: step,
    beats: beats(
      incident,
      around.heard.get(incident.id) ?? [],
      open.filter(({ kind }) => TELLING.has(ruleKindOf(kind))),
    ),
    urgent: open[0] ?? null,
    overdue: open.filter((each) => Temporal.Instant.compare(Temporal.Instant.from(each.dueAt), now) <= 0)
      .length,
    mine: isMine(incident, viewer.personId),
  };
}

function isMine(incident: Incident, personId: string | undefined): boolean {
  if (!personId) return false;
  return [incident.lead, incident.comms, ...incident.hands, incident.acknowledgedBy].some(
    (each) => each?.personId === personId,
  );
}

async function detail(
  db: Db,
  incident: Incident,
  around: Around,
  policy: Policy,
  viewer: Viewer,
  now: Temporal.Instant,
): Promise<IncidentView> {
  const base = summary(incident, around, viewer, now);
  const promises = around.promises.get(incident.id) ?? [];
  const due = Object.fromEntries(
    promises
      .filter((each) => each.state === 'open')
      .map((each) => [each.kind, Temporal.Instant.from(each.dueAt)]),
  );
  const cadence = policy.cadence[incident.severity];
  const text = (at: Temporal.Instant | undefined): string | null => at?.toString() ?? null;
  const held = (role: Incident['lead']) =>
    role
      ? {
          personId: role.personId,
          name: role.name,
          since: role.since.toString(),
          offeredTo: role.offeredTo ?? null,
        }
      : null;
  const { lastUpdate, watch, proof, postmortem } = incident;
  return {
    ...base,
    reference: incident.reference,
    seq: incident.seq,
    severityBy: incident.severityBy,
    answers: (incident.answers as Record<string, string> | undefined) ?? null,
    data: incident.data,
    usersAffected: incident.usersAffected ?? null,
    noticed: incident.noticed as IncidentView['noticed'],
    automatic: incident.automatic,
    evidence: incident.evidence ?? null,
    acknowledgedAt: text(incident.acknowledgedAt),
    confirmedAt: text(incident.confirmedAt),
    impactStartedAt: text(incident.impactStartedAt),
    impactUncertaintyMinutes: incident.impactUncertaintyMinutes ?? null,
    closedAt: text(incident.closedAt),
    dismissal: incident.dismissal ?? null,
    mergedInto: incident.mergedInto ?? null,
    splitFrom: incident.splitFrom ?? null,
    roles: {
      lead: held(incident.lead),
      comms: held(incident.comms),
      hands: incident.hands.map((each) => ({
        personId: each.personId,
        name: each.name,
        since: each.since.toString(),
      })),
    },
    staysAlone: incident.staysAlone?.reason ?? null,
    viewers: incident.viewers.map((id) => ({ personId: id, name: around.people.get(id) ?? id })),
    clients: await clientsOf(db, incident),
    thirdParties: await thirdPartiesOf(db, incident.serviceIds),
    firstMessage: incident.firstMessage
      ? { at: incident.firstMessage.at.toString(), notNeeded: incident.firstMessage.notNeeded ?? null }
      : null,
    lastUpdate: lastUpdate
      ? {
          updateId: lastUpdate.updateId,
          kind: lastUpdate.kind,
          status: lastUpdate.status,
          impact: lastUpdate.impact,
          action: lastUpdate.action,
          nextAt: text(lastUpdate.nextAt),
          at: lastUpdate.at.toString(),
          automatic: lastUpdate.automatic,
        }
      : null,
    nextUpdateDueAt: text(incident.promisedUpdate?.dueAt),
    updatesSent: incident.updatesSent,
    cadenceMinutes: cadence === undefined ? null : Math.round((cadence * incident.cadenceStretch) / 60_000),
    cadenceStretch: incident.cadenceStretch,
    category: incident.category ?? null,
    suspects: incident.suspects as IncidentView['suspects'],
    noChangeSuspected: incident.noChangeSuspected
      ? { reason: incident.noChangeSuspected.reason, at: incident.noChangeSuspected.at.toString() }
      : null,
    hypotheses: (incident.hypotheses ?? []).map((each) => hypothesisView(each, now)),
    trigger: incident.trigger ?? null,
    actions: incident.actions.map((action) => ({
      id: action.id,
      what: action.what,
      ownerId: action.ownerId ?? null,
      ownerName: action.ownerName,
      timeBoxMinutes: action.timeBoxMinutes ?? null,
      startedAt: action.startedAt.toString(),
      outcome: action.outcome ?? null,
      outcomeNote: action.outcomeNote ?? null,
      endedAt: text(action.endedAt),
      temporary: action.temporary,
      settled: action.settled
        ? 'gone' in action.settled
          ? { gone: true }
          : { ownerName: action.settled.ownerName, by: action.settled.by }
        : null,
      run: action.run ? shownRun(action.run) : null,
    })),
    proof: proof ? shownProof(proof, incident) : null,
    degraded: Object.values(incident.degraded ?? {}).map((each) => ({
      ...each,
      since: each.since.toString(),
    })),
    playbooks: playbooksOf(incident),
    watch: watch
      ? {
          until: watch.until.toString(),
          finalImpact: watch.finalImpact,
          finalAction: watch.finalAction,
          approvedBy: watch.approvedBy.name,
        }
      : null,
    watchMinutes: policy.watch[incident.severity] / 60_000,
    postmortemWithinHours: postmortemHours(incident, policy),
    watchEndsAt: text(incident.restoredAt ? watchEnd(incident, incident.restoredAt, policy) : undefined),
    alerts: incident.alerts.map((alert) => ({ ...alert, serviceId: alert.serviceId ?? null })),
    alertsMore: incident.alertsMore,
    stillFires: stillFires(incident) ?? null,
    postmortem: postmortem
      ? {
          id: postmortem.id,
          ownerId: postmortem.ownerId ?? null,
          publishedAt: text(postmortem.publishedAt),
          coveredBy: postmortem.coveredBy
            ? { id: postmortem.coveredBy.id, number: postmortem.coveredBy.number }
            : null,
        }
      : null,
    stages: stages(incident, base.nextStep, due, policy),
    promises,
    reminders: (await recentReminders(db, incident.id, now)).filter((each) =>
      promises.some(
        (promise) =>
          promise.kind === each.promise && promise.cycle === each.cycle && promise.state === 'open',
      ),
    ),
  };
}

export function hypothesisView(hypothesis: Hypothesis, now: Temporal.Instant): HypothesisView {
  const said = (list: Hypothesis['supports']) => list.map((each) => ({ ...each, at: each.at.toString() }));
  return {
    id: hypothesis.id,
    what: hypothesis.what,
    ownerId: hypothesis.ownerId ?? null,
    ownerName: hypothesis.ownerName,
    openedAt: hypothesis.openedAt.toString(),
    dueAt: hypothesis.dueAt.toString(),
    overdue: hypothesis.state === 'open' && Temporal.Instant.compare(hypothesis.dueAt, now) <= 0,
    supports: said(hypothesis.supports),
    contradicts: said(hypothesis.contradicts),
    state: hypothesis.state,
    because: hypothesis.because ?? null,
    endedAt: hypothesis.endedAt?.toString() ?? null,
    changeId: hypothesis.changeId ?? null,
  };
}

function playbooksOf(incident: Incident): IncidentView['playbooks'] {
  return (incident.playbooks ?? []).toReversed().map((run) => {
    const open = isRunning(run) ? run.steps.find((step) => step.state === 'open') : undefined;
    return {
      runId: run.id,
      title: run.title,
      done: run.steps.filter((step) => step.state !== 'open').length,
      total: run.steps.length,
      running: isRunning(run),
      open: open
        ? {
            number: open.number,
            what: open.what,
            ownerName: doerOf(incident, open)?.name ?? null,
            dueAt: boxEnds(open)?.toString() ?? null,
            over: open.overranAt !== undefined,
          }
        : null,
    };
  });
}

async function clientsOf(db: Db, incident: Incident): Promise<IncidentView['clients']> {
  const byHand = Object.keys(incident.clientImpacts);
  if (incident.serviceIds.length + byHand.length === 0) return [];
  const rows = await db
    .selectFrom('client')
    .select(['client.id', 'client.name'])
    .select((eb) =>
      eb
        .selectFrom('contact')
        .select(eb.fn.countAll<number>().as('n'))
        .whereRef('contact.client_id', '=', 'client.id')
        .where('contact.archived_at', 'is', null)
        .as('contacts'),
    )
    .where('client.archived_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb('client.id', 'in', byHand.length ? byHand : ['']),
        eb.exists(
          eb
            .selectFrom('client_service')
            .select('client_service.client_id')
            .whereRef('client_service.client_id', '=', 'client.id')
            .where(
              'client_service.service_id',
              'in',
              incident.serviceIds.length ? incident.serviceIds : [''],
            ),
        ),
      ]),
    )
    .orderBy('client.name')
    .execute();
  return rows.map((row) => {
    const impact = incident.clientImpacts[row.id];
    return {
      id: row.id,
      name: row.name,
      impact: impact ?? 'down',
      byHand: impact !== undefined,
      contacts: Number(row.contacts ?? 0),
      told: incident.toldClientIds.includes(row.id),
      contract: contractOf(incident, row.id),
    };
  });
}

function contractOf(incident: Incident, clientId: string): IncidentView['clients'][number]['contract'] {
  const clock = clocksOf(incident)[clientId];
  if (!clock?.contract || clock.left) return null;
  return {
    terms: clock.contract,
    dueAt: clock.promised?.dueAt.toString() ?? null,
    reportedAt: clock.reportedAt?.toString() ?? null,
    asksReport: clock.contract.clock === 'report' && !clock.reportedAt,
  };
}

async function thirdPartiesOf(db: Db, serviceIds: string[]): Promise<IncidentView['thirdParties']> {
  if (serviceIds.length === 0) return [];
  const rows = await db
    .selectFrom('third_party')
    .innerJoin('service_third_party', 'service_third_party.third_party_id', 'third_party.id')
    .select(['third_party.id', 'third_party.name', 'third_party.status_url'])
    .distinct()
    .where('service_third_party.service_id', 'in', serviceIds)
    .orderBy('third_party.name')
    .execute();
  return rows.map((row) => ({ id: row.id, name: row.name, statusUrl: row.status_url }));
}

const REMINDERS_MINUTES = 10;

async function recentReminders(
  db: Db,
  incidentId: string,
  now: Temporal.Instant,
): Promise<(IncidentView['reminders'][number] & { cycle: number })[]> {
  const rows = await db
    .selectFrom('fact')
    .select([
      'happened_at',
      sql<string>`data->>'promise'`.as('promise'),
      sql<string>`data->>'who'`.as('who'),
      sql<string | null>`data->>'clientName'`.as('client_name'),
      sql<number>`(data->>'cycle')::int`.as('cycle'),
    ])
    .where('incident_id', '=', incidentId)
    .where('kind', 'in', ['reminded', 'escalated'])
    .where('happened_at', '>', now.subtract({ minutes: REMINDERS_MINUTES }))
    .orderBy('seq', 'desc')
    .limit(5)
    .execute();
  return rows.map((row) => ({
    promise: row.promise,
    name: promiseName(row.promise, row.client_name ?? undefined),
    at: row.happened_at.toString(),
    who: row.who,
    cycle: row.cycle,
  }));
}

function shownRun(run: LeverRun): NonNullable<IncidentView['actions'][number]['run']> {
  const { runId, leverId, lever, state, words, link, answeredAt, waitsUntil } = run;
  return {
    runId,
    leverId,
    lever,
    state,
    words: words || null,
    link: link ?? null,
    answeredAt: answeredAt?.toString() ?? null,
    waitsUntil: waitsUntil.toString(),
  };
}

function shownProof(
  { check, shows, since, alertId, link }: Proof,
  { alerts }: Incident,
): NonNullable<IncidentView['proof']> {
  const alert = alerts.find((each) => each.alertId === alertId);
  return {
    check,
    shows,
    since: since.toString(),
    link: link ?? null,
    alert: alert
      ? {
          alertId: alert.alertId,
          title: alert.title,
          firing: alerts.some((each) => each.firing && isSameCheck(each, alert)),
        }
      : null,
  };
}

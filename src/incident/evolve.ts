/** Applies one fact to an incident. Pure and total: it never refuses, because what is recorded has happened. */

import {
  clientCalled,
  clientReported,
  clientsHeard,
  clocksMerged,
  clocksRaised,
  contractsNoted,
} from './client-clocks.ts';
import { hypothesesAfter } from './decide-hypotheses.ts';
import { isOpen } from './decide-questions.ts';
import { evidenceCollected, playbookChanged } from './evolve-playbook.ts';
import type { Fact, FactOf, PersonRef } from './facts.ts';
import { fixSettled, answered as leverAnswered, switched } from './lever-runs.ts';
import { higherOf } from './severity.ts';
import type { Actor, Incident, QuestionAsked, RoleHeld, RoleName, UpdateSent } from './types.ts';

const ALERTS_LISTED_MAX = 50;
const HANDED_OVER_MAX = 6;
const QUESTIONS_DONE_MAX = 20;

/**
 * @param incident undefined only for `declared`
 * @returns a new incident; the one handed in is not changed
 */
export function evolve(incident: Incident | undefined, fact: Fact, id: string): Incident {
  if (fact.kind === 'declared') return declared(fact, id);
  if (!incident) throw new Error(`The fact ${fact.kind} came before the incident was declared.`);
  return { ...incident, ...change(incident, fact), seq: fact.seq };
}

function declared(fact: FactOf<'declared'>, id: string): Incident {
  return {
    id,
    number: fact.number,
    reference: fact.reference,
    seq: fact.seq,
    policyVersion: fact.policyVersion,
    drill: fact.drill,
    title: fact.title,
    zone: fact.zone,
    state: 'detected',
    severity: fact.severity,
    severityBy: fact.severityBy,
    severitySince: fact.detectedAt,
    severitySeq: fact.seq,
    highestSeverity: fact.severity,
    classified: false,
    data: 'unasked',
    noticed: fact.noticed,
    declaredBy: fact.actor,
    automatic: fact.automatic,
    stormKey: fact.stormKey,
    declaredSeq: fact.seq,
    detectedAt: fact.detectedAt,
    declaredAt: fact.recordedAt,
    splitFrom: fact.splitFrom,
    serviceIds: fact.serviceIds,
    tookIn: [],
    clientImpacts: {},
    hands: [],
    handedOver: [],
    restricted: fact.restricted,
    viewers: fact.viewers,
    updatesSent: 0,
    toldClientIds: [],
    cadenceStretch: 1,
    suspects: {},
    actions: [],
    alerts: [],
    alertsMore: 0,
  };
}

function change(incident: Incident, fact: Exclude<Fact, { kind: 'declared' }>): Partial<Incident> {
  const at = fact.happenedAt;
  switch (fact.kind) {
    case 'alert_joined':
      return incident.alerts.length < ALERTS_LISTED_MAX
        ? { alerts: [...incident.alerts, fact.alert], quietSince: undefined }
        : { alertsMore: incident.alertsMore + 1, quietSince: undefined };
    case 'more_alerts_joined':
      return { alertsMore: incident.alertsMore + fact.count, quietSince: undefined };
    case 'alert_recovered':
      return {
        alerts: firing(incident, fact.alertId, false),
        quietSince: fact.allQuiet ? at : undefined,
        othersFiring: fact.othersFiring ?? incident.othersFiring,
      };
    case 'alert_fired_again':
      return { alerts: firing(incident, fact.alertId, true), quietSince: undefined };
    case 'acknowledged':
      return {
        acknowledgedAt: incident.acknowledgedAt ?? at,
        acknowledgedBy: incident.acknowledgedBy ?? fact.by,
        ...secondPerson(incident, fact.by, at),
      };
    case 'confirmed':
      return { state: 'confirmed', confirmedAt: at, confirmedSeq: fact.seq, evidence: fact.evidence };
    case 'classified':
      return {
        ...classified(incident, fact),
        classified: true,
        classifiedAt: incident.classifiedAt ?? at,
        answers: fact.answers,
        usersAffected: fact.usersAffected ?? incident.usersAffected,
        ...dataAnswered(incident, fact),
        ...updateDue(incident, fact.updateDueAt),
        ...clocksRaised(incident, fact.severity, fact.updateDueAt ?? incident.promisedUpdate?.dueAt, fact),
      };
    case 'severity_raised': {
      const raised = {
        severity: fact.to,
        severityBy: 'raise' as const,
        severitySince: at,
        severitySeq: fact.seq,
      };
      return {
        ...raised,
        highestSeverity: higherOf(incident.highestSeverity, fact.to),
        ...updateDue(incident, fact.updateDueAt),
        ...clocksRaised(incident, fact.to, fact.updateDueAt ?? incident.promisedUpdate?.dueAt, fact),
      };
    }
    case 'severity_lowered':
      return { severity: fact.to, severityBy: 'lowering' };
    case 'data_checked':
      return { data: fact.result, dataCheckedAt: at };
    case 'dismissed':
      return {
        state: 'dismissed',
        dismissedAt: at,
        dismissedSeq: fact.seq,
        dismissal: { reason: fact.reason, recoveredByItself: fact.recoveredByItself },
        lookedAt: undefined,
      };
    case 'role_taken':
      return { ...roleTaken(incident, fact), ...secondPerson(incident, fact.who, at) };
    case 'role_offered':
      return offered(incident, fact.role, fact.to);
    case 'role_left':
      return roleLeft(incident, fact.role, fact.who, at);
    case 'stayed_alone':
      return { staysAlone: { reason: fact.reason, at } };
    case 'first_message_not_needed':
      return { firstMessage: { at, notNeeded: fact.reason } };
    case 'update_sent':
      return updateSent(incident, fact);
    case 'message_not_owed':
      return messageNotOwed(incident, fact);
    case 'correction_owed':
      return { correction: { seq: fact.seq, at, what: fact.what } };
    case 'cadence_stretched':
      return { cadenceStretch: fact.factor };
    case 'retitled':
      return { title: fact.to };
    case 'impact_dated':
      return {
        impactStartedAt: fact.impactStartedAt,
        impactUncertaintyMinutes: fact.uncertaintyMinutes,
      };
    case 'services_changed':
      return { serviceIds: fact.serviceIds };
    case 'contracts_noted':
      return contractsNoted(incident, fact);
    case 'client_reported':
      return clientReported(incident, fact);
    case 'client_called':
      return {
        ...clientCalled(incident, fact),
        ...(fact.reached ? { toldClientIds: [...new Set([...incident.toldClientIds, fact.clientId])] } : {}),
      };
    case 'client_impact_set':
      return { clientImpacts: { ...incident.clientImpacts, [fact.clientId]: fact.impact } };
    case 'change_suspected':
      return {
        noChangeSuspected: undefined,
        suspects: { ...incident.suspects, [fact.changeId]: { state: 'suspect', summary: fact.summary } },
      };
    case 'change_ruled_out':
      return {
        suspects: {
          ...incident.suspects,
          [fact.changeId]: { state: 'ruled_out', reason: fact.reason, summary: fact.summary },
        },
      };
    case 'no_change_suspected':
      return { noChangeSuspected: { reason: fact.reason, at } };
    case 'trigger_named':
      return { trigger: fact.trigger };
    case 'hypothesis_opened':
    case 'evidence_added':
    case 'hypothesis_extended':
    case 'time_box_ended':
    case 'hypothesis_ended':
      return { hypotheses: hypothesesAfter(incident, fact) };
    case 'what_changed_reviewed':
      return { whatChangedReviewedAt: at };
    case 'category_chosen':
      return { category: fact.category };
    case 'action_started':
      return { actions: [...incident.actions, fact.action] };
    case 'action_ended':
      return {
        actions: incident.actions.map((each) =>
          each.id === fact.actionId
            ? { ...each, outcome: fact.outcome, outcomeNote: fact.note, endedAt: at }
            : each,
        ),
      };
    case 'fix_settled':
      return fixSettled(incident, fact);
    case 'playbook_started':
    case 'playbook_stopped':
    case 'step_taken':
    case 'step_ticked':
    case 'step_unticked':
    case 'step_skipped':
    case 'step_overran':
      return playbookChanged(incident, fact);
    case 'evidence_collected':
      return evidenceCollected(incident, fact);
    case 'lever_answered':
      return leverAnswered(incident, fact);
    case 'degradation_switched':
      return switched(incident, fact);
    case 'restored':
      return {
        state: 'restored',
        restoredAt: at,
        restoredSeq: fact.seq,
        firstRestoredAt: incident.firstRestoredAt ?? at,
        proof: fact.proof,
        workaround: fact.workaround,
        worksAgainAt: undefined,
        watch: undefined,
      };
    case 'watch_approved':
      return { watch: fact.watch };
    case 'watch_broken':
      return { watch: undefined };
    case 'resolved':
      return { state: 'resolved', resolvedAt: at, resolvedSeq: fact.seq, finalMessageAt: undefined };
    case 'reopened':
      return {
        state: incident.confirmedAt || !fact.byAlert ? 'confirmed' : 'detected',
        ...(incident.confirmedAt || fact.byAlert ? {} : { confirmedAt: at, confirmedSeq: fact.seq }),
        reopenedAt: at,
        reopenedSeq: fact.seq,
        isBackAt: undefined,
        workaround: undefined,
        restoredAt: undefined,
        resolvedAt: undefined,
        closedAt: undefined,
        dismissedAt: undefined,
        dismissal: undefined,
        watch: undefined,
        quietSince: undefined,
        standDownAt: undefined,
      };
    case 'merged':
      return { state: 'merged', mergedInto: fact.into, mergedAt: fact.happenedAt };
    case 'merged_in':
      return mergedIn(incident, fact);
    case 'split_off':
      return {
        serviceIds: incident.serviceIds.filter((id) => !fact.serviceIds.includes(id)),
        alerts: incident.alerts.filter((alert) => !fact.alertIds.includes(alert.alertId)),
      };
    case 'restricted':
      return { restricted: true, viewers: fact.viewers };
    case 'viewers_changed':
      return { viewers: fact.viewers };
    case 'asked':
      return { questions: asked(incident, fact) };
    case 'answered':
      return { questions: ended(incident, fact.questionId, { answeredAt: at }) };
    case 'question_set_aside':
      return { questions: ended(incident, fact.questionId, { setAsideAt: at }) };
    case 'looked_at':
      return { lookedAt: { at, ownerId: fact.owner.personId } };
    case 'decided':
      return { decided: { at, decision: fact.decision, by: fact.by } };
    case 'postmortem_opened':
      return { postmortem: { ...incident.postmortem, id: fact.postmortemId, ownerId: fact.owner?.personId } };
    case 'postmortem_owner_chosen':
      return incident.postmortem
        ? { postmortem: { ...incident.postmortem, ownerId: fact.owner.personId } }
        : {};
    case 'postmortem_published':
      return { postmortem: { ...incident.postmortem, id: fact.postmortemId, publishedAt: at } };
    case 'postmortem_covered':
      return {
        postmortem: {
          ...incident.postmortem,
          id: incident.postmortem?.id ?? '',
          coveredBy: { ...fact.by, approvedBy: fact.approvedBy },
        },
      };
    case 'postmortem_uncovered':
      return incident.postmortem
        ? {
            postmortem: { ...incident.postmortem, coveredBy: undefined },
            // What was closed only because it was covered waits for its own postmortem again.
            ...(incident.state === 'closed' ? { state: 'resolved' as const, closedAt: undefined } : {}),
          }
        : {};
    case 'closed':
      return { state: 'closed', closedAt: at };
    case 'acknowledged_upstream':
    case 'paged':
    case 'page_unanswered':
    case 'page_declined':
    case 'note_added':
    case 'step_noted':
    case 'lever_tried':
    case 'reminded':
    case 'escalated':
    case 'promise_missed':
    case 'postmortem_text_published':
    case 'postmortem_text_withdrawn':
      return {};
  }
}

function asked(incident: Incident, fact: FactOf<'asked'>): QuestionAsked[] {
  const { questionId, messageId, from, via, dueAt, seq, happenedAt } = fact;
  const before = incident.questions ?? [];
  const done = before.filter((each) => !isOpen(each)).slice(-QUESTIONS_DONE_MAX);
  const open = before.filter(isOpen);
  return [...done, ...open, { id: questionId, messageId, seq, from, via, askedAt: happenedAt, dueAt }];
}

function ended(
  incident: Incident,
  questionId: string,
  how: Pick<QuestionAsked, 'answeredAt' | 'setAsideAt'>,
): QuestionAsked[] {
  return (incident.questions ?? []).map((each) =>
    each.id === questionId && isOpen(each) ? { ...each, ...how } : each,
  );
}

function firing(incident: Incident, alertId: string, fires: boolean): Incident['alerts'] {
  return incident.alerts.map((alert) => (alert.alertId === alertId ? { ...alert, firing: fires } : alert));
}

function classified(incident: Incident, fact: FactOf<'classified'>): Partial<Incident> {
  // What the rule or the default proposed was never held by a person: the classification replaces it.
  const highest = incident.classified ? higherOf(incident.highestSeverity, fact.severity) : fact.severity;
  if (fact.severity === incident.severity) return { severityBy: 'classification', highestSeverity: highest };
  const reached = higherOf(fact.severity, incident.severity) === fact.severity;
  return {
    severity: fact.severity,
    severityBy: 'classification',
    highestSeverity: highest,
    ...(reached ? { severitySince: fact.happenedAt, severitySeq: fact.seq } : {}),
  };
}

function updateDue(incident: Incident, dueAt: Temporal.Instant | undefined): Partial<Incident> {
  return dueAt && incident.promisedUpdate ? { promisedUpdate: { ...incident.promisedUpdate, dueAt } } : {};
}

function dataAnswered(incident: Incident, fact: FactOf<'classified'>): Partial<Incident> {
  switch (fact.answers.dataAtRisk) {
    case 'yes':
      return { data: 'affected', dataCheckedAt: fact.happenedAt };
    case 'no':
      return { data: 'safe', dataCheckedAt: incident.dataAskedAt ? fact.happenedAt : undefined };
    case 'dont_know':
      return incident.data === 'checking'
        ? {}
        : {
            data: 'checking',
            dataAskedAt: fact.happenedAt,
            dataAskedSeq: fact.seq,
            dataCheckedAt: undefined,
          };
  }
}

function secondPerson(incident: Incident, who: PersonRef, at: Temporal.Instant): Partial<Incident> {
  const first = incident.lead?.personId ?? incident.acknowledgedBy?.personId;
  return first && first !== who.personId && !incident.secondPersonAt ? { secondPersonAt: at } : {};
}

function roleTaken(incident: Incident, fact: FactOf<'role_taken'>): Partial<Incident> {
  const held: RoleHeld = {
    personId: fact.who.personId,
    name: fact.who.name,
    zone: fact.zone,
    since: fact.happenedAt,
    seq: fact.seq,
  };
  if (fact.role === 'hands')
    return { hands: [...incident.hands.filter((each) => each.personId !== held.personId), held] };
  return { [fact.role]: held, ...handed(incident, incident[fact.role], fact.happenedAt) };
}

function handed(incident: Incident, previous: RoleHeld | undefined, at: Temporal.Instant): Partial<Incident> {
  if (!previous) return {};
  const entry = {
    seq: previous.seq,
    at,
    since: previous.since,
    personId: previous.personId,
    zone: previous.zone,
  };
  return { handedOver: [...incident.handedOver, entry].slice(-HANDED_OVER_MAX) };
}

function offered(incident: Incident, role: RoleName, to: PersonRef): Partial<Incident> {
  if (role === 'hands') return {};
  const held = incident[role];
  return held ? { [role]: { ...held, offeredTo: to } } : {};
}

function roleLeft(
  incident: Incident,
  role: RoleName,
  who: PersonRef,
  at: Temporal.Instant,
): Partial<Incident> {
  if (role === 'hands') return { hands: incident.hands.filter((each) => each.personId !== who.personId) };
  return incident[role]?.personId === who.personId
    ? { [role]: undefined, ...handed(incident, incident[role], at) }
    : {};
}

/** Clients who have been told once are promised the next message; what only our own people read keeps nothing of that. */
export function staysInside(
  incident: Pick<Incident, 'restricted' | 'drill' | 'toldClientIds'>,
  update: Pick<UpdateSent, 'clientIds' | 'publicPage'>,
): boolean {
  const outside = update.clientIds.length > 0 || update.publicPage;
  return !outside && !incident.restricted && !incident.drill && incident.toldClientIds.length > 0;
}

function updateSent(incident: Incident, fact: FactOf<'update_sent'>): Partial<Incident> {
  const { update } = fact;
  const at = fact.happenedAt;
  const told = [...new Set([...incident.toldClientIds, ...update.clientIds])];
  const counted: Partial<Incident> = { updatesSent: incident.updatesSent + 1, toldClientIds: told };
  // Its words are for that client: no other draft begins with them.
  const byMachine = update.automatic && update.kind === 'late';
  if (fact.onlyClientId) return byMachine ? counted : { ...counted, ...clientsHeard(incident, fact) };
  if (staysInside(incident, update)) return counted;
  const sent: Partial<Incident> = { ...counted, lastUpdate: { ...update, at, seq: fact.seq } };
  // A machine's message keeps no promise.
  if (byMachine) return sent;
  const kept = incident.promisedUpdate;
  return {
    ...sent,
    ...clientsHeard(incident, fact),
    firstMessage: incident.firstMessage && !incident.firstMessage.notNeeded ? incident.firstMessage : { at },
    keptUpdate: kept ? { ...kept, at } : incident.keptUpdate,
    promisedUpdate: update.nextAt ? { dueAt: update.nextAt, seq: fact.seq, openedAt: at } : undefined,
    ...(incident.state === 'restored' || incident.state === 'resolved'
      ? { worksAgainAt: incident.worksAgainAt ?? at }
      : {}),
    ...(update.kind === 'final' ? { finalMessageAt: at } : {}),
    ...(update.kind === 'stand_down' ? { standDownAt: at } : {}),
    ...(incident.reopenedAt && !incident.isBackAt ? { isBackAt: at } : {}),
    ...(incident.correction && !incident.correction.sentAt && update.kind === 'correction'
      ? { correction: { ...incident.correction, sentAt: at } }
      : {}),
  };
}

function messageNotOwed(incident: Incident, fact: FactOf<'message_not_owed'>): Partial<Incident> {
  const at = fact.happenedAt;
  switch (fact.what) {
    case 'works_again':
      return { worksAgainAt: at };
    case 'is_back':
      return { isBackAt: at };
    case 'stand_down':
      return { standDownAt: at, promisedUpdate: undefined };
    case 'correction':
      return incident.correction ? { correction: { ...incident.correction, sentAt: at } } : {};
    case 'final':
      return { finalMessageAt: at, promisedUpdate: undefined };
  }
}

function mergedIn(incident: Incident, fact: FactOf<'merged_in'>): Partial<Incident> {
  const promised = earlier(incident.promisedUpdate?.dueAt, fact.promisedAt);
  return {
    tookIn: [...incident.tookIn, fact.from.id],
    serviceIds: [...new Set([...incident.serviceIds, ...fact.serviceIds])],
    alerts: [...incident.alerts, ...fact.alerts].slice(0, ALERTS_LISTED_MAX),
    toldClientIds: [...new Set([...incident.toldClientIds, ...fact.toldClientIds])],
    ...clocksMerged(incident, fact),
    updatesSent: incident.updatesSent + (fact.firstMessageAt ? 1 : 0),
    firstMessage: incident.firstMessage ?? (fact.firstMessageAt ? { at: fact.firstMessageAt } : undefined),
    promisedUpdate: promised
      ? {
          dueAt: promised,
          seq: incident.promisedUpdate?.seq ?? fact.seq,
          openedAt: incident.promisedUpdate?.openedAt ?? fact.happenedAt,
        }
      : undefined,
  };
}

function earlier(
  one: Temporal.Instant | undefined,
  other: Temporal.Instant | undefined,
): Temporal.Instant | undefined {
  if (!one || !other) return one ?? other;
  return Temporal.Instant.compare(one, other) <= 0 ? one : other;
}

/** The person behind an actor, if a person of the directory acted. */
export function personOf(actor: Actor): PersonRef | undefined {
  return actor.personId ? { personId: actor.personId, name: actor.name } : undefined;
}

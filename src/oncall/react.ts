/** What the pager does when something happens to an incident: rows of its own and jobs, nothing else. */
import type { Fact, FactOf } from '#incident/facts.ts';
import type { Happening, Reaction } from '#incident/room.ts';
import { promiseName, RUNG_NAMES } from '#incident/words.ts';
import type { Live } from '#platform/http/live.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import { call } from './call.ts';
import { remindLater } from './reminder.ts';

export function reaction(live: Live): Reaction {
  return async (fact, happening) => {
    await noteIfPresent(fact, happening);
    return respond(fact, happening, live);
  };
}

async function noteIfPresent({ actor }: Fact, { incident, now, tx }: Happening): Promise<void> {
  if (actor.kind !== 'person' || !actor.personId) return;
  await tx
    .insertInto('presence')
    .values({ incident_id: incident.id, person_id: actor.personId, acted_at: now })
    .onConflict((conflict) => conflict.columns(['incident_id', 'person_id']).doUpdateSet({ acted_at: now }))
    .execute();
}

async function respond(fact: Fact, happening: Happening, live: Live): Promise<Job[]> {
  const { incident } = happening;
  const job = (verb: string): Job => ({
    queue: `oncall.${verb}`,
    data: { incidentId: incident.id },
    urgent: true,
  });
  switch (fact.kind) {
    case 'declared':
      return first(fact, happening, 'Nobody has acknowledged it yet.');
    case 'classified':
    case 'severity_raised':
      return [...(await whenNobodyWasCalled(fact, happening)), job('check')];
    case 'escalated':
      return fact.learning ? remindLater(fact, happening) : escalate(fact, happening);
    case 'reminded':
      return fact.learning ? remindLater(fact, happening) : strip(fact, happening, live);
    case 'alert_recovered':
      return fact.allQuiet && !incident.acknowledgedAt ? [job('pause')] : [];
    case 'alert_fired_again':
      return wasQuiet(happening) ? [...(await first(fact, happening, 'It fires again.')), job('resume')] : [];
    case 'reopened':
      return fact.byAlert
        ? [...(await back(fact, happening, `It is back: ${fact.reason}.`)), job('check')]
        : [job('check')];
    case 'watch_broken':
      return fact.actor.kind === 'person'
        ? []
        : back(fact, happening, `The watch has ended early: ${fact.why}.`);
    case 'acknowledged':
      return [
        {
          queue: 'oncall.acknowledged',
          data: {
            incidentId: incident.id,
            personId: fact.by.personId,
            noComputer: fact.noComputer,
            via: fact.via,
          },
          urgent: true,
        },
      ];
    case 'restored':
    case 'resolved':
    case 'dismissed':
    case 'role_left':
      return [job('check'), job('rest')];
    case 'role_taken':
    case 'confirmed':
    case 'severity_lowered':
    case 'data_checked':
    case 'stayed_alone':
    case 'first_message_not_needed':
    case 'update_sent':
    case 'message_not_owed':
    case 'cadence_stretched':
    case 'what_changed_reviewed':
    case 'merged':
    case 'restricted':
    case 'contracts_noted':
    case 'client_called':
    case 'closed':
    case 'answered':
    case 'question_set_aside':
      return [job('check')];
    case 'alert_joined':
    case 'more_alerts_joined':
    case 'acknowledged_upstream':
    case 'paged':
    case 'page_unanswered':
    case 'page_declined':
    case 'role_offered':
    case 'correction_owed':
    case 'retitled':
    case 'impact_dated':
    case 'services_changed':
    case 'client_impact_set':
    case 'client_reported':
    case 'note_added':
    case 'change_suspected':
    case 'change_ruled_out':
    case 'no_change_suspected':
    case 'trigger_named':
    case 'hypothesis_opened':
    case 'evidence_added':
    case 'hypothesis_extended':
    case 'time_box_ended':
    case 'hypothesis_ended':
    case 'category_chosen':
    case 'playbook_started':
    case 'playbook_stopped':
    case 'step_taken':
    case 'step_ticked':
    case 'step_unticked':
    case 'step_skipped':
    case 'step_noted':
    case 'step_overran':
    case 'evidence_collected':
    case 'action_started':
    case 'action_ended':
    case 'fix_settled':
    case 'lever_answered':
    case 'lever_tried':
    case 'degradation_switched':
    case 'watch_approved':
    case 'merged_in':
    case 'split_off':
    case 'viewers_changed':
    case 'asked':
    case 'promise_missed':
    case 'looked_at':
    case 'decided':
    case 'postmortem_opened':
    case 'postmortem_owner_chosen':
    case 'postmortem_published':
    case 'postmortem_covered':
    case 'postmortem_uncovered':
    case 'postmortem_text_published':
    case 'postmortem_text_withdrawn':
      return [];
  }
}

/** Nobody was woken while it was quiet. What was over is reopened by a fact of its own. */
function wasQuiet({ before }: Happening): boolean {
  return before?.quietSince !== undefined && (before.state === 'detected' || before.state === 'confirmed');
}

/** A P3 wakes nobody; an incident that somebody leads needs no first call. */
async function first(fact: Fact, { incident, now, tx }: Happening, reason: string): Promise<Job[]> {
  if (incident.severity === 'P3' || incident.lead) return [];
  return call(
    tx,
    {
      incidentId: incident.id,
      key: `first:${fact.seq}`,
      rung: 'primary',
      reason,
      request: { kind: 'first' },
    },
    now,
  );
}

async function whenNobodyWasCalled(fact: Fact, happening: Happening): Promise<Job[]> {
  const { incident, tx } = happening;
  const before = await tx
    .selectFrom('page_call')
    .select('id')
    .where('incident_id', '=', incident.id)
    .where('key', 'like', 'first:%')
    .limit(1)
    .executeTakeFirst();
  return before ? [] : first(fact, happening, `It is a ${incident.severity} now, and nobody leads it.`);
}

/** Whoever leads it is called back; without a lead it begins anew. */
async function back(fact: Fact, happening: Happening, reason: string): Promise<Job[]> {
  const { incident, now, tx } = happening;
  if (incident.severity === 'P3') return [];
  if (!incident.lead) return first(fact, happening, reason);
  return call(
    tx,
    { incidentId: incident.id, key: `back:${fact.seq}`, rung: 'lead', reason, request: { kind: 'hand' } },
    now,
  );
}

async function escalate(fact: FactOf<'escalated'>, { incident, now, tx }: Happening): Promise<Job[]> {
  const { promise: kind, clientName, cycle, step, who, ownerId, dueAt } = fact;
  const due = dueAt.toZonedDateTimeISO('UTC').toPlainTime().toString({ smallestUnit: 'minute' });
  const reason = `Due ${due} UTC: ${promiseName(kind, clientName)}. Called: ${RUNG_NAMES[who] ?? who}.`;
  return call(
    tx,
    {
      incidentId: incident.id,
      key: `promise:${kind}:${cycle}:${step}`,
      rung: who,
      reason,
      request: { kind: 'promise', ownerId, promise: { kind, cycle, step } },
    },
    now,
  );
}

/** A reminder never wakes: the open app shows a strip to whoever it concerns. */
async function strip(
  { who, ownerId }: FactOf<'reminded'>,
  { incident, now, tx }: Happening,
  live: Live,
): Promise<Job[]> {
  const holder = who === 'comms' ? incident.comms : who === 'lead' ? incident.lead : undefined;
  const personId =
    holder?.personId ?? ownerId ?? incident.lead?.personId ?? incident.acknowledgedBy?.personId;
  if (personId)
    await live.publish(
      tx,
      { kind: 'strip', id: incident.id, version: incident.seq, viewers: [personId] },
      now,
    );
  return [];
}

/** One plain sentence for every fact, and which mark it gets on the timeline. Pure. */
import type { Fact, FactOf } from './facts.ts';
import type { Action, QuestionVia } from './types.ts';
import type { TimelineLine } from './view.ts';
import { CATEGORY_NAMES, promiseName, RUNG_NAMES } from './words.ts';

const clock = (at: Temporal.Instant): string => `${at.toString().slice(11, 16)} UTC`;

const VIA_WORDS: Record<QuestionVia, string> = {
  email: 'by mail',
  form: 'by the form',
  api: 'noted by us',
  slack: 'in Slack',
  report: 'with a report',
};

/** @returns the sentence that stands on the timeline; the actor stands beside it and is not repeated */
export function sentence(fact: Fact): string {
  switch (fact.kind) {
    case 'declared':
      return fact.automatic
        ? `Incident declared by rule${fact.rule ? ` “${fact.rule}”` : ''}: ${fact.title}`
        : `Incident declared: ${fact.title}${fact.splitFrom ? ` (split off from INC-${fact.splitFrom.number})` : ''}`;
    case 'alert_joined':
      return `Alert: ${fact.alert.title}`;
    case 'more_alerts_joined':
      return `${fact.count} more ${fact.count === 1 ? 'alert' : 'alerts'} of the same storm`;
    case 'alert_recovered':
      return `Alert recovered: ${fact.title}${fact.more > 0 ? ` and ${fact.more} more` : ''}${fact.allQuiet ? '. No alert fires any more' : ''}`;
    case 'alert_fired_again':
      return `Alert fires again: ${fact.title}`;
    case 'acknowledged':
      return fact.noComputer ? `${fact.by.name} has it, but has no computer` : `${fact.by.name} has it`;
    case 'acknowledged_upstream':
      return `Acknowledged in ${fact.source}. Only a person's answer here stops the calls`;
    case 'paged':
      return `Called ${fact.who.name} (${fact.level.replaceAll('_', ' ')}) by ${fact.channel}: ${fact.reason}`;
    case 'page_unanswered':
      return `${fact.who.name} (${fact.level.replaceAll('_', ' ')}) did not answer`;
    case 'page_declined':
      return `${fact.who.name} cannot take it`;
    case 'confirmed':
      return `Confirmed: ${fact.evidence}`;
    case 'classified':
      return `Classified ${fact.severity}${fact.from === fact.severity ? '' : `, was ${fact.from}`}${users(fact)}`;
    case 'severity_raised':
      return `Raised from ${fact.from} to ${fact.to}: ${fact.reason}`;
    case 'severity_lowered':
      return `Lowered from ${fact.from} to ${fact.to}: ${fact.reason}`;
    case 'data_checked':
      return fact.result === 'safe'
        ? `Data checked, not affected: ${fact.note}`
        : `Data is affected: ${fact.note}`;
    case 'dismissed':
      return fact.recoveredByItself
        ? 'Recovered by itself; nobody was needed'
        : `False alarm: ${fact.reason}`;
    case 'role_taken':
      return `${fact.who.name} ${fact.how === 'relieved' ? `has the role ${fact.role}: taken, no hand-over` : `has the role ${fact.role}`}`;
    case 'role_offered':
      return `The role ${fact.role} was offered to ${fact.to.name}`;
    case 'role_left':
      return `${fact.who.name} gave up the role ${fact.role}`;
    case 'stayed_alone':
      return `Stays alone: ${fact.reason}`;
    case 'first_message_not_needed':
      return `No message needed: ${fact.reason}`;
    case 'update_sent':
      return updateSentence(fact);
    case 'message_not_owed':
      return `Message not sent: ${fact.reason}`;
    case 'correction_owed':
      return `A correction is owed: ${fact.what}`;
    case 'cadence_stretched':
      return fact.factor === 1
        ? 'Cadence back to normal'
        : `Cadence stretched ${fact.factor} times: ${fact.reason}`;
    case 'retitled':
      return `Title is now “${fact.to}”, was “${fact.from}”`;
    case 'impact_dated':
      return `Impact began at ${clock(fact.impactStartedAt)}${fact.uncertaintyMinutes ? `, give or take ${fact.uncertaintyMinutes} min` : ''}`;
    case 'services_changed':
      return `Affected services changed: ${fact.added.length} added, ${fact.removed.length} removed`;
    case 'contracts_noted':
      return contractsSentence(fact);
    case 'client_reported':
      return `${fact.clientName} told us of it`;
    case 'client_called':
      return fact.reached
        ? `Called ${fact.contactName} of ${fact.clientName}: ${fact.said}`
        : `Called ${fact.contactName} of ${fact.clientName}, not reached: ${fact.said}`;
    case 'client_impact_set':
      return `Impact on one client set to ${fact.impact.replaceAll('_', ' ')}`;
    case 'note_added':
      return fact.parked ? `Parked until it works again: ${fact.text}` : fact.text;
    case 'change_suspected':
      return `Worth checking first: ${fact.summary}`;
    case 'change_ruled_out':
      return `Ruled out ${fact.summary}: ${fact.reason}`;
    case 'no_change_suspected':
      return `None of the changes: ${fact.reason}`;
    case 'trigger_named':
      return fact.trigger.kind === 'change'
        ? `Set off by a change: ${fact.trigger.summary}`
        : `Not set off by a change: ${fact.trigger.what}`;
    case 'hypothesis_opened':
      return `${fact.hypothesis.ownerName} looks into it until ${clock(fact.hypothesis.dueAt)}: ${fact.hypothesis.what}`;
    case 'evidence_added':
      return `${fact.side === 'supports' ? 'Speaks for' : 'Speaks against'} “${fact.what}”: ${fact.text}`;
    case 'hypothesis_extended':
      return `Goes on until ${clock(fact.dueAt)}: ${fact.what}`;
    case 'time_box_ended':
      return `Time is up for “${fact.what}”: ${fact.ownerName} says whether to go on`;
    case 'hypothesis_ended':
      return `${fact.outcome === 'confirmed' ? 'Confirmed' : 'Ruled out'} “${fact.what}”: ${fact.because}`;
    case 'what_changed_reviewed':
      return `What changed was reviewed${fact.note ? `: ${fact.note}` : ''}`;
    case 'category_chosen':
      return `Kind of failure: ${CATEGORY_NAMES[fact.category]}`;
    case 'action_started':
      return actionStarted(fact.action);
    case 'action_ended':
      return `${fact.what}: ${fact.outcome.replaceAll('_', ' ')}${after(fact.note)}`;
    case 'lever_answered':
      return leverAnswered(fact);
    case 'lever_tried':
      return `Dry run of “${fact.lever}”, nothing was changed: ${fact.effect}${after(fact.words)}`;
    case 'degradation_switched':
      return fact.on
        ? `Working without ${fact.what.name}. What still works: ${fact.what.stillWorks}`
        : `Working with ${fact.what.name} again`;
    case 'fix_settled':
      return 'gone' in fact.settled
        ? `Temporary fix is gone: ${fact.what}`
        : `Temporary fix “${fact.what}” belongs to ${fact.settled.ownerName}, by ${fact.settled.by}`;
    case 'playbook_started':
      return `Started the playbook “${fact.run.title}” (version ${fact.run.version}, ${fact.run.steps.length} ${fact.run.steps.length === 1 ? 'step' : 'steps'})`;
    case 'playbook_stopped':
      return `Stopped the playbook “${fact.title}”: ${fact.reason}`;
    case 'step_taken':
      return `${fact.who.name} takes step ${fact.number}: ${fact.what}`;
    case 'step_ticked':
      return `Step ${fact.number} done: ${fact.what}${fact.result ? `. Result: ${fact.result}` : ''}`;
    case 'step_unticked':
      return `Step ${fact.number} is open again: ${fact.what}`;
    case 'step_skipped':
      return `Step ${fact.number} skipped: ${fact.what}, because: ${fact.reason}`;
    case 'step_noted':
      return `Step ${fact.number} (${fact.what}): ${fact.text}`;
    case 'step_overran':
      return `Time box over: step ${fact.number} has had its ${fact.minutes} minutes: ${fact.what}`;
    case 'evidence_collected':
      return `${fact.what} ${fact.result}`;
    case 'restored':
      return `Restored. ${begun(fact.proof.check)}: ${fact.proof.shows}, since ${clock(fact.proof.since)}${fact.workaround ? `. Workaround: ${fact.workaround}` : ''}`;
    case 'watch_approved':
      return `Watched until ${clock(fact.watch.until)}, then resolved; the final message is approved`;
    case 'watch_broken':
      return `The watch ended early: ${fact.why}`;
    case 'resolved':
      return fact.how === 'watch'
        ? 'Resolved: stable for the whole watch period'
        : `Resolved${fact.note ? `: ${fact.note}` : ''}`;
    case 'reopened':
      return `Reopened: ${fact.reason}`;
    case 'merged':
      return `Merged into INC-${fact.into.number}`;
    case 'merged_in':
      return `INC-${fact.from.number} was merged into this: ${fact.from.title}`;
    case 'split_off':
      return `INC-${fact.to.number} was split off: ${fact.to.title}`;
    case 'restricted':
      return `Restricted to ${fact.viewers.length} named ${fact.viewers.length === 1 ? 'person' : 'people'}`;
    case 'viewers_changed':
      return `${fact.viewers.length} named ${fact.viewers.length === 1 ? 'person' : 'people'} may see it`;
    case 'reminded':
      return `Reminded ${RUNG_NAMES[fact.who]}: ${promiseName(fact.promise, fact.clientName)} by ${clock(fact.dueAt)}`;
    case 'escalated':
      return `Calling ${RUNG_NAMES[fact.who]}: ${promiseName(fact.promise, fact.clientName)} was due at ${clock(fact.dueAt)}`;
    case 'promise_missed':
      return `Late: ${promiseName(fact.promise, fact.clientName)}, promised for ${clock(fact.dueAt)}`;
    case 'asked':
      return `Question from ${fact.from} (${VIA_WORDS[fact.via]})${fact.dueAt ? `; an answer is owed by ${clock(fact.dueAt)}` : ''}`;
    case 'answered':
      return `Answered the question from ${fact.from}`;
    case 'question_set_aside':
      return `Set aside what ${fact.from} wrote: ${fact.reason}`;
    case 'looked_at':
      return `${fact.owner.name} looks after it`;
    case 'decided':
      return `Decided: ${fact.decision}${fact.by ? ` by ${fact.by}` : ''}${after(fact.note)}`;
    case 'postmortem_opened':
      return `Postmortem opened${fact.owner ? `, ${fact.owner.name} owns it` : ''}`;
    case 'postmortem_owner_chosen':
      return `${fact.owner.name} owns the postmortem`;
    case 'postmortem_published':
      return 'Postmortem published';
    case 'postmortem_covered':
      return `Covered by the postmortem of INC-${fact.by.number}, approved by ${fact.approvedBy}${fact.reason ? `: ${fact.reason}` : ''}`;
    case 'postmortem_uncovered':
      return `A postmortem of its own after all: ${fact.reason}`;
    case 'postmortem_text_published':
      return `${fact.corrected ? 'Corrected' : 'Published'} what was learned, for ${fact.to}`;
    case 'postmortem_text_withdrawn':
      return `Withdrew what was learned, for ${fact.to}: ${fact.reason}`;
    case 'closed':
      return `Closed${fact.note ? `: ${fact.note}` : ''}`;
  }
}

function actionStarted({ ownerName, what, timeBoxMinutes, run }: Action): string {
  const box = timeBoxMinutes ? ` (${timeBoxMinutes} min)` : '';
  if (!run) return `${ownerName} started: ${what}${box}`;
  const despite = run.despite ? `. Pulled although rolling back is not known to be safe: ${run.despite}` : '';
  return `${ownerName} pulled the lever “${run.lever}”: ${what}${box}${despite}`;
}

const LEVER_WORDS: Record<FactOf<'lever_answered'>['state'], string> = {
  running: 'is running',
  done: 'is done, says the other side',
  failed: 'failed',
  timed_out: 'did not answer in time',
  unknown: 'may or may not have happened',
};

function leverAnswered({ what, state, words }: FactOf<'lever_answered'>): string {
  return `“${what}” ${LEVER_WORDS[state]}${words ? `: ${words}` : ''}`;
}

function users(fact: Extract<Fact, { kind: 'classified' }>): string {
  const affected = fact.usersAffected;
  if (!affected || (affected.low === null && affected.high === null)) return '';
  const range =
    affected.low === affected.high || affected.high === null
      ? `${affected.low}`
      : affected.low === null
        ? `up to ${affected.high}`
        : `${affected.low} to ${affected.high}`;
  return `. About ${range} users (${affected.source})`;
}

function contractsSentence({ clients, leftClientIds }: Extract<Fact, { kind: 'contracts_noted' }>): string {
  const bound = clients.filter((each) => each.contract).map((each) => each.clientName);
  const timed = bound.length ? [`Timed by contract as well: ${bound.join(', ')}`] : [];
  const others = clients
    .filter((each) => !each.contract)
    .map((each) => `Written to alone: ${each.clientName}`);
  const left = leftClientIds.length
    ? [
        `${leftClientIds.length} ${leftClientIds.length === 1 ? 'client is' : 'clients are'} no longer affected`,
      ]
    : [];
  return [...timed, ...others, ...left].join('. ');
}

function updateSentence(fact: Extract<Fact, { kind: 'update_sent' }>): string {
  const { update } = fact;
  const what = update.automatic
    ? `Automatic message ${fact.onlyClientId ? 'to one client ' : ''}sent`
    : update.nothingNew
      ? '“Nothing new” sent'
      : update.kind === 'first'
        ? 'First message sent'
        : update.kind === 'final'
          ? 'Final message sent'
          : fact.onlyClientId
            ? 'Update to one client sent'
            : 'Update sent';
  const next = update.nextAt
    ? ` ${update.kind === 'late' ? 'Next message by' : 'Next update at'} ${clock(update.nextAt)}`
    : '';
  return `${what}: ${next ? closed(update.impact) : update.impact}${next}`;
}

/** What a person typed, after our full stop. Only a plain word gets a capital: "five test mails", not "checkout-api" or "iOS". */
function begun(text: string): string {
  const typed = text.trim();
  return /^\p{Ll}+[,.;:!?]?(?:\s|$)/u.test(typed) ? typed.charAt(0).toUpperCase() + typed.slice(1) : typed;
}

/** @returns a second sentence, or nothing */
function after(text: string | undefined): string {
  return text?.trim() ? `. ${begun(text)}` : '';
}

function closed(text: string): string {
  const trimmed = text.trim();
  return /[.!?:…]$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

export function tone(fact: Fact): TimelineLine['tone'] {
  switch (fact.kind) {
    case 'alert_joined':
    case 'more_alerts_joined':
    case 'alert_fired_again':
      return 'alert';
    case 'change_suspected':
    case 'change_ruled_out':
    case 'no_change_suspected':
    case 'trigger_named':
      return 'change';
    case 'update_sent':
    case 'client_called':
    case 'asked':
    case 'answered':
      return 'message';
    case 'promise_missed':
    case 'escalated':
    case 'page_unanswered':
      return 'overdue';
    default:
      return fact.actor.kind === 'system' ? 'system' : 'person';
  }
}

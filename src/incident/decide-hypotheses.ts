/** Decisions about what people think it might be: one sentence, an owner, a time box, what speaks for it and against it. */
import { Refused } from '#platform/errors.ts';
import type { Command } from './commands.ts';
import { type Circumstances, needs, reasoned } from './decide.ts';
import type { FactBody, FactOf } from './facts.ts';
import type { Hypothesis, Incident } from './types.ts';

export type HypothesisCommand = Extract<
  Command,
  { type: 'open_hypothesis' | 'add_evidence' | 'extend_hypothesis' | 'end_hypothesis' }
>;

const HYPOTHESES_MAX = 50;
const EVIDENCE_MAX = 40;
/** Ten minutes for one idea; then somebody decides whether to go on with it. */
export const TIME_BOX_MINUTES = 10;

export function decideHypothesis(
  incident: Incident,
  command: HypothesisCommand,
  { now }: Circumstances,
): FactBody[] {
  switch (command.type) {
    case 'open_hypothesis':
      return open(incident, command, now);
    case 'add_evidence': {
      const known = openOne(incident, command.hypothesisId);
      if (known.supports.length + known.contradicts.length >= EVIDENCE_MAX)
        throw new Refused('too_many', `A hypothesis holds at most ${EVIDENCE_MAX} lines.`);
      const text = reasoned(command.text, 'Evidence');
      return [{ kind: 'evidence_added', hypothesisId: known.id, what: known.what, side: command.side, text }];
    }
    case 'extend_hypothesis': {
      const { id, what } = openOne(incident, command.hypothesisId);
      const dueAt = now.add({ minutes: command.minutes });
      return [{ kind: 'hypothesis_extended', hypothesisId: id, what, dueAt }];
    }
    case 'end_hypothesis': {
      const { id, what } = openOne(incident, command.hypothesisId);
      const because = reasoned(
        command.because,
        command.outcome === 'confirmed' ? 'Confirming a hypothesis' : 'Ruling a hypothesis out',
      );
      return [{ kind: 'hypothesis_ended', hypothesisId: id, what, outcome: command.outcome, because }];
    }
  }
}

function open(
  incident: Incident,
  command: Extract<Command, { type: 'open_hypothesis' }>,
  now: Temporal.Instant,
): FactBody[] {
  needs(incident, ['detected', 'confirmed', 'restored', 'resolved'], 'worked on', 'Reopen it if it is back.');
  const known = incident.hypotheses ?? [];
  if (known.length >= HYPOTHESES_MAX)
    throw new Refused('too_many', `An incident holds at most ${HYPOTHESES_MAX} hypotheses.`);
  const hypothesis: Hypothesis = {
    id: command.id,
    what: reasoned(command.what, 'A hypothesis'),
    ownerId: command.owner.personId,
    ownerName: command.owner.name,
    openedAt: now,
    dueAt: now.add({ minutes: command.timeBoxMinutes ?? TIME_BOX_MINUTES }),
    supports: [],
    contradicts: [],
    state: 'open',
    changeId: command.changeId,
  };
  return [{ kind: 'hypothesis_opened', hypothesis }];
}

function openOne(incident: Incident, id: string): Hypothesis {
  const found = incident.hypotheses?.find((each) => each.id === id);
  if (!found) throw new Refused('not_found', 'This incident has no such hypothesis.');
  if (found.state !== 'open')
    throw new Refused('conflict', `“${found.what}” has been decided already.`, {
      mend: 'Open a new one if something speaks for it again.',
    });
  return found;
}

/** @returns open ones whose time box ends at a known time and has not been told of */
export function boxed(incident: Incident): Hypothesis[] {
  const working = incident.state === 'detected' || incident.state === 'confirmed';
  return working
    ? (incident.hypotheses ?? []).filter((each) => each.state === 'open' && !each.remindedAt)
    : [];
}

type HypothesisFact =
  | FactOf<'hypothesis_opened'>
  | FactOf<'evidence_added'>
  | FactOf<'hypothesis_extended'>
  | FactOf<'time_box_ended'>
  | FactOf<'hypothesis_ended'>;

/** @returns the hypotheses of an incident after one fact about them */
export function hypothesesAfter(incident: Incident, fact: HypothesisFact): Hypothesis[] {
  const known = incident.hypotheses ?? [];
  if (fact.kind === 'hypothesis_opened') return [...known, fact.hypothesis];
  return known.map((each) => (each.id === fact.hypothesisId ? { ...each, ...moved(each, fact) } : each));
}

function moved(
  hypothesis: Hypothesis,
  fact: Exclude<HypothesisFact, FactOf<'hypothesis_opened'>>,
): Partial<Hypothesis> {
  const at = fact.happenedAt;
  switch (fact.kind) {
    case 'evidence_added':
      return { [fact.side]: [...hypothesis[fact.side], { text: fact.text, by: fact.actor.name, at }] };
    case 'hypothesis_extended':
      return { dueAt: fact.dueAt, remindedAt: undefined };
    case 'time_box_ended':
      return { remindedAt: at };
    case 'hypothesis_ended':
      return { state: fact.outcome, because: fact.because, endedAt: at };
  }
}

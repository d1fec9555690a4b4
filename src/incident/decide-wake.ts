/** What happens because time has passed: ladder steps, the end of the watch, alerts that stayed quiet, an unanswered data question. */

import { clientOf } from '#promise/kind.ts';
import { type Policy, ruleOf } from '#promise/policy.ts';
import { clocksOf } from './client-clocks.ts';
import type { Command, DueStep } from './commands.ts';
import type { Circumstances } from './decide.ts';
import { withClosing } from './decide-ending.ts';
import { boxed } from './decide-hypotheses.ts';
import { openBoxes, overran } from './decide-playbook.ts';
import { waitsForAnswer } from './decide-questions.ts';
import { raised } from './decide-severity.ts';
import type { FactBody } from './facts.ts';
import { stillFires } from './firing.ts';
import type { Incident } from './types.ts';

export function decideWake(
  incident: Incident,
  command: Extract<Command, { type: 'wake' }>,
  { now, policy }: Circumstances,
): FactBody[] {
  return [
    ...command.steps.flatMap((step) => stepFacts(step, nameOf(step, incident))),
    ...timers(incident, policy)
      .filter((timer) => reached(timer.at, now))
      .flatMap((timer) => fire(timer.what, incident, now, policy)),
  ];
}

function nameOf({ promise }: DueStep, incident: Incident): { clientName?: string } {
  const clock = clocksOf(incident)[clientOf(promise) ?? ''];
  return clock ? { clientName: clock.name } : {};
}

function stepFacts(step: DueStep, named: { clientName?: string }): FactBody[] {
  const { do: what, missed, promiseId: _, ...rest } = step;
  const body = { ...rest, ...named };
  const facts: FactBody[] = missed
    ? [
        {
          kind: 'promise_missed',
          promise: step.promise,
          ...named,
          cycle: step.cycle,
          dueAt: step.dueAt,
          ownerId: step.ownerId,
        },
      ]
    : [];
  if (what === 'none') return facts;
  return [...facts, { kind: what === 'remind' ? 'reminded' : 'escalated', ...body }];
}

type Timer = {
  at: Temporal.Instant;
  what: 'end_watch' | 'dismiss_quiet' | 'assume_data' | 'end_hypothesis_boxes' | 'end_step_boxes';
};

/** What this incident waits for by itself, beside its promises. The earliest is kept in the row as `wake_at`. */
export function timers(incident: Incident, policy: Policy): Timer[] {
  const list: Timer[] = [];
  if (incident.state === 'restored' && incident.watch)
    list.push({ at: incident.watch.until, what: 'end_watch' });
  if (
    incident.state === 'detected' &&
    !incident.acknowledgedAt &&
    incident.quietSince &&
    incident.automatic &&
    !waitsForAnswer(incident)
  )
    list.push({
      at: incident.quietSince.add({ milliseconds: policy.quietDismissAfter }),
      what: 'dismiss_quiet',
    });
  const raiseAfter = ruleOf(policy, 'data_checked').raiseToP1After;
  const open = incident.state === 'detected' || incident.state === 'confirmed';
  if (
    open &&
    incident.data === 'checking' &&
    incident.dataAskedAt &&
    raiseAfter !== undefined &&
    incident.severity !== 'P1'
  )
    list.push({ at: incident.dataAskedAt.add({ milliseconds: raiseAfter }), what: 'assume_data' });
  const thought = boxed(incident)
    .map((each) => each.dueAt)
    .toSorted(Temporal.Instant.compare)[0];
  if (thought) list.push({ at: thought, what: 'end_hypothesis_boxes' });
  const [step] = openBoxes(incident)
    .map((each) => each.at)
    .toSorted(Temporal.Instant.compare);
  if (step) list.push({ at: step, what: 'end_step_boxes' });
  return list;
}

function reached(at: Temporal.Instant, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(at, now) <= 0;
}

function fire(what: Timer['what'], incident: Incident, now: Temporal.Instant, policy: Policy): FactBody[] {
  switch (what) {
    case 'end_watch': {
      const firing = stillFires(incident);
      if (!firing) return withClosing(incident, { kind: 'resolved', how: 'watch', note: '' });
      return [{ kind: 'watch_broken', why: `${firing} still fires` }];
    }
    case 'dismiss_quiet':
      return [
        {
          kind: 'dismissed',
          reason: 'Every alert recovered by itself and stayed quiet.',
          recoveredByItself: true,
        },
      ];
    case 'end_hypothesis_boxes':
      return boxed(incident)
        .filter((each) => reached(each.dueAt, now))
        .map(({ id, what: text, ownerName }) => ({
          kind: 'time_box_ended',
          hypothesisId: id,
          what: text,
          ownerName,
        }));
    case 'end_step_boxes':
      return overran(incident, now);
    case 'assume_data':
      return [raised(incident, 'P1', 'whether data is affected is still unknown', now, policy)];
  }
}

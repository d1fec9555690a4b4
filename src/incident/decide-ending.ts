/** Decisions about how it ends: false alarm, restored with proof, watched, resolved, merged, split, reopened, learned from, closed. */

import { Refused } from '#platform/errors.ts';
import type { Policy } from '#promise/policy.ts';
import type { Command } from './commands.ts';
import { type Circumstances, needs, reasoned } from './decide.ts';
import type { FactBody } from './facts.ts';
import { stillFires } from './firing.ts';
import type { Actor, Incident } from './types.ts';

type EndingCommand = Extract<
  Command,
  {
    type:
      | 'dismiss'
      | 'restore'
      | 'approve_watch'
      | 'break_watch'
      | 'resolve'
      | 'reopen'
      | 'merge'
      | 'take_in'
      | 'split'
      | 'look_at'
      | 'decide_fate'
      | 'open_postmortem'
      | 'choose_postmortem_owner'
      | 'publish_postmortem'
      | 'cover_postmortem'
      | 'uncover_postmortem'
      | 'publish_postmortem_text'
      | 'withdraw_postmortem_text'
      | 'close';
  }
>;

export function decideEnding(
  incident: Incident,
  command: EndingCommand,
  circumstances: Circumstances,
): FactBody[] {
  const { now, actor, policy } = circumstances;
  switch (command.type) {
    case 'dismiss':
      needs(incident, ['detected', 'confirmed'], 'dismissed as a false alarm', 'Resolve it instead.');
      return [
        {
          kind: 'dismissed',
          reason: reasoned(command.reason, 'Dismissing a false alarm'),
          recoveredByItself: false,
        },
      ];
    case 'restore':
      return restore(incident, command, circumstances);
    case 'approve_watch':
      needs(incident, ['restored'], 'watched', 'Restore it first.');
      return approveWatch(incident, command, actor, incident.restoredAt ?? now, policy);
    case 'break_watch':
      return incident.watch ? [{ kind: 'watch_broken', why: command.why }] : [];
    case 'resolve':
      return resolve(incident, command.note, circumstances);
    case 'reopen':
      needs(incident, ['restored', 'resolved', 'closed', 'dismissed'], 'reopened', 'It is open already.');
      return [{ kind: 'reopened', reason: reasoned(command.reason, 'Reopening'), byAlert: false }];
    case 'merge':
      needs(
        incident,
        ['detected', 'confirmed', 'restored'],
        'merged',
        'Only an open incident can be merged.',
      );
      if (incident.tookIn.includes(command.into.id))
        throw new Refused('conflict', `INC-${command.into.number} was merged into this one just now.`, {
          mend: 'Nothing has to be done.',
        });
      return [{ kind: 'merged', into: command.into }];
    case 'take_in': {
      needs(incident, ['detected', 'confirmed', 'restored', 'resolved'], 'added to', 'Reopen it first.');
      if (incident.tookIn.includes(command.from.id)) return [];
      const { type: _, ...body } = command;
      return [{ kind: 'merged_in', ...body }];
    }
    case 'split':
      return split(incident, command);
    case 'look_at':
      return [{ kind: 'looked_at', owner: command.owner }];
    case 'decide_fate':
      return withClosing(incident, {
        kind: 'decided',
        decision: command.decision,
        by: command.by,
        note: command.note.trim(),
      });
    case 'open_postmortem':
      return incident.postmortem?.id === command.postmortemId
        ? []
        : [{ kind: 'postmortem_opened', postmortemId: command.postmortemId, owner: command.owner }];
    case 'choose_postmortem_owner':
      return [{ kind: 'postmortem_owner_chosen', owner: command.owner }];
    case 'publish_postmortem':
      return incident.postmortem?.publishedAt
        ? []
        : withClosing(incident, { kind: 'postmortem_published', postmortemId: command.postmortemId });
    case 'cover_postmortem':
      return cover(incident, command);
    case 'uncover_postmortem':
      if (!incident.postmortem?.coveredBy)
        throw new Refused('conflict', 'It is not covered by the postmortem of another incident.', {
          mend: 'Nothing has to be done; its own postmortem is owed.',
        });
      return [
        {
          kind: 'postmortem_uncovered',
          reason: reasoned(command.reason, 'Writing one of its own after all'),
        },
      ];
    case 'publish_postmortem_text': {
      const { type: _, ...text } = command;
      staysOutside(incident);
      return [{ kind: 'postmortem_text_published', ...text }];
    }
    case 'withdraw_postmortem_text': {
      const { audience, to } = command;
      const reason = reasoned(command.reason, 'Withdrawing a text');
      return [{ kind: 'postmortem_text_withdrawn', audience, to, reason }];
    }
    case 'close':
      return close(incident, command.note);
  }
}

function restore(
  incident: Incident,
  command: Extract<Command, { type: 'restore' }>,
  { now, actor, policy }: Circumstances,
): FactBody[] {
  needs(incident, ['detected', 'confirmed'], 'restored', 'It has been restored already, or it is over.');
  const check = reasoned(command.proof.check, 'Restored asks for proof; which check it is');
  const shows = reasoned(command.proof.shows, 'Restored asks for proof; what it shows');
  if (Temporal.Instant.compare(command.proof.since, now) > 0)
    throw new Refused('invalid', 'The proof starts in the future.', {
      mend: 'Say since when the check is good.',
    });
  refuseFiring(incident, command.proof.alertId);
  const facts: FactBody[] = [];
  if (incident.state === 'detected') facts.push({ kind: 'confirmed', evidence: `${check}: ${shows}` });
  facts.push({
    kind: 'restored',
    proof: { ...command.proof, check, shows },
    workaround: command.workaround?.trim() || undefined,
  });
  return command.watch ? [...facts, ...approveWatch(incident, command.watch, actor, now, policy)] : facts;
}

/** An alert stands for the proof only while it is quiet. */
function refuseFiring(incident: Incident, alertId: string | undefined): void {
  if (!alertId) return;
  const alert = incident.alerts.find((each) => each.alertId === alertId);
  if (!alert)
    throw new Refused('invalid', 'The alert that was chosen as proof does not belong to this incident.', {
      mend: 'Choose one of its alerts, or say in words what you have seen.',
    });
  if (alert.firing)
    throw new Refused('conflict', `“${alert.title}” still fires, so it is no proof.`, {
      mend: 'Wait until it is quiet, or choose another check and say what it shows.',
    });
}

function approveWatch(
  incident: Incident,
  texts: { finalImpact: string; finalAction: string },
  actor: Actor,
  restoredAt: Temporal.Instant,
  policy: Policy,
): FactBody[] {
  const finalImpact = reasoned(texts.finalImpact, 'The final message');
  const finalAction = reasoned(texts.finalAction, 'The final message');
  return [
    {
      kind: 'watch_approved',
      watch: { until: watchEnd(incident, restoredAt, policy), finalImpact, finalAction, approvedBy: actor },
    },
  ];
}

/** The watch period is that of the highest severity that the incident had. */
export function watchEnd(incident: Incident, restoredAt: Temporal.Instant, policy: Policy): Temporal.Instant {
  return restoredAt.add({ milliseconds: policy.watch[incident.severity] });
}

function resolve(incident: Incident, note: string, { now, policy }: Circumstances): FactBody[] {
  needs(incident, ['restored'], 'resolved', 'It has to be restored first, with proof.');
  const end = watchEnd(incident, incident.restoredAt ?? now, policy);
  if (Temporal.Instant.compare(now, end) < 0)
    throw new Refused(
      'conflict',
      `The watch period runs until ${end.toString({ smallestUnit: 'minute' }).replace('T', ' ').replace('Z', ' UTC')}.`,
      {
        mend: 'Let Humdrum watch for you: it resolves then and sends the final message that you approve now.',
      },
    );
  const firing = stillFires(incident);
  if (firing && !note.trim())
    throw new Refused('conflict', `This still fires: ${firing}.`, {
      mend: 'Say in a note why it is resolved all the same.',
    });
  return withClosing(incident, { kind: 'resolved', how: 'person', note: note.trim() });
}

function split(incident: Incident, command: Extract<Command, { type: 'split' }>): FactBody[] {
  refuseSplit(incident, command);
  return [{ kind: 'split_off', to: command.to, serviceIds: command.serviceIds, alertIds: command.alertIds }];
}

/** @throws Refused where this cannot be split off; asked before the second incident is declared, so that none is made in vain */
export function refuseSplit(
  incident: Incident,
  { serviceIds, alertIds }: { serviceIds: string[]; alertIds: string[] },
): void {
  needs(incident, ['detected', 'confirmed', 'restored'], 'split', 'Only an open incident can be split.');
  const here = new Set([...incident.serviceIds, ...incident.alerts.map((alert) => alert.alertId)]);
  const chosen = new Set([...serviceIds, ...alertIds]);
  if (chosen.size === 0)
    throw new Refused('invalid', 'Nothing was chosen to split off.', { mend: 'Choose services or alerts.' });
  if ([...chosen].some((id) => !here.has(id)))
    throw new Refused('invalid', 'This incident does not have everything that was chosen.', {
      mend: 'Choose among its services and alerts as they are now.',
    });
  if (chosen.size === here.size)
    throw new Refused('invalid', 'All of it would go, and nothing would stay here.', {
      mend: 'Leave a service or an alert here, or change the title instead.',
    });
}

/** Never waived: it is learned from another incident's postmortem, and somebody stands for that by name. */
function cover(
  incident: Incident,
  { by, approvedBy, reason }: Extract<Command, { type: 'cover_postmortem' }>,
): FactBody[] {
  const { postmortem } = incident;
  if (postmortem?.publishedAt)
    throw new Refused('conflict', 'Its own postmortem is published already.', {
      mend: 'Nothing has to cover it.',
    });
  if (postmortem?.coveredBy)
    throw new Refused('conflict', `It is covered by INC-${postmortem.coveredBy.number} already.`, {
      mend: 'Take that back first, then choose the other one.',
    });
  return withClosing(incident, { kind: 'postmortem_covered', by, approvedBy, reason });
}

/** Nothing of a restricted incident or a drill is told outside. */
function staysOutside({ restricted, drill }: Incident): void {
  if (restricted || drill)
    throw new Refused(
      'conflict',
      restricted
        ? 'This incident is restricted: nothing of it is published outside.'
        : 'This is a drill: nothing of it is published outside.',
      { mend: 'Write to the people who are named for it in another way.' },
    );
}

function close(incident: Incident, note: string): FactBody[] {
  needs(incident, ['resolved'], 'closed', 'It has to be resolved first.');
  const open = whatKeepsItOpen(incident);
  if (open.length)
    throw new Refused('conflict', `It cannot be closed yet: ${open.join('; ')}.`, {
      mend: 'Finish these first.',
    });
  return [{ kind: 'closed', note: note.trim() }];
}

/** Appends `closed` when the last thing that kept the incident open is done by this fact. */
export function withClosing(incident: Incident, fact: FactBody): FactBody[] {
  const after = afterEnding(incident, fact);
  return after.state === 'resolved' && whatKeepsItOpen(after).length === 0
    ? [fact, { kind: 'closed', note: '' }]
    : [fact];
}

function afterEnding(incident: Incident, fact: FactBody): Incident {
  switch (fact.kind) {
    case 'resolved':
      return { ...incident, state: 'resolved' };
    case 'postmortem_published':
    case 'postmortem_covered':
      return { ...incident, postmortem: { id: '', publishedAt: incident.detectedAt } };
    case 'decided':
      return { ...incident, decided: { at: incident.detectedAt, decision: fact.decision } };
    case 'fix_settled':
      return {
        ...incident,
        actions: incident.actions.map((each) =>
          each.id === fact.actionId ? { ...each, settled: fact.settled } : each,
        ),
      };
    default:
      return incident;
  }
}

/** @returns in words what stands between a resolved incident and closing it */
export function whatKeepsItOpen(incident: Incident): string[] {
  const open: string[] = [];
  const serious = incident.highestSeverity !== 'P3';
  if (serious && !incident.postmortem?.publishedAt && !incident.postmortem?.coveredBy)
    open.push('its postmortem is not published');
  if (!serious && !incident.decided) open.push('nobody has decided to fix it, accept it or close it');
  for (const action of incident.actions)
    if (action.temporary && !action.settled)
      open.push(`the temporary fix "${action.what}" has no owner and date`);
  return open;
}

/** The life line (six stages with their times) and the line of beats (what people have heard), from the incident and its record. Pure. */

import type { Policy } from '#promise/policy.ts';
import { watchEnd } from './decide-ending.ts';
import type { Incident } from './types.ts';
import type { Beat, NextStep, PromiseView, StageView } from './view.ts';

const clock = (at: Temporal.Instant): string => at.toString().slice(11, 16);

type DueTimes = Record<string, Temporal.Instant | undefined>;

/** @param due due times of open promises by kind */
export function stages(incident: Incident, now: NextStep, due: DueTimes, policy: Policy): StageView[] {
  const done = incident.state === 'closed' || incident.state === 'dismissed' || incident.state === 'merged';
  const watchUntil =
    incident.watch?.until ??
    (incident.restoredAt ? watchEnd(incident, incident.restoredAt, policy) : undefined);
  const learnt = incident.postmortem?.publishedAt ?? incident.closedAt;
  const list: [NextStep['stage'], string, Temporal.Instant | undefined, Temporal.Instant | undefined][] = [
    ['confirm', 'Confirm', incident.classified ? incident.confirmedAt : undefined, due.confirm_and_classify],
    ['tell', 'Tell', incident.firstMessage?.at, due.first_message],
    ['changed', 'What changed', incident.whatChangedReviewedAt, due.what_changed_reviewed],
    ['restore', 'Restore', incident.restoredAt, undefined],
    ['watch', 'Watch', incident.resolvedAt, watchUntil],
    ['learn', 'Learn', learnt, due.postmortem_published],
  ];
  return list.map(([stage, name, at, dueAt]) => ({
    stage,
    name,
    state: at || done ? 'done' : stage === now.stage ? 'now' : 'later',
    at: at?.toString() ?? null,
    dueAt: at || done ? null : (dueAt?.toString() ?? null),
  }));
}

/** What the line of beats needs from the record: updates sent and updates missed. */
export type Heard = {
  kind: 'sent' | 'automatic' | 'missed';
  at: Temporal.Instant;
  /** Every affected client has a contact with evidence. */
  full: boolean;
  /** To whom alone, by name. */
  client: string | null;
};

const BEATS_MAX = 60;
const ALONE_MAX = 10;
const TO_ALL = { full: true, client: null, soonFrom: null };

/** People stop hearing when it is resolved, or with the last message after that; closing follows days later and is nothing to them. */
function endOf(incident: Incident, heard: Heard[]): Temporal.Instant | undefined {
  const { resolvedAt, dismissedAt, mergedAt, closedAt } = incident;
  const ended = resolvedAt ?? dismissedAt ?? mergedAt ?? closedAt;
  const last = heard.at(-1)?.at;
  return ended && last && Temporal.Instant.compare(last, ended) > 0 ? last : ended;
}

/** @param owed open promises to tell somebody something */
export function beats(incident: Incident, heard: Heard[], owed: PromiseView[]): Beat[] {
  const list: Beat[] = [
    {
      ...TO_ALL,
      kind: 'detected',
      at: incident.detectedAt.toString(),
      label: `${clock(incident.detectedAt)} detected`,
    },
  ];
  for (const each of heard.slice(-BEATS_MAX)) {
    const { kind, full, client } = each;
    const words = kind === 'missed' ? 'missed' : kind === 'automatic' ? 'automatic message' : 'told';
    list.push({
      kind,
      at: each.at.toString(),
      full,
      client,
      soonFrom: null,
      label: `${clock(each.at)} ${words}${client ? ` ${client}` : ''}${kind === 'missed' || full ? '' : ', not all'}`,
    });
  }
  if (incident.restoredAt)
    list.push({
      ...TO_ALL,
      kind: 'restored',
      at: incident.restoredAt.toString(),
      label: `${clock(incident.restoredAt)} restored`,
    });
  const ended = endOf(incident, heard);
  if (ended) list.push({ ...TO_ALL, kind: 'ended', at: ended.toString(), label: `${clock(ended)} over` });
  const first = owed.find(({ kind }) => kind === 'first_message');
  if (first) list.push(promised(first, ' first message'));
  if (incident.promisedUpdate && !ended)
    list.push({
      ...TO_ALL,
      kind: 'promised',
      soonFrom: owed.find(({ kind }) => kind === 'next_update')?.soonFrom ?? null,
      at: incident.promisedUpdate.dueAt.toString(),
      label: clock(incident.promisedUpdate.dueAt),
    });
  const named = machinesWord(incident);
  if (named && !ended)
    list.push({
      ...TO_ALL,
      kind: 'promised',
      at: named.toString(),
      label: `${clock(named)} automatic message`,
    });
  for (const each of owed.filter(({ client }) => client).slice(0, ALONE_MAX))
    list.push(promised(each, ` ${each.client?.name}`));
  return list.toSorted((one, other) => one.at.localeCompare(other.at));
}

/** When the machine speaks again, unless a person does first; restoring and resolving end that. */
function machinesWord({ lastUpdate, restoredAt, resolvedAt }: Incident): Temporal.Instant | undefined {
  if (lastUpdate?.kind !== 'late') return undefined;
  const ended = [restoredAt, resolvedAt].some((at) => at && Temporal.Instant.compare(at, lastUpdate.at) > 0);
  return ended ? undefined : lastUpdate.nextAt;
}

function promised({ dueAt, soonFrom, client }: PromiseView, words: string): Beat {
  const at = Temporal.Instant.from(dueAt);
  return {
    kind: 'promised',
    at: dueAt,
    soonFrom,
    full: true,
    client: client?.name ?? null,
    label: `${clock(at)}${words}`,
  };
}

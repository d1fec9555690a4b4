/** What changed here, what changed there, and what becomes of it: each side is compared with its own last word, so that neither echoes the other. Pure. */
import type { Change, End, Issue } from './tracker.ts';

/** The item as it would stand in the tracker. */
export type Ours = { title: string; dueOn: string; text: string; state: End };
type Theirs = Pick<Issue, 'title' | 'dueOn' | 'text' | 'state'> & { assignee: string | null };

/** What each side said when they last agreed. A tracker may trim what it is given: that is no change of anybody's. */
export type Agreed = { ours: Ours; theirs: Theirs };

export type Outcome = {
  /** What the item takes over from there. */
  take: { title?: string; dueOn?: string; state?: End; assignee?: boolean };
  /** What the issue is told. */
  tell: Change;
  /** Changed on both sides: what was written there and does not stand. */
  overruled: { what: 'title' | 'date'; there: string }[];
};

/**
 * The rule: what only one side changed is taken over by the other. What both changed stands as it is here, where the promise is,
 * and what was written there is kept in the item's lines. An end on either side is an end on both; a reopening there opens it here.
 * A day that was taken away there is not taken away here, and a text that people changed there is left to them.
 */
export function compare(agreed: Agreed, ours: Ours, theirs: Issue): Outcome {
  const outcome: Outcome = { take: {}, tell: {}, overruled: [] };
  field(outcome, 'title', agreed, ours, theirs);
  field(outcome, 'dueOn', agreed, ours, theirs);
  const untouched = theirs.text !== null && theirs.text === agreed.theirs.text;
  if (untouched && ours.text !== agreed.ours.text && ours.text !== theirs.text) outcome.tell.text = ours.text;
  if (ended(ours) !== ended(theirs)) {
    if (ended(theirs) !== ended(agreed.theirs)) outcome.take.state = theirs.state;
    else if (ended(ours) !== ended(agreed.ours)) outcome.tell.state = ours.state;
  }
  if (theirs.assignee && theirs.assignee.name !== agreed.theirs.assignee) outcome.take.assignee = true;
  return outcome;
}

function field(
  { take, tell, overruled }: Outcome,
  what: 'title' | 'dueOn',
  agreed: Agreed,
  ours: Ours,
  theirs: Issue,
): void {
  const there = theirs[what];
  const oursChanged = ours[what] !== agreed.ours[what];
  const theirsChanged = there !== null && there !== agreed.theirs[what];
  if (ours[what] === there) return;
  if (oursChanged) tell[what] = ours[what];
  else if (theirsChanged) take[what] = there;
  if (oursChanged && theirsChanged) overruled.push({ what: what === 'title' ? 'title' : 'date', there });
}

const ended = ({ state }: { state: End }): boolean => state !== 'open';

/**
 * @param before what was agreed until now, when the text was not told: a text that people changed there stays theirs
 * @returns what both sides say once everything is taken over and told
 */
export function agreedOn(ours: Ours, issue: Issue, before?: Agreed): Agreed {
  const { title, dueOn, state, assignee } = issue;
  const text = before ? before.theirs.text : issue.text;
  return { ours, theirs: { title, dueOn, text, state, assignee: assignee?.name ?? null } };
}

export function tellsAnything({ title, dueOn, text, state }: Change): boolean {
  return title !== undefined || dueOn !== undefined || text !== undefined || state !== undefined;
}

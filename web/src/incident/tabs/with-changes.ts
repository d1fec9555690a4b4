/** What changed nearby, placed between what happened. Pure. */
import type { TimelineLine } from '#incident/view.ts';
import type { NearChange } from '../changes.ts';

const NEAR = ['same_service', 'depends_directly'];
const SHOWN_MAX = 20;

/** Both in the order of time, oldest first. Changes have no seq of the incident; theirs is negative. */
export function withChanges(lines: TimelineLine[], changes: NearChange[]): TimelineLine[] {
  const near = changes.filter((change) => NEAR.includes(change.relation) || change.mark).slice(0, SHOWN_MAX);
  return [...lines, ...near.map(lineOf)].sort(
    (one, other) => Date.parse(one.happenedAt) - Date.parse(other.happenedAt) || one.seq - other.seq,
  );
}

function lineOf(change: NearChange, index: number): TimelineLine {
  return {
    seq: -1 - index,
    kind: 'change',
    happenedAt: change.happenedAt,
    recordedAt: change.happenedAt,
    actor: { kind: 'system', name: `${change.source} · ${change.beforeText}` },
    source: change.source,
    text: `${change.summary}${change.rollback === 'safe' ? ', rollback safe' : ''}`,
    tone: 'change',
    data: {},
  };
}

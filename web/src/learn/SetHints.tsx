/** Hints on the actions of one incident taken together, for the writers alone. */
import { setHints } from '#src/learn/action-set.ts';
import { nowMs } from '../words/clock.ts';
import type { Postmortem } from './postmortem.ts';

export function SetHints({ postmortem }: { postmortem: Postmortem }) {
  const items = postmortem.actionItems.filter((item) => item.state !== 'dropped');
  const hints = setHints(items, postmortem.severity, new Date(nowMs()).toISOString().slice(0, 10));
  if (hints.length === 0) return null;
  return (
    <ul className="hints" aria-label="Hints on the actions together">
      {hints.map((each) => (
        <li key={each.question} className="small">
          {each.question}
        </li>
      ))}
    </ul>
  );
}

/** What a playbook is missing, each with its line; the same beside the editor and below the text. */
import type { FindingView } from './playbook.ts';

const SHOWN_MAX = 12;
const MARKS: Record<FindingView['level'], string> = {
  error: 'must change',
  warning: 'missing',
  hint: 'hint',
};

export function FindingList({ findings, go }: { findings: FindingView[]; go?: (line: number) => void }) {
  return (
    <ul className="playbook-findings">
      {findings.slice(0, SHOWN_MAX).map((each) => (
        <li key={`${each.line}${each.code}`} data-level={each.level}>
          {go ? (
            <button type="button" className="linkish mono" onClick={() => go(each.line)}>
              line {each.line}
            </button>
          ) : (
            <span className="mono quiet">line {each.line}</span>
          )}
          <span>
            <span className={each.level === 'error' ? 'red strong' : 'quiet'}>{MARKS[each.level]}:</span>{' '}
            {each.message}
          </span>
        </li>
      ))}
      {findings.length > SHOWN_MAX ? <li className="quiet">and {findings.length - SHOWN_MAX} more</li> : null}
    </ul>
  );
}

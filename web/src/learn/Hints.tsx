/** Hints on the writer's screen alone: where a sentence speaks of a person instead of the system, or stays vague. They never block. */
import type { Finding } from '#src/learn/finding.ts';

const HINTS_MAX = 5;
const EXCERPT_CHARACTERS_MAX = 60;

export function Hints({ text, findings }: { text: string; findings: Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <ul className="hints" aria-label="Hints for you, the writer">
      {findings.slice(0, HINTS_MAX).map((each) => (
        <li key={`${each.code}${each.start}`} className="small">
          {each.end > each.start ? (
            <q>{text.slice(each.start, Math.min(each.end, each.start + EXCERPT_CHARACTERS_MAX))}</q>
          ) : null}{' '}
          {each.question} <span className="quiet">{each.rewrite}</span>
        </li>
      ))}
    </ul>
  );
}

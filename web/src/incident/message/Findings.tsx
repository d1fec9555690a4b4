/** What the checks ask about a field: each a question about its own words, with a rewrite where there is one. */
import type { Finding } from './drafts.ts';

type Props = { findings: Finding[]; text: string; rewrite?: (text: string) => void };

export function Findings({ findings, text, rewrite }: Props) {
  const shown = findings.filter((each) => each.level !== 'ask');
  if (shown.length === 0) return null;
  return (
    <ul className="findings" aria-live="polite">
      {shown.map((each) => (
        <li key={`${each.code}${each.start}${each.question}`} data-level={each.level}>
          {each.question.replace('…', `“${text.slice(each.start, each.end)}”`)}
          {each.rewrite !== null && rewrite ? (
            <button
              type="button"
              className="linkish"
              onClick={() => rewrite(text.slice(0, each.start) + each.rewrite + text.slice(each.end))}
            >
              write “{each.rewrite}”
            </button>
          ) : null}
          {each.example ? <span className="finding-example">For example: {each.example}</span> : null}
        </li>
      ))}
    </ul>
  );
}

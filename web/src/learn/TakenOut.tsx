/** Lines that somebody took out of the timeline: still here, so that nothing is lost by a slip. */
import { Button } from '@mantine/core';
import type { TimelineEntry } from '#src/learn/sections.ts';
import { count } from '../words/count.ts';

export function TakenOut({
  lines,
  putBack,
}: {
  lines: TimelineEntry[];
  putBack: (line: TimelineEntry) => void;
}) {
  if (lines.length === 0) return null;
  return (
    <details className="taken-out">
      <summary className="quiet">{count(lines.length, 'line is', 'lines are')} taken out</summary>
      <ol className="rows">
        {lines.map((line) => (
          <li key={line.id} className="line-read quiet">
            <time dateTime={line.at} title={line.at.slice(0, 10)}>
              {line.at.slice(11, 16)}
            </time>
            <span>{line.text || 'An empty line'}</span>
            <span className="line-end">
              <Button
                variant="subtle"
                size="compact-md"
                onClick={() => putBack(line)}
                aria-label={`Put back: ${line.text || 'an empty line'}`}
              >
                Put back
              </Button>
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}

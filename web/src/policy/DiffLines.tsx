/** What changed between two texts, with a few lines around it. */
import type { DiffLine } from '#promise/diff.ts';
import './policy.css';
import { withContext } from './context.ts';

const MARKS: Record<DiffLine['change'], string> = { same: ' ', removed: '−', added: '+' };

export function DiffLines({ lines }: { lines: DiffLine[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <pre className="diff" tabIndex={0}>
      {withContext(lines).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of one comparison never move
        <span key={index} data-change={line === 'gap' ? 'gap' : line.change}>
          {line === 'gap' ? '…' : `${MARKS[line.change]} ${line.text}`}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

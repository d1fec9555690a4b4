/** The message as its readers get it, the changing parts underlined. */
import type { Draft } from './drafts.ts';

const CLOCK = /\b\d{2}:\d{2}(?: [A-Z]{3,5})?(?: on \d{1,2} [A-Z][a-z]{2})?/;

export function PreparedText({ draft }: { draft: Pick<Draft, 'text' | 'impact'> }) {
  return (
    <blockquote className="prepared">
      {parts(draft.text).map((part, index) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one sentence, never reordered
        CLOCK.test(part) ? <u key={index}>{part}</u> : <span key={index}>{part}</span>,
      )}
    </blockquote>
  );
}

function parts(text: string): string[] {
  return text.split(new RegExp(`(${CLOCK.source})`, 'g')).filter(Boolean);
}

/** How it reads for each audience, side by side and exactly as it will be sent; what differs from the first is marked. */
import { diffWordsWithSpace } from 'diff';
import { count } from '../../words/count.ts';
import type { Read } from './drafts.ts';

const NAMED_MAX = 3;

/** @param own the audiences that have words of their own */
export function SideBySide({ reads, own }: { reads: Read[]; own: string[] }) {
  const cards = together(reads, own);
  const [first] = cards;
  if (!first) return null;
  return (
    <div className="as-read">
      <p className="field-label">As it will be read{cards.length > 1 ? '; differences are marked' : ''}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard */}
      <section className="side-by-side" aria-label="Preview" tabIndex={0}>
        {cards.map((card) => (
          <article className="preview" key={card.reads[0]?.audience}>
            <p className="small quiet">{namesOf(card.reads)}</p>
            <p className="strong">{card.head}</p>
            <p className="preview-text">
              {card === first || !sameChannel(card, first) ? card.text : marked(first.text, card.text)}
            </p>
          </article>
        ))}
      </section>
    </div>
  );
}

type Card = { reads: Read[]; head: string; text: string };

/** Clients with the common words first, for the others differ from those; those who read the very same share a card. */
function together(reads: Read[], own: string[]): Card[] {
  const rank = ({ audience }: Read) =>
    (audience.startsWith('client:') ? 0 : 2) + Number(own.includes(audience));
  const ranked = reads.toSorted((one, other) => rank(one) - rank(other));
  const cards = Map.groupBy(ranked, (read) => `${read.channel}\n${read.head}\n${read.text}`);
  return [...cards.values()].map((each) => ({ reads: each, head: each[0]!.head, text: each[0]!.text }));
}

function sameChannel(one: Card, other: Card): boolean {
  return one.reads[0]?.channel === other.reads[0]?.channel;
}

function namesOf(reads: Read[]): string {
  const names = reads.slice(0, NAMED_MAX).map((read) => read.who);
  const more = reads.length - names.length;
  const who = more ? `${names.join(', ')} and ${count(more, 'other', 'others')}` : names.join(', ');
  return reads[0]?.channel === 'page' ? who : `${who} · ${reads[0]?.channel}`;
}

function marked(common: string, own: string) {
  return diffWordsWithSpace(common, own)
    .filter((part) => !part.removed)
    .map((part, index) =>
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text, never reordered
      part.added ? <mark key={index}>{part.value}</mark> : <span key={index}>{part.value}</span>,
    );
}

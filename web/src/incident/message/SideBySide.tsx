/** How it reads for each audience, channel by channel and exactly as it will be sent; what differs from the first is marked. */
import { SegmentedControl, Select } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { diffWordsWithSpace } from 'diff';
import { useState } from 'react';
import { TOLD_BY, TOLD_BY_WORDS } from '#directory/told-by.ts';
import { count } from '../../words/count.ts';
import type { Preview, Read } from './drafts.ts';

const NAMED_MAX = 3;
const TABS_MAX = 5;

type Channel = Read['channel'];

type Previewed = Pick<Preview, 'reads' | 'nobody' | 'nextAfterMinutes'>;

/** @param own the audiences that have words of their own */
export function SideBySide({
  preview: { reads, nobody, nextAfterMinutes },
  own,
}: {
  preview: Previewed;
  own: string[];
}) {
  const phone = useMediaQuery('(max-width: 767px)');
  const [chosen, choose] = useState<Channel>('email');
  const later = laterWords(nextAfterMinutes);
  const tabs = tabsOf(reads, nextAfterMinutes);
  const shown = tabs.find((each) => each.value === chosen) ?? tabs[0];
  if (!shown) return <Nobody of={nobody} />;
  const cards = together(
    reads.filter((read) => tabOf(read) === shown.value),
    own,
  );
  const [first] = cards;
  const pick = (value: string | null) => choose((value ?? 'email') as Channel);
  return (
    <div className="as-read">
      <Nobody of={nobody} />
      <p className="field-label">As it will be read{cards.length > 1 ? '; differences are marked' : ''}</p>
      {tabs.length < 2 ? null : phone || tabs.length > TABS_MAX ? (
        <Select
          aria-label="Channel"
          size="md"
          data={tabs}
          value={shown.value}
          onChange={pick}
          allowDeselect={false}
        />
      ) : (
        <SegmentedControl
          aria-label="Channel"
          size="xs"
          data={tabs}
          value={shown.value}
          onChange={pick}
          className="preview-channels"
        />
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it must be reachable by keyboard */}
      <section className="side-by-side" aria-label="Preview" tabIndex={0}>
        {cards.map((card) => (
          <article className="preview" key={`${card.reads[0]?.audience}${card.reads[0]?.channel}`}>
            <p className="small quiet">{namesOf(card.reads)}</p>
            {card.reads[0]?.turn === 'next' ? <p className="small strong preview-later">{later}</p> : null}
            {card.reads[0]?.notConfigured ? (
              <p className="small amber">
                {sentence(card.reads[0].notConfigured)} The next channel is tried at once.
              </p>
            ) : null}
            {card.head ? <p className="strong">{card.head}</p> : null}
            <p className="preview-text">
              {first && card !== first && sameChannel(card, first)
                ? marked(first.text, card.text)
                : card.text}
            </p>
            {card.note ? <p className="small quiet">{card.note}</p> : null}
          </article>
        ))}
      </section>
    </div>
  );
}

/** Whom no message reaches: said before the words that they will not read. */
function Nobody({ of }: { of: Preview['nobody'] }) {
  if (!of.length) return null;
  return (
    <ul className="rows preview-nobody" aria-label="Not reached by any message">
      {of.map(({ audience, who, words, callable }) => (
        <li key={audience} className="small">
          <span className={callable ? 'strong amber' : 'strong red'}>
            {callable ? '☎' : '✕'} {who}
          </span>{' '}
          {words}
        </li>
      ))}
    </ul>
  );
}

function laterWords(afterMinutes: number | null): string {
  return afterMinutes === null
    ? 'Only if the first channel fails'
    : `Next: after ${afterMinutes} minutes without evidence, or when the first channel fails`;
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** Mail and the page stand beside each other, as most people read one of them; every other channel has its own. */
function tabOf({ channel }: Read): Channel {
  return channel === 'page' ? 'email' : channel;
}

function tabsOf(reads: Read[], afterMinutes: number | null): { value: Channel; label: string }[] {
  const used = new Set(reads.map(tabOf));
  const page = reads.some((read) => read.channel === 'page');
  const mail = reads.some((read) => read.channel === 'email');
  const first = [mail ? 'Email' : '', page ? 'Status page' : ''].filter(Boolean).join(' and ');
  const named = (kind: Exclude<Channel, 'page'>) =>
    kind === 'email' ? first.replace('and Status', 'and status') : TOLD_BY_WORDS[kind];
  const later = afterMinutes === null ? 'if the first fails' : `after ${afterMinutes} min`;
  const atOnce = (kind: Channel) => reads.some((read) => tabOf(read) === kind && read.turn === 'first');
  return TOLD_BY.filter((kind) => used.has(kind))
    .toSorted((one, other) => Number(atOnce(other)) - Number(atOnce(one)))
    .map((value) => ({ value, label: atOnce(value) ? named(value) : `${named(value)}, ${later}` }));
}

type Card = { reads: Read[]; head: string; text: string; note: string | null };

/** Clients with the common words first, for the others differ from those; those who read the very same share a card. */
function together(reads: Read[], own: string[]): Card[] {
  const rank = ({ audience, turn }: Read) =>
    (turn === 'next' ? 4 : 0) + (audience.startsWith('client:') ? 0 : 2) + Number(own.includes(audience));
  const ranked = reads.toSorted((one, other) => rank(one) - rank(other));
  const cards = Map.groupBy(ranked, (read) => `${read.channel}\n${read.turn}\n${read.head}\n${read.text}`);
  return [...cards.values()].map((each) => {
    const { head, text, note } = each[0]!;
    return { reads: each, head, text, note };
  });
}

function sameChannel(one: Card, other: Card): boolean {
  return one.reads[0]?.channel === other.reads[0]?.channel;
}

function namesOf(reads: Read[]): string {
  const names = reads.slice(0, NAMED_MAX).map((read) => read.who);
  const more = reads.length - names.length;
  const who = more ? `${names.join(', ')} and ${count(more, 'other', 'others')}` : names.join(', ');
  const channel = reads[0]?.channel;
  return channel === undefined || channel === 'page' ? who : `${who} · ${TOLD_BY_WORDS[channel]}`;
}

function marked(common: string, own: string) {
  return diffWordsWithSpace(common, own)
    .filter((part) => !part.removed)
    .map((part, index) =>
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text, never reordered
      part.added ? <mark key={index}>{part.value}</mark> : <span key={index}>{part.value}</span>,
    );
}

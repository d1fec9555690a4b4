/** Where the marks of a line of beats stand, and which of their labels fit. Pure. */
import type { Beat } from '#incident/view.ts';

export type Placed = {
  beat: Beat;
  x: number;
  label: { x: number; anchor: 'start' | 'middle' | 'end' } | null;
};
export type Line = { marks: Placed[]; nowX: number | null; endX: number; startX: number };

const CHARACTER_WIDTH = 6.7;
const LABEL_GAP = 10;
/** Even a young incident shows a quarter of an hour, so that the first marks do not fill the line. */
const SPAN_MIN_MS = 15 * 60_000;
const SPAN_OVER_MIN_MS = 60_000;
const AHEAD = 1.06;

type Frame = { width: number; padding: number; now: number };

/** A promise that was missed is one mark, the broken ring. */
export function distinct(beats: Beat[]): Beat[] {
  const key = (beat: Beat) => `${beat.at} ${beat.client ?? ''}`;
  const missed = new Set(beats.filter((beat) => beat.kind === 'missed').map(key));
  return beats.filter((beat) => beat.kind !== 'promised' || !missed.has(key(beat)));
}

/** Marks by time from the first to the later of now and the last promise; labels where they do not touch. */
export function place(beats: Beat[], { width, padding, now }: Frame): Line {
  const times = beats.map((beat) => Date.parse(beat.at));
  const start = Math.min(...times);
  const over = beats.find((beat) => beat.kind === 'ended');
  const last = Math.max(...times);
  const until = over ? last : Math.max(now, last);
  // The clock shown here moves by the minute; what has just happened is not after now.
  const happened = beats.filter((beat) => beat.kind !== 'promised').map((beat) => Date.parse(beat.at));
  const span = Math.max(over ? SPAN_OVER_MIN_MS : SPAN_MIN_MS, (until - start) * (over ? 1 : AHEAD));
  const x = (at: number) => padding + (Math.max(0, at - start) / span) * (width - 2 * padding);
  return {
    marks: labelled(
      beats,
      beats.map((beat) => x(Date.parse(beat.at))),
      width,
    ),
    nowX: over ? null : x(Math.max(now, ...happened)),
    startX: padding,
    endX: over ? x(last) : width - padding,
  };
}

const LABEL_CHARACTERS_MAX = 28;

/** @returns the words under a mark; a long name ends early, so that it does not take the place of every other */
export function cut(label: string): string {
  return label.length > LABEL_CHARACTERS_MAX
    ? `${label.slice(0, LABEL_CHARACTERS_MAX - 1).trimEnd()}…`
    : label;
}

/** What is still promised is labelled first, then the beginning, then the rest from the latest back. */
function labelled(beats: Beat[], xs: number[], width: number): Placed[] {
  const taken: [number, number][] = [];
  const labels = new Map<number, Placed['label']>();
  const order = beats
    .map((_, index) => index)
    .sort((one, other) => rank(beats[one]!) - rank(beats[other]!) || other - one);
  for (const index of order) {
    const wide = cut(beats[index]!.label).length * CHARACTER_WIDTH;
    const left = Math.min(Math.max(0, xs[index]! - wide / 2), width - wide);
    const box: [number, number] = [left, left + wide];
    if (taken.some(([from, to]) => box[0] < to + LABEL_GAP && box[1] > from - LABEL_GAP)) continue;
    taken.push(box);
    labels.set(index, { x: left, anchor: 'start' });
  }
  return beats.map((beat, index) => ({ beat, x: xs[index]!, label: labels.get(index) ?? null }));
}

function rank(beat: Beat): number {
  if (beat.kind === 'promised') return 0;
  if (beat.kind === 'missed') return 1;
  return beat.kind === 'detected' ? 2 : 3;
}

const WORDS: Record<Beat['kind'], string> = {
  detected: 'detected',
  sent: 'told',
  automatic: 'automatic message',
  promised: 'promised',
  missed: 'promised and missed',
  restored: 'works again',
  ended: 'over',
};

/** The same as a sentence, for people who do not see the line. */
export function inWords(beats: Beat[], clock: (at: string) => string): string {
  if (beats.length === 0) return 'Nobody has heard anything yet.';
  return `What people have heard: ${beats.map((beat) => `${clock(beat.at)} ${WORDS[beat.kind]}${beat.client ? ` ${beat.client} alone` : ''}${beat.full ? '' : ', not every client'}`).join(', ')}.`;
}

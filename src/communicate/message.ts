/** What is said, and in which order: impact, action, next time. Drafts for every kind of message. Pure; the web may import it. */
import type { UpdateKind, UpdateStatus } from '#incident/types.ts';
import { type At, counted, listed, STATUS_WORDS, timeWithZone } from './words.ts';

export const KIND_WORDS: Record<UpdateKind, string> = {
  first: 'First message',
  next: 'Update',
  works_again: 'It works again',
  is_back: 'It is back',
  stand_down: 'Stand down',
  correction: 'Correction',
  final: 'Final message',
  late: 'Automatic message',
};

/** Only the last message may leave the next time open. */
export const ENDS_THE_TELLING: readonly UpdateKind[] = ['final', 'stand_down', 'correction'];

export const DATA_SENTENCE = 'We are checking whether data is affected.';
export const UNKNOWN_SERVICE = 'one of our services';

/** The four fields. `nextAt` is null only on a message that ends the telling. */
export type Fields = {
  kind: UpdateKind;
  status: UpdateStatus;
  impact: string;
  action: string;
  nextAt: At | null;
};

/** What a draft is made of. Times are instants; `zone` is the one in which they are spoken. */
export type Situation = {
  kind: UpdateKind;
  /** Names as clients know them; empty when it is unknown what is affected. */
  publicNames: readonly string[];
  checkingData: boolean;
  now: At;
  nextAt: At | null;
  zone: string;
  detectedAt: At;
  restoredAt?: At | undefined;
  /** The last message of a person, to be carried over. */
  last?: { status: UpdateStatus; impact: string; action: string; at: At; kind: UpdateKind } | undefined;
  workaround?: string | undefined;
  /** What works although a third party does not, in public words. */
  stillWorks?: readonly string[] | undefined;
  /** It was said to work again; then it failed, at this instant. */
  reopenedAt?: At | undefined;
  /** What a correction corrects. */
  correction?: string | undefined;
};

/** "card payments", or "one of our services" when nobody knows yet. */
export function affected(publicNames: readonly string[]): string {
  return publicNames.length ? listed(publicNames) : UNKNOWN_SERVICE;
}

export function holdingImpact(publicNames: readonly string[]): string {
  return `We are aware of an issue affecting ${affected(publicNames)}.`;
}

/** The holding words with the names that these readers know, in place of all names; other words stay as they are. */
export function withOwnNames(
  impact: string,
  allNames: readonly string[],
  ownNames: readonly string[],
): string {
  const common = holdingImpact(allNames).slice(0, -1);
  const next = impact.charAt(common.length);
  return impact.startsWith(common) && (next === '.' || next === ',')
    ? holdingImpact(ownNames).slice(0, -1) + impact.slice(common.length)
    : impact;
}

export function holdingAction(checkingData: boolean): string {
  return checkingData ? `We are investigating. ${DATA_SENTENCE}` : 'We are investigating.';
}

/** The whole holding message as one paragraph. */
export function holdingMessage(
  situation: Pick<Situation, 'publicNames' | 'checkingData' | 'zone' | 'now'> & { nextAt: At },
): string {
  return `${holdingImpact(situation.publicNames)} ${holdingAction(situation.checkingData)} ${nextSentence('first', situation.nextAt, (at) => timeWithZone(at, situation.zone, situation.now))}`;
}

/** @returns the prepared answer for the next step, complete enough to be sent as it is */
export function draft(situation: Situation): Fields & { nothingNew: boolean } {
  const { kind, last, nextAt } = situation;
  const about = affected(situation.publicNames);
  const time = (at: At) => timeWithZone(at, situation.zone, situation.now);
  const usable = `You can use ${about} again${situation.restoredAt ? ` since ${time(situation.restoredAt)}` : ''}.`;
  const made = (status: UpdateStatus, impact: string, action: string) => ({
    kind,
    status,
    impact,
    action,
    nextAt,
    nothingNew: false,
  });
  switch (kind) {
    case 'first':
      return made(
        'looking',
        [holdingImpact(situation.publicNames), ...(situation.stillWorks ?? [])].join(' '),
        holdingAction(situation.checkingData),
      );
    case 'next':
      return last
        ? nothingNew(situation, last)
        : made('looking', holdingImpact(situation.publicNames), holdingAction(situation.checkingData));
    case 'works_again':
      return made(
        'works_again',
        `${usable} ${situation.workaround ? sentence(situation.workaround) : ''}`.trim(),
        'We are watching that it stays that way.',
      );
    case 'is_back':
      return made(
        'looking',
        [
          `The issue affecting ${about} is back${situation.reopenedAt ? ` since ${time(situation.reopenedAt)}` : ''}.`,
          ...(situation.stillWorks ?? []),
        ].join(' '),
        holdingAction(situation.checkingData),
      );
    case 'stand_down':
      return {
        ...made(
          'works_again',
          `There was no issue affecting ${about}. What we saw was a false alarm.`,
          'We have looked and there is nothing left to do.',
        ),
        nextAt: null,
      };
    case 'correction':
      return made(
        last?.status ?? 'looking',
        situation.correction
          ? `Correction: ${sentence(situation.correction, false)}`
          : 'Correction: our last message was wrong in this point: ',
        last?.action ?? 'We are investigating.',
      );
    case 'final':
      return {
        ...made(
          'works_again',
          `${usable} The issue is resolved.`,
          'We have watched it and it has stayed stable. We are now finding out why it happened.',
        ),
        nextAt: null,
      };
    case 'late':
      return made(
        last?.status ?? 'looking',
        last?.impact ?? holdingImpact(situation.publicNames),
        last?.action ?? holdingAction(false),
      );
  }
}

const NOTHING_NEW = /^Nothing new since [^:]*\d\d:\d\d[^:]*: /;

/** What was being done, without "Nothing new since …". */
export function unrepeated(action: string): string {
  return action.replace(NOTHING_NEW, '');
}

/** All four fields carried over, a sentence that says so, a new time. */
export function nothingNew(
  situation: Pick<Situation, 'nextAt' | 'zone' | 'now'>,
  last: NonNullable<Situation['last']>,
): Fields & { nothingNew: boolean } {
  const carried = unrepeated(last.action);
  const since = timeWithZone(last.at, situation.zone, situation.now);
  return {
    kind: 'next',
    status: last.status,
    impact: last.impact,
    action: `Nothing new since ${since}: ${carried}`,
    nextAt: situation.nextAt,
    nothingNew: true,
  };
}

/** @param time how the reader is told a time */
export function nextSentence(kind: UpdateKind, nextAt: At | null, time: (at: At) => string): string {
  if (nextAt === null)
    return kind === 'final'
      ? 'This is our last message about it.'
      : kind === 'stand_down'
        ? 'There will be no further messages about it.'
        : '';
  return kind === 'late' ? `Next message by ${time(nextAt)}.` : `Next update at ${time(nextAt)}.`;
}

/** The external text as one paragraph, in the order impact, action, next time. */
export function plainText(fields: Fields, time: (at: At) => string): string {
  const words = [closed(fields.impact), closed(fields.action), nextSentence(fields.kind, fields.nextAt, time)]
    .filter(Boolean)
    .join(' ');
  return fields.kind === 'late' ? `Automatic message. ${words}` : words;
}

/** A headline from the impact, for the public page and subjects; never the internal title. */
export function headline(impact: string, publicNames: readonly string[]): string {
  const told = unstamped(unadmitted(impact).replace(LATENESS, ''));
  const first = /^.*?[.!?](?=\s|$)/.exec(told)?.[0] ?? told;
  const text = first.replace(/[.!?]+$/, '').trim();
  if (
    !text ||
    text.length > HEADLINE_CHARACTERS_MAX ||
    /^We are aware of an issue/i.test(text) ||
    /^(Our (update|first message) for|Correction:)/.test(text)
  )
    return `An issue affecting ${affected(publicNames)}`;
  return text[0]!.toUpperCase() + text.slice(1);
}
const HEADLINE_CHARACTERS_MAX = 90;
// That we are late is no news of what fails; what follows is.
const LATENESS =
  /^Our (?:update|first message) for [^.!?]{1,60} is late\.\s+(?:Last confirmed at \d{1,2}:\d{2}[^:]{0,12}: )?/;

/** The label of the one button: what it does, to how many. */
export function sendLabel(people: number, publicPage: boolean): string {
  if (!people && !publicPage) return 'Nobody would read this';
  const who = people ? `Send to ${counted(people, 'person', 'people')}` : '';
  if (!publicPage) return who;
  return who ? `${who} and the status page` : 'Put it on the status page';
}

/** The status as public words, with the kind where the kind says more. */
export function statusWords(fields: Pick<Fields, 'kind' | 'status'>): string {
  if (fields.kind === 'stand_down') return 'A false alarm';
  return fields.kind === 'is_back' ? 'It is back' : STATUS_WORDS[fields.status];
}

/** How an honest draft begins after a missed promise. @param promised the time as its readers are told it */
export function admission(promised: string): string {
  return `We said we would write by ${promised} and did not.`;
}
const ADMISSION = /^We said we would write by [^.!?]{1,90} and did not\.\s*/;

/** What was said, without that it was late: true once, and not to be carried over. */
export function unadmitted(impact: string): string {
  return impact.trim().replace(ADMISSION, '');
}

/** The impact without its "Since 02:02 UTC", which stands elsewhere. */
export function unstamped(impact: string): string {
  return impact.trim().replace(/^Since \d{1,2}:\d{2}( [A-Z][A-Za-z0-9+:-]{1,5})?,? /, '');
}

export function closed(text: string): string {
  const trimmed = text.trim();
  // A quotation closes with its own full stop.
  return trimmed && !/[.!?:…][“”"')]?$/.test(trimmed) ? `${trimmed}.` : trimmed;
}

function sentence(text: string, capital = true): string {
  const whole = closed(text);
  return capital && whole ? whole[0]!.toUpperCase() + whole.slice(1) : whole;
}

// "VAT invoices" and the name of a service keep their capitals; "Nobody can pay" does not.
export function lowerFirst(text: string, names: readonly string[]): string {
  if (names.some((name) => text.startsWith(name))) return text;
  return /^[A-Z][a-z]+ [a-z]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
}

/** What the machine says when ours is late, in each language that it speaks: nothing but facts held, and never that somebody is working. Pure. */
import type { Confirmed, Lateness, UpdateKind } from '#incident/types.ts';
import { affected, closed, holdingImpact } from './message.ts';
import type { Language, Speech } from './page/language.ts';
import type { At } from './words.ts';

type LateWords = {
  aware(names: readonly string[], noticed: string, listed: (names: readonly string[]) => string): string;
  firstLate(promised: string, still: boolean): string;
  updateLate(promised: string, still: boolean): string;
  /** The words stay in the language in which a person wrote them. */
  confirmed(at: string, said: Confirmed): string;
  called(count: number): string;
  callingOn: string;
  nobodyWrote: string;
};

const en: LateWords = {
  aware: (names, noticed) => `${holdingImpact(names).slice(0, -1)}, noticed at ${noticed}.`,
  firstLate: (promised, still) => `Our first message for ${promised} is ${still ? 'still ' : ''}late.`,
  updateLate: (promised, still) => `Our update for ${promised} is ${still ? 'still ' : ''}late.`,
  confirmed: (at, said) => closed(`Last confirmed at ${at}: ${said.continued}`),
  called(count) {
    if (count === 0) return 'More people are being called.';
    if (count === 1) return 'A second person has been called.';
    return count === 2
      ? 'A second and third person have been called.'
      : `${count} more people have been called.`;
  },
  callingOn: 'We keep calling people.',
  nobodyWrote: 'Nobody has written since.',
};

const de: LateWords = {
  aware: (names, noticed, listed) =>
    `Uns ist eine Störung bekannt, bemerkt um ${noticed}. Sie betrifft ${names.length ? listed(names) : 'einen unserer Dienste'}.`,
  firstLate: (promised, still) =>
    `Unsere erste Meldung für ${promised} ist ${still ? 'weiterhin ' : ''}überfällig.`,
  updateLate: (promised, still) =>
    `Unsere Meldung für ${promised} ist ${still ? 'weiterhin ' : ''}überfällig.`,
  confirmed: (at, said) => `Zuletzt bestätigt um ${at}: „${said.impact}“`,
  called(count) {
    if (count === 0) return 'Weitere Personen werden gerufen.';
    if (count === 1) return 'Eine zweite Person ist gerufen worden.';
    return count === 2
      ? 'Eine zweite und eine dritte Person sind gerufen worden.'
      : `${count} weitere Personen sind gerufen worden.`;
  },
  callingOn: 'Es werden weiter Personen gerufen.',
  nobodyWrote: 'Seitdem hat niemand geschrieben.',
};

const LATE_WORDS: Record<Language, LateWords> = { en, de };

type Reader = {
  speech: Speech;
  /** The affected services as this reader knows them. */
  names: readonly string[];
  writtenAt: At;
};

/** @param confirmed what a person told this reader's audience last */
export function lateMessage(
  lateness: Lateness,
  confirmed: Confirmed | undefined,
  { speech, names, writtenAt }: Reader,
): { impact: string; action: string } {
  const words = LATE_WORDS[speech.language];
  const still = lateness.saidBefore > 0;
  const time = (at: Temporal.Instant) => speech.time(at.epochMilliseconds, writtenAt);
  // One text may have readers in many zones: the time that was promised is given in UTC, too.
  const promised = speech.reader(lateness.promisedAt.epochMilliseconds, writtenAt);
  const impact = lateness.first
    ? [words.aware(names, time(lateness.detectedAt), speech.listed), words.firstLate(promised, still)]
    : [words.updateLate(promised, still), confirmed ? words.confirmed(time(confirmed.at), confirmed) : ''];
  return { impact: impact.filter(Boolean).join(' '), action: calls(words, lateness) };
}

function calls(words: LateWords, { calledCount, calling, saidBefore }: Lateness): string {
  if (saidBefore === 0) return words.called(calledCount);
  const action = [calledCount ? words.called(calledCount) : '', calling ? words.callingOn : ''];
  return action.filter(Boolean).join(' ') || words.nobodyWrote;
}

export type Said = {
  kind: UpdateKind;
  impact: string;
  action: string;
  lateness?: Lateness | null | undefined;
  confirmed?: Confirmed | null | undefined;
};

/**
 * A message in the words that its reader gets: a person's stay as they are, the machine's own are made in the reader's language.
 * @returns `about`: of what a headline is made; empty where nobody has said yet what fails
 */
export function wordsFor(said: Said, reader: Reader): { impact: string; action: string; about: string } {
  const { impact, action, lateness, confirmed } = said;
  if (!lateness) return { impact, action, about: impact };
  return {
    ...lateMessage(lateness, confirmed ?? undefined, reader),
    about: confirmed?.impact ?? '',
  };
}

/** "one of our services" in a title, where it stands first. */
export function titleNames(names: readonly string[], { language, listed }: Speech): string {
  if (names.length) return listed(names);
  return language === 'en' ? affected(names) : 'einer unserer Dienste';
}

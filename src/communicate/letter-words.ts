/** What stands around a message in a mail, an SMS, a chat or a call, by nobody's hand, in each language that a contact may have. Pure. */
import type { Language } from './page/language.ts';

export type LetterWords = {
  status: string;
  impact: string;
  doing: string;
  next: string;
  written(time: string): string;
  reference(reference: string): string;
  shortReference(reference: string): string;
  nobodyWrote: string;
  question: string;
  noMore: string;
  open: string;
  messageFrom(who: string): string;
  again: string;
  press: string;
  thanks: string;
};

const en: LetterWords = {
  status: 'Status',
  impact: 'Impact',
  doing: 'What we are doing',
  next: 'Next update',
  written: (time) => `Written ${time}.`,
  reference: (reference) => `Reference ${reference}.`,
  shortReference: (reference) => `Ref ${reference}`,
  nobodyWrote: 'Nobody wrote this message: Humdrum sent it because ours is late.',
  question: 'A question, or something else that does not work?',
  noMore: 'You do not want these mails?',
  open: 'Open',
  messageFrom: (who) => `Message from ${who}.`,
  again: 'I repeat.',
  press: 'Press 1 to say that you have heard this.',
  thanks: 'Thank you. Goodbye.',
};

const de: LetterWords = {
  status: 'Status',
  impact: 'Auswirkung',
  doing: 'Was wir tun',
  next: 'Nächste Meldung',
  written: (time) => `Geschrieben ${time}.`,
  reference: (reference) => `Aktenzeichen ${reference}.`,
  shortReference: (reference) => `Az. ${reference}`,
  nobodyWrote: 'Niemand hat diese Meldung geschrieben: Humdrum hat sie gesendet, weil unsere überfällig ist.',
  question: 'Eine Frage, oder geht noch etwas nicht?',
  noMore: 'Sie möchten diese E-Mails nicht?',
  open: 'Öffnen',
  messageFrom: (who) => `Nachricht von ${who}.`,
  again: 'Ich wiederhole.',
  press: 'Drücken Sie die 1, um zu sagen, dass Sie das gehört haben.',
  thanks: 'Danke. Auf Wiederhören.',
};

export const LETTER_WORDS: Record<Language, LetterWords> = { en, de };

/** A message as it is read out on the telephone, twice, with a key that says that it was heard. Pure. */
import { LETTER_WORDS } from '../../letter-words.ts';
import type { Language } from '../../page/language.ts';
import { cut } from '../cut.ts';
import { xml } from '../twilio.ts';
import type { Wording } from '../wording.ts';

const SAID_CHARACTERS_MAX = 600;
const WAIT_SECONDS = 8;

// As Twilio names a voice; English is the one that it has when nothing is said.
const SAY: Record<Language, string> = { en: '<Say>', de: '<Say language="de-DE">' };

/** @param heardUrl where a pressed key is reported, when there is a public address */
export function renderCall(wording: Wording, heardUrl: string | undefined): string {
  const { again, press } = LETTER_WORDS[wording.language];
  const say = (text: string) => `${SAY[wording.language]}${xml(text)}</Say>`;
  const words = saidIn(wording);
  const said = `${say(words)}<Pause length="1"/>${say(`${again} ${words}`)}`;
  if (!heardUrl) return `<Response>${said}</Response>`;
  return `<Response><Gather numDigits="1" timeout="${WAIT_SECONDS}" action="${xml(heardUrl)}">${said}${say(press)}</Gather></Response>`;
}

/** @returns what is read out, once */
export function saidIn({ language, brief: { from, impact, action, next } }: Wording): string {
  const room = SAID_CHARACTERS_MAX - from.length - next.length;
  const who = from && LETTER_WORDS[language].messageFrom(from);
  return [who, cut(`${impact} ${action}`, room), next].filter(Boolean).join(' ');
}

/** What is said after a key was pressed. */
export function callHeard(language: Language): string {
  return `<Response>${SAY[language]}${xml(LETTER_WORDS[language].thanks)}</Say></Response>`;
}

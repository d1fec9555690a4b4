/** A message as SMS: who, the impact, what we do, the next time; the impact and the next time always stay. Pure. */
import { fitted } from '../cut.ts';
import { xml } from '../twilio.ts';
import type { Wording } from '../wording.ts';

const PARTS_MAX = 3;
// A message of several parts gives some of each to the numbering.
const SEPTETS_PER_PART = 153;
const UNITS_PER_PART = 67;
const GSM =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const GSM_DOUBLE = '^{}\\[~]|€\f';
// Printers' marks would more than halve what fits into a message.
const PLAIN: Record<string, string> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '·': '-',
  '\u00a0': ' ',
};

export function renderSms({ brief }: Wording): string {
  const text = fitted(
    [
      { words: brief.from && `${plain(brief.from)}:` },
      { words: plain(brief.impact), needed: true, cuttable: true },
      { words: plain(brief.action) },
      { words: plain(brief.next), needed: true },
      { words: brief.reference },
    ],
    (whole) => partsOf(plain(whole)) <= PARTS_MAX,
  );
  return plain(text);
}

/** @returns what Twilio is told to send back to whoever wrote; undefined: nothing */
export function renderReply(text: string | undefined): string {
  const message = text === undefined ? '' : `<Message>${xml(plain(text))}</Message>`;
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${message}</Response>`;
}

/** Words of ours as SMS, of as few parts as may be. @param needed stays whole, what stands before it is cut */
export function shortSms(words: string, needed: string): string {
  return plain(
    fitted(
      [
        { words: plain(words), needed: true, cuttable: true },
        { words: plain(needed), needed: true },
      ],
      (whole) => partsOf(plain(whole)) <= 2,
    ),
  );
}

function plain(text: string): string {
  return text
    .replace(/[‘’“”„–—…·\u00a0]/g, (mark) => PLAIN[mark] ?? mark)
    .replace(/\s+/g, ' ')
    .trim();
}

/** @returns how many messages a text is sent as */
export function partsOf(text: string): number {
  return lengthOf(text).parts;
}

/**
 * @returns how long a text is on its way: its signs as the network counts them, and into how many messages they go;
 * `unicode`: one sign is outside the plain alphabet (GSM 03.38), so that a message holds fewer
 */
export function lengthOf(text: string): { parts: number; characters: number; unicode: boolean } {
  let septets = 0;
  for (const character of text) {
    if (GSM.includes(character)) septets += 1;
    else if (GSM_DOUBLE.includes(character)) septets += 2;
    else return { parts: Math.ceil(text.length / UNITS_PER_PART), characters: text.length, unicode: true };
  }
  return { parts: Math.ceil(septets / SEPTETS_PER_PART), characters: septets, unicode: false };
}

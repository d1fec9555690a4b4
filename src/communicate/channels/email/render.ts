/** A message as mail to one reader: plain text and HTML, with the reader's own time. Pure. */
import { escaped } from '#platform/escaped.ts';
import type { Letter } from '../../letter.ts';
import { LETTER_WORDS } from '../../letter-words.ts';
import type { Organisation } from '../../organisation.ts';
import type { Language } from '../../page/language.ts';
import { type Line, type Wording, wordingOf } from '../wording.ts';

export type RenderedMail = { subject: string; text: string; html: string };

/** @param from.url the public address, without which no link is written */
export function renderEmail(
  letter: Letter,
  from: { organisation: Organisation; url: string | undefined },
): RenderedMail {
  return mailOf(wordingOf(letter, from), {});
}

/** Links of this reader alone: where to ask us something, to be told on a device as well, and to ask for no more mail. */
export type OwnLinks = {
  ask?: string | undefined;
  /** Where to turn messages on in a browser, with the words before it in the reader's language. */
  device?: { words: string; link: string } | undefined;
  unsubscribe?: string | undefined;
};

export function mailOf(
  { language, subject, lines, footer }: Wording,
  { ask, device, unsubscribe }: OwnLinks,
): RenderedMail {
  const { question, noMore } = LETTER_WORDS[language];
  const foot = [
    ...footer,
    ...(ask ? [question, ask] : []),
    ...(device ? [device.words, device.link] : []),
    ...(unsubscribe ? [noMore, unsubscribe] : []),
  ];
  return {
    subject,
    text: `${lines.map(({ label, words }) => (label ? `${label}: ${words}` : words)).join('\n\n')}\n\n-- \n${foot.join('\n')}\n`,
    html: html(language, subject, lines, foot),
  };
}

function html(language: Language, subject: string, lines: Line[], footer: string[]): string {
  const body = lines
    .map(
      ({ label, words }) =>
        `<p style="margin:0 0 14px">${label ? `<strong>${escaped(label)}.</strong> ` : ''}${escaped(words).replaceAll('\n', '<br>')}</p>`,
    )
    .join('');
  const foot = footer
    .map((line) =>
      /^https?:\/\/\S+$/.test(line)
        ? `<a href="${escaped(line)}" style="color:#1f4b99">${escaped(line)}</a>`
        : escaped(line),
    )
    .join('<br>');
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head><body style="margin:0;padding:24px;background:#f6f5f1;color:#1d1f24;overflow-wrap:anywhere;word-break:break-word;font:16px/1.5 Inter,Segoe UI,Helvetica,Arial,sans-serif"><div style="max-width:600px">${body}<p style="margin:24px 0 0;padding-top:12px;border-top:1px solid #d9d6cd;color:#5c5f66;font-size:14px">${foot}</p></div></body></html>`;
}

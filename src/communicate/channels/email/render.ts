/** A message as mail to one reader: plain text and HTML, with the reader's own time. Pure. */
import { escaped } from '../../escaped.ts';
import type { Letter } from '../../letter.ts';
import {
  affected,
  headline,
  holdingImpact,
  KIND_WORDS,
  nextSentence,
  plainText,
  statusWords,
} from '../../message.ts';
import type { Organisation } from '../../organisation.ts';
import { type At, timeForReader } from '../../words.ts';

export type RenderedMail = { subject: string; text: string; html: string };

/** @param from.url the public address, without which no link is written */
export function renderEmail(
  letter: Letter,
  from: { organisation: Organisation; url: string | undefined },
): RenderedMail {
  const time = (at: At) => timeForReader(at, letter.zone, letter.writtenAt);
  const impact = ownImpact(letter);
  const lines = bodyOf(letter, impact, time);
  const footer = footerOf(letter, from, time);
  const subject = subjectOf(letter, impact);
  return {
    subject,
    text: `${lines.map(({ label, words }) => (label ? `${label}: ${words}` : words)).join('\n\n')}\n\n-- \n${footer.join('\n')}\n`,
    html: html(subject, lines, footer),
  };
}

// Each client reads of the services that it uses, not of those that others use.
function ownImpact(letter: Letter): string {
  const { impact } = letter.text;
  const common = holdingImpact(letter.about.publicNames);
  if (letter.readBy === 'internal' || !impact.startsWith(common)) return impact;
  return holdingImpact(letter.services) + impact.slice(common.length);
}

function subjectOf(letter: Letter, impact: string): string {
  const words = letter.kind === 'late' ? KIND_WORDS.late : statusWords(letter);
  const drill = letter.about.drill ? 'Drill: ' : '';
  if (letter.readBy === 'internal') {
    const { severity, number, restricted, title } = letter.about;
    return `${drill}${severity} INC-${number}: ${restricted ? 'restricted' : title} · ${words}`;
  }
  const title = headline(impact, letter.services);
  return `${drill}${title.startsWith('An issue') ? capital(affected(letter.services)) : title} · ${words} (${letter.about.reference})`;
}

type Line = { label: string; words: string };

// The holding message and the automatic one are a paragraph; everything else is its four fields.
function bodyOf(letter: Letter, impact: string, time: (at: At) => string): Line[] {
  const { kind, status, nextAt } = letter;
  const { action } = letter.text;
  if (kind === 'first' || kind === 'late')
    return [{ label: '', words: plainText({ kind, status, nextAt, impact, action }, time) }];
  const next = nextSentence(kind, nextAt, time);
  return [
    { label: 'Status', words: `${statusWords(letter)}.` },
    { label: 'Impact', words: impact.trim() },
    { label: 'What we are doing', words: action.trim() },
    ...(next
      ? [{ label: nextAt === null ? '' : 'Next update', words: nextAt === null ? next : time(nextAt) }]
      : []),
  ];
}

function footerOf(
  letter: Letter,
  from: { organisation: Organisation; url: string | undefined },
  time: (at: At) => string,
): string[] {
  const { organisation, url } = from;
  const { about } = letter;
  return [
    `${organisation.name ? `${organisation.name}. ` : ''}Written ${time(letter.writtenAt)}. Reference ${about.reference}.`,
    ...(letter.kind === 'late' ? ['Nobody wrote this message: Humdrum sent it because ours is late.'] : []),
    ...(about.drill ? ['This is a drill. No client was told.'] : []),
    ...(organisation.phone ? [`Urgent? Call ${organisation.phone} and quote ${about.reference}.`] : []),
    ...(url && letter.readBy === 'client' && !about.restricted ? [`${url}/status/`] : []),
    ...(url && letter.readBy === 'internal' ? [`${url}/incidents/${letter.about.incidentId}`] : []),
  ];
}

function capital(text: string): string {
  return text ? text[0]!.toUpperCase() + text.slice(1) : text;
}
function html(subject: string, lines: Line[], footer: string[]): string {
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
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head><body style="margin:0;padding:24px;background:#f6f5f1;color:#1d1f24;font:16px/1.5 Inter,Segoe UI,Helvetica,Arial,sans-serif"><div style="max-width:600px">${body}<p style="margin:24px 0 0;padding-top:12px;border-top:1px solid #d9d6cd;color:#5c5f66;font-size:14px">${foot}</p></div></body></html>`;
}

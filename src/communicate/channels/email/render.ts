/** A message as mail to one reader: plain text and HTML, with the reader's own time. Pure. */
import type { UpdateKind, UpdateStatus } from '#incident/types.ts';
import { escaped } from '../../escaped.ts';
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

/** A message and how its incident was called when it was written. */
export type Written = {
  kind: UpdateKind;
  status: UpdateStatus;
  impact: string;
  action: string;
  nextAt: At | null;
  writtenAt: At;
  incidentId: string;
  about: {
    reference: string;
    number: number;
    title: string;
    severity: string;
    drill: boolean;
    restricted: boolean;
    publicNames: readonly string[];
  };
};

/** The type carries the audience: internal titles exist only where the reader is internal. */
export type Reader = { audience: 'internal' | 'client'; zone: string; services: readonly string[] };

export type RenderedMail = { subject: string; text: string; html: string };

/** @param url the public address, without which no link is written */
export function renderEmail(
  written: Written,
  reader: Reader,
  from: { organisation: Organisation; url: string | undefined },
): RenderedMail {
  const time = (at: At) => timeForReader(at, reader.zone, written.writtenAt);
  const message = { ...written, impact: ownImpact(written, reader) };
  const lines = bodyOf(message, time);
  const footer = footerOf(written, reader, from, time);
  const subject = subjectOf(message, reader);
  return {
    subject,
    text: `${lines.map(({ label, words }) => (label ? `${label}: ${words}` : words)).join('\n\n')}\n\n-- \n${footer.join('\n')}\n`,
    html: html(subject, lines, footer),
  };
}

// Each client reads of the services that it uses, not of those that others use.
function ownImpact(written: Written, reader: Reader): string {
  const common = holdingImpact(written.about.publicNames);
  if (reader.audience === 'internal' || !written.impact.startsWith(common)) return written.impact;
  return holdingImpact(reader.services) + written.impact.slice(common.length);
}

function subjectOf(message: Written, reader: Reader): string {
  const { about } = message;
  const words = message.kind === 'late' ? KIND_WORDS.late : statusWords(message);
  const drill = about.drill ? 'Drill: ' : '';
  if (reader.audience === 'internal')
    return `${drill}${about.severity} INC-${about.number}: ${about.restricted ? 'restricted' : about.title} · ${words}`;
  const title = headline(message.impact, reader.services);
  return `${drill}${title.startsWith('An issue') ? capital(affected(reader.services)) : title} · ${words} (${about.reference})`;
}

type Line = { label: string; words: string };

// The holding message and the automatic one are a paragraph; everything else is its four fields.
function bodyOf(message: Written, time: (at: At) => string): Line[] {
  if (message.kind === 'first' || message.kind === 'late')
    return [{ label: '', words: plainText(message, time) }];
  const next = nextSentence(message.kind, message.nextAt, time);
  return [
    { label: 'Status', words: `${statusWords(message)}.` },
    { label: 'Impact', words: message.impact.trim() },
    { label: 'What we are doing', words: message.action.trim() },
    ...(next
      ? [
          {
            label: message.nextAt === null ? '' : 'Next update',
            words: message.nextAt === null ? next : time(message.nextAt),
          },
        ]
      : []),
  ];
}

function footerOf(
  written: Written,
  reader: Reader,
  from: { organisation: Organisation; url: string | undefined },
  time: (at: At) => string,
): string[] {
  const { organisation, url } = from;
  const { about } = written;
  return [
    `${organisation.name ? `${organisation.name}. ` : ''}Written ${time(written.writtenAt)}. Reference ${about.reference}.`,
    ...(written.kind === 'late' ? ['Nobody wrote this message: Humdrum sent it because ours is late.'] : []),
    ...(about.drill ? ['This is a drill. No client was told.'] : []),
    ...(organisation.phone ? [`Urgent? Call ${organisation.phone} and quote ${about.reference}.`] : []),
    ...(url && reader.audience === 'client' && !about.restricted ? [`${url}/status/`] : []),
    ...(url && reader.audience === 'internal' ? [`${url}/incidents/${written.incidentId}`] : []),
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

/** A message put into words for one reader, before any channel cuts or marks it: the same facts everywhere. Pure. */
import type { AboutInside, Letter } from '../letter.ts';
import {
  affected,
  headline,
  holdingImpact,
  KIND_WORDS,
  nextSentence,
  plainText,
  statusWords,
} from '../message.ts';
import type { Organisation } from '../organisation.ts';
import { type At, timeForReader } from '../words.ts';

export type Line = { label: string; words: string };

export type Wording = {
  subject: string;
  lines: Line[];
  footer: string[];
  /** The page that says more, when there is a public address. */
  link: string | undefined;
  /** For channels that have room for little: each a whole sentence, or empty. */
  brief: { from: string; impact: string; action: string; next: string; reference: string };
  /** The facts, for programs. */
  event: { type: string; at: At; data: Record<string, unknown> };
};

/** @param from.url the public address, without which no link is written */
export function wordingOf(
  letter: Letter,
  from: { organisation: Organisation; url: string | undefined },
): Wording {
  const time = (at: At) => timeForReader(at, letter.zone, letter.writtenAt);
  const impact = ownImpact(letter);
  return {
    subject: subjectOf(letter, impact),
    lines: bodyOf(letter, impact, time),
    footer: footerOf(letter, from, time),
    link: linkOf(letter, from.url),
    brief: briefOf(letter, impact, { organisation: from.organisation, time }),
    event: eventOf(letter, impact, from.url),
  };
}

function briefOf(
  letter: Letter,
  impact: string,
  { organisation, time }: { organisation: Organisation; time: (at: At) => string },
): Wording['brief'] {
  const { kind, about } = letter;
  const who =
    letter.readBy === 'internal'
      ? `${letter.about.severity} INC-${letter.about.number}`
      : (organisation.name ?? '');
  const marks = [about.drill ? 'Drill' : '', kind === 'late' ? 'Automatic message' : '', who];
  return {
    from: marks.filter(Boolean).join(', '),
    impact: sentence(
      kind === 'first' || kind === 'late' ? impact : `${statusWords(letter)}. ${impact.trim()}`,
    ),
    action: sentence(letter.text.action),
    next: nextSentence(kind, letter.nextAt, time),
    reference: `Ref ${about.reference}`,
  };
}

function sentence(text: string): string {
  const trimmed = text.trim();
  return trimmed && !/[.!?:…]$/.test(trimmed) ? `${trimmed}.` : trimmed;
}

function eventOf(letter: Letter, impact: string, url: string | undefined): Wording['event'] {
  const { about } = letter;
  return {
    type: 'incident.update.sent',
    at: letter.writtenAt,
    data: {
      incident: { reference: about.reference, ...(letter.readBy === 'internal' ? inside(letter.about) : {}) },
      kind: letter.kind,
      status: letter.status,
      status_words: statusWords(letter),
      impact,
      action: letter.text.action,
      next_update_at: letter.nextAt === null ? null : iso(letter.nextAt),
      services: letter.readBy === 'internal' ? about.publicNames : letter.services,
      automatic: letter.kind === 'late',
      drill: about.drill,
      url: linkOf(letter, url) ?? null,
    },
  };
}

function inside({ incidentId, number, title, severity, restricted }: AboutInside): object {
  return restricted ? { severity } : { severity, id: incidentId, number, title };
}

function iso(at: At): string {
  return typeof at === 'string' ? at : Temporal.Instant.fromEpochMilliseconds(at).toString();
}

function linkOf(letter: Letter, url: string | undefined): string | undefined {
  if (!url) return undefined;
  if (letter.readBy === 'internal') return `${url}/incidents/${letter.about.incidentId}`;
  return letter.about.restricted ? undefined : `${url}/status/`;
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
  const { organisation } = from;
  const link = linkOf(letter, from.url);
  const { about } = letter;
  return [
    `${organisation.name ? `${organisation.name}. ` : ''}Written ${time(letter.writtenAt)}. Reference ${about.reference}.`,
    ...(letter.kind === 'late' ? ['Nobody wrote this message: Humdrum sent it because ours is late.'] : []),
    ...(about.drill ? ['This is a drill. No client was told.'] : []),
    ...(organisation.phone ? [`Urgent? Call ${organisation.phone} and quote ${about.reference}.`] : []),
    ...(link ? [link] : []),
  ];
}

function capital(text: string): string {
  return text ? text[0]!.toUpperCase() + text.slice(1) : text;
}

/** A message put into words for one reader, before any channel cuts or marks it: the same facts everywhere. Pure. */
import { titleNames, wordsFor } from '../late-words.ts';
import type { AboutInside, Letter } from '../letter.ts';
import { LETTER_WORDS } from '../letter-words.ts';
import { closed, headline, holdingImpact } from '../message.ts';
import type { Organisation } from '../organisation.ts';
import { type Language, nextWords, type Speech, speechOf } from '../page/language.ts';
import { statusIn } from '../page/model.ts';
import type { At } from '../words.ts';

/** `field`: those of the four that a short message keeps. */
export type Line = { label: string; words: string; field?: 'impact' | 'next' | undefined };

export type Wording = {
  language: Language;
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

/** What this reader gets of it, and how they are spoken to. */
type Spoken = {
  letter: Letter;
  speech: Speech;
  organisation: Organisation;
  url: string | undefined;
  impact: string;
  action: string;
  /** Of what a headline is made. */
  about: string;
};

/** @param from.url the public address, without which no link is written */
export function wordingOf(
  letter: Letter,
  from: { organisation: Organisation; url: string | undefined },
): Wording {
  const speech = speechOf(letter.language, letter.zone);
  const own = ownImpact(letter);
  const spoken: Spoken = {
    letter,
    speech,
    ...from,
    ...wordsFor(
      { ...letter, ...letter.text, impact: own },
      { speech, names: namesFor(letter), writtenAt: letter.writtenAt },
    ),
  };
  return {
    language: letter.language,
    subject: subjectOf(spoken),
    lines: bodyOf(spoken),
    footer: footerOf(spoken),
    link: linkOf(letter, from.url),
    brief: briefOf(spoken),
    event: eventOf(spoken),
  };
}

function namesFor(letter: Letter): readonly string[] {
  return letter.readBy === 'internal' ? letter.about.publicNames : letter.services;
}

/** How this reader is told a time. */
function timeOf({ letter, speech }: Spoken, at: At): string {
  return speech.reader(at, letter.writtenAt);
}

function nextOf(spoken: Spoken): string {
  const { kind, nextAt } = spoken.letter;
  return nextWords(spoken.speech.words, kind, nextAt === null ? undefined : timeOf(spoken, nextAt));
}

function briefOf(spoken: Spoken): Wording['brief'] {
  const { letter, speech, organisation, impact, action } = spoken;
  const { kind, about } = letter;
  const who =
    letter.readBy === 'internal'
      ? `${letter.about.severity} INC-${letter.about.number}`
      : (organisation.name ?? '');
  const marks = [about.drill ? 'Drill' : '', kind === 'late' ? speech.words.automatic : '', who];
  return {
    from: marks.filter(Boolean).join(', '),
    impact: closed(
      kind === 'first' || kind === 'late' ? impact : `${statusIn(speech, letter)}. ${impact.trim()}`,
    ),
    action: closed(action),
    next: nextOf(spoken),
    reference: LETTER_WORDS[letter.language].shortReference(about.reference),
  };
}

function eventOf({ letter, speech, impact, action, url }: Spoken): Wording['event'] {
  const { about } = letter;
  return {
    type: 'incident.update.sent',
    at: letter.writtenAt,
    data: {
      incident: { reference: about.reference, ...(letter.readBy === 'internal' ? inside(letter.about) : {}) },
      kind: letter.kind,
      status: letter.status,
      status_words: statusIn(speech, letter),
      impact,
      action,
      next_update_at: letter.nextAt === null ? null : iso(letter.nextAt),
      services: namesFor(letter),
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

function subjectOf({ letter, speech, about }: Spoken): string {
  const words = letter.kind === 'late' ? speech.words.automatic : statusIn(speech, letter);
  const drill = letter.about.drill ? 'Drill: ' : '';
  if (letter.readBy === 'internal') {
    const { severity, number, restricted, title } = letter.about;
    return `${drill}${severity} INC-${number}: ${restricted ? 'restricted' : title} · ${words}`;
  }
  const title = headline(about, letter.services);
  const named = title.startsWith('An issue') ? capital(titleNames(letter.services, speech)) : title;
  return `${drill}${named} · ${words} (${letter.about.reference})`;
}

// The holding message and the automatic one are a paragraph; everything else is its four fields.
function bodyOf(spoken: Spoken): Line[] {
  const { letter, speech, impact, action } = spoken;
  const { kind, status, nextAt } = letter;
  const labels = LETTER_WORDS[letter.language];
  const next = nextOf(spoken);
  if (kind === 'first' || kind === 'late')
    return [
      {
        label: '',
        words: [
          kind === 'late' ? `${speech.words.automatic}.` : '',
          closed(impact),
          closed(action),
          nextOf(spoken),
        ]
          .filter(Boolean)
          .join(' '),
      },
    ];
  return [
    { label: labels.status, words: `${statusIn(speech, { kind, status })}.` },
    { label: labels.impact, words: impact.trim(), field: 'impact' },
    { label: labels.doing, words: action.trim() },
    ...(nextAt === null
      ? []
      : [{ label: labels.next, words: timeOf(spoken, nextAt), field: 'next' as const }]),
    ...(nextAt === null && next ? [{ label: '', words: next }] : []),
  ];
}

function footerOf(spoken: Spoken): string[] {
  const { letter, speech, organisation, url } = spoken;
  const link = linkOf(letter, url);
  const { about } = letter;
  const words = LETTER_WORDS[letter.language];
  const written = `${words.written(timeOf(spoken, letter.writtenAt))} ${words.reference(about.reference)}`;
  return [
    `${organisation.name ? `${organisation.name}. ` : ''}${written}`,
    ...(letter.kind === 'late' ? [words.nobodyWrote] : []),
    ...(about.drill ? ['This is a drill. No client was told.'] : []),
    ...(organisation.phone
      ? [speech.words.urgent(organisation.phone, speech.words.quote(about.reference))]
      : []),
    ...(link ? [link] : []),
  ];
}

function capital(text: string): string {
  return text ? text[0]!.toUpperCase() + text.slice(1) : text;
}

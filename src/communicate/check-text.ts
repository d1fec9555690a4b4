/** Looks at a whole update as it would be read: which of the four fields it lacks, and which words do not belong. Pure; the web may import it. */
import type { Severity, UpdateKind } from '#incident/types.ts';
import {
  ASKED,
  type AskedCode,
  EXTERNAL_WORDS_GOOD,
  EXTERNAL_WORDS_MIN,
  SPEAKS_OF_DATA,
  WORDS_MAX,
  wordsIn,
} from './check-asked.ts';
import {
  HEDGED,
  NOTHING_NEW,
  RESOLVED,
  type Stage,
  saysAction,
  saysImpact,
  sentencesOf,
  stageOf,
} from './check-meaning.ts';
import { nextTimeIn } from './check-next-time.ts';
import { wordingRules } from './check-words.ts';
import { ENDS_THE_TELLING } from './message.ts';
import { type At, milliseconds } from './words.ts';

export type TextFinding = {
  code: string;
  level: 'must' | 'warn' | 'hint';
  /** Where in the text, in characters; both the length of the text where something is missing. */
  start: number;
  end: number;
  question: string;
  /** Stands in the place of what was found, or is a frame with `<…>` to fill in; empty where the question says it all. */
  rewrite: string;
};

export const TEXT_PARTS = ['status', 'impact', 'action', 'next'] as const;
export type TextPart = (typeof TEXT_PARTS)[number];

export type TextContext = {
  /** Whether anybody outside reads it. */
  external: boolean;
  /** The text is only this field of the message. */
  field?: TextPart | undefined;
  now?: At | undefined;
  severity?: Severity | undefined;
  cadenceMinutes?: number | undefined;
  /** Without it the text tells: "aware of an issue" is a first message, "resolved" the final one. */
  kind?: UpdateKind | undefined;
  internalNames?: readonly { name: string; publicName: string | null }[] | undefined;
  otherClients?: readonly string[] | undefined;
  people?: readonly string[] | undefined;
  /** The text of the message before. */
  previous?: string | undefined;
  /** The time that the message before named. */
  promisedAt?: At | undefined;
};

const LEVELS: Record<AskedCode, TextFinding['level']> = {
  U1: 'must',
  U1r: 'must',
  U2: 'must',
  U3: 'must',
  U4: 'must',
  U4r: 'must',
  U4p: 'must',
  U5: 'hint',
  U13: 'warn',
  U14: 'hint',
  U17: 'warn',
};

type Known = TextContext & { kind: UpdateKind; stage: Stage | undefined };

/** @returns findings in the order of the text; none for a message that says what people need */
export function textFindings(text: string, context: TextContext): TextFinding[] {
  const stage = stageOf(text);
  const known: Known = { ...context, stage, kind: context.kind ?? kindOf(text, stage) };
  const only = (part: TextPart): boolean => context.field === undefined || context.field === part;
  const words = wording(text, known);
  // "Nothing we can do" is asked already what we do.
  const askedForAction = words.some(({ code }) => code === 'U9');
  const found = [
    ...(only('status') ? status(text, known) : []),
    ...(only('impact') && !saysImpact(text) && !passesAsFirst(text, known) ? [missing('U2', text)] : []),
    ...(only('action') && owesAction(known) && !askedForAction && !saysAction(text, !known.external)
      ? [missing('U3', text)]
      : []),
    ...(only('next') ? nextTime(text, known) : []),
    ...words,
    ...repeated(text, known),
    ...(context.field === undefined
      ? [...length(text, known), ...silentOnData(text, known), ...late(text, known)]
      : []),
  ];
  return found.toSorted((one, other) => one.start - other.start);
}

function kindOf(text: string, stage: Stage | undefined): UpdateKind {
  if (stage === 'resolved') return 'final';
  return /\baware of\b/i.test(text) && !/\b(?:identified|still|update:)\b/i.test(text) ? 'first' : 'next';
}

/** An action names a stage, too: who is undoing a change is not without a status. */
function status(text: string, known: Known): TextFinding[] {
  if (known.stage === undefined) return saysAction(text, !known.external) ? [] : [missing('U1', text)];
  const [hedged] = text.matchAll(HEDGED);
  if (hedged) return [finding('U1r', hedged.index, hedged.index + hedged[0].length)];
  const early = known.stage === 'resolved' && known.kind !== 'final' && known.kind !== 'correction';
  const claim = sentencesOf(text).find((each) => RESOLVED.test(each.text)) ?? sentencesOf(text)[0];
  return early && claim ? [finding('U1r', claim.start, claim.end)] : [];
}

// The first message may say no more than that there is an issue, as long as it says with what.
function passesAsFirst(text: string, { kind }: Known): boolean {
  return kind === 'first' && /\b(?:affecting|with|in) \w{3,}/i.test(text);
}

function owesAction({ kind }: Known): boolean {
  return kind !== 'first' && !ENDS_THE_TELLING.includes(kind);
}

function nextTime(text: string, known: Known): TextFinding[] {
  if (ENDS_THE_TELLING.includes(known.kind)) return [];
  const next = nextTimeIn(text, known);
  return next.code ? [finding(next.code, next.start, next.end)] : [];
}

function wording(text: string, known: Known): TextFinding[] {
  const about = {
    external: known.external,
    severity: known.severity,
    stage: known.stage,
    internalNames: known.internalNames ?? [],
    otherClients: known.otherClients ?? [],
    people: known.people ?? [],
  };
  return wordingRules(about, text).flatMap((rule) =>
    rule.find(text).map(({ start, end, rewrite }) => ({
      code: rule.code,
      level: rule.level,
      start,
      end,
      question: rule.question.replaceAll('…', `"${text.slice(start, end)}"`),
      rewrite: rewrite ?? rule.example ?? '',
    })),
  );
}

function repeated(text: string, { previous, kind }: Known): TextFinding[] {
  if (previous === undefined || kind !== 'next' || NOTHING_NEW.test(text)) return [];
  const plain = (each: string): string => each.replace(/\s+/g, ' ').trim().toLowerCase();
  return plain(previous) === plain(text) ? [finding('U13', 0, text.length)] : [];
}

function length(text: string, { external, kind }: Known): TextFinding[] {
  const words = wordsIn(text);
  const tooLong = words > (external ? EXTERNAL_WORDS_GOOD : WORDS_MAX);
  const tooShort = external && words < EXTERNAL_WORDS_MIN;
  return tooLong || tooShort || (external && kind === 'next' && !leadsWithImpact(text))
    ? [finding('U5', 0, text.length)]
    : [];
}

// The badge ("Identified.") stands before it, and "nothing new" says the same of the impact.
function leadsWithImpact(text: string): boolean {
  const [first, second] = sentencesOf(text).filter((each) => wordsIn(each.text) > 2);
  return !first || saysImpact(first.text) || (NOTHING_NEW.test(first.text) && saysImpact(second?.text ?? ''));
}

function silentOnData(text: string, { severity, external, kind }: Known): TextFinding[] {
  return severity === 'P1' && external && kind !== 'first' && !SPEAKS_OF_DATA.test(text)
    ? [missing('U14', text)]
    : [];
}

function late(text: string, { promisedAt, now, kind }: Known): TextFinding[] {
  if (promisedAt === undefined || now === undefined || kind === 'first' || /\blate\b/i.test(text)) return [];
  return milliseconds(now) > milliseconds(promisedAt) ? [finding('U17', 0, 0)] : [];
}

function missing(code: AskedCode, text: string): TextFinding {
  const end = text.trimEnd().length;
  return finding(code, end, end);
}

function finding(code: AskedCode, start: number, end: number): TextFinding {
  const { question, example } = ASKED[code];
  return { code, level: LEVELS[code], start, end, question, rewrite: example };
}

/** Looks at the fields of a message before it is sent: what stops it, what is asked twice, what is only a hint. Pure; the web may import it. */
import type { Severity, UpdateKind, UpdateStatus } from '#incident/types.ts';
import { type Found, wordingRules } from './check-words.ts';
import { ENDS_THE_TELLING } from './message.ts';
import { type At, counted, milliseconds } from './words.ts';

export type Field = 'status' | 'impact' | 'action' | 'nextAt';
/** stop: it cannot be sent. ask: it needs a second, different tap. warn and hint: shown beside the field. */
export type Level = 'stop' | 'ask' | 'warn' | 'hint';
export type Confirmable = 'secret' | 'client_name';

export type Finding = {
  code: string;
  level: Level;
  field: Field;
  /** Where in the field, in characters. */
  start: number;
  end: number;
  question: string;
  rewrite: string | null;
  /** What the second tap confirms. */
  confirms: Confirmable | null;
};

export type Checked = {
  kind: UpdateKind;
  status: UpdateStatus;
  impact: string;
  action: string;
  nextAt: At | null;
};

export type Surroundings = {
  now: At;
  severity: Severity;
  /** Including a stretch; absent where only the named time binds. */
  cadenceMinutes?: number | undefined;
  /** Whether anybody outside reads it. */
  external: boolean;
  dataKnown: boolean;
  /** Internal names that clients do not know, with what to write instead. */
  internalNames: readonly { name: string; publicName: string | null }[];
  /** Names of clients that are not its only reader. */
  otherClients: readonly string[];
  /** People of the directory; none of them is named outside. */
  people: readonly string[];
  previous?: { impact: string; action: string } | undefined;
  nothingNew: boolean;
};

export const FIELD_CHARACTERS_MAX = 2000;
const EXTERNAL_WORDS_MAX = 90;
// A second of a slow network must not turn a good time into a bad one.
const GRACE_MILLISECONDS = 60_000;

/** @returns findings in the order of the fields; nothing with level `stop` may be sent */
export function checkUpdate(message: Checked, around: Surroundings): Finding[] {
  return [
    ...missing(message),
    ...tooLong(message, around),
    ...nextTime(message, around),
    ...wording(message, around),
    ...repeated(message, around),
    ...silentOnData(message, around),
  ];
}

function missing(message: Checked): Finding[] {
  const found: Finding[] = [];
  if (!message.impact.trim()) found.push(whole('U2', 'stop', 'impact', 'Who cannot do what, since when?'));
  else if (
    message.kind !== 'first' &&
    /^(technical difficulties|an? (issue|problem)|issues?)\.?$/i.test(message.impact.trim())
  )
    found.push(whole('U2', 'warn', 'impact', 'Who cannot do what, since when?', message.impact.length));
  if (!message.action.trim()) found.push(whole('U3', 'stop', 'action', 'What are we doing now?'));
  return found;
}

function tooLong(message: Checked, around: Surroundings): Finding[] {
  const found: Finding[] = [];
  for (const field of ['impact', 'action'] as const)
    if (message[field].length > FIELD_CHARACTERS_MAX)
      found.push(
        whole(
          'U5',
          'stop',
          field,
          `This is longer than ${FIELD_CHARACTERS_MAX} characters. Which sentence can go?`,
          message[field].length,
        ),
      );
  const words = `${message.impact} ${message.action}`.split(/\s+/).filter(Boolean).length;
  if (around.external && words > EXTERNAL_WORDS_MAX)
    found.push(
      whole(
        'U5',
        'hint',
        'action',
        `${words} words. Could it be said in ${EXTERNAL_WORDS_MAX} or fewer?`,
        message.action.length,
      ),
    );
  return found;
}

function nextTime(message: Checked, around: Surroundings): Finding[] {
  if (message.nextAt === null)
    return ENDS_THE_TELLING.includes(message.kind)
      ? []
      : [whole('U4', 'stop', 'nextAt', 'When will people hear from us next?')];
  const next = milliseconds(message.nextAt);
  const now = milliseconds(around.now);
  if (Number.isNaN(next)) return [whole('U4', 'stop', 'nextAt', 'When will people hear from us next?')];
  if (next <= now)
    return [whole('U4p', 'stop', 'nextAt', 'This time has passed. Which time is still to come?')];
  if (
    around.cadenceMinutes !== undefined &&
    message.kind !== 'late' &&
    next > now + around.cadenceMinutes * 60_000 + GRACE_MILLISECONDS
  )
    return [
      whole(
        'U4p',
        'stop',
        'nextAt',
        `A ${around.severity} is told about at least every ${counted(around.cadenceMinutes, 'minute', 'minutes')}. Which time is earlier?`,
      ),
    ];
  return [];
}

function wording(message: Checked, around: Surroundings): Finding[] {
  const found: Finding[] = [];
  for (const field of ['impact', 'action'] as const)
    for (const rule of wordingRules(around, message))
      for (const one of rule.find(message[field])) found.push(at(rule, field, message[field], one));
  return found;
}

function repeated(message: Checked, around: Surroundings): Finding[] {
  const { previous } = around;
  if (!previous || around.nothingNew || message.kind !== 'next') return [];
  const same =
    previous.impact.trim() === message.impact.trim() && previous.action.trim() === message.action.trim();
  return same
    ? [
        whole(
          'U13',
          'warn',
          'action',
          'This is the same text as last time. What was ruled out or done since?',
          message.action.length,
        ),
      ]
    : [];
}

function silentOnData(message: Checked, around: Surroundings): Finding[] {
  if (around.severity !== 'P1' || !around.external || around.dataKnown || message.kind === 'first') return [];
  return /\bdata\b/i.test(`${message.impact} ${message.action}`)
    ? []
    : [
        whole(
          'U14',
          'hint',
          'impact',
          'Is data affected? "No data loss is known" or "we are checking" answers it.',
        ),
      ];
}

function whole(code: string, level: Level, field: Field, question: string, end = 0): Finding {
  return { code, level, field, start: 0, end, question, rewrite: null, confirms: null };
}

function at(
  rule: { code: string; level: Level; question: string; confirms: Confirmable | null },
  field: Field,
  text: string,
  found: Found,
): Finding {
  const words = text.slice(found.start, found.end);
  return {
    code: rule.code,
    level: rule.level,
    field,
    start: found.start,
    end: found.end,
    question: rule.question.replaceAll('…', `"${words}"`),
    rewrite: found.rewrite,
    confirms: rule.confirms,
  };
}

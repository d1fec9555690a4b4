/** Looks at the fields of a message before it is sent: what stops it, what is asked twice, what is only a hint. Pure; the web may import it. */
import type { Severity, UpdateKind, UpdateStatus } from '#incident/types.ts';
import {
  ASKED,
  type AskedCode,
  EXTERNAL_WORDS_GOOD,
  SPEAKS_OF_DATA,
  WORDS_MAX,
  wordsIn,
} from './check-asked.ts';
import { HEDGED, NOTHING_NEW, RESOLVED, SAYS_NOTHING, type Stage, saysAction } from './check-meaning.ts';
import { type Found, type WordingRule, wordingRules } from './check-words.ts';
import { ENDS_THE_TELLING } from './message.ts';
import { type At, counted, milliseconds } from './words.ts';

export type Field = 'status' | 'impact' | 'action' | 'nextAt';
/** stop: it cannot be sent. ask: it needs a second, different tap. must, warn and hint: shown beside the field, and it can be sent all the same. */
export type Level = 'stop' | 'ask' | 'must' | 'warn' | 'hint';
export type Confirmable = 'secret' | 'client_name';

export type Finding = {
  code: string;
  level: Level;
  field: Field;
  /** Where in the field, in characters. */
  start: number;
  end: number;
  question: string;
  /** Can stand in the place of what was found. */
  rewrite: string | null;
  /** How it could be said; a frame to fill in, never to be sent as it is. */
  example: string | null;
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
  /** The time that the message before named; the promise that this one keeps. */
  promisedAt?: At | undefined;
};

export const FIELD_CHARACTERS_MAX = 2000;
// A message that says how things are, not what is done, owes no action of its own.
const OWES_ACTION: readonly UpdateKind[] = ['next', 'is_back'];
const RELATIVE =
  /\b(?:(?:next )?update (?:to follow )?soon|shortly|as soon as possible|asap|in due course|very soon|soon)\b/gi;
const STAGE_OF: Record<UpdateStatus, Stage> = {
  looking: 'looking',
  cause_known: 'cause_known',
  checking_repair: 'watching',
  works_again: 'restored',
};
// A second of a slow network must not turn a good time into a bad one.
const GRACE_MILLISECONDS = 60_000;

/** @returns findings in the order of the fields; nothing with level `stop` may be sent */
export function checkUpdate(message: Checked, around: Surroundings): Finding[] {
  return [
    ...missing(message),
    ...unproven(message),
    ...tooLong(message, around),
    ...nextTime(message, around),
    ...wording(message, around),
    ...repeated(message, around),
    ...silentOnData(message, around),
    ...late(message, around),
  ];
}

function missing(message: Checked): Finding[] {
  const found: Finding[] = [];
  if (!message.impact.trim()) found.push(asked('U2', 'stop', 'impact'));
  else if (SAYS_NOTHING.test(message.impact))
    found.push(asked('U2', 'must', 'impact', message.impact.length));
  if (!message.action.trim()) found.push(asked('U3', 'stop', 'action'));
  else if (OWES_ACTION.includes(message.kind) && !saysAction(message.action, true))
    found.push(asked('U3', 'warn', 'action', message.action.length));
  return found;
}

/** "It works again" is a matter of proof; before that nothing is resolved. */
function unproven(message: Checked): Finding[] {
  const found: Finding[] = [];
  const claims = message.status === 'works_again';
  for (const field of ['impact', 'action'] as const) {
    const [hedged] = message[field].matchAll(HEDGED);
    const place = hedged ?? (claims ? null : RESOLVED.exec(message[field]));
    if (place)
      found.push({ ...asked('U1r', 'must', field, place.index + place[0].length), start: place.index });
  }
  return found;
}

function tooLong(message: Checked, around: Surroundings): Finding[] {
  const found: Finding[] = [];
  for (const field of ['impact', 'action'] as const)
    if (message[field].length > FIELD_CHARACTERS_MAX)
      found.push({
        ...asked('U5', 'stop', field, message[field].length),
        question: `This is longer than ${FIELD_CHARACTERS_MAX} characters. Which sentence can go?`,
      });
  const words = wordsIn(`${message.impact} ${message.action}`);
  const wordsMax = around.external ? EXTERNAL_WORDS_GOOD : WORDS_MAX;
  if (words > wordsMax)
    found.push({
      ...asked('U5', 'hint', 'action', message.action.length),
      question: `${words} words. Could it be said in ${wordsMax} or fewer?`,
    });
  return found;
}

function nextTime(message: Checked, around: Surroundings): Finding[] {
  if (message.nextAt === null)
    return ENDS_THE_TELLING.includes(message.kind) ? [] : [asked('U4', 'stop', 'nextAt')];
  const next = milliseconds(message.nextAt);
  const now = milliseconds(around.now);
  if (Number.isNaN(next)) return [asked('U4', 'stop', 'nextAt')];
  if (next <= now)
    return [
      { ...asked('U4p', 'stop', 'nextAt'), question: 'This time has passed. Which time is still to come?' },
    ];
  if (
    around.cadenceMinutes !== undefined &&
    message.kind !== 'late' &&
    next > now + around.cadenceMinutes * 60_000 + GRACE_MILLISECONDS
  )
    return [
      {
        ...asked('U4p', 'stop', 'nextAt'),
        question: `A ${around.severity} is told about at least every ${counted(around.cadenceMinutes, 'minute', 'minutes')}. Which time is earlier?`,
      },
    ];
  return [];
}

function wording(message: Checked, around: Surroundings): Finding[] {
  const about = {
    ...around,
    stage: STAGE_OF[message.status],
  };
  const rules = wordingRules(about, `${message.impact} ${message.action}`);
  return (['impact', 'action'] as const).flatMap((field) => {
    const found: Finding[] = [];
    for (const place of message[field].matchAll(RELATIVE))
      found.push({
        ...asked('U4r', 'warn', field, place.index + place[0].length),
        start: place.index,
        question: `"${place[0]}" is not a time. The next time stands in its own field.`,
      });
    for (const rule of rules)
      for (const one of rule.find(message[field])) found.push(at(rule, field, message[field], one));
    return found.toSorted((one, other) => one.start - other.start);
  });
}

function repeated(message: Checked, around: Surroundings): Finding[] {
  const { previous } = around;
  if (!previous || around.nothingNew || message.kind !== 'next') return [];
  const same =
    previous.impact.trim() === message.impact.trim() && previous.action.trim() === message.action.trim();
  return same && !NOTHING_NEW.test(message.action)
    ? [asked('U13', 'warn', 'action', message.action.length)]
    : [];
}

function silentOnData(message: Checked, around: Surroundings): Finding[] {
  if (around.severity !== 'P1' || !around.external || around.dataKnown || message.kind === 'first') return [];
  return SPEAKS_OF_DATA.test(`${message.impact} ${message.action}`) ? [] : [asked('U14', 'hint', 'impact')];
}

/** A late message that does not say so looks as if nothing had been promised. */
function late(message: Checked, around: Surroundings): Finding[] {
  const { promisedAt } = around;
  if (promisedAt === undefined || message.kind === 'first' || message.kind === 'late') return [];
  const passed = milliseconds(around.now) - milliseconds(promisedAt) > GRACE_MILLISECONDS;
  return passed && !/\blate\b/i.test(`${message.impact} ${message.action}`)
    ? [asked('U17', 'warn', 'action', message.action.length)]
    : [];
}

function asked(code: AskedCode, level: Level, field: Field, end = 0): Finding {
  const { question, example } = ASKED[code];
  return { code, level, field, start: 0, end, question, rewrite: null, example, confirms: null };
}

function at(rule: WordingRule, field: Field, text: string, found: Found): Finding {
  const words = text.slice(found.start, found.end);
  return {
    code: rule.code,
    level: rule.asks ? 'ask' : rule.level,
    field,
    start: found.start,
    end: found.end,
    question: rule.question.replaceAll('…', `"${words}"`),
    rewrite: found.rewrite,
    example: found.rewrite === null ? rule.example : null,
    confirms: rule.asks ?? null,
  };
}

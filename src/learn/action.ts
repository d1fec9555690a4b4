/** Hints on an action item: is it specific, does one person answer for it, has it a day? For the writer alone. Pure. */
import { sameWords } from './alike.ts';
import { type Finding, type Level, places } from './finding.ts';

export type ActionText = {
  text: string;
  owner?: string | undefined;
  /** As it was written: "2026-12-04", "Friday", "ASAP". */
  due?: string | undefined;
  /** The day on which it is written, such as 2026-11-24. */
  today: string;
  /** Items of before, to notice what comes back. */
  earlier?: { text: string; state: 'done' | 'dropped' }[] | undefined;
};

type Code = 'V1' | 'V2' | 'P1' | 'O1' | 'O2' | 'D1' | 'S1' | 'X1';

const LEVELS: Record<Code, Level> = {
  V1: 'must',
  V2: 'hint',
  P1: 'warn',
  O1: 'must',
  O2: 'must',
  D1: 'must',
  S1: 'hint',
  X1: 'hint',
};
const DAYS_MAX = 90;
const SHORT_WORDS_MAX = 8;
const ALIKE = 0.7;

const VAGUE =
  /^\s*(?:(?:we|they|the team|somebody|someone) (?:should|must|need to|have to|will) |please |to )?(?:improv\w+|enhanc\w+|better|more|consider\w*|look(?:ing)? (?:into|at)|figur(?:e|ing) out|find(?:ing)? out|explor\w+|investigat\w+|review\w*|discuss\w*|think\w* (?:about|of)|reflect\w*|revisit\w*|evaluat\w+|assess\w*|research\w*|study|studying|examin\w+|ensur\w+|mak(?:e|ing) (?:sure|more|better|it)|be\b|strengthen\w*|optimi[sz]\w+|streamlin\w+|increas\w+|reduc\w+|address\w*|handl\w+|fix(?:ing)? (?:the )?(?:issue|problem|bug|root cause|cause|it|this)\b|work(?:ing)? on|follow(?:ing)?[- ]up|talk(?:ing)? to|rais(?:e|ing) awareness|clean(?:ing)?[- ]up|tidy|refactor\w*|harden\w*|monitor(?:ing)?\b|support\b|try\b|plan\b(?! step)|prepar\w+|aim\b|continu\w+|encourag\w+|communicat\w+|align\w*|sociali[sz]\w+|keep(?:ing)? an eye on)/i;
// What makes even a vague beginning measurable: a number with its unit, a change from one value to another, a thing that will exist.
const MEASURE =
  /[<>≤≥=]\s*\d|\b\d+(?:[.,]\d+)?\s*(?:%|ms\b|s\b|sec\w*|min\w*|h\b|hours?|days?|weeks?|months?|GB|MB|KB|TB|req\/s|rps|times\b|x\b|requests?|messages?|people|nodes?|hosts?|replicas?|retries)|\bfrom \S+ to \S+|\bat least \d|\bat most \d|\bbelow \d|\babove \d|\b\d+ of \d+\b|\b\d+ (?!of\b|and\b|or\b|in\b|for\b)[a-z]{3,}/i;
const DELIVERABLE =
  /\bby (?:a|an|the) [\w -]*(?:check|test|rule|alert|gate|job)\b|\bCI (?:check|test|job)\b|\bfails? the build\b|\brejects?\b|\bwritten (?:finding|report|decision|plan)\b|\breproduction steps?\b|\bADR\b|\bdrill\b|\brecorded\b|\bdecision record\b|\bdecided (?:in|by)\b|\bdocument\w* in\b|\bconfigured to (?:send|broadcast|post|write|route|forward|page|alert)\b|\brunbook section\b|\bexecuted by\b/i;
const IDENTIFIER = /`[^`]+`|\b[a-z]+[-_/.][\w./-]+\b|\b[A-Z]{2,}\b|\bp9\d\b/;
// "Refactor NUnit -> XUnit tests" says what will be there instead.
const ONE_FOR_ANOTHER = /\brefactor\w*\s+\S+\s*(?:->|→)\s*\S/i;
const PRODUCT_NOUN =
  /^\s*(?:Monitor|Review App|Support|Plan)\s+(?:service|app|feature|team|plugin|step|page)\b/;

const PEOPLE_CHANGE =
  /\bbe (?:more |extra )?(?:careful|vigilant|attentive|cautious|mindful)\b|\b(?:remind|retrain|train(?:ing)?(?! (?:data|cluster|job|model|run|set|pipeline))|educate|coach|instruct|teach)\b(?!.*\b(?:drill|recorded)\b)|\bdouble[- ]check\w*|\b(?:raise|build|spread|increase) awareness\b|\bpay (?:more |closer )?attention\b|\btry harder\b|\bremember to\b|\bmake sure (?:that )?(?:everyone|everybody|people|engineers|developers|the team)\b|\bmore (?:vigilance|discipline|care)\b/i;
const NO_OWNER =
  /^\s*(?:|-+|\?+|n\/?a|none|nobody|no one|tbd|tba|tbc|to be (?:decided|determined|defined|assigned)|unassigned|unknown|open|somebody|someone|anyone)\s*$/i;
const MANY_OWNERS =
  /\b(?:everyone|everybody|all|team|teams|squad|group|department|engineers|developers|engineering|ops|operations|devops|sre|sres|platform|infra|infrastructure|qa|support|management|backend|frontend|security|rotation|on-?call|us|we)\b|\s(?:and|or)\s|[,&/+;]/i;

const VERBS =
  'add|remove|delete|replace|rewrite|reject|block|limit|cap|set|raise|lower|automate|alert|page|test|verify|restore|document|write|move|enable|disable|migrate|rotate|encrypt|isolate|split|measure|decide|update|create|build|deploy|upgrade|configure|implement|introduce|rename|refactor|improve|train|review|fix|clean|monitor|run|publish|change';
const JOINED = new RegExp(
  `(?:^\\s*|,\\s*(?:and |then )?|;\\s*|\\b(?:and|then|plus)\\s+(?:then\\s+|also\\s+)?)(?:${VERBS})\\b`,
  'gi',
);

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** @returns hints, the gravest first; positions are in `text`, zero-width for what is beside it */
export function actionFindings(item: ActionText): Finding[] {
  return [
    ...wording(item.text),
    ...ownerFindings(item.owner ?? ''),
    ...dateFindings(item.due ?? '', item.today),
    ...joined(item.text),
    ...recurring(item),
  ];
}

function wording(text: string): Finding[] {
  const person = PEOPLE_CHANGE.exec(text);
  if (person)
    return [
      finding(
        'P1',
        { start: person.index, end: person.index + person[0].length },
        'What would make the wrong action impossible, harder, or visible?',
        '<system> refuses, limits or shows <action>.',
      ),
    ];
  const vague = PRODUCT_NOUN.test(text) ? null : VAGUE.exec(text);
  const rest = text.slice(vague?.[0].length ?? 0);
  const measured = MEASURE.test(rest) || DELIVERABLE.test(rest) || ONE_FOR_ANOTHER.test(text);
  if (vague && !measured)
    return [
      finding(
        'V1',
        { start: 0, end: vague[0].length },
        'What will exist afterwards that does not exist now?',
        'Add, remove or set <object> so that <condition with a number>.',
      ),
    ];
  const short = text.trim().split(/\s+/).length <= SHORT_WORDS_MAX;
  if (!vague && short && !measured && !/\d/.test(text) && !IDENTIFIER.test(text))
    return [
      finding(
        'V2',
        { start: 0, end: text.length },
        'How will somebody else see that it is done?',
        `${text.trim()}, done when <number, test or document>`,
      ),
    ];
  return [];
}

function ownerFindings(owner: string): Finding[] {
  if (NO_OWNER.test(owner))
    return [finding('O1', beside(), 'Which one person answers for it?', 'One name; others can help.')];
  if (MANY_OWNERS.test(owner))
    return [finding('O2', beside(), 'Who of them answers for it?', 'One name; the others are helpers.')];
  return [];
}

function dateFindings(due: string, today: string): Finding[] {
  const day = dayOf(due, today);
  if (!day) return [finding('D1', beside(), 'By which day?', `A day such as ${daysAfter(today, 10)}.`)];
  if (day < today)
    return [
      finding(
        'D1',
        beside(),
        `${day} has passed. By which day now?`,
        `A day such as ${daysAfter(today, 10)}.`,
      ),
    ];
  if (day > daysAfter(today, DAYS_MAX))
    return [
      finding(
        'D1',
        beside(),
        `${day} is more than ${DAYS_MAX} days away. What is the first step?`,
        `A first step by ${daysAfter(today, 14)}.`,
      ),
    ];
  return [];
}

/** @returns the day that is meant: a date as it is, a weekday as the next one; undefined for everything else */
export function dayOf(due: string, today: string): string | undefined {
  const text = due.trim().toLowerCase();
  if (/^\d{4}-\d\d-\d\d$/.test(text))
    return Number.isNaN(Date.parse(text)) || new Date(text).toISOString().slice(0, 10) !== text
      ? undefined
      : text;
  const wanted = WEEKDAYS.indexOf(text.replace(/^(?:by|on|next|this)\s+/, ''));
  if (wanted === -1) return undefined;
  const now = (new Date(today).getUTCDay() + 6) % 7;
  return daysAfter(today, (wanted - now + 7) % 7 || 7);
}

function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}

function joined(text: string): Finding[] {
  const verbs = places(text, JOINED);
  const [, second] = verbs;
  if (verbs.length < 3 || !second) return [];
  return [
    finding(
      'S1',
      { start: second.start, end: text.length },
      'Are these several actions?',
      'One item for each, with its own owner and day.',
    ),
  ];
}

function recurring({ text, earlier = [] }: ActionText): Finding[] {
  const same = earlier.find((each) => sameWords(each.text, text) >= ALIKE);
  if (!same) return [];
  const question =
    same.state === 'done'
      ? 'The same was done before, and it came back. What did it not cover?'
      : 'The same was dropped before. What is different now?';
  return [finding('X1', { start: 0, end: text.length }, question, `${text.trim()}, which unlike before …`)];
}

function beside(): { start: number; end: number } {
  return { start: 0, end: 0 };
}

function finding(
  code: Code,
  place: { start: number; end: number },
  question: string,
  rewrite: string,
): Finding {
  return { code, level: LEVELS[code], ...place, question, rewrite };
}

/** Hints where a sentence judges a person instead of describing a system. For the writer alone: never stored, counted or enforced. Pure. */

import { GIVEN_NAMES } from '#directory/given-names.ts';
import { askOf, type BlameCode } from './blame-questions.ts';
import { blanked, type Finding, type Level, places } from './finding.ts';

/** `names`: how people of this organisation are called, case-sensitive. `field`: where the text stands. */
export type BlameContext = { names?: string[] | undefined; field?: string | undefined };

type Rule = { code: BlameCode; pattern: RegExp; unless?: RegExp | undefined };

const LEVELS: Partial<Record<BlameCode, Level>> = { B9: 'hint', B10: 'hint', B11: 'hint' };

// Roles and pronouns that stand for people; what a machine can be called too is sorted out by MACHINES.
const ROLES =
  'on-?call|(?:network |software |system |database |site reliability )?engineers?|developers?|responders?|admins?|administrators?|sysadmins?|DBAs?|interns?|juniors?|new hires?|contractors?|technicians?|colleagues?|employees?|staff|someone|somebody|nobody|no one|everyone|everybody|people|humans?|operators?|(?:\\w+ )?teams?|QA|management|managers?|reviewers?|authors?|committers?';
const PRONOUNS = 'he|she|they|we|I(?![/\\-&])';
const SURNAME = '(?: [A-Z][a-z]+)?';
// Any capitalised word: enough only beside what no machine can do, since services have names too.
const WORD = '[A-Z][a-z]+';
const NOT_NAMES = /^(?:The|This|That|These|Those|It|Each|Every|Some|All|No|Our|Users?|Customers?|Clients?)$/;
const NAME_HERE = '\u0001';
const WORD_HERE = '\u0002';
/** An operator, a controller or an agent may be a machine. */
const MACHINES =
  /\b(?:kubernetes|k8s|CRDs?|reconcil\w+|controller|daemon|health checks?|scheduler|parser|worker|runner)\b/i;

const CHECKED =
  'check|verify|test|review|notice|follow|read|run|ask|tell|escalate|look|validate|confirm|communicate|announce|monitor|think|reali[sz]e|consider|update|inform|document|roll';
const CHECKED_PAST =
  'checked|verified|tested|reviewed|noticed|followed|ran|asked|told|escalated|looked|validated|confirmed|monitored|updated|informed|documented';
const CAUSING =
  'caused|broke|took down|brought down|crashed|deleted|wiped|destroyed|misconfigured|messed up|screwed up|botched|introduced';
const SLIPS = 'mistakenly|accidentally|inadvertently|incorrectly|wrongly|unintentionally';
// What only people do, whatever they are called.
const HUMAN_OMISSIONS =
  "forgot|neglected|overlooked|bothered to|(?:didn['’]t|did not|never) (?:bother|tell|ask|communicate|think|reali[sz]e|consider|escalate|announce)";
const RULES =
  'process|procedures?|policy|policies|runbooks?|playbooks?|review|rules?|protocols?|checks?|freeze';

const NOBODY: string[] = [];
/** Made once for each list of names: a screen asks at every letter. */
const rulesByNames = new WeakMap<string[], { rules: Rule[]; named: RegExp[] }>();

function madeFor(names: string[]): { rules: Rule[]; named: RegExp[] } {
  const known = rulesByNames.get(names);
  if (known) return known;
  const made = { rules: rulesFor(names), named: namePatterns(names) };
  rulesByNames.set(names, made);
  return made;
}

function rulesFor(names: string[]): Rule[] {
  const listed = names.filter((name) => name.length > 1).map(escaped);
  const name = `(?:${[...listed, ...GIVEN_NAMES].join('|')})${SURNAME}(?![a-z])`;
  const role = `(?:(?:the|an?|our|one of the|another)\\s+)?(?:\\w+ )?(?:${ROLES})`;
  const person = `\\b(?:${role}|${PRONOUNS}|${NAME_HERE})`;
  const other = `(?:${role}|${NAME_HERE})`;
  const rule = (code: BlameCode, pattern: string, unless?: RegExp): Rule => ({
    code,
    pattern: new RegExp(anyCase(pattern).replaceAll(NAME_HERE, name).replaceAll(WORD_HERE, WORD), 'g'),
    unless,
  });
  return [
    rule(
      'B1',
      '\\b(?:human|operator|pilot|manual|employee|engineer|administrator)[ -](?:error|mistake)s?\\b|\\bfat[- ]?finger\\w*|\\bPEBKAC\\b|\\bmade an? (?:\\w+ )?mistake|\\brookie mistake|(?:due to|caused by|was|:)\\s+user error',
      /\b(?:not|rather than|instead of|unless a|no)\s+(?:a\s+|an\s+)?(?:human|operator|pilot|manual|employee|engineer|administrator)[ -](?:error|mistake)/i,
    ),
    rule(
      'B2',
      `${person}\\s+(?:\\w+\\s+)?(?:failed to|forgot|neglected|omitted|missed|overlooked|ignored|bothered to|(?:didn['’]t|did not|never)\\s+(?:${CHECKED})|never (?:${CHECKED_PAST}))\\b`,
    ),
    rule('B2', '\\bsupport\\s+(?:failed to|forgot|neglected|missed|overlooked|ignored)\\b'),
    rule('B2', `\\b${WORD_HERE}\\s+(?:${HUMAN_OMISSIONS})\\b`),
    // The same without saying who: somebody is meant all the same.
    rule(
      'B2',
      '\\b(?:was|were|been|got) (?:overlooked|forgotten|neglected)\\b',
      /\b(?:overlooked|forgotten|neglected) by the \w*(?:scheduler|parser|job|check|controller|cache)/i,
    ),
    rule(
      'B2',
      `\\b(?:${other}|${PRONOUNS}|${WORD_HERE})\\s+finally (?:noticed|reali[sz]ed|checked|reacted)|\\b(?:nobody|no one)\\s+(?:noticed|checked|looked|tested)`,
    ),
    rule(
      'B3',
      // "so they could have tested it" says what a change makes possible.
      "(?<!\\bso (?:that )?\\w{1,20} )\\b(?:should|ought to|must|could|might)(?:n['’]t| not)? have (?:been )?(?:addressed|tested|checked|reviewed|verified|caught|noticed|prevented|avoided|escalated|known|followed|rolled|done|asked|validated|communicated|anticipated|foreseen|reali[sz]ed|detected|told|updated)\\b|\\bwould have been (?:avoided|prevented|caught)|\\bif only\\b",
      /\b(?:customers?|users?|clients?) (?:could|might|should)/i,
    ),
    rule('B3', `\\bif ${other} had\\b`),
    rule(
      'B4',
      '\\b(?:careless\\w*|negligen\\w+|sloppy|lazy|incompeten\\w+|reckless\\w*|irresponsib\\w+|inattenti\\w+|complacen\\w+|inexperience\\w*|unprofessional|stupid\\w*|dumb|foolish\\w*|idiot\\w*|common sense|obviously|it was obvious|(?:poor|bad) (?:decision|judge?ment|choice|call)s?|lack of (?:attention|care|diligence|discipline|ownership|focus))\\b',
      /\blazy[- ](?:load|init|eval)/i,
    ),
    rule(
      'B5',
      `\\b(?:at fault|to blame|blamed (?:on|for)|guilty)\\b|\\b${other}['’]s fault\\b|\\bfault of ${other}|responsible for (?:the|this) (?:outage|incident|failure|bug)|\\bculprit (?:was|is) ${other}`,
    ),
    rule(
      'B6',
      `\\b(?:caused by|because of|due to|result of|thanks to|owing to) ${other}\\b|${person}\\s+(?:\\w+ly )?(?:${CAUSING})\\b|${person}\\s[^.,;]{1,60} and (?:caused|broke|took down|brought down|wiped|destroyed)\\b`,
      /\bengineers? broke the dependency/i,
    ),
    rule(
      'B7',
      `${person}\\s+(?:violated|bypassed|circumvented|disregarded|skipped|broke)\\b[^.]*\\b(?:${RULES})\\b|\\b(?:procedures?|process|policy|runbook|playbook) (?:was|were) not followed|\\bfailure to follow\\b|\\bnon-?compliance\\b`,
    ),
    rule(
      'B8',
      `\\bbe (?:more|extra) (?:careful|vigilant|attentive|cautious)|\\bpay (?:more|closer) attention|\\b(?:remind|retrain|reprimand|discipline|warn|coach|educate) (?:all )?(?:${other}|them|each other)|\\btry harder|\\bmore vigilance|\\bremember to\\b`,
    ),
    rule(
      'B9',
      `\\bwhy (?:did(?:n['’]t| not)?|was(?:n['’]t)?|were(?:n['’]t)?|could(?:n['’]t)?) ${person}[^?]*\\?`,
    ),
    rule(
      'B10',
      `\\b(?:${other}|${PRONOUNS})\\b[^.]{0,45}\\b(?:${SLIPS})\\b|\\b(?:${SLIPS})\\b[^.]{0,30}\\bby ${other}|\\b(?:introduced|(?:error|mistake|typo|slip) made) by ${other}`,
    ),
  ];
}

// Quotations and code are somebody else's words; a product is not a person.
const NOT_JUDGED = [
  /"[^"\n]*"/g,
  /“[^”\n]*”/g,
  /`[^`\n]*`/g,
  /^>.*$/gm,
  /\bMicrosoft Teams\b|\bon Teams\b/g,
  /\bblameless\w*/gi,
  /\bgit blame\b/gi,
];
const PRAISE = /\bfinally identified\b/i;
/** As the lint is told of them, and as the sections call them. */
const SHARED_FIELDS: ReadonlySet<string> = new Set([
  'rootCause',
  'contributing_factors',
  'contributingFactors.others',
  'trigger',
  'root_cause',
  'contributing',
  'conditions',
  'lessons',
]);

/** Either case for every letter of a pattern, so that names within it can stay as they are written. */
function anyCase(pattern: string): string {
  return pattern.replace(/\\.|[a-z]/gi, (found) =>
    found.length > 1 ? found : `[${found.toLowerCase()}${found.toUpperCase()}]`,
  );
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** @returns hints in the order of the text, one for each rule and place */
export function blameIn(text: string, context: BlameContext = {}): Finding[] {
  const { rules, named } = madeFor(context.names ?? NOBODY);
  const clean = blanked(text, NOT_JUDGED);
  const findings: Finding[] = [];
  for (const { code, pattern, unless } of rules)
    for (const place of places(clean, pattern)) {
      if (findings.some((each) => each.code === code && each.start < place.end && place.start < each.end))
        continue;
      if (exempt(clean, place, unless)) continue;
      findings.push({
        code,
        level: LEVELS[code] ?? 'warn',
        start: place.start,
        end: place.end,
        ...askOf(code),
      });
    }
  const shared = SHARED_FIELDS.has(context.field ?? '') ? namesIn(clean, named, findings) : [];
  return [...findings, ...shared].toSorted((one, other) => one.start - other.start);
}

function exempt(
  text: string,
  place: { start: number; end: number; found: string },
  unless: RegExp | undefined,
): boolean {
  const sentence = sentenceAround(text, place.start);
  if (unless?.test(sentence) || PRAISE.test(place.found)) return true;
  const [first = '', second = ''] = place.found.trimStart().split(/\s+/);
  if (NOT_NAMES.test(first) && /^(?:forgot|neglected|overlooked|finally)$/.test(second)) return true;
  return /\boperators?\b/i.test(place.found) && MACHINES.test(sentence);
}

function sentenceAround(text: string, at: number): string {
  const start = Math.max(text.lastIndexOf('. ', at), text.lastIndexOf('\n', at)) + 1;
  const end = text.slice(at).search(/[.!?](?:\s|$)/);
  return text.slice(start, end === -1 ? undefined : at + end + 1);
}

/** In the sections that explain, even a neutral name draws the eye to a person; owners and helpers elsewhere are welcome. */
function namesIn(text: string, named: RegExp[], known: Finding[]): Finding[] {
  return named
    .flatMap((pattern) => places(text, pattern))
    .filter((place) => !known.some((each) => each.start <= place.start && place.end <= each.end))
    .map(({ start, end }) => ({ code: 'B11', level: 'hint', start, end, ...askOf('B11') }));
}

function namePatterns(names: string[]): RegExp[] {
  const full = names.filter((name) => name.length > 1).map(escaped);
  return [
    /(?<![\w.])@[a-z][\w-]+/gi,
    /\b[\w.+-]+@[\w-]+\.[\w.]+\b/g,
    ...(full.length ? [new RegExp(`(?<![\\p{L}\\p{N}])(?:${full.join('|')})(?![\\p{L}\\p{N}])`, 'gu')] : []),
  ];
}

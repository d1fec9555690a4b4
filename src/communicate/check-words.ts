/** Words that do not belong into a message: jargon, guesses, promises, blame, secrets, other people's names. Pure; the web may import it. */
import { GIVEN_NAMES } from '#directory/given-names.ts';
import type { Severity } from '#incident/types.ts';
import { HEDGED, type Stage } from './check-meaning.ts';
import { ADDRESSES, CLIENT_NAMED, SECRETS } from './check-secrets.ts';

export type Wording = {
  external: boolean;
  severity?: Severity | undefined;
  /** What the message says of the state of things. */
  stage?: Stage | undefined;
  /** Internal names that clients do not know, with what to write instead. */
  internalNames: readonly { name: string; publicName: string | null }[];
  /** Names of clients that are not its only reader. */
  otherClients: readonly string[];
  /** People of the directory; none of them is named outside. */
  people: readonly string[];
};
/** `asks`: sent only after a second, different tap. */
export type WordingRule = {
  code: 'U6' | 'U7' | 'U8' | 'U9' | 'U10' | 'U11' | 'U12' | 'U16';
  level: 'must' | 'warn';
  asks?: 'secret' | 'client_name' | undefined;
  question: string;
  /** How it could be said, where no single word can stand in its place. */
  example: string | null;
  find: (text: string) => Found[];
};
/** `rewrite` can stand in the place of what was found. */
export type Found = { start: number; end: number; rewrite: string | null };

const FOUND_MAX = 20;

const GLOSSARY: Record<string, string> = {
  latency: 'slow pages',
  throughput: 'fewer requests',
  failover: 'moved to a second system',
  '5xx': 'error pages',
  '5xxs': 'error pages',
};
// "With the exception of", Node.js and "multi-node plans" are no jargon of ours.
const JARGON =
  /\b(?:[45]xxs?\b|50[0-9]s?(?: (?:errors?|responses?)|s\b)|HTTP (?:4|5)\d\d|OOM(?:[- ]?kill\w*)?|pods?|k8s|kubernetes|ingress|p9[59]|latency|throughput|HPA|etcd|kafka|redis|postgres(?:ql)?|shards?|sharding|replicas?|failover|deadlock(?:s|ed)?|BGP|thread pools?|stack ?traces?|(?<!the )exceptions?(?! of)|cron(?:jobs?| jobs?)?|(?<!multi-)nodes?(?!\.js| \d)|namespaces?|backend|load[ -]balancers?)\b/gi;
const GARBAGE_COLLECTION = /\bGC\b/g;

const THING = 'an?|the|our|your|by|with|due|caused|related|linked|because|from|something|DNS';
const SPECULATION = new RegExp(
  `\\b(?:probably|maybe|perhaps|possibly|might be (?:${THING})\\b|we (?:strongly )?(?:believe|think|suspect|guess|assume)|(?:most |very )?likely (?:caused|due|(?:to be )?related|because|the (?:result|cause))|(?:appears?|seems?) to (?:be|have been) (?:caused|due|related|linked|triggered))`,
  'gi',
);
const CAUSE_CLAIMED =
  /\b(?:the )?root cause (?:is|was)\b(?! (?:now )?(?:understood|known|unknown|being|not|still|under|identified|found))/gi;

const MENDED =
  '(?:fully |completely |all )*(?:fixed|back|restored|resolved|up|recovered|repaired|available|online|working(?! on| to| with| through)|solved|over|normal)';
const PROMISE_PARTS = [
  `(?:will|should|['’]ll|going to)(?: all| now| soon| then)* (?:be )?(?:${MENDED}|recover|work again)\\b`,
  '(?:guarantee(?:s|d)?)\\b',
  "(?<!\\b(?:no|not|n[’']t|without)\\b[^.]{0,20})\\bETA\\b",
  '(?<!\\b(?:as|than) )(?:expect|anticipate|estimate|hope)(?:s|ed|ing)?\\b(?! (?:\\w+ ){0,4}(?:updates?|message|news|information)\\b)[^.]{0,70}?\\b(?:by|within|in|soon|shortly|before|over) (?:\\d|an?\\b|the (?:next|end)|noon|midnight|tomorrow|tonight|today|about|around)',
  'expect(?:s|ed|ing)? (?:a )?(?:full |complete )?(?:recovery|resolution|fix)\\b(?! to be)',
];
const PROMISE = new RegExp(`(?:\\b|(?=['’]))(?:${PROMISE_PARTS.join('|')})`, 'gi');
// "Until it is fixed" promises nothing, and neither does the next message.
const NO_PROMISE_BEFORE =
  /\b(?:once|until|when|if|before|whether|after|as soon as)\b[^.,;]{0,40}$|\b(?:update|message|news)s?\b[^.]{0,20}$/i;
const MEASURED_STEP =
  /\b\d+ ?%[^.]*\b(?:done|complete|finished|through)\b|\bprevious (?:runs?|restores?|re-?index\w*) took\b/i;

const VENDOR =
  'aws|amazon|azure|microsoft|google|gcp|cloudflare|fastly|akamai|stripe|paypal|adyen|twilio|sendgrid|okta|auth0|datadog|heroku|vercel|netlify|hetzner|ovh|digitalocean|github|(?:our |the |their |a )?(?:\\w+ )?(?:provider|vendor|supplier|hoster|carrier|partner|third[- ]party)';
const VENDOR_BLAME = new RegExp(
  `\\b(?:${VENDOR})(?:['’]s)? (?:\\w+ ){0,3}?(?:messed up|screwed up|let us down|failed us|fault|failed (?:yet )?(?:once )?again|(?:is |was |are )?(?:down|broken|failing|unavailable) (?:yet |once )?again|broke (?:it|this|us|our)|is to blame|are to blame|is incompetent|caused (?:this|it) again)\\b|\\b(?:blame|fault of|thanks to|because) (?:${VENDOR})\\b[^.]{0,25}\\b(?:again|messed|fault|blame)|\\b(?:messed up|screwed up|failed us|their fault|let us down)\\b|\\b(?:there is |there['’]s |we can do )?nothing (?:that )?we can do\\b|\\bwe can(?:not|['’]t) do (?:anything|much)\\b|\\bout of our (?:hands|control)\\b|\\bnot our (?:fault|problem)\\b`,
  'gi',
);

const NAME = `(?:${GIVEN_NAMES.join('|')})(?: [A-Z][a-z]+)?`;
const PERSON =
  '(?:one of (?:our|the) (?:\\w+ )?(?:engineers|developers|colleagues|admins|operators|employees|contractors|interns|people|staff)|(?:an?|our|the|some)? ?(?:\\w+ )?(?:engineers?|developers?|devs?|colleagues?|employees?|admins?|administrators?|sysadmins?|DBAs?|operators?|interns?|contractors?|technicians?)|someone|somebody)';
const SLIP = '(?:accidentally|mistakenly|wrongly|incorrectly|inadvertently|unfortunately)';
const ALWAYS_BLAME =
  'broke|misconfigured|messed up|screwed up|botched|deleted|wiped|forgot(?: to)?|failed to|caused|made an? (?:\\w+ )?(?:mistake|error|typo)|introduced an? (?:bug|error|mistake|fault)|took (?:it |the \\w+ )?down';
const ACTED =
  'deployed|made|pushed|released|applied|entered|ran|changed|merged|set|shipped|uploaded|rolled out';
const WRONG =
  '(?:wrong|bad|broken|faulty|buggy|incorrect|erroneous|invalid|untested|mistake|mistaken|by mistake|error|bug|typo)';
const blameOf = (person: string): string =>
  `${person} (?:${SLIP} )?(?:(?:has|have|had) )?(?:${SLIP} )?(?:(?:${ALWAYS_BLAME})\\b|(?:${ACTED}) (?:[\\w-]+ ){0,4}?${WRONG}\\b)|${person} (?:(?:has|have|had) )?${SLIP} \\w+`;
const PERSON_BLAME = [
  new RegExp(`\\b${blameOf(PERSON)}`, 'gi'),
  new RegExp(`\\b${blameOf(NAME)}`, 'g'),
  /\b(?:human|operator|employee|engineer|administrator|user)[ -](?:error|mistake)\b|\b(?:engineer|developer|admin|operator|colleague|employee)['’]s (?:\w+ )?(?:mistake|error|fault)\b|\b(?:caused|introduced|triggered|broken) by (?:an?|one of our|our) (?:\w+ )?(?:engineers?|developers?|colleagues?|employees?|admins?|operators?|interns?|contractors?)\b/gi,
];

// With its number beside it the small word is a description: "a small number of users (40)".
const MINIMISING =
  /\b(?:just (?:an?|some|one|the|for|minor|small|affecting|a few)\b|only (?:a few|some|a handful|a small|a minor|minor|one or two)\b|a handful|minor (?:hiccups?|issues?|problems?|inconveniences?|glitch(?:es)?|disruptions?)|hiccups?|blips?|glitch(?:es)?|slight(?:ly)?|(?:very )?small (?:number|amount|portion|percentage|fraction|subset|group|set)|nothing serious|no big deal)/gi;
const MEASURED = /\d+(?:\.\d+)? ?%|\(\D{0,20}\d|\b\d+ (?:users?|customers?|clients?|requests?|people)\b/;

const TOTAL =
  /\b(?:total|complete|full|massive|catastrophic) (?:outage|downtime|failure|blackout)\b|\b(?:completely|totally|entirely) (?:down|offline|unavailable|broken)\b|\b(?:everything|all services) (?:is|are) down\b/gi;
const PARTLY =
  /\b(?:some|few|several|certain|intermittent(?:ly)?|partial(?:ly)?|subset|a handful|minority|occasional(?:ly)?|sometimes|degraded|slow(?:er)?)\b/i;
const OUTAGE = /\boutages?\b/gi;

/** The rules that apply to this message, each of which finds places in one text. `whole`: everything that the message says. */
export function wordingRules(about: Wording, whole: string): WordingRule[] {
  return [...secrets(about), ...(about.external ? outsideOnly(about) : []), ...always(about, whole)];
}

function secrets(about: Wording): WordingRule[] {
  const secret: WordingRule = {
    code: 'U16',
    level: 'must',
    asks: 'secret',
    question: '… looks like an address or a secret. Does it have to be in a message?',
    example: null,
    find: (text) =>
      apart([...SECRETS, ...(about.external ? ADDRESSES : [])].flatMap((each) => matches(text, each))),
  };
  if (!about.external) return [secret];
  const client: WordingRule = {
    code: 'U16',
    level: 'must',
    asks: 'client_name',
    question: '… is a client, and others would read its name. Does it have to be in this message?',
    example: 'Some customers cannot …',
    find: (text) => {
      const known = about.otherClients.flatMap((name) => matches(text, wholeWord(name)));
      return [...known, ...matches(text, CLIENT_NAMED).filter((each) => !overlaps(each, known))];
    },
  };
  return [secret, client];
}

function outsideOnly(about: Wording): WordingRule[] {
  const publicly = (word: string): string | null => GLOSSARY[word.toLowerCase()] ?? null;
  return [
    {
      ...rule('U6', 'Would a client know what … is?', 'The same in the words of somebody who uses it.'),
      find: (text) => {
        const names = internal(text, about);
        const words = [...matches(text, JARGON, publicly), ...matches(text, GARBAGE_COLLECTION)];
        return words.filter((each) => !overlaps(each, names));
      },
    },
    {
      ...rule('U6', 'Clients do not know the name …. What do they call it?', null),
      find: (text) => internal(text, about),
    },
    {
      ...rule('U10', '… is a person of ours. Write "we".', 'We …', 'must'),
      find: (text) => about.people.flatMap((name) => matches(text, wholeWord(name))),
    },
  ];
}

function always(about: Wording, whole: string): WordingRule[] {
  const causeKnown = about.stage !== undefined && about.stage !== 'looking';
  return [
    {
      ...rule('U7', '… is a guess. What do we know?', 'We are checking whether …'),
      find: (text) => [...matches(text, SPECULATION), ...(causeKnown ? [] : matches(text, CAUSE_CLAIMED))],
    },
    {
      ...rule(
        'U8',
        '… is a promise about the repair. Only the next message is promised.',
        'We are <what we do now>. Next update by <time and zone>.',
      ),
      find: (text) => promises(text, about, whole),
    },
    {
      ...rule(
        'U9',
        '… sounds like blame. What do we do about it?',
        'One of our providers has a problem; we are …',
      ),
      find: (text) => matches(text, VENDOR_BLAME),
    },
    {
      ...rule(
        'U10',
        '… points at a person. What did the system allow?',
        'A change at <time> broke <what>; we are undoing it.',
        'must',
      ),
      find: (text) => apart(PERSON_BLAME.flatMap((each) => matches(text, each))),
    },
    {
      ...rule('U11', '… makes it small. What is the number?', 'About <number> of <whom>'),
      find: (text) => matches(text, MINIMISING).filter((each) => !measuredBy(text, each)),
    },
    {
      ...rule('U12', '… says more than the impact does.', 'Some <whom> cannot <what>.'),
      find: (text) => overstated(text, about, whole),
    },
  ];
}

function promises(text: string, about: Wording, whole: string): Found[] {
  if (!about.external && MEASURED_STEP.test(whole)) return [];
  // "Should be fixed now" asks for proof, which is another rule.
  const hedged = matches(text, HEDGED);
  return matches(text, PROMISE).filter(
    (each) =>
      !NO_PROMISE_BEFORE.test(text.slice(Math.max(0, each.start - 60), each.start)) &&
      !overlaps(each, hedged),
  );
}

function overstated(text: string, about: Wording, whole: string): Found[] {
  if (about.severity === 'P3') return apart([...matches(text, TOTAL), ...matches(text, OUTAGE)]);
  return about.severity === 'P2' || PARTLY.test(whole) ? matches(text, TOTAL) : [];
}

/** A number in the same sentence says how small it is. */
function measuredBy(text: string, { start, end }: Found): boolean {
  const from = Math.max(text.lastIndexOf('. ', start), text.lastIndexOf('\n', start)) + 1;
  const until = text.slice(end).search(/[.!?](?:\s|$)/);
  return MEASURED.test(text.slice(from, until === -1 ? undefined : end + until));
}

function rule(
  code: WordingRule['code'],
  question: string,
  example: string | null,
  level: WordingRule['level'] = 'warn',
): Omit<WordingRule, 'find'> {
  return { code, level, question, example };
}

function matches(
  text: string,
  pattern: RegExp,
  rewrite: (word: string) => string | null = () => null,
): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(pattern)) {
    if (found.length === FOUND_MAX) break;
    // A pattern that begins with a word that may be missing can begin with the space after it.
    const words = match[0].trim();
    const start = match.index + match[0].indexOf(words);
    found.push({ start, end: start + words.length, rewrite: rewrite(words) });
  }
  return found;
}

function overlaps(one: Found, others: readonly Found[]): boolean {
  return others.some((other) => one.start < other.end && other.start < one.end);
}

/** Of places that overlap, the first. */
function apart(found: Found[]): Found[] {
  return found.filter((each, index) => !overlaps(each, found.slice(0, index)));
}

function internal(text: string, about: Wording): Found[] {
  const unknown = about.internalNames.filter(
    ({ name, publicName }) => name.toLowerCase() !== publicName?.toLowerCase(),
  );
  // "Card payments" is what clients call it, although "payments" is the name in the house.
  const known = about.internalNames.flatMap(({ publicName }) =>
    publicName ? matches(text, wholeWord(publicName)) : [],
  );
  return unknown
    .flatMap(({ name, publicName }) => matches(text, wholeWord(name), () => publicName))
    .filter((each) => !known.some(({ start, end }) => start <= each.start && each.end <= end));
}

// Names may begin or end with a sign, where \b would not hold.
function wholeWord(name: string): RegExp {
  const escaped = name.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return escaped.length < 2
    ? /(?!)/g
    : new RegExp(`(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`, 'giu');
}

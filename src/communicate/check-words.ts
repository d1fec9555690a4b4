/** Words that do not belong into a message: jargon, guesses, promises, blame, secrets, other people's names. Pure. */
import type { Checked, Confirmable, Level, Surroundings } from './check.ts';

export type Found = { start: number; end: number; rewrite: string | null };
type WordingRule = {
  code: string;
  level: Level;
  question: string;
  confirms: Confirmable | null;
  find: (text: string) => Found[];
};

const FOUND_MAX = 20;

const GLOSSARY: Record<string, string> = {
  latency: 'slow pages',
  throughput: 'fewer requests',
  failover: 'moved to a second system',
  '5xx': 'error pages',
};
const JARGON =
  /\b(?:5xx|4xx|50[0-9] errors?|OOM|pods?|k8s|kubernetes|ingress|p9[59]|latency|throughput|HPA|etcd|kafka|redis|postgres(?:ql)?|shards?|replicas?|failover|deadlock|BGP|thread pool|stack ?trace|exceptions?|cron|namespace|backend|load balancer)\b/gi;
const SPECULATION =
  /\b(?:probably|maybe|perhaps|possibly|might be|we (?:believe|think|suspect|guess)|likely (?:caused|due)|(?:appears?|seems?) to be caused|root cause is)\b/gi;
const PROMISE =
  /\b(?:(?:will|should) be (?:fixed|back|restored|resolved|up)|should be fine|guarantee[sd]?|ETA|expect\b[^.]{0,60}\bby)\b/gi;
const RELATIVE =
  /\b(?:(?:next )?update (?:to follow )?soon|shortly|as soon as possible|asap|in due course|very soon|soon)\b/gi;
const VENDOR_BLAME = /\b(?:messed up|at fault|failed us|nothing we can do|out of our hands|their fault)\b/gi;
const PERSON_BLAME =
  /\b(?:engineers?|developers?|someone|somebody|colleague|employee)\s+(?:\w+\s+)?(?:deployed|broke|made|pushed|misconfigured|deleted|forgot)\b/gi;
const MINIMISING =
  /\b(?:only a few|a handful|minor hiccup|hiccup|blip|glitch|slight(?:ly)?|small number)\b/gi;
const OVERSTATING = /\b(?:total|complete) outage\b/gi;

const SECRETS: RegExp[] = [
  /\b(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}\b/g,
  /\b(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}\b/gi,
  /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g,
  /\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:internal|local|lan|corp|intra|svc)\b/gi,
  /\b(?:password|passwd|secret|token|api[_-]?key|bearer)\s*[:=]\s*\S+/gi,
  /\b(?:ghp_|gho_|xox[abp]-|sk_live_|AKIA)[A-Za-z0-9_-]{8,}/g,
  /\b(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[a-z])(?=[A-Za-z0-9_-]*[A-Z])[A-Za-z0-9_-]{24,}\b/g,
  /\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+/g,
];

/** The rules that apply to this message, each of which finds places in one field. */
export function wordingRules(around: Surroundings, message: Pick<Checked, 'status'>): WordingRule[] {
  const rules: WordingRule[] = [
    rule('U4r', 'warn', '… is not a time. The next time stands in its own field.', RELATIVE),
    {
      code: 'U16',
      level: 'ask',
      question: '… looks like an address or a secret. Does it have to be in a message?',
      confirms: 'secret',
      find: (text) => SECRETS.flatMap((each) => matches(text, each)),
    },
  ];
  if (!around.external) return rules;
  if (around.otherClients.length)
    rules.push({
      code: 'U16',
      level: 'ask',
      question: '… is a client, and others would read its name. Does it have to be in this message?',
      confirms: 'client_name',
      find: named(around.otherClients),
    });
  rules.push(
    {
      ...rule('U6', 'warn', 'Would a client know what … is?', JARGON),
      find: (text) => matches(text, JARGON, (word) => GLOSSARY[word.toLowerCase()] ?? null),
    },
    {
      code: 'U6',
      level: 'warn',
      question: 'Clients do not know the name …. What do they call it?',
      confirms: null,
      find: (text) => internal(text, around),
    },
    rule('U8', 'warn', '… is a promise about the repair. Only the next message is promised.', PROMISE),
    rule('U9', 'warn', '… sounds like blame. What do we do about it?', VENDOR_BLAME),
    rule('U10', 'warn', '… points at a person. What did the system allow?', PERSON_BLAME),
    {
      code: 'U10',
      level: 'warn',
      question: '… is a person of ours. Write "we".',
      confirms: null,
      find: named(around.people),
    },
    rule('U11', 'warn', '… makes it small. What is the number?', MINIMISING),
  );
  if (message.status === 'looking')
    rules.push(rule('U7', 'warn', '… is a guess. What do we know?', SPECULATION));
  if (around.severity !== 'P1')
    rules.push(rule('U12', 'warn', '… says more than the impact does.', OVERSTATING));
  return rules;
}

function rule(code: string, level: Level, question: string, pattern: RegExp): WordingRule {
  return { code, level, question, confirms: null, find: (text) => matches(text, pattern) };
}

function matches(
  text: string,
  pattern: RegExp,
  rewrite: (word: string) => string | null = () => null,
): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(pattern)) {
    if (found.length === FOUND_MAX) break;
    found.push({ start: match.index, end: match.index + match[0].length, rewrite: rewrite(match[0]) });
  }
  return found;
}

function internal(text: string, around: Surroundings): Found[] {
  const unknown = around.internalNames.filter(
    ({ name, publicName }) => name.toLowerCase() !== publicName?.toLowerCase(),
  );
  return unknown.flatMap(({ name, publicName }) => matches(text, wholeWord(name), () => publicName));
}

function named(names: readonly string[]): (text: string) => Found[] {
  return (text) => names.flatMap((name) => matches(text, wholeWord(name)));
}

// Names may begin or end with a sign, where \b would not hold.
function wholeWord(name: string): RegExp {
  const escaped = name.trim().replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return escaped.length < 2
    ? /(?!)/g
    : new RegExp(`(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])`, 'giu');
}

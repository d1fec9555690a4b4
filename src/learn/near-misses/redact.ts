/** Takes out of a text what leads to people and places: names, handles, addresses, hosts, numbers, exact times. In the browser and on the server. Pure. */
import { GIVEN_NAMES } from '#directory/given-names.ts';
import { type NamedPerson, rolesNotPeople } from '../roles.ts';

export type Known = { name: string; email: string | null };

const FILES =
  'ts|tsx|js|jsx|mjs|cjs|json|yaml|yml|toml|xml|html|css|md|txt|csv|log|sql|sh|py|rb|go|rs|java|kt|php|conf|cfg|ini|env|lock|tf|hcl|zip|gz|tar|pdf|png|jpg|svg';
const ENDINGS =
  'com|net|org|edu|gov|io|dev|app|cloud|tech|ai|co|eu|de|at|ch|fr|es|it|nl|be|pl|se|no|dk|fi|cz|pt|ie|uk|us|ca|au|nz|in|jp|cn|br|za|example|test|invalid|localhost|local|internal|intern|lan|corp|home|svc|cluster|prod|staging|arpa';
// Words with a number that name a standard or a step, no machine.
const NO_MACHINES =
  '(?:utf|sha|md|aes|iso|rfc|tls|ssl|http|ipv|covid|part|phase|step|stage|level|round|week|day|page|top|section|version|option|figure|table|tier|p|v)';

type Rule = { find: RegExp; put: string };

// The order matters: what holds another is taken out first.
const RULES: Rule[] = [
  { find: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s<>"')\]]+/giu, put: '[link]' },
  {
    find: /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/giu,
    put: '[mail address]',
  },
  {
    find: /\b(pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|access[_-]?key|authorization)(\s?[=:]\s?["']?)(?!\[)[^\s"',;<>]{3,}/giu,
    put: '$1$2[secret]',
  },
  { find: /\b(bearer|basic)\s+(?=[\w.~+/=-]*\d)[\w.~+/=-]{8,}/giu, put: '$1 [secret]' },
  { find: /(\/(?:home|Users)\/|\\Users\\)[^\s/\\:"']+/gu, put: '$1[name]' },
  { find: /(?<![\p{L}\p{N}.])@[\p{L}\p{N}_][\p{L}\p{N}_.-]{0,63}/gu, put: '[handle]' },
  { find: /(?<![\p{L}\p{N}.])(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?(?![\p{L}\p{N}.]*\d)/gu, put: '[address]' },
  {
    find: /(?<![\p{L}\p{N}:])(?=[0-9a-f:]*::|(?:[0-9a-f]{1,4}:){4})(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\p{L}\p{N}:])/giu,
    put: '[address]',
  },
  {
    find: new RegExp(
      `(?<![\\p{L}\\p{N}._-])(?:[a-z0-9_][a-z0-9_-]{0,62}\\.)+(?!(?:${FILES})(?![\\p{L}\\p{N}]))(?:${ENDINGS})(?::\\d{1,5})?(?![\\p{L}\\p{N}_-]|\\.[\\p{L}\\p{N}])`,
      'giu',
    ),
    put: '[host]',
  },
  // Three parts or more are a host, whatever it ends in; versions end in a number, files in what files end in.
  {
    find: new RegExp(
      `(?<![\\p{L}\\p{N}._/-])(?:[a-z0-9_][a-z0-9_-]{0,62}\\.){2,}(?!(?:${FILES})(?![\\p{L}\\p{N}]))[a-z][a-z0-9-]{1,62}(?::\\d{1,5})?(?![\\p{L}\\p{N}_-]|\\.[\\p{L}\\p{N}])`,
      'giu',
    ),
    put: '[host]',
  },
  {
    find: new RegExp(
      `(?<![\\p{L}\\p{N}_.-])(?!${NO_MACHINES}-?\\d+(?![\\p{L}\\p{N}-]))[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?:-[a-z]*\\d+)(?![\\p{L}\\p{N}_-])`,
      'gu',
    ),
    put: '[host]',
  },
  {
    find: new RegExp(
      `(?<![\\p{L}\\p{N}_-])(?!${NO_MACHINES.toUpperCase()}-)[A-Z][A-Z0-9]{1,9}-\\d{1,7}(?![\\p{L}\\p{N}_-])`,
      'gu',
    ),
    put: '[ticket]',
  },
  {
    find: /(?<![\p{L}\p{N}_])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}(?![\p{L}\p{N}_])/gu,
    put: '[commit]',
  },
  {
    find: /(?<![\p{L}\p{N}_-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{24,}(?![\p{L}\p{N}_-])/gu,
    put: '[secret]',
  },
  {
    find: /(?<![\p{L}\p{N}:.])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:\s?(?:am|pm|UTC|GMT|CET|CEST))?(?![\p{L}\p{N}]|:\d)/giu,
    put: '[time]',
  },
  { find: /(?<![\p{L}\p{N}.,])\+?\d[\d ()/-]{6,18}\d(?![\p{L}\p{N}.,]*\d)/gu, put: '[number]' },
];

const NAME = '[name]';
const GIVEN = new RegExp(
  `(?<![\\p{L}\\p{N}_])(?:${GIVEN_NAMES.join('|')})(?:(?: \\p{Lu}\\.)? \\p{Lu}\\p{Ll}+)?(?:['’]s)?(?![\\p{L}\\p{N}_])`,
  'gu',
);
const SHORTEST_NAME = 3;
/** Mailboxes that belong to nobody in particular. */
const SHARED_BOXES =
  /^(?:info|support|help|helpdesk|hello|contact|admin|office|team|ops|service|services|sales|mail|security|billing|noc|root|it|front-desk|alerts?)$/i;

/**
 * @param known people of the directory, whose names are found however rare they are; the browser has none
 * @returns the text with `[name]`, `[host]` and the like in place of what was found; redacting it again changes nothing
 */
export function redacted(text: string, known: readonly Known[] = []): string {
  let result = text;
  for (const { find, put } of RULES) result = result.replace(find, put);
  const called = known.flatMap(calledBy).filter((name) => result.includes(name));
  result = rolesNotPeople(result, [...new Set(called)].map(asNamed));
  return result.replace(GIVEN, (found) => (/['’]s$/.test(found) ? `${NAME}’s` : NAME));
}

/** Everything that a person is called by: the whole name, each part of it, the part of the mail address before the sign. */
function calledBy({ name, email }: Known): string[] {
  const parts = name.split(/\s+/).filter((part) => part.length >= SHORTEST_NAME && /^\p{Lu}/u.test(part));
  const box = email?.split('@')[0] ?? '';
  const named = name.trim().length >= SHORTEST_NAME ? [name.trim()] : [];
  return [...named, ...parts, ...(box.length >= SHORTEST_NAME && !SHARED_BOXES.test(box) ? [box] : [])];
}

function asNamed(name: string): NamedPerson {
  return { name, email: null, role: NAME, tookPart: true };
}

const MARKS = /\[(?:name|handle|mail address|link|host|address|ticket|commit|secret|time|number)\]/g;

export type Part = { text: string; taken: boolean };

/** @returns the redacted text in pieces, so that a screen can show what was taken out */
export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(MARKS)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index), taken: false });
    parts.push({ text: match[0], taken: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), taken: false });
  return parts;
}

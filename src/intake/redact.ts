/** Takes secrets out of what others send, before anything is stored or logged. */

const CENSORED = '[redacted]';
const NAMES =
  /(^|[_.-]|[a-z])(routing_?key|service_?key|pass(word|wd|phrase)|pwd|secrets?|tokens?|authorization|cookies?|credentials?|session_?id|(api|access|private|secret|client|account|shared|encryption)[_-]?key(_?id)?)$/i;

type Pattern = { find: RegExp; replace: string };

const PATTERNS: Pattern[] = [
  {
    find: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
    replace: CENSORED,
  },
  { find: /\b(bearer|geniekey|apikey)(\s+)[\w.~+/=-]{8,}/gi, replace: `$1$2${CENSORED}` },
  // "Basic connectivity" is a title; credentials have a digit, a sign or an end that no word has.
  {
    find: /\b([Bb]asic|BASIC)(\s+)(?=[\w+/]*(?:[\d+/=]|[a-z][A-Z]))[\w+/]{8,}={0,2}/g,
    replace: `$1$2${CENSORED}`,
  },
  { find: /\b(AKIA|ASIA)[A-Z0-9]{16}\b/g, replace: CENSORED },
  {
    find: /\b(gh[opsur]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|[sr]k_live_\w{16,})/g,
    replace: CENSORED,
  },
  { find: /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, replace: CENSORED },
  { find: /(:\/\/[^\s/:@"']{1,200}:)[^\s/@"']{1,200}@/g, replace: `$1${CENSORED}@` },
  {
    find: /(password|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|client[_-]?secret|authorization|signature|sig)(["']?\s?[=:]\s?["']?)(?!\[redacted\])[^\s"'&,;<>)]{3,}/gi,
    replace: `$1$2${CENSORED}`,
  },
];

/** True when a field of this name holds a secret, whatever its value. */
export function secretName(name: string): boolean {
  return name.length <= 100 && NAMES.test(name);
}

/** The text with every secret that can be told by its looks replaced. */
export function redactText(text: string): string {
  if (text.length < 8) return text;
  let result = text;
  for (const { find, replace } of PATTERNS) result = result.replace(find, replace);
  return result;
}

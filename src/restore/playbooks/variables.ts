/** The gaps of a playbook: `{{service.name}}` is known, `{{new_primary}}` is asked for, `{{region: eu, us}}` is chosen. Pure. */
import type { Block, Inline } from './blocks.ts';
import { mayLink } from './blocks.ts';

export type VariableType = 'text' | 'number' | 'link' | 'choice';
export type Variable = {
  name: string;
  type: VariableType;
  /** For a choice, in their order. */
  options: string[];
  /** The incident tells it; it is asked only where the incident does not know it. */
  known: boolean;
};

/** What the incident tells by itself, with what it means. */
export const KNOWN_VARIABLES = {
  'service.name': 'the service that is affected',
  'service.slug': 'its short name, as used in addresses',
  'incident.reference': 'what a client quotes on the telephone',
  'incident.number': 'the number of the incident',
  'incident.title': 'its title',
  'incident.severity': 'P1, P2 or P3',
  'client.name': 'the clients that are affected',
} as const;
export type KnownName = keyof typeof KNOWN_VARIABLES;

export const VALUE_CHARACTERS_MAX = 200;
export const VARIABLES_MAX = 30;
const OPTIONS_MAX = 20;

// {{name}}, {{name: number}}, {{name: one, two}}; the name may have one dot.
const GAP = /\{\{\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)\s*(?::\s*([^{}\n]{1,300}?))?\s*\}\}/gi;

export type GapFound = Variable & { problem: 'unknown' | 'one_option' | 'many_options' | undefined };

/** Every gap in a text, in its order; the same one may stand there more than once. */
export function gapsIn(text: string): GapFound[] {
  return [...text.matchAll(GAP)].map(([, name = '', said]) => gapOf(name.toLowerCase(), said));
}

function gapOf(name: string, said: string | undefined): GapFound {
  const known = name in KNOWN_VARIABLES;
  const options = (said ?? '')
    .split(/[,|]/)
    .map((each) => each.trim())
    .filter(Boolean);
  const [only = 'text'] = options;
  const typed = options.length <= 1 && ['text', 'number', 'link'].includes(only);
  return {
    name,
    type: known ? 'text' : typed ? (only as VariableType) : 'choice',
    options: known || typed ? [] : options.slice(0, OPTIONS_MAX),
    known,
    problem:
      name.includes('.') && !known
        ? 'unknown'
        : typed
          ? undefined
          : options.length === 1
            ? 'one_option'
            : options.length > OPTIONS_MAX
              ? 'many_options'
              : undefined,
  };
}

/** @returns what is wrong with a value, as the end of a sentence that begins with its name; undefined when nothing is */
export function valueProblem(variable: Variable, value: string): string | undefined {
  if (!value.trim()) return 'must not be empty';
  if (value.length > VALUE_CHARACTERS_MAX) return `must have at most ${VALUE_CHARACTERS_MAX} characters`;
  // One line, so that a value cannot smuggle a second command into the one that is copied.
  if (/\p{Cc}/u.test(value)) return 'must be one line without control characters';
  switch (variable.type) {
    case 'text':
      return undefined;
    case 'number':
      return /^-?\d+(\.\d+)?$/.test(value) ? undefined : 'must be a number such as 42 or 0.5';
    case 'link':
      return /^https?:\/\/\S+$/i.test(value) ? undefined : 'must be an address that begins with https://';
    case 'choice':
      return variable.options.includes(value)
        ? undefined
        : `must be one of ${variable.options.map((each) => `“${each}”`).join(', ')}`;
  }
}

export type Values = ReadonlyMap<string, string>;

/** Puts values into a text; what has none stays as its name. */
export function filledText(text: string, values: Values): string {
  return text.replace(GAP, (_, name: string) => values.get(name.toLowerCase()) ?? `{{${name}}}`);
}

/** After parsing, so that a value is never read as Markdown. */
export function filledInlines(words: Inline[], values: Values): Inline[] {
  return words.flatMap((word) => filledInline(word, values));
}

function filledInline(word: Inline, values: Values): Inline[] {
  switch (word.kind) {
    case 'text':
      return split(word.text, values);
    case 'code':
      return [{ ...word, text: filledText(word.text, values) }];
    case 'break':
    case 'variable':
      return [word];
    case 'strong':
    case 'emphasis':
    case 'struck':
      return [{ ...word, of: filledInlines(word.of, values) }];
    case 'link': {
      const of = filledInlines(word.of, values);
      const href = filledLink(word.href, values);
      return href ? [{ kind: 'link', href, of }] : of;
    }
  }
}

/** A value inside an address is escaped; one that is the whole address is taken as it is. Undefined when no address comes of it. */
function filledLink(href: string, values: Values): string | undefined {
  const whole = /^\{\{[^{}]+\}\}$/.test(href);
  const missing = gapsIn(href).some(({ name }) => !values.has(name));
  if (missing) return undefined;
  const filled = href.replace(GAP, (_, name: string) => {
    const value = values.get(name.toLowerCase()) ?? '';
    return whole ? value : encodeURIComponent(value);
  });
  return mayLink(filled) && !filled.startsWith('{{') ? filled : undefined;
}

function split(text: string, values: Values): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(GAP)) {
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) });
    const name = (match[1] ?? '').toLowerCase();
    parts.push({ kind: 'variable', name, value: values.get(name) ?? null });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}

export function filledBlock(block: Block, values: Values): Block {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return { ...block, of: filledInlines(block.of, values) };
    case 'code':
      return { ...block, text: filledText(block.text, values) };
    case 'list':
      return { ...block, items: block.items.map((item) => item.map((each) => filledBlock(each, values))) };
    case 'quote':
      return { ...block, of: block.of.map((each) => filledBlock(each, values)) };
    case 'table':
      return {
        ...block,
        head: block.head.map((cell) => filledInlines(cell, values)),
        rows: block.rows.map((row) => row.map((cell) => filledInlines(cell, values))),
      };
    case 'rule':
      return block;
  }
}

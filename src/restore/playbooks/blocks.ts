/** What a playbook's Markdown becomes: a small tree of words and blocks. HTML has no place in it, so none can pass. Pure. */
import MarkdownIt, { type Token } from 'markdown-it';

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'break' }
  | { kind: 'strong' | 'emphasis' | 'struck'; of: Inline[] }
  | { kind: 'link'; href: string; of: Inline[] }
  /** A gap: `value` is null until the playbook is started. */
  | { kind: 'variable'; name: string; value: string | null };

export type Block =
  | { kind: 'heading'; level: number; of: Inline[] }
  | { kind: 'paragraph'; of: Inline[] }
  | { kind: 'code'; language: string; text: string }
  | { kind: 'list'; ordered: boolean; start: number; items: Block[][] }
  | { kind: 'quote'; of: Block[] }
  | { kind: 'table'; head: Inline[][]; rows: Inline[][][] }
  | { kind: 'rule' };

/** A block of the document with the line on which it begins, counted from 1; a list keeps its items' lines. */
export type Placed = { line: number; block: Exclude<Block, { kind: 'list' }> } | PlacedList;
export type PlacedList = {
  line: number;
  list: { ordered: boolean; start: number; items: { line: number; blocks: Placed[] }[] };
};

export type Oddity = {
  line: number;
  what: 'link' | 'image' | 'html' | 'deep';
  /** What stands there. */
  text: string;
};

const NESTING_MAX = 60;
const ALLOWED_LINK = /^(https?:\/\/|mailto:|tel:)/i;
const HTML_TAG = /<\/?[a-z][a-z0-9-]*(\s[^<>]*)?\/?>/i;

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false, maxNesting: NESTING_MAX });
// Every link is parsed as one, and judged here; else what may not be a link would stay as its source.
markdown.validateLink = () => true;
markdown.normalizeLink = (href) => href;

/** @param text cleaned Markdown: CommonMark with tables and strikethrough */
export function readBlocks(text: string): { blocks: Placed[]; oddities: Oddity[] } {
  const oddities: Oddity[] = [];
  const tokens = markdown.parse(text, {});
  const deep = tokens.find((token) => token.level >= NESTING_MAX - 1);
  if (deep) oddities.push({ line: lineOf(deep, 1), what: 'deep', text: '' });
  return { blocks: blocksOf(new Reader(tokens), oddities, 1), oddities };
}

/** Takes one token after the other. */
class Reader {
  private index = 0;
  private readonly tokens: readonly Token[];
  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }
  peek(): Token | undefined {
    return this.tokens[this.index];
  }
  take(): Token | undefined {
    const token = this.tokens[this.index];
    this.index += 1;
    return token;
  }
  /** Whether the next token ends what was opened by `type`; then it is taken. */
  closes(type: string): boolean {
    const next = this.peek();
    if (next && next.type !== `${type}_close`) return false;
    this.index += 1;
    return true;
  }
}

function lineOf(token: Token, otherwise: number): number {
  return token.map ? token.map[0] + 1 : otherwise;
}

function blocksOf(reader: Reader, oddities: Oddity[], above: number, until?: string): Placed[] {
  const found: Placed[] = [];
  while (reader.peek() && !(until && reader.closes(until))) {
    const token = reader.take();
    const placed = token && blockOf(token, reader, oddities, lineOf(token, above));
    if (placed) found.push(placed);
  }
  return found;
}

function blockOf(token: Token, reader: Reader, oddities: Oddity[], line: number): Placed | undefined {
  switch (token.type) {
    case 'heading_open':
      return {
        line,
        block: {
          kind: 'heading',
          level: Number(token.tag.slice(1)),
          of: inlinesUntil(reader, oddities, 'heading', line),
        },
      };
    case 'paragraph_open':
      return {
        line,
        block: { kind: 'paragraph', of: inlinesUntil(reader, oddities, 'paragraph', line) },
      };
    case 'fence':
    case 'code_block':
      return {
        line,
        block: {
          kind: 'code',
          language: (token.info ?? '').trim().split(/\s+/)[0] ?? '',
          text: token.content.replace(/\n$/, ''),
        },
      };
    case 'bullet_list_open':
    case 'ordered_list_open':
      return listOf(token, reader, oddities, line);
    case 'blockquote_open':
      return {
        line,
        block: { kind: 'quote', of: blocksOf(reader, oddities, line, 'blockquote').map(plainBlock) },
      };
    case 'table_open':
      return { line, block: tableOf(reader, oddities, line) };
    case 'hr':
      return { line, block: { kind: 'rule' } };
    default:
      return undefined;
  }
}

function listOf(token: Token, reader: Reader, oddities: Oddity[], line: number): PlacedList {
  const ordered = token.type === 'ordered_list_open';
  const items: PlacedList['list']['items'] = [];
  while (reader.peek() && !reader.closes(ordered ? 'ordered_list' : 'bullet_list')) {
    const item = reader.take();
    if (item?.type !== 'list_item_open') continue;
    const at = lineOf(item, line);
    items.push({ line: at, blocks: blocksOf(reader, oddities, at, 'list_item') });
  }
  return { line, list: { ordered, start: Number(token.attrGet('start') ?? 1), items } };
}

function tableOf(reader: Reader, oddities: Oddity[], line: number): Block & { kind: 'table' } {
  const rows: Inline[][][] = [];
  while (reader.peek() && !reader.closes('table')) {
    const token = reader.take();
    if (token?.type === 'tr_open') rows.push([]);
    if (token?.type === 'inline') rows.at(-1)?.push(inlinesOf(token, oddities, lineOf(token, line)));
  }
  return { kind: 'table', head: rows[0] ?? [], rows: rows.slice(1) };
}

function inlinesUntil(reader: Reader, oddities: Oddity[], until: string, line: number): Inline[] {
  const found: Inline[] = [];
  while (reader.peek() && !reader.closes(until)) {
    const token = reader.take();
    if (token?.type === 'inline') found.push(...inlinesOf(token, oddities, lineOf(token, line)));
  }
  return found;
}

function inlinesOf(token: Token, oddities: Oddity[], line: number): Inline[] {
  return spanOf(new Reader(token.children ?? []), oddities, line);
}

const SPANS = { strong_open: 'strong', em_open: 'emphasis', s_open: 'struck' } as const;

function spanOf(reader: Reader, oddities: Oddity[], line: number, until?: string): Inline[] {
  const found: Inline[] = [];
  while (reader.peek() && !(until && reader.closes(until))) {
    const token = reader.take();
    if (token) found.push(...wordsOf(token, reader, oddities, line));
  }
  return found;
}

function wordsOf(token: Token, reader: Reader, oddities: Oddity[], line: number): Inline[] {
  switch (token.type) {
    case 'text':
      if (HTML_TAG.test(token.content)) oddities.push({ line, what: 'html', text: token.content });
      return token.content ? [{ kind: 'text', text: token.content }] : [];
    case 'code_inline':
      return [{ kind: 'code', text: token.content }];
    case 'softbreak':
      return [{ kind: 'text', text: ' ' }];
    case 'hardbreak':
      return [{ kind: 'break' }];
    case 'strong_open':
    case 'em_open':
    case 's_open':
      return [
        {
          kind: SPANS[token.type],
          of: spanOf(reader, oddities, line, token.type.replace('_open', '')),
        },
      ];
    case 'link_open': {
      const href = String(token.attrGet('href') ?? '');
      const of = spanOf(reader, oddities, line, 'link');
      if (mayLink(href)) return [{ kind: 'link', href, of }];
      oddities.push({ line, what: 'link', text: href });
      return of;
    }
    case 'image': {
      // An image of another server would tell it who reads, and fail when it is needed.
      const href = String(token.attrGet('src') ?? '');
      oddities.push({ line, what: 'image', text: href });
      const words: Inline[] = [{ kind: 'text', text: token.content || href }];
      return mayLink(href) ? [{ kind: 'link', href, of: words }] : words;
    }
    default:
      return [];
  }
}

/** Web, mail and telephone; or an address that is a variable as a whole, and is judged when it is filled in. */
export function mayLink(href: string): boolean {
  return ALLOWED_LINK.test(href) || /^\{\{[^{}]+\}\}$/.test(href);
}

/** Without its lines. */
export function plainBlock(placed: Placed): Block {
  if ('block' in placed) return placed.block;
  const { ordered, start, items } = placed.list;
  return { kind: 'list', ordered, start, items: items.map(({ blocks }) => blocks.map(plainBlock)) };
}

/** The words alone, on one line. */
export function plainText(words: Inline[]): string {
  return words.map(wordText).join('').replace(/\s+/g, ' ').trim();
}

function wordText(word: Inline): string {
  switch (word.kind) {
    case 'text':
    case 'code':
      return word.text;
    case 'break':
      return ' ';
    case 'variable':
      return word.value ?? `{{${word.name}}}`;
    case 'strong':
    case 'emphasis':
    case 'struck':
    case 'link':
      return plainText(word.of);
  }
}

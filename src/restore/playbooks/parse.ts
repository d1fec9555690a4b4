/** Reads a playbook: what stands around its steps, the steps with owner and time box, the variables, and what is missing. Pure. */
import { createHash } from 'node:crypto';
import type { RoleName } from '#incident/types.ts';
import {
  type Block,
  type Inline,
  type Placed,
  type PlacedList,
  plainBlock,
  plainText,
  readBlocks,
} from './blocks.ts';
import { type Finding, findingsOf } from './lint.ts';
import { gapsIn, VARIABLES_MAX, type Variable } from './variables.ts';

export const TEXT_CHARACTERS_MAX = 64 * 1024;

export type Step = {
  /** Made of its words, so that it stays the same in the next version unless they change. */
  id: string;
  number: number;
  line: number;
  /** 0 for a step, 1 for a step inside a step, and so on. */
  depth: number;
  words: Inline[];
  /** The words alone, without owner and time box. */
  what: string;
  owner: RoleName | undefined;
  minutes: number | undefined;
  /** What belongs to it: explanations, commands. */
  blocks: Block[];
  /** Its first line as it was written, for what is missing. */
  written: string;
  ticked: boolean;
};

export type Part = { kind: 'block'; block: Block } | { kind: 'step'; step: Step };

export type ParsedPlaybook = {
  parts: Part[];
  steps: Step[];
  variables: Variable[];
  findings: Finding[];
};

const ROLES: readonly string[] = ['lead', 'comms', 'hands'] satisfies RoleName[];
const TASK = /^\[([ xX])\](?:\s+|$)/;
const OWNER = /(^|\s)@(lead|comms|hands)(?=$|[\s.,;:)])/i;
const TIME_BOX = /\s*\((\d{1,4})\s*(min|mins|minutes?|h|hours?)\.?\)/i;

/** @param text the body of a playbook in Markdown, without front matter, cleaned of what no database keeps */
export function parsePlaybook(text: string): ParsedPlaybook {
  const { blocks, oddities } = readBlocks(text);
  const collected: Part[] = [];
  for (const placed of blocks) gather(placed, 0, collected);
  const parts = numbered(collected);
  const steps = parts.flatMap((part) => (part.kind === 'step' ? [part.step] : []));
  const gaps = gapsIn(text);
  const byName = new Map<string, Variable>();
  for (const { problem: _, ...gap } of gaps) {
    const before = byName.get(gap.name);
    // The first that says a type decides; "text" without a word of it is no claim.
    if (!before || (before.type === 'text' && gap.type !== 'text')) byName.set(gap.name, gap);
  }
  const variables = [...byName.values()].slice(0, VARIABLES_MAX);
  return {
    parts,
    steps,
    variables,
    findings: findingsOf({ text, steps, oddities, variables: [...byName.values()] }),
  };
}

function gather(placed: Placed, depth: number, into: Part[]): void {
  if ('block' in placed || !hasTask(placed)) {
    into.push({ kind: 'block', block: plainBlock(placed) });
    return;
  }
  const rest: PlacedList['list']['items'] = [];
  const flush = () => {
    const items = rest.splice(0);
    if (items.length)
      into.push({
        kind: 'block',
        block: plainBlock({ line: placed.line, list: { ...placed.list, items } }),
      });
  };
  for (const item of placed.list.items) {
    if (isTask(item.blocks[0])) {
      flush();
      gatherStep(item, depth, into);
    } else if (item.blocks.some((each) => 'list' in each && hasTask(each))) {
      flush();
      for (const each of item.blocks) gather(each, depth, into);
    } else rest.push(item);
  }
  flush();
}

function hasTask({ list }: PlacedList): boolean {
  return list.items.some(
    ({ blocks }) => isTask(blocks[0]) || blocks.some((each) => 'list' in each && hasTask(each)),
  );
}

function isTask(placed: Placed | undefined): boolean {
  if (!placed || !('block' in placed) || placed.block.kind !== 'paragraph') return false;
  const [first] = placed.block.of;
  return first?.kind === 'text' && TASK.test(first.text);
}

function gatherStep(item: PlacedList['list']['items'][number], depth: number, into: Part[]): void {
  const [head, ...rest] = item.blocks;
  const of = head && 'block' in head && head.block.kind === 'paragraph' ? head.block.of : [];
  const written = plainText(of).replace(TASK, '');
  const ticked = of[0]?.kind === 'text' && /^\[[xX]\]/.test(of[0].text);
  const { words, owner, minutes } = withoutMarks(
    of.map((word, index) =>
      index === 0 && word.kind === 'text' ? { ...word, text: word.text.replace(TASK, '') } : word,
    ),
  );
  const own = rest.filter((each) => !('list' in each && hasTask(each)));
  into.push({
    kind: 'step',
    step: {
      id: '',
      number: 0,
      line: item.line,
      depth,
      words,
      what: plainText(words),
      owner,
      minutes,
      blocks: own.map(plainBlock),
      written,
      ticked,
    },
  });
  for (const each of rest) if ('list' in each && hasTask(each)) gather(each, depth + 1, into);
}

/** Owner and time box are marks in the line: they are taken out of its words. */
function withoutMarks(words: Inline[]): Pick<Step, 'words' | 'owner' | 'minutes'> {
  let owner: RoleName | undefined;
  let minutes: number | undefined;
  const left = words.flatMap((word): Inline[] => {
    if (word.kind !== 'text') return [word];
    let { text } = word;
    const role = owner ? null : OWNER.exec(text);
    if (role) {
      const name = (role[2] ?? '').toLowerCase();
      if (ROLES.includes(name)) owner = name as RoleName;
      text = text.replace(OWNER, '');
    }
    const box = minutes === undefined ? TIME_BOX.exec(text) : null;
    if (box) {
      minutes = Number(box[1]) * (/^h/i.test(box[2] ?? '') ? 60 : 1);
      text = text.replace(TIME_BOX, '');
    }
    return text ? [{ kind: 'text', text }] : [];
  });
  return { words: left, owner, minutes };
}

function numbered(parts: Part[]): Part[] {
  const seen = new Map<string, number>();
  let number = 0;
  return parts.map((part) => {
    if (part.kind === 'block') return part;
    number += 1;
    const words = part.step.what
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
    const hash = createHash('sha256').update(words).digest('hex').slice(0, 10);
    const times = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, times);
    return { kind: 'step', step: { ...part.step, number, id: times === 1 ? hash : `${hash}-${times}` } };
  });
}

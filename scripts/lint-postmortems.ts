/** Runs the blame and action lints over a folder of postmortems in Markdown: `node scripts/lint-postmortems.ts FOLDER`. Every flag is one line of JSON, to be read and judged by a person. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { actionFindings } from '#src/learn/action.ts';
import { blameIn } from '#src/learn/blame.ts';

const TODAY = '2026-11-24';
// Beside the text there is nothing to judge: these files name no owner and no day.
const OF_THE_TEXT: ReadonlySet<string> = new Set(['V1', 'V2', 'P1', 'S1']);

type Flag = { file: string; lint: 'blame' | 'action'; code: string; found: string; sentence: string };

const folder = process.argv[2];
if (!folder) {
  console.error('Name a folder: node scripts/lint-postmortems.ts FOLDER');
  process.exit(2);
}
const flags: Flag[] = [];
let [sentences, bullets, files] = [0, 0, 0];
for (const file of readdirSync(folder).filter((name) => name !== 'LICENSE')) {
  files += 1;
  const text = readFileSync(join(folder, file), 'utf8');
  sentences += sentencesIn(text).length;
  for (const { code, start, end } of blameIn(text))
    flags.push({
      file,
      lint: 'blame',
      code,
      found: text.slice(start, end),
      sentence: around(text, start, end),
    });
  for (const item of actionItemsIn(text)) {
    bullets += 1;
    const found = actionFindings({ text: item, owner: 'Ana', due: '2026-12-04', today: TODAY });
    for (const { code, start, end } of found.filter((each) => OF_THE_TEXT.has(each.code)))
      flags.push({ file, lint: 'action', code, found: item.slice(start, end), sentence: item });
  }
}
for (const flag of flags) console.log(JSON.stringify(flag));
console.log(JSON.stringify({ files, sentences, bullets, flags: flags.length }));

function sentencesIn(text: string): string[] {
  return text.split(/(?<=[.!?])\s+|\n+/).filter((each) => /\p{L}{2}/u.test(each));
}

function around(text: string, start: number, end: number): string {
  const from = Math.max(text.lastIndexOf('\n', start), text.lastIndexOf('. ', start) + 1, start - 160) + 1;
  const to = text.slice(end).search(/\n|[.!?](?:\s|$)/);
  return text.slice(from, to === -1 ? end + 160 : end + to + 1).trim();
}

/** The bullets under a heading that speaks of action items, up to the next heading. */
function actionItemsIn(text: string): string[] {
  const items: string[] = [];
  let within = false;
  for (const line of text.split('\n')) {
    const heading = /^#+\s*(.*)$/.exec(line)?.[1] ?? /^\*\*(.+?)\*\*:?\s*$/.exec(line)?.[1];
    if (heading !== undefined) within = /\baction/i.test(heading);
    const bullet = /^\s*(?:[-*+]|\d+[.)])\s+(?:\[[ x]\]\s*)?(.+)$/.exec(line)?.[1];
    if (within && bullet) items.push(plain(bullet));
  }
  return items;
}

function plain(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\*\*|__/g, '')
    .trim();
}

/** The head of a playbook's file: title, service and category in YAML, then Markdown. The exchange format is a folder of these. Pure. */
import { LineCounter, parseDocument, stringify } from 'yaml';
import { z } from 'zod';
import { CATEGORIES, type CardCategory } from '../cards.ts';

export const TITLE_CHARACTERS_MAX = 200;
export const SERVICES_MAX = 20;
const HEAD_CHARACTERS_MAX = 4000;

export type FileHead = { title: string | undefined; services: string[]; category: CardCategory | undefined };
export type FileProblem = { line: number; message: string };
export type ReadFile = {
  head: FileHead;
  body: string;
  /** How many lines of the file stand before the body. */
  linesBefore: number;
  problems: FileProblem[];
};

const name = z.string().trim().min(1, 'must not be empty').max(TITLE_CHARACTERS_MAX);
const names = z.union([name.transform((one) => [one]), z.array(name).max(SERVICES_MAX)]);
const shape = z.strictObject(
  {
    title: name.optional(),
    service: names.optional(),
    services: names.optional(),
    category: z.enum(CATEGORIES, { error: `must be one of ${CATEGORIES.join(', ')}` }).optional(),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `“${issue.keys.join('”, “')}” means nothing here; known are title, service, services, category`
        : undefined,
  },
);

/** @param text a whole file; line ends of any kind */
export function readFrontMatter(text: string): ReadFile {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  const nothing: FileHead = { title: undefined, services: [], category: undefined };
  if (lines[0]?.trim() !== '---')
    return { head: nothing, body: lines.join('\n'), linesBefore: 0, problems: [] };
  const end = lines.findIndex((line, index) => index > 0 && /^(---|\.\.\.)\s*$/.test(line));
  if (end < 0)
    return {
      head: nothing,
      body: '',
      linesBefore: lines.length,
      problems: [{ line: 1, message: 'The head that begins with --- never ends: close it with a line ---.' }],
    };
  const { head, problems } = readHead(lines.slice(1, end).join('\n'));
  return { head: head ?? nothing, body: lines.slice(end + 1).join('\n'), linesBefore: end + 1, problems };
}

function readHead(yaml: string): { head: FileHead | undefined; problems: FileProblem[] } {
  if (yaml.length > HEAD_CHARACTERS_MAX)
    return {
      head: undefined,
      problems: [{ line: 1, message: `The head has more than ${HEAD_CHARACTERS_MAX} characters.` }],
    };
  const counter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: counter, prettyErrors: false });
  if (document.errors.length)
    return {
      head: undefined,
      problems: document.errors.slice(0, 5).map((error) => ({
        line: counter.linePos(error.pos[0]).line + 1,
        message: `The head is no YAML: ${error.message}`,
      })),
    };
  const parsed = shape.safeParse(readValue(document) ?? {});
  if (!parsed.success)
    return {
      head: undefined,
      problems: parsed.error.issues.slice(0, 5).map((issue) => ({
        line: lineOfKey(yaml, String(issue.path[0] ?? '')),
        message: issue.path.length ? `${issue.path.join('.')} ${issue.message}` : issue.message,
      })),
    };
  const { title, service, services, category } = parsed.data;
  return {
    head: { title, services: [...new Set([...(service ?? []), ...(services ?? [])])], category },
    problems: [],
  };
}

/** Aliases are refused: a head needs none, and a few of them can make a document of any size. */
function readValue(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return 'an alias';
  }
}

/** In the file, whose first line is the opening ---. */
export function lineOfKey(yaml: string, key: string): number {
  const index = yaml
    .split(/\r\n|\r|\n/)
    .findIndex((line) => key !== '' && line.trimStart().startsWith(`${key}:`));
  return index < 0 ? 1 : index + 2;
}

/** @returns the file of a playbook: the head with what is known, then its body */
export function writeFile(playbook: {
  title: string;
  services: string[];
  category: CardCategory | undefined;
  body: string;
}): string {
  const { title, services, category, body } = playbook;
  const head = stringify({
    title,
    ...(services.length === 1 ? { service: services[0] } : services.length ? { services } : {}),
    ...(category ? { category } : {}),
  });
  return `---\n${head}---\n\n${body.replace(/^\n+/, '').replace(/\s*$/, '')}\n`;
}

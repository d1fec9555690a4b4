/** Reads the Markdown files below `playbooks/` of a folder, with a limit on everything; links are not followed. */
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Failed } from '#platform/errors.ts';
import { TEXT_CHARACTERS_MAX } from './parse.ts';

export const FOLDER_NAME = 'playbooks';
export const FILES_MAX = 500;
const DEPTH_MAX = 8;
const ENTRIES_MAX = 20_000;
const FILE_BYTES_MAX = TEXT_CHARACTERS_MAX * 2;

export type FoundFile = { path: string; text: string } | { path: string; problem: string };

/**
 * @returns files by their path below the folder, `playbooks/checkout/roll-back.md`
 * @throws Failed when the folder is not there or cannot be read
 */
export async function readFolder(folder: string): Promise<FoundFile[]> {
  const top = join(folder, FOLDER_NAME);
  const there = await stat(top).catch(() => undefined);
  if (!there?.isDirectory())
    throw new Failed(
      (await stat(folder).catch(() => undefined))
        ? `there is no folder “${FOLDER_NAME}” in it`
        : 'the folder is not there',
    );
  const budget = { entries: ENTRIES_MAX };
  const paths = (await pathsIn(folder, FOLDER_NAME, 0, budget)).toSorted();
  const files: FoundFile[] = [];
  for (const path of paths.slice(0, FILES_MAX)) files.push(await readOne(folder, path));
  for (const path of paths.slice(FILES_MAX))
    files.push({ path, problem: `is not read: there are more than ${FILES_MAX} files` });
  return files;
}

async function pathsIn(
  folder: string,
  below: string,
  depth: number,
  budget: { entries: number },
): Promise<string[]> {
  if (depth > DEPTH_MAX) return [];
  const entries = await readdir(join(folder, below), { withFileTypes: true }).catch((error: Error) => {
    throw new Failed(`“${below}” cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  });
  const found: string[] = [];
  for (const entry of entries) {
    budget.entries -= 1;
    if (budget.entries < 0) throw new Failed(`it holds more than ${ENTRIES_MAX} entries`);
    const path = `${below}/${entry.name}`;
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) found.push(...(await pathsIn(folder, path, depth + 1, budget)));
    else if (entry.isFile() && /\.(md|markdown)$/i.test(entry.name)) found.push(path);
  }
  return found;
}

async function readOne(folder: string, path: string): Promise<FoundFile> {
  try {
    const file = await open(join(folder, path), 'r');
    try {
      const { size } = await file.stat();
      if (size > FILE_BYTES_MAX)
        return {
          path,
          problem: `has ${Math.ceil(size / 1024)} KB; at most ${FILE_BYTES_MAX / 1024} are read`,
        };
      return decoded(path, await file.readFile());
    } finally {
      await file.close();
    }
  } catch (error) {
    return { path, problem: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})` };
  }
}

/** UTF-8, or UTF-16 with its mark, as some editors write. */
function decoded(path: string, bytes: Uint8Array): FoundFile {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes('\0') ? { path, problem: 'is no text: it holds NUL' } : { path, text };
  } catch {
    return { path, problem: 'is not written in UTF-8' };
  }
}

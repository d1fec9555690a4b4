/** Reads the project's files for the house rules: their text, their code without comments, their imports. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

const FOLDERS = [
  'bench',
  'bin',
  'decisions',
  'docs',
  'migrations',
  'policy',
  'scripts',
  'src',
  'test',
  'web',
];
const TEXT = /\.(cjs|css|html|js|json|md|mts|sql|ts|tsx|yaml|yml)$/;
const IGNORED = new Set(['node_modules', 'dist', 'data']);
// Regular expressions keep these two lines short: a string or template, or else a comment.
const STRING_OR_COMMENT =
  /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
const IMPORT =
  /\b(?:import|export)\s+(type\b)?[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g;

export type Import = { specifier: string; typeOnly: boolean };

/** `path` is relative to the root, with forward slashes. `code` has blanks where comments were. */
export type Source = { path: string; text: string; code: string };

const importsMap = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).imports ?? {}) as Record<
  string,
  string
>;

/** Every text file of the project: the folders of the house, and what lies beside them at the root. */
export function readSources(): Source[] {
  const atRoot = readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isFile() && (TEXT.test(entry.name) || entry.name === '.npmrc'))
    .map((entry) => entry.name);
  return [...atRoot, ...FOLDERS.flatMap(filesUnder)].map((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    return { path, text, code: /\.(cjs|js|mts|tsx?)$/.test(path) ? withoutComments(text) : text };
  });
}

function filesUnder(folder: string): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return IGNORED.has(entry.name) ? [] : filesUnder(path);
    return TEXT.test(entry.name) ? [path] : [];
  });
}

function withoutComments(text: string): string {
  return text.replace(STRING_OR_COMMENT, (all, string) => string ?? all.replace(/[^\n]/g, ' '));
}

/** The strings and templates of a file, where its SQL is, each with the line it starts on. */
export function stringsOf({ code }: Source): { line: number; text: string }[] {
  return [...code.matchAll(STRING_OR_COMMENT)].map(({ 0: text, index }) => ({
    line: lineAt(code, index),
    text: text.replace(/\$\{[^}]*\}/g, ' '),
  }));
}

export function importsOf({ code }: Source): Import[] {
  return [...code.matchAll(IMPORT)].map(([, type, from, bare]) => ({
    specifier: (from ?? bare) as string,
    typeOnly: type !== undefined,
  }));
}

/** The project's file that an import means, or undefined for a package or a part of Node. */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return posix.join(posix.dirname(from), specifier);
  for (const [pattern, target] of Object.entries(importsMap)) {
    const prefix = pattern.replace(/\*$/, '');
    if (specifier.startsWith(prefix))
      return posix.normalize(target.replace('*', specifier.slice(prefix.length)));
  }
  return undefined;
}

/** Everything that a file imports for its value, directly or through others: paths, and names of packages. */
export function reachedFrom(path: string, byPath: Map<string, Source>): Set<string> {
  const reached = new Set<string>();
  const queue = [path];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const source = byPath.get(next);
    for (const { specifier, typeOnly } of source ? importsOf(source) : []) {
      const target = resolveImport(next, specifier) ?? specifier;
      if (typeOnly || reached.has(target)) continue;
      reached.add(target);
      queue.push(target);
    }
  }
  return reached;
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** Where a pattern occurs, as `path:line`. */
export function places(path: string, text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(({ index }) => `${path}:${lineAt(text, index)}`);
}

export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path);
}

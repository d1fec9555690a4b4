/** Prepares the published package: src/ without its types in compiled/, the web app in dist/web. Run by `npm pack`. */
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire, stripTypeScriptTypes } from 'node:module';
import { dirname, join, posix } from 'node:path';
import typescript from 'typescript';
import { ROOT } from './run-tests.ts';

// Beside src/ and just as deep, so that every path that starts from a file's own place still arrives.
const OUTPUT = 'compiled';

const { buildWeb } = createRequire(import.meta.url)('./build-web.cjs') as {
  buildWeb(root: string, node: string): string | undefined;
};
const { imports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  imports: Record<string, string>;
};

rmSync(join(ROOT, OUTPUT), { recursive: true, force: true });
const files = globSync('src/**/*', { cwd: ROOT, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/\.(test|d)\.ts$/.test(entry.name))
  .map((entry) => posix.relative(ROOT, posix.join(entry.parentPath, entry.name)));
for (const file of files) compile(file);
const built = buildWeb(ROOT, process.execPath);
console.error(`${files.length} files of src/ are in ${OUTPUT}/; ${built ?? 'the web app was up to date'}.`);

function compile(file: string): void {
  const target = join(ROOT, posix.join(OUTPUT, posix.relative('src', file)).replace(/\.ts$/, '.js'));
  mkdirSync(dirname(target), { recursive: true });
  if (file.endsWith('.ts')) writeFileSync(target, javascript(file));
  else cpSync(join(ROOT, file), target);
}

/** The same lines without types, so that a stack trace names the line of the source. */
function javascript(file: string): string {
  const stripped = stripTypeScriptTypes(readFileSync(join(ROOT, file), 'utf8'));
  const { importedFiles } = typescript.preProcessFile(stripped, true, true);
  return importedFiles
    .sort((a, b) => b.pos - a.pos)
    .reduce((code, { fileName, pos, end }) => {
      // `pos` and `end` enclose the specifier; quotes differ between versions, so they are looked for.
      const start = code.indexOf(fileName, pos);
      const replaced = specifierFor(file, fileName);
      return start < 0 || start > end
        ? code
        : code.slice(0, start) + replaced + code.slice(start + fileName.length);
    }, stripped);
}

function specifierFor(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return specifier.replace(/\.ts$/, '.js');
  const alias = Object.keys(imports).find((pattern) => specifier.startsWith(pattern.replace(/\*$/, '')));
  if (!alias) return specifier;
  const target = (imports[alias] as string).replace('*', specifier.slice(alias.length - 1));
  const relative = posix.relative(posix.dirname(file), posix.normalize(target)).replace(/\.ts$/, '.js');
  return relative.startsWith('.') ? relative : `./${relative}`;
}

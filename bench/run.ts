/** `npm run bench -- <name>`: measures one published figure; its last line is one JSON object. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const names = readdirSync(import.meta.dirname)
  .filter((file) => /^[a-z][a-z-]*\.ts$/.test(file) && !['run.ts', 'load.ts'].includes(file))
  .map((file) => file.slice(0, -3));
const [name = '', ...rest] = process.argv.slice(2);
const file = join(import.meta.dirname, `${name}.ts`);

if (!names.includes(name) || !existsSync(file)) {
  console.error(`humdrum: "${name}" is not one of the benches: ${names.join(', ')}.`);
  process.exitCode = 1;
} else {
  const { run } = (await import(file)) as { run(args: string[]): Promise<object> };
  console.log(JSON.stringify(await run(rest)));
}

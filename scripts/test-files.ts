/** Runs the test files that it is given one after another in this process, each as a suite that bears the file's name. */
import { resolve } from 'node:path';
import { describe } from 'node:test';

for (const file of process.argv.slice(2))
  describe(file, async () => {
    await import(resolve(file));
  });

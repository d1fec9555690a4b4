/** `npm run crash -- --runs N [--engine embedded|postgres|both] [--seed S]`: kills the process N times under load; JSON on the last line. */
import { parseArgs } from 'node:util';
import type { Account } from './account.ts';
import { crash, type Engine } from './crash.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '10' },
    engine: { type: 'string', default: 'both' },
    seed: { type: 'string', default: '1' },
  },
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1 || !['embedded', 'postgres', 'both'].includes(values.engine)) {
  console.error('Use: npm run crash -- --runs 50 [--engine embedded|postgres|both] [--seed 1]');
  process.exit(1);
}
const engines: Engine[] = values.engine === 'both' ? ['embedded', 'postgres'] : [values.engine as Engine];
const accounts: Account[] = [];
for (const engine of engines) {
  const counted = await crash({
    runs,
    engine,
    seed: Number(values.seed),
    say: (line) => console.log(`${engine}: ${line}`),
  });
  for (const problem of counted.problems.slice(0, 20)) console.log(`${engine}: ${problem}`);
  console.log(
    `${engine}: accepted ${counted.accepted}, lost ${counted.lost}, duplicated ${counted.duplicated} (at most ${counted.duplicatedMax}), latest ${counted.lateMaxSeconds} s (${counted.latest})`,
  );
  accounts.push(counted);
}
const sum = (pick: (each: Account) => number): number =>
  accounts.reduce((total, each) => total + pick(each), 0);
const result = {
  runs: sum((each) => each.runs),
  accepted: sum((each) => each.accepted),
  lost: sum((each) => each.lost),
  duplicated: sum((each) => each.duplicated),
  duplicatedMax: sum((each) => each.duplicatedMax),
  lateMaxSeconds: Math.max(...accounts.map((each) => each.lateMaxSeconds)),
};
console.log(JSON.stringify(result));
process.exitCode =
  result.lost === 0 && result.duplicated <= result.duplicatedMax && result.lateMaxSeconds <= 60 ? 0 : 1;

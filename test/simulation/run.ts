/** `npm run simulate -- --seed S --days D [--per-day N] [--verbose]`: seeded days against independent invariants; JSON on the last line. */
import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    days: { type: 'string', default: '3' },
    'per-day': { type: 'string', default: '12' },
    verbose: { type: 'boolean', default: false },
  },
});
const whole = (name: string, text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  console.error(`--${name} must be a whole number above 0.`);
  process.exit(1);
};
const seed = whole('seed', values.seed);
const days = whole('days', values.days);
const result = await simulate({
  seed,
  days,
  perDay: whole('per-day', values['per-day']),
  say: values.verbose ? console.log : undefined,
});
for (const line of result.violations) console.log(line);
console.log(
  JSON.stringify({ seed, days, incidents: result.incidents, violations: result.violations.length }),
);
process.exitCode = result.violations.length ? 1 : 0;

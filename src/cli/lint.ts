/** `humdrum lint blame | action-item | update`: JSON lines in, one JSON line of findings out for each. */
import { z } from 'zod';
import { TEXT_PARTS, textFindings } from '../communicate/check-text.ts';
import { actionFindings } from '../learn/action.ts';
import { blameIn } from '../learn/blame.ts';
import { otherLanguage } from '../learn/language.ts';
import { type Command, type ExitCode, type World, WrongUse } from './command.ts';
import { LINE_BYTES_MAX, linesOf } from './lines.ts';

export type LintFinding = {
  code: string;
  level: 'must' | 'warn' | 'hint';
  start: number;
  end: number;
  question: string;
  rewrite: string;
};

/** Hints that are worth a look and not a red build: in `findings`, never in `codes`. */
const ONLY_FINDINGS = new Set(['V2', 'U5', 'U14', 'X1', 'B11']);
const TEXT_CHARACTERS_MAX = 10_000;
const NAMES_MAX = 1000;

const text = z
  .string({ error: 'must be a text' })
  .max(TEXT_CHARACTERS_MAX, `must have at most ${TEXT_CHARACTERS_MAX} characters`);
const names = z.array(z.string().max(200)).max(NAMES_MAX).nullish();
const moment = z.iso
  .datetime({ offset: true, error: 'must be a time with its offset, such as 2026-11-25T02:08:00Z' })
  .nullish();
const day = z.iso.date({ error: 'must be a day such as 2026-11-24' }).nullish();

const blame = z.object({ text, field: z.string().max(100).nullish(), names });
const action = z.object({
  text,
  owner: z.string().max(500).nullish(),
  due: z.string().max(100).nullish(),
  today: day,
  earlier: z
    .array(z.object({ text, state: z.enum(['done', 'dropped']) }))
    .max(NAMES_MAX)
    .nullish(),
});
const update = z.object({
  text,
  audience: z
    .string()
    .regex(/^(?:internal|external|clients|public|client:.+)$/, {
      error: 'must be internal, external, clients, public or client:<id>',
    })
    .nullish(),
  field: z.enum(TEXT_PARTS, { error: `must be one of ${TEXT_PARTS.join(', ')}` }).nullish(),
  now: moment,
  severity: z.enum(['P1', 'P2', 'P3'], { error: 'must be P1, P2 or P3' }).nullish(),
  kind: z
    .enum(['first', 'next', 'works_again', 'is_back', 'stand_down', 'correction', 'final', 'late'], {
      error: 'must be first, next, works_again, is_back, stand_down, correction, final or late',
    })
    .nullish(),
  cadenceMinutes: z.number().positive().nullish(),
  internalNames: z
    .array(z.object({ name: z.string().max(200), publicName: z.string().max(200).nullable() }))
    .max(NAMES_MAX)
    .nullish(),
  clients: names,
  people: names,
  previous: text.nullish(),
  promisedAt: moment,
});

/** What is asked for by name: from one line to its findings. Throws what zod throws. */
const LINTS: Record<string, (line: unknown, today: string) => LintFinding[]> = {
  blame: (line) => {
    const given = blame.parse(line);
    if (otherLanguage(given.text)) return [];
    return blameIn(given.text, { names: given.names ?? undefined, field: given.field ?? undefined });
  },
  'action-item': (line, today) => {
    const given = action.parse(line);
    const findings = actionFindings({
      text: given.text,
      owner: given.owner ?? undefined,
      due: given.due ?? undefined,
      today: given.today ?? today,
      earlier: given.earlier ?? undefined,
    });
    // Owner and day are the same in every language; words are not.
    return otherLanguage(given.text) ? findings.filter(({ code }) => /^[OD]/.test(code)) : findings;
  },
  update: (line) => {
    const given = update.parse(line);
    return textFindings(given.text, {
      external: given.audience !== 'internal',
      field: given.field ?? undefined,
      now: given.now ?? undefined,
      severity: given.severity ?? undefined,
      kind: given.kind ?? undefined,
      cadenceMinutes: given.cadenceMinutes ?? undefined,
      internalNames: given.internalNames ?? undefined,
      otherClients: given.clients ?? undefined,
      people: given.people ?? undefined,
      previous: given.previous ?? undefined,
      promisedAt: given.promisedAt ?? undefined,
    });
  },
};

export const lintCommand: Command = {
  name: 'lint',
  does: 'reads JSON lines, and prints what could be said better: blame, action-item or update',
  help: `humdrum lint blame | action-item | update [--fail]

Reads JSON lines on standard input and prints one JSON line for each, in the same order:
  {"codes":["U4"],"findings":[{"code","level","start","end","question","rewrite"}]}
Blank lines are skipped. A line that cannot be read gives {"line":3,"error":"…"} in its place; the others go on.

  blame         {"text", "field", "names"}
  action-item   {"text", "owner", "due", "today"}
  update        {"text", "audience", "field", "now", "severity", "kind"}

Only "text" is required. "today" is today, "audience" is external (internal, external, clients, public, client:<id>).
Words are known for English alone: for another language blame and action-item say {"off":"German"} and look only at owner and day.
The hints V2, U5, U14, X1 and B11 stand in "findings" only.

  --fail   ends with 3 when a line has codes; for a build that should stop

Ends with 0, with 1 when a line could not be read, with 2 when it was asked for wrongly.
`,
  run: lint,
};

async function lint(args: string[], world: World): Promise<ExitCode> {
  const fail = args.includes('--fail');
  const [which = '', ...rest] = args.filter((each) => each !== '--fail');
  const findings = Object.hasOwn(LINTS, which) ? LINTS[which] : undefined;
  if (!findings)
    throw new WrongUse(
      which
        ? `there is no lint "${which}". Write one of: ${Object.keys(LINTS).join(', ')}.`
        : `say which lint: ${Object.keys(LINTS).join(', ')}.`,
    );
  if (rest.length)
    throw new WrongUse(`"${rest[0]}" is not an option of lint. Texts are read from standard input.`);
  const today = world.clock.now().toString().slice(0, 10);
  let [broken, coded] = [false, false];
  for await (const { number, text: line } of linesOf(world.input)) {
    const answer = answerTo(line, (given) => findings(given, today), { inEnglish: which !== 'update' });
    if ('error' in answer) broken = true;
    else if (answer.codes.length) coded = true;
    await world.out(`${JSON.stringify('error' in answer ? { line: number, ...answer } : answer)}\n`);
  }
  if (broken) return 1;
  return fail && coded ? 3 : 0;
}

/** `off`: the language for which there is no list of words. */
type Answer = { codes: string[]; findings: LintFinding[]; off?: string } | { error: string };

/** @returns the findings of one line, or why it cannot be read */
export function answerTo(
  line: string | undefined,
  findingsOf: (given: unknown) => LintFinding[],
  { inEnglish = false }: { inEnglish?: boolean } = {},
): Answer {
  if (line === undefined) return { error: `The line is longer than ${LINE_BYTES_MAX} bytes.` };
  let given: unknown;
  try {
    given = JSON.parse(line);
  } catch {
    return { error: 'This is not JSON. Write one object on each line, such as {"text":"…"}.' };
  }
  try {
    const findings = findingsOf(given);
    const off = inEnglish ? otherLanguage((given as { text: string }).text) : undefined;
    return { codes: codesOf(findings), findings, ...(off ? { off } : {}) };
  } catch (error) {
    if (error instanceof z.ZodError) return { error: spoken(error) };
    throw error;
  }
}

/** Each code once, in the order of the findings, without those that are only hints. */
function codesOf(findings: readonly LintFinding[]): string[] {
  return [...new Set(findings.map(({ code }) => code))].filter((code) => !ONLY_FINDINGS.has(code));
}

function spoken(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) =>
      path.length ? `"${path.join('.')}" ${message}.` : 'This is not an object with a "text".',
    )
    .join(' ');
}

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { movableClock } from '#platform/clock.ts';
import { runCli } from './cli.ts';
import { linesOf } from './lines.ts';

async function* inPieces(text: string, bytes: number): AsyncGenerator<Buffer> {
  const whole = Buffer.from(text);
  for (let at = 0; at < whole.length; at += bytes) yield whole.subarray(at, at + bytes);
}

async function humdrum(args: string[], input = '', bytes = 7) {
  const [said, complained]: [string[], string[]] = [[], []];
  const code = await runCli(args, {
    input: inPieces(input, bytes),
    out: async (text) => void said.push(text),
    error: (text) => void complained.push(text),
    clock: movableClock('2026-11-24T12:00:00Z'),
  });
  const out = said.join('');
  const lines = out.trimEnd().split('\n');
  return { code, out, error: complained.join(''), answers: () => lines.map((line) => JSON.parse(line)) };
}

const labelled = (name: string) =>
  readFileSync(join(import.meta.dirname, `../../test/labelled/${name}.jsonl`), 'utf8');
const rows = (name: string) =>
  labelled(name)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

for (const [lint, name] of [
  ['update', 'updates'],
  ['action-item', 'action_items'],
] as const)
  test(`lint ${lint} gives every labelled line its codes, and a good one none`, async () => {
    const { code, answers } = await humdrum(['lint', lint], labelled(name), 4096);
    assert.equal(code, 0);
    assert.deepEqual(
      answers().map(({ codes }) => codes.toSorted()),
      rows(name).map(({ codes }) => codes.toSorted()),
    );
  });

test('lint blame finds the labelled rule in blaming sentences, and nothing in fine ones', async () => {
  const { answers } = await humdrum(['lint', 'blame'], labelled('blame'), 4096);
  const found = answers();
  for (const [index, { id, label, rule }] of rows('blame').entries())
    if (label === 'fine') assert.deepEqual(found[index].codes, [], id);
    else assert.ok(found[index].codes.includes(rule), `${id} has ${found[index].codes}`);
});

test('a finding has a code, a level, a place, a question and another way to say it', async () => {
  const text = 'Customers cannot pay, probably. We are checking it. Next update by 12:00 UTC.';
  const { answers } = await humdrum(['lint', 'update'], JSON.stringify({ text }));
  const [{ findings }] = answers();
  const guess = findings.find((each: { code: string }) => each.code === 'U7');
  assert.deepEqual(Object.keys(guess).toSorted(), ['code', 'end', 'level', 'question', 'rewrite', 'start']);
  assert.equal(text.slice(guess.start, guess.end), 'probably');
});

test('hints stand in the findings and never in the codes', async () => {
  const item = await humdrum(
    ['lint', 'action-item'],
    '{"text":"Remove the old rule","owner":"Ana","due":"2026-12-01"}',
  );
  const [answer] = item.answers();
  assert.deepEqual(answer.codes, []);
  assert.deepEqual(
    answer.findings.map((each: { code: string }) => each.code),
    ['V2'],
  );
});

test('a language without a list of words is said, and only owner and day are looked at', async () => {
  const german = 'Der Kollege hat vergessen, die Sicherung zu prüfen, und das war nicht gut für den Dienst.';
  const [blame] = (await humdrum(['lint', 'blame'], JSON.stringify({ text: german }))).answers();
  assert.deepEqual(blame, { codes: [], findings: [], off: 'German' });
  const [item] = (await humdrum(['lint', 'action-item'], JSON.stringify({ text: german }))).answers();
  assert.deepEqual([item.codes, item.off], [['O1', 'D1'], 'German']);
});

test('a broken line says why in its place, and the others go on', async () => {
  const input = '{"text":1}\r\nnope\n\n{"text":"Improve it"}\n[1]\n{"text":"x","due":5}';
  const { code, answers } = await humdrum(['lint', 'action-item'], input);
  const [first, second, third, fourth, fifth] = answers();
  assert.equal(code, 1);
  assert.deepEqual([first.line, first.error], [1, '"text" must be a text.']);
  assert.match(second.error, /not JSON/);
  assert.deepEqual(third.codes, ['V1', 'O1', 'D1']);
  assert.equal(fourth.line, 5);
  assert.match(fifth.error, /"due"/);
});

test('what a line may say is named when it says something else', async () => {
  const input =
    '{"text":"x","audience":"everybody"}\n{"text":"x","severity":"P9"}\n{"text":"x","now":"noon"}';
  const { answers } = await humdrum(['lint', 'update'], input);
  const [audience, severity, now] = answers();
  assert.match(audience.error, /internal, external/);
  assert.match(severity.error, /P1, P2 or P3/);
  assert.match(now.error, /offset/);
});

test('a line longer than allowed is an error of that line alone, and is not kept', async () => {
  const lines = [];
  for await (const line of linesOf(inPieces(`short\n${'x'.repeat(90)}\nlast`, 11), 50)) lines.push(line);
  assert.deepEqual(lines, [
    { number: 1, text: 'short' },
    { number: 2, text: undefined },
    { number: 3, text: 'last' },
  ]);
});

test('letters that are cut in two by the pipe arrive whole', async () => {
  const { answers } = await humdrum(['lint', 'blame'], '{"text":"Grüße, naïve café"}', 1);
  assert.deepEqual(answers(), [{ codes: [], findings: [] }]);
});

test('with --fail a build stops at codes, and not at hints', async () => {
  const bad = '{"text":"Improve monitoring","owner":"Ana","due":"2026-12-01"}';
  assert.equal((await humdrum(['lint', 'action-item', '--fail'], bad)).code, 3);
  const hint = '{"text":"Remove the old rule","owner":"Ana","due":"2026-12-01"}';
  assert.equal((await humdrum(['lint', '--fail', 'action-item'], hint)).code, 0);
});

test('asked for wrongly, it says what there is and ends with 2', async () => {
  const unknown = await humdrum(['lint', 'dance']);
  assert.equal(unknown.code, 2);
  assert.match(unknown.error, /blame, action-item, update/);
  assert.equal((await humdrum(['lint'])).code, 2);
  assert.equal((await humdrum(['lint', 'blame', 'file.txt'])).code, 2);
  const command = await humdrum(['dance']);
  assert.equal(command.code, 2);
  assert.match(command.error, /no command "dance"/);
});

test('help lists the commands, and explains one', async () => {
  assert.match((await humdrum(['help'])).out, /start[\s\S]*lint/);
  assert.match((await humdrum(['help', 'lint'])).out, /JSON lines/);
  assert.equal((await humdrum(['lint', '--help'])).code, 0);
  assert.equal((await humdrum(['help', 'dance'])).code, 2);
});

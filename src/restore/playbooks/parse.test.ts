import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainText } from './blocks.ts';
import { readFrontMatter, writeFile } from './front-matter.ts';
import { blocking } from './lint.ts';
import { parsePlaybook, TEXT_CHARACTERS_MAX } from './parse.ts';
import { filledBlock, filledInlines, filledText, valueProblem } from './variables.ts';

const ROLLBACK = `# Roll back {{service.name}}

Only if the change says that it is safe.

- [ ] Stop the rollout @hands (5 min)

  \`\`\`sh
  kubectl -n {{service.slug}} rollout pause deploy/{{deployment}}
  \`\`\`
- [ ] Go back to the version before @hands (10 min)
  - [ ] Drain {{region: eu-west, us-east}} first (5 min) @hands
  - a remark, no step
- [ ] Tell {{client.name}} @comms (1 h)

## Afterwards

* [x] Look at [the board](https://grafana.example/d/{{service.slug}}?from={{since}}) @lead (3 minutes)
`;

test('steps are read in their order, each with its owner and its time box in minutes, and with what belongs to it', () => {
  const { steps, parts } = parsePlaybook(ROLLBACK);
  assert.deepEqual(
    steps.map(({ number, what, owner, minutes, depth, line }) => [number, what, owner, minutes, depth, line]),
    [
      [1, 'Stop the rollout', 'hands', 5, 0, 5],
      [2, 'Go back to the version before', 'hands', 10, 0, 10],
      [3, 'Drain {{region: eu-west, us-east}} first', 'hands', 5, 1, 11],
      [4, 'Tell {{client.name}}', 'comms', 60, 0, 13],
      [5, 'Look at the board', 'lead', 3, 0, 17],
    ],
  );
  assert.deepEqual(steps[0]?.blocks, [
    { kind: 'code', language: 'sh', text: 'kubectl -n {{service.slug}} rollout pause deploy/{{deployment}}' },
  ]);
  assert.deepEqual(
    parts.map((part) => (part.kind === 'step' ? part.step.number : part.block.kind)),
    ['heading', 'paragraph', 1, 2, 3, 'list', 4, 'heading', 5],
  );
});

test('a step keeps its id when others are put before it, and when its owner or time box changes', () => {
  const before = parsePlaybook('- [ ] Stop the writer @hands (5 min)\n- [ ] Copy\n- [ ] Copy').steps;
  const after = parsePlaybook('- [ ] Breathe\n- [ ] Copy\n- [ ] stop the writer! @lead (9 min)').steps;
  assert.equal(before[0]?.id, after[2]?.id);
  assert.equal(before[1]?.id, after[1]?.id);
  assert.equal(new Set(before.map((step) => step.id)).size, 3, 'two steps of the same words are two');
});

test('variables are known or asked for, with their types', () => {
  assert.deepEqual(
    parsePlaybook(ROLLBACK).variables.map(({ name, type, options, known }) => [name, type, options, known]),
    [
      ['service.name', 'text', [], true],
      ['service.slug', 'text', [], true],
      ['deployment', 'text', [], false],
      ['region', 'choice', ['eu-west', 'us-east'], false],
      ['client.name', 'text', [], true],
      ['since', 'text', [], false],
    ],
  );
});

test('what a playbook is missing is said with its line', () => {
  const table: [text: string, code: string, line: number, message: RegExp][] = [
    ['Nothing to do.', 'no_steps', 1, /no step yet/],
    ['one\n\n- [ ] Restart it (5 min)', 'no_owner', 3, /^Step 1 has no owner/],
    ['- [ ] Restart it @hands', 'no_time_box', 1, /^Step 1 has no time box/],
    ['- [ ] Restart it @hands (90 s)', 'time_box_unread', 1, /cannot be read/],
    ['- [ ] Restart it @hands (0 min)', 'time_box_odd', 1, /time box of 0 minutes/],
    ['- [ ] Restart it @hands (25 h)', 'time_box_odd', 1, /1500 minutes/],
    ['- [ ] Restart it @jonas (5 min)', 'unknown_owner', 1, /“@jonas”, which is no role/],
    ['- [ ] Ask Jonas how @hands (5 min)', 'asks_a_person', 1, /needs “Jonas”/],
    ['- [ ] @hands (5 min)', 'step_empty', 1, /says nothing/],
    ['- [x] Done @hands (5 min)', 'ticked', 1, /started open/],
    ['- [ ] a @hands (1 min)\n\n<script>alert(1)</script>', 'html_as_text', 3, /never carried out/],
    ['- [ ] [go](javascript:alert(1)) @hands (1 min)', 'link_refused', 1, /cannot be a link/],
    ['![plan](https://example.com/a.png)', 'image_as_link', 1, /shown as a link/],
    ['{{service.colour}}', 'unknown_variable', 1, /means nothing/],
    ['a\n{{size: huge}}', 'variable_type', 2, /“huge” is no type/],
    ['{{n: number}}\n{{n: a, b}}', 'variable_twice', 2, /another type/],
    [
      Array.from({ length: 101 }, (_, n) => `- [ ] Step ${n}`).join('\n'),
      'too_many_steps',
      101,
      /at most 100/,
    ],
    [Array.from({ length: 31 }, (_, n) => `{{v${n}}}`).join(' '), 'too_many_variables', 1, /31 variables/],
  ];
  for (const [text, code, line, message] of table) {
    const found = parsePlaybook(text).findings.find((each) => each.code === code);
    assert.ok(found, `${code} in ${text.slice(0, 60)}`);
    assert.equal(found.line, line, code);
    assert.match(found.message, message);
  }
});

test('a complete playbook has nothing to be said about it', () => {
  const text = '- [ ] Stop the rollout @hands (5 min)\n- [ ] Write to ops@example.com @comms (2 min)\n';
  assert.deepEqual(parsePlaybook(text).findings, []);
});

test('HTML, scripts and dangerous links never become anything but words', () => {
  const text =
    '<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[a](javascript:alert(1)) [b](data:text/html,x) [c](//evil.example) ![d](javascript:x)\n\n- [ ] <b>x</b>';
  const made = JSON.stringify(parsePlaybook(text).parts);
  assert.doesNotMatch(made, /"href"/);
  assert.doesNotMatch(made, /"html/i);
  assert.match(made, /<script>alert\(1\)<\/script>/, 'it stands there as text');
});

test('a value is never read as Markdown, never becomes another address, and never a second command', () => {
  const values = new Map([
    ['name', '**x** [a](https://evil.example) <b>'],
    ['path', '../../x?y=&z'],
    ['page', 'javascript:alert(1)'],
    ['board', 'https://grafana.example/d/1'],
  ]);
  const words = filledInlines([{ kind: 'text', text: 'Hello {{name}}.' }], values);
  assert.deepEqual(words[1], {
    kind: 'variable',
    name: 'name',
    value: '**x** [a](https://evil.example) <b>',
  });
  const link = (href: string) =>
    filledInlines([{ kind: 'link', href, of: [{ kind: 'text', text: 't' }] }], values)[0];
  assert.deepEqual(link('https://a.example/{{path}}'), {
    kind: 'link',
    href: 'https://a.example/..%2F..%2Fx%3Fy%3D%26z',
    of: [{ kind: 'text', text: 't' }],
  });
  assert.equal(link('{{page}}')?.kind, 'text');
  assert.equal(link('https://a.example/{{unasked}}')?.kind, 'text');
  assert.equal(link('{{board}}')?.kind, 'link');
  const text = { name: 'x', type: 'text' as const, options: [], known: false };
  assert.match(valueProblem(text, 'a\nrm -rf /') ?? '', /one line/);
  assert.match(valueProblem(text, 'a\u0000') ?? '', /control/);
  assert.match(valueProblem({ ...text, type: 'number' }, '4 GB') ?? '', /number/);
  assert.match(valueProblem({ ...text, type: 'link' }, 'ftp://x') ?? '', /https/);
  assert.match(valueProblem({ ...text, type: 'choice', options: ['a', 'b'] }, 'c') ?? '', /“a”, “b”/);
  assert.equal(valueProblem({ ...text, type: 'number' }, '-0.5'), undefined);
});

test('a gap without a value stays as its name, in words and in commands', () => {
  assert.equal(
    filledText('psql {{db}} {{ other : number }}', new Map([['db', 'orders']])),
    'psql orders {{other}}',
  );
  const block = filledBlock({ kind: 'paragraph', of: [{ kind: 'text', text: 'on {{db}}' }] }, new Map());
  assert.equal(block.kind === 'paragraph' && plainText(block.of), 'on {{db}}');
});

test('the largest text that is accepted is read quickly, whatever stands in it', () => {
  const fill = (piece: string) =>
    piece.repeat(Math.ceil(TEXT_CHARACTERS_MAX / piece.length)).slice(0, TEXT_CHARACTERS_MAX);
  for (const piece of [
    '[',
    '*a_ ',
    '- [ ] x\n',
    '> ',
    '`',
    '{{a}}',
    '{{a: ',
    '<a ',
    '![](',
    '- ',
    '|a|b\n',
    '((5 min',
    '@hands ',
  ]) {
    const began = process.hrtime.bigint();
    parsePlaybook(fill(piece));
    const milliseconds = Number(process.hrtime.bigint() - began) / 1e6;
    assert.ok(milliseconds < 3000, `${piece.trim()} took ${milliseconds} ms`);
  }
});

test('nesting beyond reason is an error and no crash', () => {
  const text = Array.from({ length: 300 }, (_, depth) => `${'  '.repeat(depth)}- x`).join('\n');
  assert.ok(
    blocking(parsePlaybook(`${'> '.repeat(200)}x`).findings).some((each) => each.code === 'too_deep'),
  );
  assert.doesNotThrow(() => parsePlaybook(text));
});

test('a file has a head in YAML, and its problems are told with their lines', () => {
  const good = readFrontMatter(
    '---\r\ntitle: Roll back\r\nservice: checkout\r\ncategory: data\r\n---\r\n\r\n# Text',
  );
  assert.deepEqual(good, {
    head: { title: 'Roll back', services: ['checkout'], category: 'data' },
    body: '\n# Text',
    linesBefore: 5,
    problems: [],
  });
  const table: [string, number, RegExp][] = [
    ['---\ntitle: x', 1, /never ends/],
    ['---\ntitle: "x\n---\n', 2, /no YAML/],
    ['---\ntitle: x\ncategory: weather\n---\n', 3, /must be one of/],
    ['---\ntitle: x\ncolour: red\n---\n', 1, /“colour” means nothing/],
    ['---\ntitle: ""\n---\n', 2, /must not be empty/],
    ['---\n- a\n---\n', 1, /object/],
    ['---\ntitle: &a x\nservice: *a\n---\n', 1, /object/],
  ];
  for (const [text, line, message] of table) {
    const { problems } = readFrontMatter(text);
    assert.equal(problems[0]?.line, line, text);
    assert.match(problems[0]?.message ?? '', message);
  }
  assert.deepEqual(readFrontMatter('# Only text').head, {
    title: undefined,
    services: [],
    category: undefined,
  });
});

test('what is written as a file is read back as it was', () => {
  const playbook = {
    title: 'Stop: the "writer"',
    services: ['orders', 'search'],
    category: 'data' as const,
    body: '- [ ] Stop @hands (5 min)\n',
  };
  const back = readFrontMatter(writeFile(playbook));
  assert.deepEqual(back.head, { title: playbook.title, services: playbook.services, category: 'data' });
  assert.equal(back.body.trim(), playbook.body.trim());
});

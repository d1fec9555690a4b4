import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refused } from '#platform/errors.ts';
import { checkedInputs, presetOf } from './inputs.ts';
import { leverInput, newLever } from './shapes.ts';
import { effectIn, filledIn, filledInAddress, unchosen } from './words.ts';

const inputs = [
  leverInput.parse({ type: 'version', name: 'to', label: 'Back to', filledFrom: 'version_before' }),
  leverInput.parse({
    type: 'choice',
    name: 'environment',
    label: 'Where',
    choices: ['production', 'staging'],
  }),
  leverInput.parse({ type: 'number', name: 'percent', label: 'Share', min: 0, max: 100, required: false }),
  leverInput.parse({ type: 'boolean', name: 'force', label: 'Force', required: false }),
  leverInput.parse({ type: 'text', name: 'why', label: 'Why', required: false }),
];
const problems = (given: Record<string, unknown>) => {
  try {
    checkedInputs(inputs, given, ['4.12.0', '4.11.3']);
    return [];
  } catch (error) {
    assert.ok(error instanceof Refused);
    return error.fields.map(({ path, message }) => `${path} ${message}`);
  }
};

test('every input that cannot be used is named with what is wrong', () => {
  assert.deepEqual(problems({ to: '4.9.9', environment: 'moon', percent: 101, force: 'yes', secret: 1 }), [
    'inputs.secret is no input of this lever',
    'inputs.to must be a version of this service that the ledger of changes knows',
    'inputs.environment must be one of: production, staging',
    'inputs.percent must be at most 100',
    'inputs.force must be true or false',
  ]);
  assert.deepEqual(problems({ to: '4.11.3' }), ['inputs.environment is needed']);
  assert.deepEqual(problems({ to: '4.11.3', environment: 'production', percent: Number.NaN }), [
    'inputs.percent must be a number',
  ]);
  assert.deepEqual(problems({ to: '4.11.3', environment: 'production' }), []);
});

test('a name that every object has is no input', () => {
  assert.deepEqual(problems(JSON.parse('{"to":"4.11.3","environment":"staging","__proto__":{"x":1}}')), [
    'inputs.__proto__ is no input of this lever',
  ]);
});

test('a change fills the version before it, as long as the ledger knows that version', () => {
  const filling = {
    versionBefore: '4.11.3',
    versionAfter: '4.12.0',
    environment: 'production',
    versions: ['4.11.3'],
  };
  assert.equal(presetOf(inputs[0]!, filling), '4.11.3');
  assert.equal(presetOf(inputs[0]!, { ...filling, versions: [] }), null);
  assert.equal(presetOf(inputs[0]!, undefined), null);
});

test('the sentence shows what is still missing, and a value never leads an address elsewhere', () => {
  assert.equal(filledIn('Roll back {service} to {to}', { service: 'checkout' }), 'Roll back checkout to …');
  assert.equal(
    filledInAddress('https://ci.example/{to}/run', { to: '../../evil.example/#' }),
    'https://ci.example/..%2F..%2Fevil.example%2F%23/run',
  );
});

test('people confirm a commit by its first seven characters, and everything else as it is', () => {
  const template = 'Roll back {service} from {from} to {to}, {percent} per cent, force: {force}';
  const commit = '9f1c2ab4d5e6f708192a3b4c5d6e7f8091a2b3c4';
  assert.equal(
    effectIn(template, { service: 'checkout', from: commit, to: '4.11.3', percent: 50, force: false }),
    'Roll back checkout from 9f1c2ab to 4.11.3, 50 per cent, force: no',
  );
  assert.equal(
    effectIn(template, { service: 'deadbeef-api', from: '', percent: 0 }),
    'Roll back deadbeef-api from … to …, 0 per cent, force: …',
    'only a whole commit is cut, nought is a value, and what is missing is seen',
  );
  assert.equal(effectIn('Nothing in braces, {Not this} nor {}', {}), 'Nothing in braces, {Not this} nor {}');
  assert.equal(effectIn('{a}', { a: '{b}', b: 'x' }), '{b}', 'a value is never filled in again');
});

test('before a change is suspected the sentence says in words what it would fill in', () => {
  const none = inputs.map((input) => ({ ...input, value: null }));
  assert.equal(
    effectIn('Roll back from {from} to {to}', unchosen(none)),
    'Roll back from … to the version before',
    'what no change would fill stays open',
  );
  const from = { name: 'from', filledFrom: 'version_after' as const, value: null };
  const where = { name: 'where', filledFrom: 'environment' as const, value: 'staging' };
  assert.deepEqual(unchosen([from, where]), { from: 'the version that runs now' });
});

test('a definition that names an unknown input, or a header of ours, is refused', () => {
  const parsed = newLever.safeParse({
    name: 'Roll back',
    effect: 'Roll back {service}',
    target: {
      kind: 'webhook',
      url: 'https://user:secret@ci.example/hook',
      headers: [
        { name: 'webhook-id', value: 'x' },
        { name: 'x-key', value: 'a\r\nhost: b' },
      ],
      answer: { by: 'reply' },
    },
  });
  const paths = parsed.error?.issues.map((issue) => issue.path.join('.'));
  assert.deepEqual(paths, ['target.url', 'target.headers.0.name', 'target.headers.1.value']);
  const named = newLever.safeParse({
    name: 'Roll back',
    effect: 'Roll back {service} to {version}',
    target: { kind: 'webhook', url: 'https://ci.example/hook', answer: { by: 'reply' } },
  });
  assert.match(named.error?.issues[0]?.message ?? '', /names \{version\}, which is no input/);
});

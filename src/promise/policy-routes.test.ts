/** The policy through its addresses, in sentences, and compared. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { ANA, openSmallHouse } from '../../test/small-house.ts';
import { diffLines } from './diff.ts';
import { parsePolicy } from './policy.ts';
import { policyRoutes } from './policy-routes.ts';
import { durationWords, readablePolicy } from './readable.ts';

const DEFAULT = readFileSync(join(import.meta.dirname, '../../policy/default.yaml'), 'utf8');
const SLOWER = DEFAULT.replace('P1: PT30M, P2: PT60M', 'P1: PT20M, P2: PT60M');
const ADMINISTRATOR = { ...ANA, role: 'administrator' as const };

let house: Awaited<ReturnType<typeof openSmallHouse>>;
before(async () => {
  house = await openSmallHouse('2026-03-01T08:00:00Z', (small) => [
    { name: 'policy', routes: (app) => policyRoutes(app, small) },
  ]);
});
after(() => house.close());

test('the default policy reads as the process says it', () => {
  const { general, promises } = readablePolicy(parsePolicy(DEFAULT, 1));
  assert.ok(
    general.includes(
      'Updates come at least every 30 min (P1) and 1 h (P2); their time is rounded down to 5 min.',
    ),
  );
  const first = promises.find((each) => each.kind === 'first_message');
  assert.deepEqual(first?.sentences.slice(0, 2), [
    'P1 and P2: within 10 min of detection.',
    '3 min before: a reminder to whoever owes it; when it is due: a page to whoever owes it; 3 min late: a page to the lead; 6 min late: a page to the next level.',
  ]);
  const words = JSON.stringify(promises.map(({ name, sentences }) => [name, sentences]));
  assert.doesNotMatch(words, /undefined|NaN|_/);
  assert.match(words, /within 2 days of restoring/);
});

test('durations are said in words', () => {
  const minute = 60_000;
  assert.deepEqual([0, 1500, minute, 90 * minute, 48 * 60 * minute, 30 * 60 * minute].map(durationWords), [
    '0 s',
    '1.5 s',
    '1 min',
    '1 h 30 min',
    '2 days',
    '30 h',
  ]);
});

test('a comparison of two texts can be read back into both', () => {
  const [from, to] = ['a\nb\nc\nd\n', 'a\nx\nc\ne\nd\n'];
  const lines = diffLines(from, to);
  const side = (not: string) =>
    lines
      .filter((each) => each.change !== not)
      .map((each) => `${each.text}\n`)
      .join('');
  assert.deepEqual([side('added'), side('removed')], [from, to]);
  assert.equal(lines.filter((each) => each.change === 'same').length, 3);
  assert.deepEqual(diffLines('same\n', 'same'), [{ change: 'same', text: 'same', from: 1, to: 1 }]);
});

test('a new version comes into force, and the old one can be read and compared', async () => {
  house.as(ADMINISTRATOR);
  const saved = await house.call('PUT', '/policy', { yaml: SLOWER, note: 'sooner', basedOn: 1 });
  assert.deepEqual(
    [saved.status, saved.body.version, saved.body.note, saved.body.createdBy, saved.body.inForce],
    [200, 2, 'sooner', 'Ana Lima', true],
  );
  assert.equal((await house.call('PUT', '/policy', { yaml: SLOWER })).body.version, 2);
  const { lines } = (await house.call('GET', '/policy/diff?from=1&to=2')).body;
  const changed = lines
    .filter((each: { change: string }) => each.change !== 'same')
    .map((each: { text: string }) => each.text);
  assert.deepEqual(changed, ['cadence: { P1: PT30M, P2: PT60M }', 'cadence: { P1: PT20M, P2: PT60M }']);
  assert.equal((await house.call('GET', '/policy/versions/1')).body.inForce, false);
  assert.deepEqual((await house.call('GET', '/policy/versions?limit=1')).body.next, '2');
  assert.equal((await house.call('GET', '/policy/versions?limit=1&cursor=2')).body.items[0].version, 1);
  assert.equal((await house.call('GET', '/policy/versions/9')).status, 404);
});

test('whoever edited an old version is told so', async () => {
  house.as(ADMINISTRATOR);
  assert.equal((await house.call('PUT', '/policy', { yaml: DEFAULT, basedOn: 1 })).status, 409);
});

test('a policy that cannot be accepted names its fields and leaves the one in force', async () => {
  house.as(ADMINISTRATOR);
  const wrong = await house.call('PUT', '/policy', {
    yaml: DEFAULT.replace('rest: PT11H', 'rest: eleven hours'),
  });
  assert.equal(wrong.status, 400);
  assert.equal(wrong.body.fields[0].path, 'rest');
  assert.equal((await house.call('PUT', '/policy', { yaml: 'name: \u0000' })).status, 400);
  assert.equal((await house.call('GET', '/policy')).body.version, 2);
});

test('checking keeps nothing, and saving is for administrators', async () => {
  house.as(ANA);
  const checked = await house.call('POST', '/policy/check', { yaml: DEFAULT });
  assert.deepEqual([checked.status, checked.body.changedLines], [200, 2]);
  assert.equal((await house.call('PUT', '/policy', { yaml: DEFAULT })).status, 403);
  assert.equal((await house.call('GET', '/policy')).body.version, 2);
});

/** LaunchDarkly's audit log. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../fixture.ts';
import { parse } from './parse.ts';

const example = () => fixture('launchdarkly/fixtures/flag.json');

test('a flag that was turned on is a change at its date, with its states and without its author', () => {
  const [change] = parse(example()).changes;
  assert.deepEqual(
    [change?.externalId, change?.kind, change?.environment, change?.versionBefore, change?.version],
    ['57c0a8e2', 'flag', 'production', 'off', 'on'],
  );
  assert.equal(change?.at?.epochMilliseconds, 1795512600000);
  assert.equal(change?.summary, 'Flag New checkout: turned on the flag in production');
  assert.deepEqual(change?.names, ['new-checkout', 'New checkout', 'shop']);
  assert.equal(change?.links[0]?.href, 'https://app.launchdarkly.com/shop/production/features/new-checkout');
  assert.doesNotMatch(JSON.stringify(change), /ana@/);
});

test('a change of a member or a token is not a change of what runs', () => {
  assert.match(parse({ ...example(), kind: 'member' }).others[0] ?? '', /member/);
  assert.match(parse({ ...example(), kind: '__proto__' }).others[0] ?? '', /not a change/);
  assert.match(parse({}).problems[0] ?? '', /"kind"/);
});

test('an entry without its versions is read by its words', () => {
  const { previousVersion: _p, currentVersion: _c, ...bare } = example();
  const [change] = parse({
    ...bare,
    accesses: [{ action: 'updateOn', resource: 'proj/shop:env/*:flag/x' }],
  }).changes;
  assert.deepEqual([change?.versionBefore, change?.version, change?.environment], ['off', 'on', undefined]);
});

/** Messages for Slack's incoming webhooks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../fixture.ts';
import { parse } from './parse.ts';

test('a message with fields is read into a change with service, environment, version and link', () => {
  const [change] = parse(fixture('slack/fixtures/deployed.json')).changes;
  assert.deepEqual(
    [change?.summary, change?.kind, change?.environment, change?.version, change?.names[0]],
    ['Deployed checkout 4.12.0 to production', 'deploy', 'production', '4.12.0', 'checkout'],
  );
  assert.equal(change?.links[0]?.href, 'https://ci.example/42');
  assert.equal(change?.at?.epochMilliseconds, 1795512600000);
});

test('blocks alone are enough, and a roll-back is known by its first words', () => {
  const [change] = parse(fixture('slack/fixtures/blocks.json')).changes;
  assert.deepEqual([change?.summary, change?.mends], ['Rolled back checkout to 4.11.3', true]);
  assert.equal(parse({ text: 'Lunch at noon' }).changes[0]?.kind, 'other');
});

test('a message without text is refused', () => {
  assert.match(parse({ blocks: [{ type: 'divider' }] }).problems[0] ?? '', /no text/);
  assert.match(parse([]).problems[0] ?? '', /not a JSON object/);
});

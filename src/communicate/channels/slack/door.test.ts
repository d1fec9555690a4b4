import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFromSlack } from './door.ts';

// The example of Slack's own documentation.
const secret = '8f742231b10e8888abcd99yyyzzz85a5';
const signed = {
  timestamp: '1531420618',
  signature: 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
  body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
};
const at = (seconds: number) => Temporal.Instant.fromEpochMilliseconds((1531420618 + seconds) * 1000);

test("Slack's own example of a signature is genuine", () => {
  assert.equal(isFromSlack(secret, signed, at(0)), true);
  assert.equal(isFromSlack(secret, signed, at(300)), true);
});

test('a changed body, another secret, an old or a missing time are not', () => {
  assert.equal(isFromSlack(secret, { ...signed, body: `${signed.body}x` }, at(0)), false);
  assert.equal(isFromSlack('other', signed, at(0)), false);
  assert.equal(isFromSlack(secret, signed, at(301)), false);
  assert.equal(isFromSlack(secret, signed, at(-301)), false);
  assert.equal(isFromSlack(secret, { ...signed, timestamp: '' }, at(0)), false);
});

test('our own vector in the manner of Slack is genuine', () => {
  const own = {
    timestamp: '1700000000',
    signature: 'v0=2f295762fef65a2ac42597cb62233ffdc924f0401d57bc624539eecefb44e887',
    body: 'command=%2Finc&text=declare',
  };
  const now = Temporal.Instant.fromEpochMilliseconds(1_700_000_060_000);
  assert.equal(isFromSlack('relay-secret', own, now), true);
  assert.equal(isFromSlack('relay-secret', { ...own, body: `${own.body}+it` }, now), false);
  assert.equal(isFromSlack('relay-secret', own, now.add({ hours: 3 })), false, 'replayed three hours later');
});

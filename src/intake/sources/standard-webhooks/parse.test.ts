/** Standard Webhooks, as a sender of changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../fixture.ts';
import { parse } from './parse.ts';

test('a message about a deployment is a change, known by its id', () => {
  const { changes, delivery } = parse(fixture('standard-webhooks/fixtures/deployed.json'), 'msg_1');
  const [change] = changes;
  assert.equal(delivery, 'msg_1');
  assert.deepEqual(
    [change?.externalId, change?.kind, change?.state, change?.versionBefore, change?.version],
    ['msg_1', 'deploy', 'done', '4.11.3', '4.12.0'],
  );
});

test('a message about something else is no change, and one without type or id is a problem', () => {
  assert.match(parse({ type: 'invoice.paid', data: {} }, 'msg_2').others[0] ?? '', /does not speak of one/);
  assert.match(parse({ data: {} }, 'msg_3').problems[0] ?? '', /"type"/);
  assert.match(parse({ type: 'deployment.finished' }, undefined).problems[0] ?? '', /webhook-id/);
});

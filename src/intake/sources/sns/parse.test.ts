/** What comes by SNS, once it is believed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../fixture.ts';
import { parse } from './parse.ts';
import { amazonOnly } from './verify.ts';

const now = Temporal.Instant.from('2026-11-24T09:32:00Z');

test('an alarm opens an alert and its OK resolves the same one', () => {
  const alarm = fixture('sns/fixtures/alarm.json');
  const [opened] = parse(alarm, 'm1', now).alerts;
  const [ended] = parse({ ...alarm, NewStateValue: 'OK' }, 'm2', now).alerts;
  assert.deepEqual([opened?.action, ended?.action], ['trigger', 'resolve']);
  assert.equal(opened?.dedupKey, ended?.dedupKey);
  assert.equal(opened?.startedAt.toString(), '2026-11-24T09:28:49.939Z');
  assert.deepEqual(opened?.serviceNames.slice(0, 2), ['checkout', 'checkout-5xx']);
  assert.match(
    parse({ ...alarm, NewStateValue: 'INSUFFICIENT_DATA' }, 'm3', now).others[0] ?? '',
    /INSUFFICIENT_DATA/,
  );
});

test('a composite alarm without a trigger, and an alarm by EventBridge, are alerts too', () => {
  const { Trigger: _trigger, ...composite } = fixture('sns/fixtures/alarm.json');
  assert.equal(parse(composite, 'm4', now).alerts.length, 1);
  const event = {
    'detail-type': 'CloudWatch Alarm State Change',
    resources: ['arn:aws:cloudwatch:eu-west-1:1:alarm:checkout-5xx'],
    time: '2026-11-24T09:29:00Z',
    detail: {
      alarmName: 'checkout-5xx',
      state: { value: 'ALARM', timestamp: '2026-11-24T09:28:49.939+0000' },
    },
  };
  assert.equal(parse(event, 'm5', now).alerts[0]?.startedAt.toString(), '2026-11-24T09:28:49.939Z');
});

test('deployments and stacks of EventBridge are changes in steps', () => {
  const [ecs] = parse(fixture('sns/fixtures/ecs.json'), 'm6', now).changes;
  assert.deepEqual(
    [ecs?.externalId, ecs?.state, ecs?.names[0]],
    ['ecs/checkout/ecs-svc/123', 'done', 'checkout'],
  );
  const bridge = (type: string, detail: object) =>
    parse({ 'detail-type': type, time: '2026-11-24T09:29:00Z', detail }, 'm7', now);
  const deploy = {
    application: 'shop',
    deploymentId: 'd-1',
    deploymentGroup: 'production',
    state: 'FAILURE',
  };
  assert.equal(bridge('CodeDeploy Deployment State-change Notification', deploy).changes[0]?.state, 'failed');
  const stack = {
    'stack-id': 'arn:aws:cloudformation:eu-west-1:1:stack/shop-network/9',
    'status-details': { status: 'UPDATE_ROLLBACK_COMPLETE' },
  };
  assert.equal(bridge('CloudFormation Stack Status Change', stack).changes[0]?.state, 'rolled_back');
  const pipeline = { pipeline: 'shop', 'execution-id': 'x', state: 'STARTED' };
  assert.equal(bridge('CodePipeline Pipeline Execution State Change', pipeline).changes[0]?.state, 'started');
  assert.match(bridge('EC2 Instance State-change Notification', {}).others[0] ?? '', /not a change/);
});

test('plain words and other JSON are neither', () => {
  assert.match(parse(undefined, 'm8', now).others[0] ?? '', /plain words/);
  assert.match(parse({ a: 1 }, 'm9', now).others[0] ?? '', /neither/);
});

test('only addresses of Amazon SNS itself are asked', () => {
  for (const good of [
    'https://sns.eu-west-1.amazonaws.com/cert.pem',
    'https://sns.us-gov-west-1.amazonaws.com/?Action=ConfirmSubscription',
    'https://sns.cn-north-1.amazonaws.com.cn/cert.pem',
  ])
    assert.equal(amazonOnly(new URL(good)), true, good);
  for (const bad of [
    'http://sns.eu-west-1.amazonaws.com/cert.pem',
    'https://sns.eu-west-1.amazonaws.com.evil.example/cert.pem',
    'https://evil-sns.eu-west-1.amazonaws.com/cert.pem',
    'https://sns.eu-west-1.amazonaws.com:8443/cert.pem',
    'https://user@sns.eu-west-1.amazonaws.com/cert.pem',
    'https://s3.eu-west-1.amazonaws.com/cert.pem',
    'https://sns.amazonaws.com/cert.pem',
    'https://169.254.169.254/latest/meta-data',
  ])
    assert.equal(amazonOnly(new URL(bad)), false, bad);
});

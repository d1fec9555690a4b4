import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readingShape } from '#src/intake/reading.ts';
import { readingOf, textOfReading, unreadLines } from './reading-text.ts';

const reading = readingShape.parse({
  services: [
    { name: 'acme/checkout', service: 'svc_1' },
    { name: 'acme/shop*', environment: 'staging', service: 'svc_2' },
  ],
  pipelines: ['Deploy', 'release.yml'],
  topicArn: 'arn:aws:sns:eu-west-1:1:alerts',
  confirmTopic: 'automatic',
  flags: {
    flag: { path: 'key' },
    environment: { value: 'production' },
    after: { path: 'on', words: { 1: 'on' } },
  },
});

test('what is shown as lines is read back as it was', () => {
  const text = textOfReading(reading, (id) => id);
  assert.equal(text.services, 'acme/checkout = svc_1\nacme/shop* @ staging = svc_2');
  assert.deepEqual(readingOf(text, reading), reading);
});

test('an empty form knows nothing', () => {
  assert.deepEqual(readingOf(textOfReading(undefined, String), undefined), readingShape.parse({}));
});

test('a line without a service is named, not lost in silence', () => {
  assert.deepEqual(unreadLines('acme/checkout = checkout\nacme/shop\n= x\n'), ['acme/shop', '= x']);
});

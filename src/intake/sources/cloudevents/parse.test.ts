/** CloudEvents in each mode, and CDEvents by the beginning of their types. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../fixture.ts';
import { parse } from './parse.ts';

const example = () => fixture('cloudevents/fixtures/deployed.json');
const read = (
  body: unknown,
  headers: Record<string, string> = { 'content-type': 'application/cloudevents+json' },
) => parse(body, (name) => headers[name.toLowerCase()]);

test('one deployment is read alike in structured, binary and batch mode', () => {
  const { data, ...attributes } = example();
  const headers = Object.fromEntries(
    Object.entries(attributes as Record<string, string>).map(([name, value]) => [
      `ce-${name}`,
      encodeURIComponent(value),
    ]),
  );
  const structured = read(example()).changes;
  assert.deepEqual(read(data, { ...headers, 'content-type': 'application/json' }).changes, structured);
  assert.deepEqual(
    read([example()], { 'content-type': 'application/cloudevents-batch+json' }).changes,
    structured,
  );
  const [change] = structured;
  assert.deepEqual(
    [change?.externalId, change?.summary, change?.environment, change?.version],
    ['/ci/acme e-1', 'checkout deployed (sha256:0b31) in production', 'production', 'sha256:0b31'],
  );
  assert.equal(change?.names[0], 'checkout');
});

test('CDEvents are known by the beginning of their type, whatever its version', () => {
  const typed = (type: string, content = {}) => {
    const body = example();
    body.type = type;
    body.data.subject.content = { ...body.data.subject.content, ...content };
    return read(body);
  };
  assert.equal(typed('dev.cdevents.service.upgraded.9.9.9-draft').changes.length, 1);
  assert.equal(typed('dev.cdevents.service.rolledback.0.3.0').changes[0]?.mends, true);
  assert.equal(typed('dev.cdevents.environment.modified.0.3.0').changes[0]?.kind, 'infra');
  const begun = typed('dev.cdevents.reconciliation.started.0.1.0-draft').changes[0];
  const failed = typed('dev.cdevents.reconciliation.finished.0.1.0-draft', { outcome: 'failure' }).changes[0];
  assert.deepEqual([begun?.state, failed?.state], ['started', 'failed']);
  assert.equal(begun?.externalId, failed?.externalId);
  assert.match(typed('dev.cdevents.testcaserun.finished.0.2.0').others[0] ?? '', /not a change/);
  assert.match(typed('dev.cdevents.__proto__.constructor').others[0] ?? '', /not a change/);
});

test('other CloudEvents are changes when their type speaks of one', () => {
  const event = {
    specversion: '1.0',
    id: '1',
    source: 'app',
    type: 'com.acme.feature-flag.switched',
    subject: 'new-basket',
  };
  const [flag] = read({ ...event, data: { summary: 'new-basket on', environment: 'production' } }).changes;
  assert.deepEqual([flag?.kind, flag?.summary, flag?.environment], ['flag', 'new-basket on', 'production']);
  assert.match(read({ ...event, type: 'com.acme.order.paid' }).others[0] ?? '', /does not speak of one/);
});

test('what is no CloudEvent names what is missing', () => {
  assert.match(read({ id: '1' }).problems[0] ?? '', /specversion, source, type missing/);
  assert.match(read({ ...example(), specversion: '0.3' }).problems[0] ?? '', /1\.0/);
  assert.match(read([example(), 1]).problems[0] ?? '', /^Event 2/);
});

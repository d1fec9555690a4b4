/** Argo CD, by our template. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../fixture.ts';
import { parse } from './parse.ts';

const example = () => fixture('argocd/fixtures/sync.json');

test('a sync is one change in steps, known by the time it began', () => {
  const [done] = parse(example()).changes;
  const [running] = parse({ ...example(), phase: 'Running', finishedAt: '<no value>' }).changes;
  assert.equal(done?.externalId, running?.externalId);
  assert.deepEqual([running?.state, done?.state], ['started', 'done']);
  assert.equal(running?.at?.toString(), '2026-11-24T09:29:10Z');
  assert.equal(done?.at?.toString(), '2026-11-24T09:30:00Z');
  assert.equal(done?.summary, 'Sync checkout-production to 53e28ff in production');
  assert.deepEqual(done?.names, ['checkout-production', 'checkout']);
});

test('failures are told, and what the template could not fill counts as absent', () => {
  assert.equal(parse({ ...example(), phase: 'Error' }).changes[0]?.state, 'failed');
  const bare = parse({ app: 'checkout', phase: 'Succeeded', revision: '<no value>', repo: '<nil>' })
    .changes[0];
  assert.deepEqual([bare?.version, bare?.links], [undefined, []]);
  assert.match(parse({ phase: 'Succeeded' }).problems[0] ?? '', /no "app"/);
  assert.match(parse({ app: 'checkout', phase: '<no value>' }).others[0] ?? '', /unknown/);
});

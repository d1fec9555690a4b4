/** GitLab's webhooks, with their odd times. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../fixture.ts';
import { gitlabTime, parse } from './parse.ts';

const example = (name: string) => fixture(`gitlab/fixtures/${name}.json`);
const read = (body: unknown, pipelines: string[] = []) => parse(body, undefined, pipelines);

test('a deployment is read with its whole commit and its time in the zone it names', () => {
  const [change] = read(example('deployment')).changes;
  assert.equal(change?.at?.toString(), '2026-11-24T09:30:00Z');
  assert.equal(change?.version, '279484c09fbe69ededfced8c1bb6e6d24616b468');
  assert.equal(change?.summary, 'Deploy acme/shop 279484c to production: Fix retry of card payments');
  assert.deepEqual([change?.state, change?.environment], ['done', 'production']);
  assert.deepEqual(change?.names, ['acme/shop', 'shop', 'shop']);
  assert.doesNotMatch(JSON.stringify(change), /ana/);
});

test('times of GitLab are read in each of their forms', () => {
  for (const text of [
    '2026-11-24 10:30:00 +0100',
    '2026-11-24 09:30:00 UTC',
    '2026-11-24T09:30:00Z',
    '2026-11-24T10:30:00+01:00',
  ])
    assert.equal(gitlabTime(text)?.toString(), '2026-11-24T09:30:00Z', text);
  for (const odd of ['yesterday', '', 12, null]) assert.equal(gitlabTime(odd), undefined);
});

test('each word of a deployment has its state, and review environments are not changes', () => {
  const stateOf = (status: string) => read({ ...example('deployment'), status });
  assert.equal(stateOf('running').changes[0]?.state, 'started');
  assert.equal(stateOf('failed').changes[0]?.state, 'failed');
  assert.equal(stateOf('canceled').changes[0]?.state, 'failed');
  assert.match(stateOf('blocked').others[0] ?? '', /blocked/);
  const review = {
    ...example('deployment'),
    environment: 'review/new-basket',
    environment_tier: 'development',
  };
  assert.match(read(review).others[0] ?? '', /review/);
});

test('a pipeline with a job that deploys is a change, and says which job failed', () => {
  const body = example('pipeline');
  const [change] = read(body).changes;
  assert.deepEqual([change?.state, change?.mends, change?.kind], ['failed', true, 'deploy']);
  assert.equal(change?.at?.toString(), '2026-11-24T09:26:29Z');
  assert.deepEqual(change?.details['failedJobs'], ['deploy production']);
  const tests = { ...body, builds: [body.builds[0]] };
  assert.match(read(tests).others[0] ?? '', /not a change/);
  assert.equal(read(tests, ['acme/shop']).changes.length, 1);
});

test('tags, releases and feature flags are changes', () => {
  assert.equal(read(example('tag-push')).changes[0]?.version, 'v1.0.0');
  assert.match(read({ ...example('tag-push'), after: '0'.repeat(40) }).others[0] ?? '', /deleted/);
  assert.equal(read(example('release')).changes[0]?.at?.toString(), '2026-11-24T12:55:12Z');
  const [flag] = read(example('feature-flag')).changes;
  assert.deepEqual(
    [flag?.kind, flag?.summary, flag?.versionBefore, flag?.version],
    ['flag', 'Flag new-basket of acme/shop turned on', 'off', 'on'],
  );
});

test('a push counts on the default branch only; other hooks are not changes', () => {
  const body = {
    object_kind: 'push',
    ref: 'refs/heads/main',
    before: 'a'.repeat(40),
    after: 'b'.repeat(40),
    project: {
      path_with_namespace: 'acme/shop',
      default_branch: 'main',
      web_url: 'https://gitlab.example/acme/shop',
    },
    commits: [
      { title: 'Raise the limit', timestamp: '2026-11-24T10:00:00+01:00', modified: ['config/limits.yaml'] },
    ],
  };
  const [change] = read(body).changes;
  assert.equal(change?.kind, 'config');
  assert.equal(
    change?.links[0]?.href,
    `https://gitlab.example/acme/shop/-/compare/${'a'.repeat(40)}...${'b'.repeat(40)}`,
  );
  assert.match(read({ ...body, ref: 'refs/heads/x' }).others[0] ?? '', /"x" is not a change/);
  assert.match(parse({}, 'Issue Hook', []).others[0] ?? '', /"issue" is not a change/);
  assert.match(parse({}, undefined, []).problems[0] ?? '', /object_kind/);
});

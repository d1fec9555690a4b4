/** GitHub's own example payloads, and what becomes of each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../fixture.ts';
import { parse } from './parse.ts';

const read = (event: string, body: unknown, pipelines: string[] = []) => parse(body, event, pipelines);
const example = (name: string) => fixture(`github/fixtures/${name}.json`);

test('a deployment is a change that has started, of its repository in its environment', () => {
  const { changes, problems } = read('deployment', example('deployment'));
  assert.deepEqual(problems, []);
  const [change] = changes;
  assert.equal(change?.externalId, 'deployment/145988746');
  assert.equal(change?.state, 'started');
  assert.equal(change?.summary, 'Deploy Codertocat/Hello-World f95f852 to production');
  assert.equal(change?.version, 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e');
  assert.deepEqual(change?.names, ['Codertocat/Hello-World', 'Hello-World']);
  assert.equal(change?.at?.toString(), '2019-05-15T15:20:53Z');
  assert.doesNotMatch(JSON.stringify(change), /creator|"login"|Codertocat@/);
});

test('a status is a step of the same change, at its own time', () => {
  const [change] = read('deployment_status', example('deployment_status')).changes;
  assert.deepEqual(
    [change?.externalId, change?.state, change?.at?.toString(), change?.beganAt?.toString()],
    ['deployment/145988746', 'done', '2019-05-15T15:20:55Z', '2019-05-15T15:20:53Z'],
  );
});

test('each word of a status has its state; inactive says only that a later one took its place', () => {
  const stateOf = (state: string) => {
    const body = example('deployment_status');
    body.deployment_status.state = state;
    return read('deployment_status', body).changes[0]?.state;
  };
  assert.deepEqual(['queued', 'pending', 'in_progress'].map(stateOf), ['started', 'started', 'started']);
  assert.deepEqual(['success', 'failure', 'error', 'inactive'].map(stateOf), [
    'done',
    'failed',
    'failed',
    undefined,
  ]);
});

test('a preview environment that goes with its pull request is not a change', () => {
  const body = example('deployment');
  body.deployment.transient_environment = true;
  assert.match(read('deployment', body).others[0] ?? '', /preview/);
  body.deployment.production_environment = true;
  assert.equal(read('deployment', body).changes.length, 1);
  const pages = read('deployment', example('deployment-gh-pages')).changes[0];
  assert.equal(pages?.environment, 'github-pages');
  assert.equal(pages?.details['productionEnvironment'], false);
});

test('a workflow run is a change when its name speaks of one, or somebody chose it', () => {
  const body = example('workflow_run-completed');
  assert.match(read('workflow_run', body).others[0] ?? '', /"test" is not a change/);
  assert.equal(read('workflow_run', body, ['TEST']).changes.length, 1);
  assert.equal(read('workflow_run', body, ['te*']).changes[0]?.state, 'done');
  body.workflow_run.name = 'Deploy to production';
  body.workflow_run.conclusion = 'failure';
  const [change] = read('workflow_run', body).changes;
  assert.equal(change?.state, 'failed');
  assert.match(
    change?.summary ?? '',
    /^Deploy to production of octo-org\/octo-repo [0-9a-f]{7}: ci\(action\)/,
  );
  assert.match(read('workflow_run', body, ['release.yml']).others[0] ?? '', /not a change/);
  body.workflow_run.conclusion = 'skipped';
  assert.match(read('workflow_run', body).others[0] ?? '', /skipped/);
  body.workflow_run.name = 'Node.js CI';
  body.workflow_run.conclusion = 'success';
  assert.equal(read('workflow_run', body).changes.length, 0);
});

test('a push to the default branch is a change; to others, of tags, and deletions are not', () => {
  const body = example('push-with-new-branch');
  const [change] = read('push', body).changes;
  assert.equal(change?.summary, 'A commit pushed to master of Codertocat/Hello-World: Initial commit');
  assert.deepEqual([change?.kind, change?.versionBefore], ['other', undefined]);
  assert.equal(change?.at?.toString(), '2019-05-15T15:20:57Z');
  assert.match(read('push', example('push')).others[0] ?? '', /a tag was deleted/);
  body.ref = 'refs/heads/feature';
  assert.match(read('push', body).others[0] ?? '', /"feature" is not a change; one to "master" is/);
});

test('a push says by its files what kind of change it is, and by its words that it takes something back', () => {
  const body = example('push-with-new-branch');
  body.commits[0].added = ['README.md', 'db/migrate/20261124_orders.rb', 'main.tf'];
  body.head_commit.message = 'Revert "New basket"\n\nThis reverts commit 1.';
  const [change] = read('push', body).changes;
  assert.deepEqual([change?.kind, change?.mends], ['migration', true]);
});

test('a release counts when it is published, once, whatever else GitHub tells of it', () => {
  const body = example('release-published');
  const [change] = read('release', body).changes;
  assert.deepEqual(
    [change?.externalId, change?.version, change?.summary],
    ['release/17372790', '0.0.1', 'Release 0.0.1 of Codertocat/Hello-World'],
  );
  for (const action of ['released', 'prereleased'])
    assert.equal(read('release', { ...body, action }).changes[0]?.externalId, 'release/17372790');
  for (const action of ['created', 'edited', 'deleted', 'unpublished'])
    assert.match(read('release', { ...body, action }).others[0] ?? '', /not a change/);
});

test('what is no change is said to be none; what cannot be read is a problem', () => {
  assert.match(read('ping', { zen: 'Keep it simple.' }).others[0] ?? '', /hello/);
  assert.match(
    read('check_suite', example('check_suite-completed')).others[0] ?? '',
    /"check_suite" is not a change/,
  );
  assert.match(read('pull_request', {}).others[0] ?? '', /not a change/);
  assert.match(read('deployment', {}).problems[0] ?? '', /no deployment/);
  assert.match(read('deployment', []).problems[0] ?? '', /not a JSON object/);
  assert.match(parse({}, undefined, []).problems[0] ?? '', /X-GitHub-Event is missing/);
  assert.equal(parse(example('deployment_status'), undefined, []).changes[0]?.state, 'done');
});

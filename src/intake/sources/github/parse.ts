/** GitHub's webhooks: deployments and their statuses, workflow runs, pushes and releases. What is no change says why. */

import type { ChangeState } from '#incident/change.ts';
import { shortVersion } from '#platform/versions.ts';
import { cut } from '../../incoming.ts';
import { instantOf } from '../../time.ts';
import { kindIn, linksIn, soundsLikeMending, type Told, type ToldChange, told } from '../../told.ts';
import { isObject, type Json, scalarIn, textIn } from '../fields.ts';
import { kindOfFiles } from '../files.ts';
import { isPipelineOfChanges } from '../pipelines.ts';

const SOURCE = 'GitHub';
const TITLE_CHARACTERS_MAX = 200;
const ZEROS = /^0+$/;

/** @param event the header X-GitHub-Event; @param pipelines the workflows whose runs are changes, where somebody named them */
export function parse(body: unknown, event: string | undefined, pipelines: readonly string[]): Told {
  if (!isObject(body)) return told({ problems: ['The body is not a JSON object.'] });
  const repository = object(body['repository']);
  switch (event ?? eventIn(body)) {
    case 'ping':
      return told({ others: ['GitHub says hello: the webhook works.'] });
    case 'deployment':
      return deployment(body, repository);
    case 'deployment_status':
      return deploymentStatus(body, repository);
    case 'workflow_run':
      return workflowRun(body, repository, pipelines);
    case 'push':
      return push(body, repository);
    case 'release':
      return release(body, repository);
    case undefined:
      return told({
        problems: ['The header X-GitHub-Event is missing, and the body does not say what it is.'],
      });
    default:
      return told({ others: [`"${cut(event ?? '', 60)}" is not a change.`] });
  }
}

/** Some relays lose the header; the body still tells by what it carries. */
function eventIn(body: Json): string | undefined {
  return ['deployment_status', 'deployment', 'workflow_run', 'release', 'pull_request', 'check_suite']
    .concat('head_commit' in body && 'ref' in body ? 'push' : [])
    .concat('zen' in body ? 'ping' : [])
    .find((name) => name === 'push' || name === 'ping' || isObject(body[name]));
}

function deployment(body: Json, repository: Json): Told {
  const its = body['deployment'];
  if (!isObject(its) || !idOf(its))
    return told({ problems: ['There is no deployment with an id in the body.'] });
  if (isPreview(its)) return told({ others: ['A deployment to a preview environment is not a change.'] });
  return told({ changes: [deploymentStep(its, repository, { state: 'started', at: its['created_at'] })] });
}

function deploymentStatus(body: Json, repository: Json): Told {
  const [its, status] = [body['deployment'], body['deployment_status']];
  if (!isObject(its) || !idOf(its) || !isObject(status))
    return told({ problems: ['There is no deployment with its status in the body.'] });
  if (isPreview(its)) return told({ others: ['A deployment to a preview environment is not a change.'] });
  const word = textIn(status['state']) ?? '';
  const step = deploymentStep(its, repository, { state: STATES[word], at: status['created_at'] });
  return told({
    changes: [
      {
        ...step,
        environment: textIn(status['environment']) ?? step.environment,
        links: linksIn([
          [status['log_url'] || status['target_url'], 'Log'],
          [status['environment_url'], 'What was deployed'],
          ...step.links.map(({ href, text }) => [href, text] as const),
        ]),
        details: {
          ...step.details,
          status: word,
          ...(textIn(status['description']) ? { statusSays: cut(status['description'] as string, 500) } : {}),
        },
      },
    ],
  });
}

/** `inactive` only says that a later deployment took its place; what it did while it was live it did. */
const STATES: Record<string, ChangeState | undefined> = {
  pending: 'started',
  queued: 'started',
  in_progress: 'started',
  waiting: 'started',
  success: 'done',
  failure: 'failed',
  error: 'failed',
};

/** The environment of a pull request, gone with it: it cannot break what people use. */
function isPreview(its: Json): boolean {
  return its['transient_environment'] === true && its['production_environment'] !== true;
}

function deploymentStep(
  its: Json,
  repository: Json,
  { state, at }: { state: ChangeState | undefined; at: unknown },
): ToldChange {
  const name = nameOf(repository);
  const environment = textIn(its['environment']) ?? 'production';
  const version = textIn(its['sha']);
  const payload = isObject(its['payload']) ? its['payload'] : {};
  const task = textIn(its['task']) ?? 'deploy';
  const description = textIn(its['description']);
  const ref = textIn(its['ref']);
  const verb = task === 'deploy' ? 'Deploy' : capital(task);
  return {
    externalId: `deployment/${idOf(its)}`,
    kind: kindIn(task) ?? 'deploy',
    summary: `${verb} ${name} ${version ? shortVersion(version) : (ref ?? '')} to ${environment}${description ? `: ${cut(description, TITLE_CHARACTERS_MAX)}` : ''}`,
    source: SOURCE,
    at: instantOf(at) ?? instantOf(its['created_at']),
    beganAt: instantOf(its['created_at']),
    state,
    inSteps: true,
    place: `${name}@${environment}`,
    environment,
    version,
    compare: compareOf(repository),
    names: [textIn(payload['service']), textIn(payload['app']), name, name.split('/').at(-1)].filter(
      (each) => each !== undefined,
    ),
    labels: { repository: name, environment, ...(ref ? { ref: cut(ref, 200) } : {}), event: 'deployment' },
    links: linksIn([[commitOf(repository, version), `Commit ${shortVersion(version ?? '')}`]]),
    details: {
      repository: name,
      ...(ref ? { ref: cut(ref, 300) } : {}),
      task: cut(task, 100),
      ...(typeof its['production_environment'] === 'boolean'
        ? { productionEnvironment: its['production_environment'] }
        : {}),
    },
    mends: soundsLikeMending(description) || soundsLikeMending(task) || soundsLikeMending(ref),
  };
}

function workflowRun(body: Json, repository: Json, pipelines: readonly string[]): Told {
  const run = body['workflow_run'];
  if (!isObject(run) || !idOf(run))
    return told({ problems: ['There is no workflow_run with an id in the body.'] });
  const workflow = object(body['workflow']);
  const name = textIn(run['name']) ?? textIn(workflow['name']) ?? 'A workflow';
  const path = textIn(run['path']) ?? textIn(workflow['path']) ?? '';
  if (!isPipelineOfChanges([name, path], pipelines))
    return told({
      others: [
        `A run of the workflow "${cut(name, 80)}" is not a change: its name does not speak of one, and it is not in the list of pipelines.`,
      ],
    });
  const conclusion = textIn(run['conclusion']);
  if (conclusion && ['skipped', 'neutral', 'action_required', 'stale'].includes(conclusion))
    return told({ others: [`A run that ended as "${conclusion}" is not a change.`] });
  const repo = nameOf(repository);
  const version = textIn(run['head_sha']);
  const title = textIn(run['display_title']) ?? textIn(object(run['head_commit'])['message']);
  const began = instantOf(run['run_started_at']) ?? instantOf(run['created_at']);
  const state: ChangeState = !conclusion ? 'started' : conclusion === 'success' ? 'done' : 'failed';
  return told({
    changes: [
      {
        externalId: `run/${idOf(run)}/${scalarIn(run['run_attempt']) ?? '1'}`,
        kind: textIn(run['event']) === 'schedule' ? 'job' : (kindIn(name) ?? kindIn(path) ?? 'deploy'),
        summary: `${name} of ${repo} ${shortVersion(version ?? '')}${title ? `: ${firstLine(title)}` : ''}`,
        source: SOURCE,
        at: state === 'started' ? began : (instantOf(run['updated_at']) ?? began),
        beganAt: began,
        state,
        inSteps: true,
        place: `${repo}#${cut(path || name, 200)}`,
        version,
        compare: compareOf(repository),
        names: [repo, repo.split('/').at(-1) ?? '', name],
        labels: {
          repository: repo,
          workflow: cut(name, 200),
          branch: cut(textIn(run['head_branch']) ?? '', 200),
          event: 'workflow_run',
        },
        links: linksIn([
          [run['html_url'], `Run ${scalarIn(run['run_number']) ?? ''}`.trim()],
          [commitOf(repository, version), `Commit ${shortVersion(version ?? '')}`],
        ]),
        details: {
          repository: repo,
          workflow: cut(name, 200),
          branch: textIn(run['head_branch']) ?? null,
          startedBy: textIn(run['event']) ?? null,
          conclusion: conclusion ?? null,
        },
        mends: soundsLikeMending(title) || soundsLikeMending(name),
      },
    ],
  });
}

function push(body: Json, repository: Json): Told {
  const ref = textIn(body['ref']) ?? '';
  const branch = ref.replace(/^refs\/heads\//, '');
  const home = textIn(repository['default_branch']) ?? textIn(repository['master_branch']);
  const after = textIn(body['after']) ?? '';
  if (body['deleted'] === true || ZEROS.test(after))
    return told({
      others: [`That ${ref.startsWith('refs/tags/') ? 'a tag' : 'a branch'} was deleted is not a change.`],
    });
  if (!ref.startsWith('refs/heads/'))
    return told({ others: ['A tag is not a change; its release or deployment is.'] });
  if (home && branch !== home)
    return told({
      others: [`A push to "${cut(branch, 80)}" is not a change; one to "${cut(home, 80)}" is.`],
    });
  const commits = Array.isArray(body['commits']) ? body['commits'].filter(isObject) : [];
  const head = object(body['head_commit']);
  const before = textIn(body['before']) ?? '';
  const message = textIn(head['message']) ?? textIn(commits.at(-1)?.['message']);
  const name = nameOf(repository);
  const size = commits.length;
  return told({
    changes: [
      {
        externalId: `push/${name}/${branch}/${after}`,
        kind: kindOfFiles(filesOf(commits)) ?? 'other',
        summary: `${size > 1 ? `${size} commits` : 'A commit'} pushed to ${branch} of ${name}${message ? `: ${firstLine(message)}` : ''}`,
        source: SOURCE,
        // Commits carry the time of their writing, which may be weeks ago; the push itself tells only when it was stored.
        at: pushedAt(repository) ?? instantOf(head['timestamp']),
        version: after,
        versionBefore: ZEROS.test(before) ? undefined : before,
        names: [name, name.split('/').at(-1) ?? ''],
        labels: { repository: name, branch: cut(branch, 200), event: 'push' },
        links: linksIn([
          [body['compare'], 'What changed'],
          [head['url'], `Commit ${shortVersion(after)}`],
        ]),
        details: {
          repository: name,
          branch: cut(branch, 200),
          commits: size,
          forced: body['forced'] === true,
        },
        mends: soundsLikeMending(message),
      },
    ],
  });
}

function release(body: Json, repository: Json): Told {
  const its = body['release'];
  if (!isObject(its) || !idOf(its))
    return told({ problems: ['There is no release with an id in the body.'] });
  const action = textIn(body['action']) ?? '';
  if (its['draft'] === true || !['published', 'released', 'prereleased'].includes(action))
    return told({
      others: [`That a release was ${cut(action, 40) || 'drafted'} is not a change; publishing it is.`],
    });
  const name = nameOf(repository);
  const tag = textIn(its['tag_name']);
  const title = textIn(its['name']);
  return told({
    changes: [
      {
        externalId: `release/${idOf(its)}`,
        kind: 'deploy',
        summary: `${its['prerelease'] === true ? 'Pre-release' : 'Release'} ${tag ?? ''} of ${name}${title && title !== tag ? `: ${firstLine(title)}` : ''}`,
        source: SOURCE,
        at: instantOf(its['published_at']) ?? instantOf(its['created_at']),
        state: 'done',
        place: `${name}#releases`,
        version: tag,
        compare: compareOf(repository),
        names: [name, name.split('/').at(-1) ?? ''],
        labels: { repository: name, event: 'release', prerelease: String(its['prerelease'] === true) },
        links: linksIn([[its['html_url'], `Release ${tag ?? ''}`.trim()]]),
        details: { repository: name, prerelease: its['prerelease'] === true },
        mends: soundsLikeMending(title),
      },
    ],
  });
}

function filesOf(commits: Json[]): string[] {
  return commits.flatMap((commit) =>
    ['added', 'modified', 'removed'].flatMap((name) =>
      Array.isArray(commit[name])
        ? (commit[name] as unknown[]).filter((each) => typeof each === 'string')
        : [],
    ),
  );
}

/** Webhooks of pushes have it in seconds, everything else as a text. */
function pushedAt(repository: Json): Temporal.Instant | undefined {
  const value = repository['pushed_at'];
  if (typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 1e11)
    return Temporal.Instant.fromEpochMilliseconds(value * 1000);
  return instantOf(value);
}

function nameOf(repository: Json): string {
  return cut(textIn(repository['full_name']) ?? textIn(repository['name']) ?? 'a repository', 200);
}

function idOf(its: Json): string {
  return cut(scalarIn(its['id']) ?? textIn(its['node_id']) ?? textIn(its['url']) ?? '', 100);
}

function compareOf(repository: Json): string | undefined {
  const home = textIn(repository['html_url']);
  return home && /^https?:\/\//.test(home) ? `${home}/compare/{before}...{after}` : undefined;
}

function commitOf(repository: Json, version: string | undefined): string | undefined {
  const home = textIn(repository['html_url']);
  return home && version ? `${home}/commit/${encodeURIComponent(version)}` : undefined;
}

function firstLine(text: string): string {
  return cut(text.trim().split('\n')[0] ?? '', TITLE_CHARACTERS_MAX);
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

/** GitLab's webhooks: deployments, pipelines, tags, releases, pushes and feature flags. Its times are often not ISO 8601. */

import type { ChangeState } from '#incident/change.ts';
import { shortVersion } from '#platform/versions.ts';
import { cut } from '../../incoming.ts';
import { instantOf } from '../../time.ts';
import { kindIn, linksIn, soundsLikeMending, type Told, told } from '../../told.ts';
import { isObject, type Json, scalarIn, textIn } from '../fields.ts';
import { kindOfFiles } from '../files.ts';
import { isPipelineOfChanges } from '../pipelines.ts';

const SOURCE = 'GitLab';
const ZEROS = /^0+$/;

const STATES: Record<string, ChangeState | undefined> = {
  created: 'started',
  running: 'started',
  pending: 'started',
  success: 'done',
  failed: 'failed',
  canceled: 'failed',
};

/** @param pipelines the pipelines (by project, ref or name) whose runs are changes, where somebody named them */
export function parse(body: unknown, event: string | undefined, pipelines: readonly string[]): Told {
  if (!isObject(body)) return told({ problems: ['The body is not a JSON object.'] });
  const kind =
    textIn(body['object_kind']) ??
    event
      ?.replace(/ (System )?Hook$/i, '')
      .toLowerCase()
      .replaceAll(' ', '_');
  switch (kind) {
    case 'deployment':
      return deployment(body);
    case 'pipeline':
      return pipeline(body, pipelines);
    case 'tag_push':
      return tagPush(body);
    case 'push':
      return push(body);
    case 'release':
      return release(body);
    case 'feature_flag':
      return featureFlag(body);
    case undefined:
      return told({ problems: ['Neither object_kind nor the header X-Gitlab-Event says what this is.'] });
    default:
      return told({ others: [`"${cut(kind, 60)}" is not a change.`] });
  }
}

function deployment(body: Json): Told {
  const status = textIn(body['status']) ?? '';
  const id = scalarIn(body['deployment_id']) ?? scalarIn(body['deployable_id']);
  if (!status || id === undefined)
    return told({ problems: ['There is no status or deployment_id in the body.'] });
  if (['approved', 'rejected', 'blocked', 'skipped'].includes(status))
    return told({ others: [`That a deployment was ${status} is not a change yet.`] });
  const tier = textIn(body['environment_tier']);
  const environment = textIn(body['environment']) ?? tier ?? 'production';
  if (tier === 'development' && /^review\//i.test(environment))
    return told({ others: ['A deployment to a review environment is not a change.'] });
  const project = projectOf(body);
  const version = shaIn(body);
  const title = textIn(body['commit_title']);
  return told({
    changes: [
      {
        externalId: `deployment/${project.name}/${id}`,
        kind: 'deploy',
        summary: `Deploy ${project.name} ${version ? shortVersion(version) : ''} to ${environment}${title ? `: ${cut(title, 200)}` : ''}`,
        source: SOURCE,
        at: gitlabTime(body['status_changed_at']),
        state: STATES[status],
        inSteps: true,
        place: `${project.name}@${environment}`,
        environment,
        version,
        compare: project.compare,
        names: project.names,
        labels: { repository: project.name, environment, ...(tier ? { tier } : {}), event: 'deployment' },
        links: linksIn([
          [body['deployable_url'], 'Job'],
          [body['commit_url'], `Commit ${version ?? ''}`.trim()],
          [body['environment_external_url'], 'What was deployed'],
        ]),
        details: {
          repository: project.name,
          status,
          ...(tier ? { tier } : {}),
          ref: textIn(body['ref']) ?? null,
        },
        mends: soundsLikeMending(title),
      },
    ],
  });
}

function pipeline(body: Json, chosen: readonly string[]): Told {
  const its = object(body['object_attributes']);
  const status = textIn(its['status']) ?? '';
  const project = projectOf(body);
  const ref = textIn(its['ref']) ?? '';
  const builds = Array.isArray(body['builds']) ? body['builds'].filter(isObject) : [];
  const jobs = builds.flatMap((build) => [textIn(build['name']) ?? '', textIn(build['stage']) ?? '']);
  const named = [textIn(its['name']) ?? '', ...(chosen.length ? [project.name, ref] : []), ...jobs];
  if (!isPipelineOfChanges(named, chosen))
    return told({
      others: [
        `A pipeline of ${project.name} is not a change: none of its jobs speaks of one, and it is not in the list of pipelines.`,
      ],
    });
  if (['manual', 'skipped', 'created', 'waiting_for_resource', 'preparing', 'scheduled'].includes(status))
    return told({ others: [`A pipeline that is "${status}" is not a change yet.`] });
  const version = textIn(its['sha']);
  const began = gitlabTime(its['created_at']);
  const title = textIn(object(body['commit'])['title']) ?? textIn(object(body['commit'])['message']);
  const state = STATES[status];
  return told({
    changes: [
      {
        externalId: `pipeline/${project.name}/${scalarIn(its['id']) ?? ''}`,
        kind: kindIn(jobs.join(' ')) ?? 'deploy',
        summary: `Pipeline of ${project.name} on ${ref} ${shortVersion(version ?? '')}${title ? `: ${cut(title.split('\n')[0] ?? '', 200)}` : ''}`,
        source: SOURCE,
        at: (state === 'started' ? began : gitlabTime(its['finished_at'])) ?? began,
        beganAt: began,
        state,
        inSteps: true,
        place: `${project.name}#${ref}`,
        version,
        compare: project.compare,
        names: project.names,
        labels: { repository: project.name, branch: cut(ref, 200), event: 'pipeline' },
        links: linksIn([
          [its['url'] ?? pipelineAddress(project.home, its['id']), 'Pipeline'],
          [object(body['commit'])['url'], `Commit ${shortVersion(version ?? '')}`],
        ]),
        details: {
          repository: project.name,
          ref: cut(ref, 200),
          status,
          startedBy: textIn(its['source']) ?? null,
          failedJobs: builds
            .filter((build) => build['status'] === 'failed')
            .flatMap((build) => textIn(build['name']) ?? [])
            .slice(0, 20),
        },
        mends: soundsLikeMending(title),
      },
    ],
  });
}

function tagPush(body: Json): Told {
  const tag = (textIn(body['ref']) ?? '').replace(/^refs\/tags\//, '');
  const after = textIn(body['after']) ?? textIn(body['checkout_sha']) ?? '';
  if (!tag || after === '' || ZEROS.test(after))
    return told({ others: ['That a tag was deleted is not a change.'] });
  const project = projectOf(body);
  return told({
    changes: [
      {
        externalId: `tag/${project.name}/${tag}/${after}`,
        kind: 'other',
        summary: `Tag ${tag} of ${project.name}`,
        source: SOURCE,
        at: newestOf(body),
        place: `${project.name}#tags`,
        state: 'done',
        version: tag,
        compare: project.compare,
        names: project.names,
        labels: { repository: project.name, event: 'tag_push' },
        links: linksIn([[project.home && `${project.home}/-/tags/${encodeURIComponent(tag)}`, `Tag ${tag}`]]),
        details: { repository: project.name, commit: after },
        mends: soundsLikeMending(textIn(body['message'])),
      },
    ],
  });
}

function push(body: Json): Told {
  const project = projectOf(body);
  const branch = (textIn(body['ref']) ?? '').replace(/^refs\/heads\//, '');
  const after = textIn(body['after']) ?? '';
  const before = textIn(body['before']) ?? '';
  const home = textIn(object(body['project'])['default_branch']);
  if (after === '' || ZEROS.test(after))
    return told({ others: ['That a branch was deleted is not a change.'] });
  if (home && branch !== home)
    return told({
      others: [`A push to "${cut(branch, 80)}" is not a change; one to "${cut(home, 80)}" is.`],
    });
  const commits = Array.isArray(body['commits']) ? body['commits'].filter(isObject) : [];
  const title = textIn(commits.at(-1)?.['title']) ?? textIn(commits.at(-1)?.['message']);
  const files = commits.flatMap((commit) =>
    ['added', 'modified', 'removed'].flatMap((each) => (Array.isArray(commit[each]) ? commit[each] : [])),
  );
  return told({
    changes: [
      {
        externalId: `push/${project.name}/${branch}/${after}`,
        kind: kindOfFiles(files.filter((each) => typeof each === 'string')) ?? 'other',
        summary: `${commits.length > 1 ? `${commits.length} commits` : 'A commit'} pushed to ${branch} of ${project.name}${title ? `: ${cut(title.split('\n')[0] ?? '', 200)}` : ''}`,
        source: SOURCE,
        at: newestOf(body),
        version: after,
        versionBefore: ZEROS.test(before) ? undefined : before || undefined,
        names: project.names,
        labels: { repository: project.name, branch: cut(branch, 200), event: 'push' },
        links: linksIn([
          [
            before && !ZEROS.test(before) && project.compare
              ? project.compare.replace('{before}', before).replace('{after}', after)
              : undefined,
            'What changed',
          ],
        ]),
        details: {
          repository: project.name,
          branch: cut(branch, 200),
          commits: body['total_commits_count'] ?? null,
        },
        mends: soundsLikeMending(title),
      },
    ],
  });
}

function release(body: Json): Told {
  const action = textIn(body['action']) ?? 'create';
  if (action !== 'create')
    return told({ others: [`That a release was ${cut(action, 40)}d is not a change; creating it is.`] });
  const project = projectOf(body);
  const tag = textIn(body['tag']);
  const name = textIn(body['name']);
  return told({
    changes: [
      {
        externalId: `release/${project.name}/${scalarIn(body['id']) ?? tag ?? ''}`,
        kind: 'deploy',
        summary: `Release ${tag ?? ''} of ${project.name}${name && name !== tag ? `: ${cut(name, 200)}` : ''}`,
        source: SOURCE,
        at: gitlabTime(body['released_at']) ?? gitlabTime(body['created_at']),
        state: 'done',
        place: `${project.name}#releases`,
        version: tag,
        compare: project.compare,
        names: project.names,
        labels: { repository: project.name, event: 'release' },
        links: linksIn([[body['url'], `Release ${tag ?? ''}`.trim()]]),
        details: { repository: project.name },
        mends: soundsLikeMending(name),
      },
    ],
  });
}

/** GitLab does not say when a flag was switched, nor gives the switching an id: each delivery is a change of its own, now. */
function featureFlag(body: Json): Told {
  const its = object(body['object_attributes']);
  const name = textIn(its['name']);
  if (!name) return told({ problems: ['There is no object_attributes.name in the body.'] });
  const project = projectOf(body);
  const on = its['active'] === true;
  return told({
    changes: [
      {
        externalId: undefined,
        kind: 'flag',
        summary: `Flag ${name} of ${project.name} turned ${on ? 'on' : 'off'}`,
        source: SOURCE,
        at: undefined,
        version: on ? 'on' : 'off',
        versionBefore: on ? 'off' : 'on',
        names: [name, ...project.names],
        labels: { repository: project.name, flag: cut(name, 200), event: 'feature_flag' },
        links: linksIn([[project.home && `${project.home}/-/feature_flags`, 'Feature flags']]),
        details: { repository: project.name, flag: name, description: textIn(its['description']) ?? null },
      },
    ],
  });
}

type Project = { name: string; names: string[]; home: string | undefined; compare: string | undefined };

function projectOf(body: Json): Project {
  const its = object(body['project']);
  const name = cut(textIn(its['path_with_namespace']) ?? textIn(its['name']) ?? 'a project', 200);
  const home = textIn(its['web_url']);
  const known = home && /^https?:\/\//.test(home) ? home : undefined;
  return {
    name,
    names: [name, name.split('/').at(-1) ?? '', textIn(its['name']) ?? ''],
    home: known,
    compare: known && `${known}/-/compare/{before}...{after}`,
  };
}

/** Only a short commit stands at the top; its address ends in the whole one. */
function shaIn(body: Json): string | undefined {
  const whole = /\/commit\/([0-9a-f]{40,64})$/i.exec(textIn(body['commit_url']) ?? '')?.[1];
  return whole ?? textIn(body['short_sha']);
}

function pipelineAddress(home: string | undefined, id: unknown): string | undefined {
  return home && (typeof id === 'number' || typeof id === 'string') ? `${home}/-/pipelines/${id}` : undefined;
}

/** The latest of its commits; pushes carry no time of their own. */
function newestOf(body: Json): Temporal.Instant | undefined {
  const commits = Array.isArray(body['commits']) ? body['commits'].filter(isObject) : [];
  return commits
    .flatMap((commit) => gitlabTime(commit['timestamp']) ?? [])
    .sort(Temporal.Instant.compare)
    .at(-1);
}

/** "2026-11-24 10:30:00 +0100", "2026-11-24 09:30:00 UTC" and ISO 8601. */
export function gitlabTime(value: unknown): Temporal.Instant | undefined {
  return typeof value === 'string' ? instantOf(value.trim().replace(/ UTC$/i, 'Z')) : undefined;
}

function object(value: unknown): Json {
  return isObject(value) ? value : {};
}

/** GitHub's REST API, of github.com or of an Enterprise server: a workflow is dispatched or a deployment created, then looked at until it ends. */
import type { TargetOf } from '../shapes.ts';
import { filledIn, said } from '../words.ts';
import { type Heard, jsonOf, linkOf, type Order, saidBy, type TargetKind } from './target.ts';

type Workflow = TargetOf<'github_workflow'>;
type Deployment = TargetOf<'github_deployment'>;
type Json = Record<string, unknown>;

const RUNS_LOOKED_AT = 20;
const DEPLOYMENTS_LOOKED_AT = 20;
// Their clock may be a little behind ours.
const CLOCK_SKEW_SECONDS = 120;

function headersOf({ secrets }: Order): Record<string, string> {
  return {
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
    'content-type': 'application/json',
    ...(secrets.token ? { authorization: `Bearer ${secrets.token}` } : {}),
  };
}

function repositoryUrl({ baseUrl, repository }: Workflow | Deployment): string {
  return `${baseUrl.replace(/\/+$/, '')}/repos/${repository.split('/').map(encodeURIComponent).join('/')}`;
}

const get = (url: string, order: Order) => ({
  method: 'GET' as const,
  url,
  headers: headersOf(order),
  follow: false,
});

/** Docs: "Create a workflow dispatch event", "Get a workflow run", "List workflow runs for a workflow". */
export const githubWorkflowTarget: TargetKind<Workflow> = {
  request(order) {
    const { target, known } = order;
    const inputs = Object.fromEntries(
      Object.entries(order.values).map(([name, value]) => [name, String(value)]),
    );
    return {
      method: 'POST',
      url: `${workflowUrl(order)}/dispatches`,
      headers: headersOf(order),
      body: JSON.stringify({ ref: filledIn(target.ref, known), inputs, return_run_details: true }),
      follow: false,
    };
  },
  heard(answer, order) {
    const json = (jsonOf(answer) ?? {}) as Json;
    const url = linkOf(json.run_url) ?? runUrl(order, json.workflow_run_id);
    const link = linkOf(json.html_url);
    // Servers that do not know return_run_details answer 204 and leave us to find the run.
    return url
      ? { state: 'running', words: 'GitHub has queued the workflow', link, follow: { url } }
      : {
          state: 'running',
          words: 'GitHub has taken it; its run is looked for',
          link,
          follow: findRun(order),
        };
  },
  lost: findRun,
  look: (follow, order) => get(follow.url, order),
  seen(answer, follow, order) {
    const json = (jsonOf(answer) ?? {}) as Json;
    if (!follow.find) return runState(json);
    const earliest = order.askedAt.subtract({ seconds: CLOCK_SKEW_SECONDS }).toString();
    const runs = Array.isArray(json.workflow_runs) ? (json.workflow_runs as Json[]) : [];
    const found = runs.filter((run) => typeof run?.created_at === 'string' && run.created_at >= earliest);
    if (found.length > 1)
      return {
        state: 'running',
        words: `${found.length} runs began since then; it is not known which is ours`,
        link: linkOf(found[0]?.html_url),
      };
    const [run] = found;
    const url = run && runUrl(order, run.id);
    if (!run || !url) return { state: 'running', words: 'GitHub shows no run of it yet' };
    return { ...runState(run), follow: { url } };
  },
};

function workflowUrl({ target, known }: Order<Workflow>): string {
  return `${repositoryUrl(target)}/actions/workflows/${encodeURIComponent(filledIn(target.workflow, known))}`;
}

function runUrl({ target }: Order<Workflow>, id: unknown): string | undefined {
  return typeof id === 'number' || typeof id === 'string'
    ? `${repositoryUrl(target)}/actions/runs/${encodeURIComponent(String(id))}`
    : undefined;
}

function findRun(order: Order<Workflow>) {
  const since = order.askedAt.subtract({ seconds: CLOCK_SKEW_SECONDS }).toString({ smallestUnit: 'second' });
  const query = new URLSearchParams({
    event: 'workflow_dispatch',
    created: `>=${since}`,
    per_page: String(RUNS_LOOKED_AT),
  });
  return { url: `${workflowUrl(order)}/runs?${query}`, find: true };
}

function runState(run: Json): Heard {
  const status = typeof run.status === 'string' ? run.status : '';
  const conclusion = typeof run.conclusion === 'string' ? run.conclusion : '';
  const link = linkOf(run.html_url);
  if (status !== 'completed') return { state: 'running', words: status.replaceAll('_', ' '), link };
  const done = conclusion === 'success';
  return { state: done ? 'done' : 'failed', words: conclusion.replaceAll('_', ' ') || 'completed', link };
}

/** Docs: "Create a deployment", "List deployment statuses". What deploys is whoever listens to the deployment event. */
export const githubDeploymentTarget: TargetKind<Deployment> = {
  request(order) {
    const { target, known } = order;
    return {
      method: 'POST',
      url: `${repositoryUrl(target)}/deployments`,
      headers: headersOf(order),
      body: JSON.stringify({
        ref: filledIn(target.ref, known),
        task: target.task,
        environment: filledIn(target.environment, known),
        description: order.effect.slice(0, 140),
        // Going back must neither merge anything nor wait for checks of the default branch.
        auto_merge: false,
        required_contexts: [],
        payload: {
          humdrum_run: order.runId,
          inputs: Object.fromEntries(
            Object.entries(order.values).map(([name, value]) => [name, said(value)]),
          ),
        },
      }),
      follow: false,
    };
  },
  heard(answer, order) {
    const json = (jsonOf(answer) ?? {}) as Json;
    const { id } = json;
    if (typeof id !== 'number' && typeof id !== 'string')
      return { state: 'failed', words: saidBy(answer) || 'GitHub made no deployment' };
    return {
      state: 'running',
      words: `GitHub has made deployment ${id}`,
      follow: { url: statusesUrl(order, id) },
    };
  },
  lost: ({ target }) => ({
    url: `${repositoryUrl(target)}/deployments?per_page=${DEPLOYMENTS_LOOKED_AT}`,
    find: true,
  }),
  look: (follow, order) => get(follow.url, order),
  seen(answer, follow, order) {
    const list = jsonOf(answer);
    if (follow.find) return foundAmong(Array.isArray(list) ? (list as Json[]) : [], order);
    const newest = (Array.isArray(list) ? list[0] : undefined) as Json | undefined;
    const state = typeof newest?.state === 'string' ? newest.state : 'waiting for whoever deploys';
    const words =
      typeof newest?.description === 'string' && newest.description
        ? newest.description
        : state.replaceAll('_', ' ');
    const link = linkOf(newest?.log_url) ?? linkOf(newest?.target_url);
    if (state === 'success') return { state: 'done', words, link };
    return { state: state === 'failure' || state === 'error' ? 'failed' : 'running', words, link };
  },
};

function statusesUrl({ target }: Order<Deployment>, id: string | number): string {
  return `${repositoryUrl(target)}/deployments/${encodeURIComponent(String(id))}/statuses?per_page=1`;
}

/** Ours is the one with our run in its payload. */
function foundAmong(list: Json[], order: Order<Deployment>): Heard {
  const ours = list.find((each) => (each?.payload as Json | undefined)?.humdrum_run === order.runId);
  const id = ours?.id;
  if (typeof id !== 'number' && typeof id !== 'string')
    return { state: 'unknown', words: 'GitHub shows no deployment of it yet' };
  return {
    state: 'running',
    words: `GitHub has made deployment ${id}`,
    follow: { url: statusesUrl(order, id) },
  };
}

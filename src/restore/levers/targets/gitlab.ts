/** GitLab's REST API, of gitlab.com or one's own: a pipeline is created with the inputs as variables, then looked at until it ends. */
import type { TargetOf } from '../shapes.ts';
import { filledIn, said } from '../words.ts';
import { type Heard, jsonOf, linkOf, type Order, saidBy, type TargetKind } from './target.ts';

type Pipeline = TargetOf<'gitlab_pipeline'>;
type Json = Record<string, unknown>;

/** Docs: "Create a new pipeline", "Get a single pipeline". One access token does both; a trigger token could not ask how far it is. */
export const gitlabPipelineTarget: TargetKind<Pipeline> = {
  request(order) {
    const variables = [
      { key: 'HUMDRUM_RUN', value: order.runId },
      ...Object.entries(order.values).map(([name, value]) => ({
        key: name.toUpperCase(),
        value: said(value),
      })),
    ];
    return {
      method: 'POST',
      url: `${projectUrl(order.target)}/pipeline`,
      headers: headersOf(order),
      body: JSON.stringify({ ref: filledIn(order.target.ref, order.known), variables }),
      follow: false,
    };
  },
  heard(answer, order) {
    const json = (jsonOf(answer) ?? {}) as Json;
    if (typeof json.id !== 'number')
      return { state: 'failed', words: saidBy(answer) || 'GitLab made no pipeline' };
    return {
      ...pipelineState(json),
      follow: { url: `${projectUrl(order.target)}/pipelines/${json.id}` },
    };
  },
  look: (follow, order) => ({ method: 'GET', url: follow.url, headers: headersOf(order), follow: false }),
  seen: (answer) => pipelineState((jsonOf(answer) ?? {}) as Json),
};

function headersOf({ secrets }: Order): Record<string, string> {
  return {
    'content-type': 'application/json',
    ...(secrets.token ? { 'private-token': secrets.token } : {}),
  };
}

function projectUrl({ baseUrl, project }: Pipeline): string {
  return `${baseUrl.replace(/\/+$/, '')}/projects/${encodeURIComponent(project)}`;
}

function pipelineState(pipeline: Json): Heard {
  const status = typeof pipeline.status === 'string' ? pipeline.status : 'unknown';
  const link = linkOf(pipeline.web_url);
  const words =
    status === 'manual' ? 'waits for somebody to press it in GitLab' : status.replaceAll('_', ' ');
  if (status === 'success') return { state: 'done', words, link };
  const failed = status === 'failed' || status === 'canceled' || status === 'skipped';
  return { state: failed ? 'failed' : 'running', words, link };
}

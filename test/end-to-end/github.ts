/** A server shaped like GitHub: it deploys and tells of it by signed webhooks, and runs a workflow that goes back to an earlier commit. */
import { createHmac } from 'node:crypto';
import { fixture } from '#src/intake/sources/fixture.ts';
import { startVendor, type Vendor } from '../servers/vendor.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const FIRST_DEPLOYMENT = 1001;
const RUN = 77;

export type GitHub = {
  url: string;
  token: string;
  /** What the workflow was dispatched with. */
  dispatched: { ref: string; inputs: Record<string, string> }[];
  /** Deploys a commit and tells of it: created, then under way, then live. */
  deploy(repository: string, sha: string, times: { began: string; live: string }): Promise<void>;
  /** @param signedWith the secret; undefined: without a signature */
  tell(event: string, body: object, signedWith: string | undefined): Promise<number>;
  stop(): Promise<void>;
};

/** @param hook where it tells of deployments, and the secret that it signs them with */
export async function startGitHub(hook: { url: string; secret: string }): Promise<GitHub> {
  const vendor: Vendor = await startVendor();
  const token = 'ghp_of_the_test';
  const dispatched: GitHub['dispatched'] = [];
  let deployments = FIRST_DEPLOYMENT;
  let looks = 0;

  async function tell(event: string, body: object, signedWith: string | undefined): Promise<number> {
    const text = JSON.stringify(body);
    const signature = signedWith && createHmac('sha256', signedWith).update(text).digest('hex');
    const answer = await fetch(hook.url, {
      method: 'POST',
      headers: {
        ...JSON_TYPE,
        'x-github-event': event,
        'x-github-delivery': crypto.randomUUID(),
        ...(signature ? { 'x-hub-signature-256': `sha256=${signature}` } : {}),
      },
      body: text,
    });
    return answer.status;
  }

  const deploy: GitHub['deploy'] = async (repository, sha, { began, live }) => {
    const id = ++deployments;
    const told = [
      ['deployment', deploymentOf(repository, { id, sha, began })],
      ['deployment_status', deploymentOf(repository, { id, sha, began, state: 'in_progress', at: began })],
      ['deployment_status', deploymentOf(repository, { id, sha, began, state: 'success', at: live })],
    ] as const;
    for (const [event, body] of told) {
      const status = await tell(event, body, hook.secret);
      if (status !== 202) throw new Error(`${event} of ${repository} was answered ${status}`);
    }
  };

  const path = '/repos/acme/shop/actions';
  const run = { id: RUN, html_url: `https://github.example/acme/shop/actions/runs/${RUN}` };
  vendor.answer('/', { status: 404, body: { message: 'Not Found' }, headers: JSON_TYPE });
  vendor.answer(`${path}/workflows/rollback.yml/dispatches`, ({ headers, body }) => {
    if (headers.authorization !== `Bearer ${token}`)
      return { status: 401, body: { message: 'Bad credentials' }, headers: JSON_TYPE };
    dispatched.push(JSON.parse(body));
    const answer = { workflow_run_id: RUN, run_url: `${vendor.url}${path}/runs/${RUN}`, ...run };
    return { body: answer, headers: JSON_TYPE };
  });
  vendor.answer(`${path}/runs/${RUN}`, () => {
    looks += 1;
    const over = looks > 1;
    if (looks === 2) void deployAgain();
    const state = over
      ? { status: 'completed', conclusion: 'success' }
      : { status: 'in_progress', conclusion: null };
    return { body: { ...run, ...state }, headers: JSON_TYPE };
  });

  /** The workflow deploys the commit that it was given, which is told like every other deployment. */
  function deployAgain(): Promise<void> {
    const now = new Date().toISOString();
    return deploy('acme/shop', dispatched.at(-1)?.inputs['to'] ?? '', { began: now, live: now });
  }

  return { url: vendor.url, token, dispatched, deploy, tell, stop: () => vendor.stop() };
}

type Deployment = { id: number; sha: string; began: string; state?: string; at?: string };

/** GitHub's own example, of this repository and commit. */
export function deploymentOf(repository: string, { id, sha, began, state, at }: Deployment): object {
  const body = fixture(`github/fixtures/${state ? 'deployment_status' : 'deployment'}.json`);
  const home = `https://github.example/${repository}`;
  Object.assign(body.repository, { full_name: repository, name: repository.split('/')[1], html_url: home });
  Object.assign(body.deployment, { id, sha, ref: 'main', created_at: began });
  if (state) Object.assign(body.deployment_status, { id: id * 10, state, created_at: at });
  return body;
}

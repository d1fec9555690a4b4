/** The kinds of targets, by their name. */
import type { Answered, Ask } from '#platform/http/outbound.ts';
import type { Target } from '../shapes.ts';
import { githubDeploymentTarget, githubWorkflowTarget } from './github.ts';
import { gitlabPipelineTarget } from './gitlab.ts';
import type { Follow, Heard, Order, TargetKind } from './target.ts';
import { webhookTarget } from './webhook.ts';

const KINDS = {
  webhook: webhookTarget,
  github_workflow: githubWorkflowTarget,
  github_deployment: githubDeploymentTarget,
  gitlab_pipeline: gitlabPipelineTarget,
} as const;

const kindOf = (order: Order) => KINDS[order.target.kind] as unknown as TargetKind<Target>;

export const requestOf = (order: Order): Ask => kindOf(order).request(order);
export const heardOf = (answer: Answered, order: Order): Heard => kindOf(order).heard(answer, order);
export const lostOf = (order: Order): Follow | undefined => kindOf(order).lost?.(order);
export const lookAt = (follow: Follow, order: Order): Ask => kindOf(order).look(follow, order);
export const seenIn = (answer: Answered, follow: Follow, order: Order): Heard =>
  kindOf(order).seen(answer, follow, order);

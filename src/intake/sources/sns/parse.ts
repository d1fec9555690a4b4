/** What comes by Amazon SNS: CloudWatch alarms are alerts; deployments and stacks of EventBridge are changes; the rest is neither. */
import type { ChangeKind, ChangeState } from '#incident/change.ts';
import { cut, KEY_CHARACTERS_MAX, type Parsed, TITLE_CHARACTERS_MAX } from '../../incoming.ts';
import { heldAgainst, instantOf } from '../../time.ts';
import { soundsLikeMending, type Told, type ToldChange, told } from '../../told.ts';
import { isObject, type Json, labelsIn, textIn } from '../fields.ts';

const SOURCE = 'AWS';

/** @param message what stood in `Message`, as JSON where it is that, cleaned @param id the MessageId */
export function parse(message: unknown, id: string, now: Temporal.Instant): Told {
  if (!isObject(message))
    return told({ delivery: id, others: ['A message in plain words is not a change.'] });
  const result = told({ delivery: id });
  const event = textIn(message['detail-type']);
  if (textIn(message['AlarmName'])) alarm(message, now, result);
  else if (event && isObject(message['detail'])) eventBridge(event, message, message['detail'], now, result);
  else result.others.push('A message of this shape is neither an alarm nor a change.');
  return result;
}

function alarm(message: Json, now: Temporal.Instant, result: Told): void {
  const trigger = isObject(message['Trigger']) ? message['Trigger'] : {};
  const dimensions = Array.isArray(trigger['Dimensions']) ? trigger['Dimensions'].filter(isObject) : [];
  take(result, now, {
    name: textIn(message['AlarmName']) as string,
    arn: textIn(message['AlarmArn']),
    account: textIn(message['AWSAccountId']),
    region: textIn(message['Region']),
    state: textIn(message['NewStateValue']) ?? '',
    reason: textIn(message['NewStateReason']),
    description: textIn(message['AlarmDescription']),
    at: message['StateChangeTime'],
    labels: Object.fromEntries(
      dimensions.flatMap((each): [string, string][] => {
        const [name, value] = [textIn(each['name']), textIn(each['value'])];
        return name && value && name !== '__proto__' ? [[cut(name, 200), cut(value, 500)]] : [];
      }),
    ),
    metric: textIn(trigger['MetricName']),
    payload: message,
  });
}

type Alarm = {
  name: string;
  arn: string | undefined;
  account: string | undefined;
  region: string | undefined;
  state: string;
  reason: string | undefined;
  description: string | undefined;
  at: unknown;
  labels: Record<string, string>;
  metric: string | undefined;
  payload: Json;
};

function take(result: Told, now: Temporal.Instant, its: Alarm): void {
  if (its.state !== 'ALARM' && its.state !== 'OK') {
    result.others.push(`An alarm in the state "${cut(its.state, 40)}" is neither an alert nor its end.`);
    return;
  }
  const words = its.description ?? its.reason;
  const event: Parsed = {
    action: its.state === 'ALARM' ? 'trigger' : 'resolve',
    dedupKey: cut(its.arn ?? `${its.account ?? ''}/${its.region ?? ''}/${its.name}`, KEY_CHARACTERS_MAX),
    title: cut(`${its.name}${words ? `: ${words}` : ''}`, TITLE_CHARACTERS_MAX),
    source: 'CloudWatch',
    severity: 'error',
    serviceNames: [its.labels['ServiceName'], its.labels['ApiName'], its.name, its.name.split('-')[0]].filter(
      (name): name is string => name !== undefined && name !== '' && name.length <= 200,
    ),
    labels: {
      ...its.labels,
      alarm: cut(its.name, 300),
      ...(its.account ? { account: its.account } : {}),
      ...(its.region ? { region: its.region } : {}),
      ...(its.metric ? { metric: its.metric } : {}),
    },
    links: [],
    details: { reason: cut(its.reason ?? '', 2000) },
    startedAt: heldAgainst(now, instantOf(its.at)),
    expiresAt: undefined,
    payload: its.payload,
  };
  result.alerts.push(event);
}

const STATES: Record<string, ChangeState | undefined> = {
  START: 'started',
  STARTED: 'started',
  READY: 'started',
  RESUMED: 'started',
  SUCCESS: 'done',
  SUCCEEDED: 'done',
  FAILURE: 'failed',
  FAILED: 'failed',
  STOP: 'failed',
  STOPPED: 'failed',
  CANCELED: 'failed',
  SERVICE_DEPLOYMENT_IN_PROGRESS: 'started',
  SERVICE_DEPLOYMENT_COMPLETED: 'done',
  SERVICE_DEPLOYMENT_FAILED: 'failed',
};

function eventBridge(type: string, message: Json, detail: Json, now: Temporal.Instant, result: Told): void {
  if (type === 'CloudWatch Alarm State Change') {
    const state = isObject(detail['state']) ? detail['state'] : {};
    const resources = Array.isArray(message['resources']) ? message['resources'] : [];
    take(result, now, {
      name: textIn(detail['alarmName']) ?? 'an alarm',
      arn: textIn(resources[0]),
      account: textIn(message['account']),
      region: textIn(message['region']),
      state: textIn(state['value']) ?? '',
      reason: textIn(state['reason']),
      description: isObject(detail['configuration'])
        ? textIn(detail['configuration']['description'])
        : undefined,
      at: state['timestamp'] ?? message['time'],
      labels: {},
      metric: undefined,
      payload: message,
    });
    return;
  }
  const step = stepOf(type, message, detail);
  if (typeof step === 'string') result.others.push(step);
  else result.changes.push(changeOf(step, type, message));
}

type Step = {
  id: string;
  name: string;
  kind: ChangeKind;
  state: ChangeState;
  summary: string;
  place: string;
  version?: string | undefined;
  says?: string | undefined;
};

function stepOf(type: string, message: Json, detail: Json): Step | string {
  const at = (name: string): string => cut(textIn(detail[name]) ?? '', 300);
  const state = STATES[at('state')];
  switch (type) {
    case 'CodeDeploy Deployment State-change Notification':
      if (!state) return `A deployment in the state "${at('state')}" is not a change yet.`;
      return {
        id: `codedeploy/${at('deploymentId')}`,
        name: at('application'),
        kind: 'deploy',
        state,
        summary: `CodeDeploy ${at('application')} to ${at('deploymentGroup')}`,
        place: `${at('application')}/${at('deploymentGroup')}`,
      };
    case 'ECS Deployment State Change': {
      const its = STATES[at('eventName')];
      const resources = Array.isArray(message['resources']) ? message['resources'] : [];
      const service = (textIn(resources[0]) ?? 'a service').split('/').at(-1) ?? 'a service';
      if (!its) return `"${at('eventName')}" is not a change.`;
      return {
        id: `ecs/${service}/${at('deploymentId')}`,
        name: service,
        kind: 'deploy',
        state: its,
        summary: `ECS deployment of ${service}`,
        place: `ecs/${textIn(resources[0]) ?? service}`,
        says: at('reason'),
      };
    }
    case 'CodePipeline Pipeline Execution State Change':
      if (!state) return `A pipeline in the state "${at('state')}" is not a change yet.`;
      return {
        id: `codepipeline/${at('pipeline')}/${at('execution-id')}`,
        name: at('pipeline'),
        kind: 'deploy',
        state,
        summary: `CodePipeline ${at('pipeline')}`,
        place: `codepipeline/${at('pipeline')}`,
      };
    case 'CloudFormation Stack Status Change':
      return stackOf(detail);
    default:
      return `"${cut(type, 100)}" is not a change.`;
  }
}

function stackOf(detail: Json): Step | string {
  const details = isObject(detail['status-details']) ? detail['status-details'] : {};
  const status = textIn(details['status']) ?? '';
  const stack = /:stack\/([^/]+)/.exec(textIn(detail['stack-id']) ?? '')?.[1] ?? 'a stack';
  // Cleaning up after an update changes nothing any more.
  if (status.includes('CLEANUP') || status.startsWith('REVIEW'))
    return `A stack in ${cut(status, 80)} is not a change.`;
  const rolledBack = status.includes('ROLLBACK');
  const state: ChangeState = status.endsWith('FAILED')
    ? 'failed'
    : rolledBack
      ? 'rolled_back'
      : status.endsWith('COMPLETE')
        ? 'done'
        : 'started';
  return {
    id: `stack/${textIn(detail['stack-id']) ?? stack}/${textIn(detail['client-request-token']) ?? ''}`,
    name: stack,
    kind: 'infra',
    state,
    summary: `CloudFormation stack ${stack}`,
    place: `stack/${stack}`,
    says: textIn(details['status-reason']) ?? status,
  };
}

function changeOf(step: Step, type: string, message: Json): ToldChange {
  const at = instantOf(message['time']);
  const region = textIn(message['region']);
  return {
    externalId: step.id,
    kind: step.kind,
    summary: step.summary,
    source: SOURCE,
    at,
    state: step.state,
    inSteps: true,
    place: step.place,
    environment: undefined,
    version: step.version,
    names: [step.name, step.name.split(/[-_]/)[0] ?? ''],
    labels: {
      ...labelsIn({ region, account: message['account'] }),
      type: cut(type, 200),
      name: step.name,
    },
    links: [],
    details: {
      type: cut(type, 200),
      region: region ?? null,
      ...(step.says ? { says: cut(step.says, 500) } : {}),
    },
    mends: soundsLikeMending(step.says),
  };
}

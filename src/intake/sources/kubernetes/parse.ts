/** Kubernetes events, as forwarders send them: both API shapes, one, a list of them, or an array. What changed is a change, warnings are alerts. */
import type { ChangeKind } from '#incident/change.ts';
import { cut, KEY_CHARACTERS_MAX, type Parsed, TITLE_CHARACTERS_MAX } from '../../incoming.ts';
import { expiryOf, heldAgainst, instantOf } from '../../time.ts';
import { type Told, type ToldChange, told } from '../../told.ts';
import { isObject, type Json, textIn } from '../fields.ts';

const EVENTS_MAX = 1000;
// Kubernetes repeats a warning while it lasts, and never says that it is over.
const OVER_AFTER_MINUTES = 15;

/** Reasons of what is not only routine: each says that something in the cluster is different from before. */
const CHANGES: Record<string, ChangeKind> = {
  ScalingReplicaSet: 'deploy',
  DeploymentRollback: 'deploy',
  RollingUpdate: 'deploy',
  SuccessfulRescale: 'infra',
  SuccessfulCreate: 'deploy',
  SuccessfulDelete: 'deploy',
  Drain: 'infra',
  NodeNotReady: 'infra',
  NodeReady: 'infra',
  NodeNotSchedulable: 'infra',
  NodeSchedulable: 'infra',
  NodeAllocatableEnforced: 'infra',
  RegisteredNode: 'infra',
  RemovingNode: 'infra',
  DeletingNode: 'infra',
  Rebooted: 'infra',
  ScaleDown: 'infra',
  ScaledUpGroup: 'infra',
  TriggeredScaleUp: 'infra',
  Preempted: 'infra',
  Evicted: 'infra',
  EnsuredLoadBalancer: 'infra',
  UpdatedLoadBalancer: 'infra',
  SuccessfulUpdate: 'config',
  Issued: 'secret',
  Issuing: 'secret',
};
// These two come for every single pod; only for what a person or a schedule starts do they say something new.
const ONLY_FOR: Record<string, readonly string[]> = {
  SuccessfulCreate: ['StatefulSet', 'DaemonSet', 'CronJob', 'Job'],
  SuccessfulDelete: ['StatefulSet', 'DaemonSet'],
};

export function parse(body: unknown, now: Temporal.Instant): Told {
  const list = Array.isArray(body)
    ? body
    : isObject(body) && Array.isArray(body['items'])
      ? body['items']
      : [body];
  if (list.length > EVENTS_MAX) return told({ problems: [`The body has more than ${EVENTS_MAX} events.`] });
  const result = told({});
  for (const [index, each] of list.entries())
    take(each, list.length > 1 ? `Event ${index + 1}: ` : '', now, result);
  return result;
}

function take(event: unknown, prefix: string, now: Temporal.Instant, result: Told): void {
  if (!isObject(event)) {
    result.problems.push(`${prefix}It is not a JSON object.`);
    return;
  }
  const about = isObject(event['involvedObject']) ? event['involvedObject'] : event['regarding'];
  const reason = textIn(event['reason']);
  if (!isObject(about) || !reason) {
    result.problems.push(`${prefix}It has no reason, or neither involvedObject nor regarding.`);
    return;
  }
  const seen = seenIn(event, about, reason);
  if (event['type'] === 'Warning') result.alerts.push(alertOf(seen, now));
  else if (isChange(seen)) result.changes.push(changeOf(seen));
  else result.others.push(`${seen.reason} of a ${seen.kind} is routine, not a change.`);
}

type Seen = {
  event: Json;
  reason: string;
  message: string;
  kind: string;
  namespace: string | undefined;
  name: string;
  cluster: string | undefined;
  uid: string;
  at: Temporal.Instant | undefined;
  firstAt: Temporal.Instant | undefined;
  count: number;
};

function seenIn(event: Json, about: Json, reason: string): Seen {
  const series = isObject(event['series']) ? event['series'] : {};
  const count = series['count'] ?? event['count'] ?? event['deprecatedCount'];
  const firstAt = instantOf(
    event['firstTimestamp'] ?? event['deprecatedFirstTimestamp'] ?? event['eventTime'],
  );
  const kind = cut(textIn(about['kind']) ?? 'object', 100);
  const name = cut(textIn(about['name']) ?? 'unnamed', 253);
  const namespace = textIn(about['namespace']);
  return {
    event,
    reason: cut(reason, 128),
    message: cut(textIn(event['message']) ?? textIn(event['note']) ?? '', 1024),
    kind,
    name,
    namespace: namespace && cut(namespace, 100),
    cluster: textIn(event['clusterName']) ?? textIn(event['cluster']),
    uid: textIn(about['uid']) ?? `${kind}/${namespace ?? ''}/${name}`,
    firstAt,
    at:
      instantOf(series['lastObservedTime']) ??
      instantOf(event['lastTimestamp'] ?? event['deprecatedLastTimestamp']) ??
      firstAt ??
      instantOf(isObject(event['metadata']) ? event['metadata']['creationTimestamp'] : undefined),
    count: typeof count === 'number' && Number.isFinite(count) ? count : 1,
  };
}

function isChange({ reason, kind }: Seen): boolean {
  return Object.hasOwn(CHANGES, reason) && (ONLY_FOR[reason]?.includes(kind) ?? true);
}

function changeOf(seen: Seen): ToldChange {
  const metadata = isObject(seen.event['metadata']) ? seen.event['metadata'] : {};
  return {
    externalId: `event/${textIn(metadata['uid']) ?? `${seen.uid}/${seen.reason}`}/${seen.at?.toString() ?? seen.count}`,
    kind: CHANGES[seen.reason] ?? 'infra',
    summary: `${seen.reason}: ${seen.message || seen.name} (${placeOf(seen)})`,
    source: 'Kubernetes',
    at: seen.at,
    environment: seen.cluster ?? seen.namespace,
    names: namesOf(seen),
    labels: labelsOf(seen),
    links: [],
    details: { reason: seen.reason, object: placeOf(seen), count: seen.count, cluster: seen.cluster ?? null },
    mends: seen.reason === 'DeploymentRollback',
  };
}

function alertOf(seen: Seen, now: Temporal.Instant): Parsed {
  const key = `${seen.uid}/${seen.reason}`;
  return {
    action: 'trigger',
    dedupKey: cut(key, KEY_CHARACTERS_MAX),
    title: cut(`${seen.reason}: ${seen.message || seen.name} (${placeOf(seen)})`, TITLE_CHARACTERS_MAX),
    source: 'Kubernetes',
    severity: 'warning',
    serviceNames: namesOf(seen),
    labels: labelsOf(seen),
    links: [],
    details: { count: seen.count },
    startedAt: heldAgainst(now, seen.firstAt ?? seen.at),
    expiresAt: expiryOf(now, now.add({ minutes: OVER_AFTER_MINUTES })),
    payload: seen.event,
  };
}

function placeOf({ kind, namespace, name }: Seen): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
}

/** A pod carries its workload's name before one or two hashes: `checkout-7d9f8c6b5-x2x9z`. */
function namesOf({ name, namespace }: Seen): string[] {
  const parts = name.split('-');
  const shorter = [1, 2].flatMap((ends) => (parts.length > ends ? [parts.slice(0, -ends).join('-')] : []));
  return [name, ...shorter.toReversed(), namespace ?? ''];
}

function labelsOf({ kind, namespace, name, reason, cluster }: Seen): Record<string, string> {
  return {
    kind,
    name,
    reason,
    ...(namespace ? { namespace } : {}),
    ...(cluster ? { cluster: cut(cluster, 200) } : {}),
  };
}

/** A change told by a type of event and its data, where no vendor's shape applies: CloudEvents of any kind and Standard Webhooks. */
import { cut } from '../incoming.ts';
import { instantOf } from '../time.ts';
import { kindIn, kindNamed, linksIn, soundsLikeMending, type ToldChange } from '../told.ts';
import { type Json, labelsIn, textIn } from './fields.ts';

const STATES: readonly [NonNullable<ToldChange['state']>, RegExp][] = [
  ['rolled_back', /roll(ed)?[ ._-]?back/i],
  ['failed', /fail|error|abort|cancel/i],
  ['started', /start|begin|began|queued|in[ ._-]?progress|request/i],
];

export type TypedEvent = {
  id: string;
  type: string;
  subject: string | undefined;
  source: string;
  at: Temporal.Instant | undefined;
  data: Json;
};

/** @returns why it is no change, or the change */
export function changeByType({ id, type, subject, source, at, data }: TypedEvent): ToldChange | string {
  const said = textIn(data['kind']);
  const kind = kindNamed(said) ?? kindIn(type);
  if (!kind) return `"${cut(type, 100)}" is not a change: its type does not speak of one.`;
  const first = (...names: string[]): string | undefined =>
    names.map((name) => textIn(data[name])).find((text) => text !== undefined);
  const service = first('service', 'app', 'application', 'component') ?? subject;
  const environment = first('environment', 'env', 'stage');
  const version = first('version', 'version_after', 'sha', 'revision', 'tag');
  const summary =
    first('summary', 'title', 'message', 'description') ??
    `${type}${service ? ` of ${service}` : ''}${version ? ` ${version}` : ''}`;
  const thread = first('change_id', 'changeId', 'deployment_id', 'deploymentId');
  return {
    externalId: thread ? `${source} ${thread}` : id,
    inSteps: thread !== undefined,
    kind,
    summary,
    source,
    at: instantOf(first('timestamp', 'time', 'happenedAt', 'at')) ?? at,
    state: STATES.find(([, pattern]) => pattern.test(type))?.[0] ?? 'done',
    environment,
    version,
    versionBefore: first('version_before', 'previous_version', 'before'),
    names: [service ?? '', subject ?? '', subject?.split('/').at(-1) ?? ''],
    labels: { ...labelsIn(data), type: cut(type, 200) },
    links: linksIn(['url', 'link', 'href'].map((name) => [data[name], 'Where it came from'] as const)),
    details: { type: cut(type, 200), ...(subject ? { subject: cut(subject, 300) } : {}) },
    mends: soundsLikeMending(summary) || /roll(ed)?[ ._-]?back|revert/i.test(type),
  };
}

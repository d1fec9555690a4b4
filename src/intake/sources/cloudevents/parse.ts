/** CloudEvents 1.0 over HTTP (binary, structured, batch), and CDEvents inside them, known by the beginning of their type. */
import type { ChangeKind, ChangeState } from '#incident/change.ts';
import { cut } from '../../incoming.ts';
import { instantOf } from '../../time.ts';
import { linksIn, type Told, type ToldChange, told } from '../../told.ts';
import { changeByType } from '../by-type.ts';
import { isObject, type Json, textIn } from '../fields.ts';

const EVENTS_MAX = 1000;
const REQUIRED = ['specversion', 'id', 'source', 'type'] as const;
const BINARY_ATTRIBUTES = [...REQUIRED, 'subject', 'time'];

/** @param header finds a header of the request by its name */
export function parse(body: unknown, header: (name: string) => string | undefined): Told {
  const events = eventsIn(body, header);
  if (events.length > EVENTS_MAX)
    return told({ problems: [`The batch has more than ${EVENTS_MAX} events.`] });
  const result = told({});
  for (const [index, each] of events.entries()) {
    const prefix = events.length > 1 ? `Event ${index + 1}: ` : '';
    const missing = isObject(each) ? REQUIRED.filter((name) => !textIn(each[name])) : [];
    if (!isObject(each)) result.problems.push(`${prefix}It is not a JSON object.`);
    else if (missing.length)
      result.problems.push(`${prefix}It is no CloudEvent: ${missing.join(', ')} missing.`);
    else if (!/^1(\.|$)/.test(textIn(each['specversion']) ?? ''))
      result.problems.push(`${prefix}Only version 1.0 of CloudEvents is read.`);
    else {
      const change = changeIn(each);
      if (typeof change === 'string') result.others.push(change);
      else result.changes.push(change);
    }
  }
  return result;
}

/** In binary mode the attributes are headers (percent-encoded) and the body is the data. */
function eventsIn(body: unknown, header: (name: string) => string | undefined): unknown[] {
  const media = (header('content-type') ?? '').toLowerCase();
  if (Array.isArray(body)) return body;
  if (media.startsWith('application/cloudevents') || !header('ce-specversion')) return [body];
  const attributes = Object.fromEntries(
    BINARY_ATTRIBUTES.flatMap((name) => {
      const value = header(`ce-${name}`);
      return value === undefined ? [] : [[name, unescaped(value)]];
    }),
  );
  return [{ ...attributes, data: body }];
}

function unescaped(value: string): string {
  try {
    return decodeURIComponent(value).toWellFormed().replaceAll('\0', '\uFFFD');
  } catch {
    return value;
  }
}

function changeIn(event: Json): ToldChange | string {
  const type = cut(textIn(event['type']) as string, 300);
  const source = cut(textIn(event['source']) as string, 300);
  const id = `${source} ${textIn(event['id'])}`;
  const data = isObject(event['data']) ? event['data'] : {};
  const at = instantOf(event['time']);
  if (type.startsWith('dev.cdevents.')) return cdEvent({ type, source, id, data, at });
  return changeByType({ id, type, subject: textIn(event['subject']), source, at, data });
}

type Known = { kind: ChangeKind; state: ChangeState; says: string; mends?: true };

/** The beginnings of their types; the version behind them changes with every release of the specification. */
const CD_EVENTS: Record<string, Known> = {
  'service.deployed': { kind: 'deploy', state: 'done', says: 'deployed' },
  'service.upgraded': { kind: 'deploy', state: 'done', says: 'upgraded' },
  'service.rolledback': { kind: 'deploy', state: 'done', says: 'rolled back', mends: true },
  'service.removed': { kind: 'deploy', state: 'done', says: 'removed' },
  'service.published': { kind: 'deploy', state: 'done', says: 'published' },
  'environment.created': { kind: 'infra', state: 'done', says: 'created' },
  'environment.modified': { kind: 'infra', state: 'done', says: 'modified' },
  'environment.deleted': { kind: 'infra', state: 'done', says: 'deleted' },
  'reconciliation.started': { kind: 'deploy', state: 'started', says: 'being reconciled' },
  'reconciliation.finished': { kind: 'deploy', state: 'done', says: 'reconciled' },
};

type CdEvent = { type: string; source: string; id: string; data: Json; at: Temporal.Instant | undefined };

function cdEvent({ type, source, id, data, at }: CdEvent): ToldChange | string {
  const [subjectType = '', predicate = ''] = type.slice('dev.cdevents.'.length).split('.');
  const name = `${subjectType}.${predicate}`;
  const known = Object.hasOwn(CD_EVENTS, name) ? CD_EVENTS[name] : undefined;
  if (!known) return `"${cut(type, 100)}" is not a change of what runs.`;
  const subject = isObject(data['subject']) ? data['subject'] : {};
  const content = isObject(subject['content']) ? subject['content'] : {};
  const context = isObject(data['context']) ? data['context'] : {};
  const its = cut(textIn(subject['id']) ?? source, 200);
  const called = its.split('/').at(-1) ?? its;
  const environment = isObject(content['environment']) ? textIn(content['environment']['id']) : undefined;
  const artifact = textIn(content['artifactId']);
  const version = artifact && versionIn(artifact);
  const inSteps = subjectType === 'reconciliation';
  const outcome = textIn(content['outcome']);
  return {
    externalId: inSteps ? `${source} reconciliation ${its}` : id,
    kind: known.kind,
    summary: `${subjectType === 'environment' ? 'Environment ' : ''}${called} ${known.says}${version ? ` (${version})` : ''}${environment ? ` in ${environment}` : ''}`,
    source: `CDEvents ${source}`,
    at: instantOf(context['timestamp']) ?? at,
    state: inSteps && outcome && outcome !== 'success' ? 'failed' : known.state,
    inSteps,
    place: subjectType === 'service' ? `${its}@${environment ?? ''}` : undefined,
    environment: subjectType === 'environment' ? called : environment,
    version,
    names: [called, its, artifact ? nameIn(artifact) : ''],
    labels: { type: cut(type, 200), subject: its },
    links: linksIn([
      [content['uri'] ?? content['url'], 'Where it runs'],
      [source, 'Sender'],
    ]),
    details: { type: cut(type, 200), ...(artifact ? { artifact: cut(artifact, 500) } : {}) },
    mends: known.mends,
  };
}

/** A package address: `pkg:oci/checkout@sha256%3A0b31?tag=4.12`. */
function versionIn(artifact: string): string | undefined {
  const tag = /[?&]tag=([^&#]+)/.exec(artifact)?.[1];
  const version = tag ?? /@([^?#]+)/.exec(artifact)?.[1];
  return version && unescaped(version);
}

function nameIn(artifact: string): string {
  return (
    unescaped(/^pkg:[^/]+\/([^@?#]+)/.exec(artifact)?.[1] ?? '')
      .split('/')
      .at(-1) ?? ''
  );
}

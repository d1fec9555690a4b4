/** JSON of any shape, read by the integration's mapping, or by the usual names of fields where it has none. */
import { hash } from 'node:crypto';
import {
  type Action,
  type AlertSeverity,
  cut,
  KEY_CHARACTERS_MAX,
  LABEL_CHARACTERS_MAX,
  linkOf,
  type Parsed,
  type ParsedBody,
  SEVERITIES,
  severityOf,
  TITLE_CHARACTERS_MAX,
} from '../../incoming.ts';
import { follow, type Mapping, pick } from '../../mapping.ts';
import { heldAgainst, instantOf } from '../../time.ts';
import { isObject, type Json, labelsIn, serviceNamesIn, textIn } from '../fields.ts';

const EVENTS_MAX = 1000;
const END_WORDS = [
  'resolve',
  'resolved',
  'ok',
  'up',
  'closed',
  'close',
  'recovered',
  'recovery',
  'normal',
  'cleared',
  'inactive',
];
const ACKNOWLEDGE_WORDS = ['acknowledge', 'acknowledged', 'ack'];
const START_WORDS = [
  'trigger',
  'triggered',
  'firing',
  'alerting',
  'alert',
  'problem',
  'down',
  'open',
  'opened',
  'active',
  'failing',
  'failed',
  'critical',
  'warning',
  'error',
];

/** @param body cleaned and redacted */
export function parse(body: unknown, now: Temporal.Instant, mapping: Mapping | undefined): ParsedBody {
  const items = mapping?.items === undefined ? body : follow(body, mapping.items);
  if (mapping?.items !== undefined && !Array.isArray(items))
    return { events: [], problems: [`There is no list at "${mapping.items}".`] };
  const list = Array.isArray(items) ? items : [items];
  if (list.length > EVENTS_MAX)
    return { events: [], problems: [`The body has more than ${EVENTS_MAX} events.`] };
  const problems: string[] = [];
  const events: Parsed[] = [];
  for (const [index, item] of list.entries()) {
    const parsed = mapping ? mapped(item, mapping, now) : guessed(item, now);
    if (typeof parsed === 'string') problems.push(list.length > 1 ? `Event ${index + 1}: ${parsed}` : parsed);
    else events.push(parsed);
  }
  return { events, problems };
}

function mapped(item: unknown, mapping: Mapping, now: Temporal.Instant): Parsed | string {
  const title = pick(item, mapping.title);
  if (title === undefined)
    return `The mapping finds no title${mapping.title.path === undefined ? '' : ` at "${mapping.title.path}"`}.`;
  const action = mapping.action ? actionOf(pick(item, mapping.action)) : 'trigger';
  if (!action)
    return `The action "${cut(pick(item, mapping.action) ?? 'nothing', 80)}" is not trigger, acknowledge or resolve; add it to the words of the mapping.`;
  const severity = mapping.severity ? severityIn(pick(item, mapping.severity)) : 'error';
  if (!severity)
    return `The severity "${cut(pick(item, mapping.severity) ?? 'nothing', 80)}" is not critical, error, warning or info; add it to the words of the mapping.`;
  const key = mapping.dedupKey ? pick(item, mapping.dedupKey) : title;
  if (key === undefined)
    return `The mapping finds no deduplication key${mapping.dedupKey?.path === undefined ? '' : ` at "${mapping.dedupKey.path}"`}.`;
  const labels = Object.fromEntries(
    Object.entries(mapping.labels).flatMap(([name, each]) => {
      const value = pick(item, each);
      return value === undefined || name === '__proto__' ? [] : [[name, cut(value, LABEL_CHARACTERS_MAX)]];
    }),
  );
  const service = pick(item, mapping.service);
  return eventOf(item, now, {
    title,
    action,
    severity,
    key,
    labels,
    source: pick(item, mapping.source),
    serviceNames: service ? [cut(service, 200), ...serviceNamesIn(labels)] : serviceNamesIn(labels),
    startedAt: pick(item, mapping.startedAt),
    link: pick(item, mapping.link),
  });
}

/** Without a mapping, the names that most tools use. */
function guessed(item: unknown, now: Temporal.Instant): Parsed | string {
  if (!isObject(item)) return 'The body is not a JSON object.';
  const first = (...names: string[]): string | undefined =>
    names.map((name) => scalar(item[name])).find((text) => text !== undefined);
  const title = first('title', 'summary', 'message', 'subject', 'name', 'alertname', 'description');
  if (!title)
    return 'None of title, summary, message, subject, name or description is in the body; give the integration a mapping.';
  const word = first('action', 'event_action', 'status', 'state');
  const labels = labelsIn(item['labels'] ?? item['tags']);
  const service = first('service', 'service_name', 'app', 'component');
  return eventOf(item, now, {
    title,
    action: word === undefined ? 'trigger' : (actionOf(word) ?? 'trigger'),
    severity: severityOf(first('severity', 'priority', 'level')),
    key:
      first('dedup_key', 'dedupKey', 'alert_id', 'alertId', 'incident_key', 'fingerprint', 'key', 'id') ??
      title,
    labels,
    source: first('source', 'host', 'hostname', 'origin'),
    serviceNames: service ? [cut(service, 200), ...serviceNamesIn(labels)] : serviceNamesIn(labels),
    startedAt: first('timestamp', 'time', 'started_at', 'startsAt', 'date'),
    link: first('url', 'link', 'href'),
  });
}

type Found = {
  title: string;
  action: Action;
  severity: AlertSeverity;
  key: string;
  labels: Record<string, string>;
  source: string | undefined;
  serviceNames: string[];
  startedAt: string | undefined;
  link: string | undefined;
};

function eventOf(item: unknown, now: Temporal.Instant, found: Found): Parsed {
  const link = linkOf(found.link, undefined);
  return {
    action: found.action,
    dedupKey: found.key.length <= KEY_CHARACTERS_MAX ? found.key : hash('sha1', found.key, 'hex'),
    title: cut(found.title, TITLE_CHARACTERS_MAX),
    source: cut(found.source ?? 'JSON', TITLE_CHARACTERS_MAX),
    severity: found.severity,
    serviceNames: found.serviceNames,
    labels: found.labels,
    links: link ? [link] : [],
    details: {},
    startedAt: heldAgainst(now, instantOf(found.startedAt)),
    expiresAt: undefined,
    payload: isObject(item) || Array.isArray(item) ? (item as Json) : { value: item },
  };
}

function actionOf(text: string | undefined): Action | undefined {
  const word = text?.trim().toLowerCase() ?? '';
  if (END_WORDS.includes(word)) return 'resolve';
  if (ACKNOWLEDGE_WORDS.includes(word)) return 'acknowledge';
  return START_WORDS.includes(word) ? 'trigger' : undefined;
}

function severityIn(text: string | undefined): AlertSeverity | undefined {
  const word = text?.trim().toLowerCase() as AlertSeverity;
  return SEVERITIES.includes(word) ? word : undefined;
}

function scalar(value: unknown): string | undefined {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : textIn(value);
}

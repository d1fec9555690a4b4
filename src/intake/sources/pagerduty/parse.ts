/** PagerDuty Events API v2: every field, limit and complaint of it. Hand-written, for it is the busiest way in. */
import {
  type Action,
  type AlertSeverity,
  cut,
  KEY_CHARACTERS_MAX,
  LINKS_MAX,
  type Link,
  linkOf,
  type Parsed,
  TITLE_CHARACTERS_MAX,
} from '../../incoming.ts';
import { heldAgainst, instantOf } from '../../time.ts';
import { kindNamed, linksIn, soundsLikeMending, type ToldChange } from '../../told.ts';
import { isObject, type Json, labelsIn, textIn } from '../fields.ts';

export const ROUTING_KEY_CHARACTERS = 32;
const SOURCE_CHARACTERS_MAX = 1024;
const ACTIONS: readonly unknown[] = ['trigger', 'acknowledge', 'resolve'];
const SEVERITIES: readonly unknown[] = ['critical', 'error', 'warning', 'info'];

export type ParsedEvent = { event: Parsed; errors?: undefined } | { event?: undefined; errors: string[] };
export type ParsedChange =
  | {
      change: { summary: string; source: string; happenedAt: Temporal.Instant; links: Link[]; details: Json };
      errors?: undefined;
    }
  | { change?: undefined; errors: string[] };

/** What is wrong with the key itself, before anybody asks whose it is. */
export function complainAboutKey(value: unknown): string | undefined {
  if (!isObject(value)) return 'The event is not a JSON object';
  const key = value['routing_key'];
  if (typeof key !== 'string' || key === '') return "'routing_key' is missing or blank";
  return key.length === ROUTING_KEY_CHARACTERS
    ? undefined
    : `Length of 'routing_key' is incorrect (should be ${ROUTING_KEY_CHARACTERS} characters)`;
}

/**
 * @param body cleaned and redacted
 * @param dedupKey for a trigger that brings none
 */
export function parseEvent(body: Json, dedupKey: () => string, now: Temporal.Instant): ParsedEvent {
  const errors: string[] = [];
  const action = body['event_action'] as Action;
  if (!ACTIONS.includes(action))
    errors.push(complainAboutChoice('event_action', body['event_action'], 'trigger, acknowledge, resolve'));
  const key = keyOf(body, action, dedupKey, errors);
  const payload = isObject(body['payload']) ? body['payload'] : {};
  if (action === 'trigger') {
    complainAboutPayload(body['payload'], errors);
    complainAboutList(body, 'links', 'href', errors);
    complainAboutList(body, 'images', 'src', errors);
  }
  if (errors.length) return { errors };
  const labels = labelsIn(payload['custom_details']);
  for (const name of ['component', 'group', 'class'] as const) {
    const value = textIn(payload[name]);
    if (value) labels[name] = cut(value, 2048);
  }
  const serviceNames = [labels['service'], labels['component'], labels['group']].filter(
    (name) => name !== undefined && name.length <= 200,
  );
  return {
    event: {
      action,
      dedupKey: key,
      title: textIn(payload['summary']) ?? key,
      source: cut(
        textIn(payload['source']) ?? textIn(body['client']) ?? 'PagerDuty event',
        SOURCE_CHARACTERS_MAX,
      ),
      severity: SEVERITIES.includes(payload['severity']) ? (payload['severity'] as AlertSeverity) : 'error',
      serviceNames: serviceNames as string[],
      labels,
      links: linksOf(body),
      details: isObject(payload['custom_details']) ? payload['custom_details'] : {},
      startedAt: heldAgainst(now, instantOf(payload['timestamp'])),
      expiresAt: undefined,
      payload: body,
    },
  };
}

/** A change event: no severity, no key, wakes nobody. */
export function parseChange(body: Json, now: Temporal.Instant): ParsedChange {
  const errors: string[] = [];
  const payload = body['payload'];
  if (!isObject(payload)) return { errors: ["'payload' is missing or not an object"] };
  complainAboutSummary(payload, errors);
  complainAboutTimestamp(payload, errors);
  complainAboutDetails(payload, errors);
  complainAboutList(body, 'links', 'href', errors);
  if (errors.length) return { errors };
  return {
    change: {
      summary: payload['summary'] as string,
      source: cut(textIn(payload['source']) ?? 'unnamed source', SOURCE_CHARACTERS_MAX),
      // The ledger holds it against our clock, and says so where they differ.
      happenedAt: instantOf(payload['timestamp']) ?? now,
      links: linksOf(body),
      details: isObject(payload['custom_details']) ? payload['custom_details'] : {},
    },
  };
}

/** What `custom_details` usually say of a change: its kind, where it went, and the versions before and after. */
export function toldOf({
  summary,
  source,
  happenedAt,
  links,
  details,
}: NonNullable<ParsedChange['change']>): ToldChange {
  const first = (...names: string[]): string | undefined =>
    names.map((name) => textIn(details[name])).find((text) => text !== undefined);
  const kind = kindNamed(first('kind', 'type', 'change_type'));
  const more = linksIn(
    ['url', 'link', 'build_url', 'run_url', 'compare', 'diff_url'].map(
      (name) => [details[name], name] as const,
    ),
  );
  const environment = first('environment', 'env', 'stage');
  const service = ['service', 'component', 'app', 'application'].flatMap(
    (name) => textIn(details[name]) ?? [],
  );
  return {
    externalId: first('id', 'deployment_id', 'change_id', 'external_id'),
    kind: kind ?? 'deploy',
    summary,
    source,
    at: happenedAt,
    environment,
    version: first('version', 'version_after', 'sha', 'revision', 'commit', 'tag'),
    versionBefore: first('version_before', 'previous_version', 'previous_sha', 'before'),
    names: service,
    labels: labelsIn(details),
    links: [...links, ...more.filter(({ href }) => links.every((link) => link.href !== href))].slice(
      0,
      LINKS_MAX,
    ),
    details,
    mends: soundsLikeMending(summary),
  };
}

function keyOf(body: Json, action: Action, dedupKey: () => string, errors: string[]): string {
  const key = body['dedup_key'];
  if (key === undefined || key === null || key === '') {
    if (action === 'trigger') return dedupKey();
    if (ACTIONS.includes(action)) errors.push("'dedup_key' is missing or blank");
    return '';
  }
  if (typeof key !== 'string') {
    errors.push("'dedup_key' is not a string");
    return '';
  }
  if (key.length > KEY_CHARACTERS_MAX)
    errors.push(`Length of 'dedup_key' is incorrect (should be at most ${KEY_CHARACTERS_MAX} characters)`);
  return key;
}

function complainAboutPayload(payload: unknown, errors: string[]): void {
  if (!isObject(payload)) {
    errors.push("'payload' is missing or not an object");
    return;
  }
  complainAboutSummary(payload, errors);
  if (!textIn(payload['source'])) errors.push("'payload.source' is missing or blank");
  if (!SEVERITIES.includes(payload['severity']))
    errors.push(
      complainAboutChoice('payload.severity', payload['severity'], 'critical, error, warning, info'),
    );
  complainAboutTimestamp(payload, errors);
  complainAboutDetails(payload, errors);
  for (const name of ['component', 'group', 'class'])
    if (payload[name] !== undefined && payload[name] !== null && typeof payload[name] !== 'string')
      errors.push(`'payload.${name}' is not a string`);
}

function complainAboutSummary(payload: Json, errors: string[]): void {
  const summary = textIn(payload['summary']);
  if (!summary) errors.push("'payload.summary' is missing or blank");
  else if (summary.length > TITLE_CHARACTERS_MAX)
    errors.push(
      `Length of 'payload.summary' is incorrect (should be at most ${TITLE_CHARACTERS_MAX} characters)`,
    );
}

function complainAboutTimestamp(payload: Json, errors: string[]): void {
  const timestamp = payload['timestamp'];
  if (timestamp !== undefined && timestamp !== null && timestamp !== '' && !instantOf(timestamp))
    errors.push("'payload.timestamp' is invalid (should be an ISO 8601 time)");
}

function complainAboutDetails(payload: Json, errors: string[]): void {
  const details = payload['custom_details'];
  // Old clients send a text or a list here; only what could not be JSON at all would be wrong, so all of it is kept.
  if (typeof details === 'number' || typeof details === 'boolean')
    errors.push("'payload.custom_details' is not an object");
}

function complainAboutList(
  body: Json,
  name: 'links' | 'images',
  required: 'href' | 'src',
  errors: string[],
): void {
  const list = body[name];
  if (list === undefined || list === null) return;
  if (!Array.isArray(list)) errors.push(`'${name}' is not a list`);
  else if (list.some((each) => !isObject(each) || !textIn(each[required])))
    errors.push(`'${name}' has an entry without '${required}'`);
}

function complainAboutChoice(name: string, value: unknown, choices: string): string {
  if (value === undefined || value === null || value === '') return `'${name}' is missing or blank`;
  const quoted = choices.split(', ').map((each) => `'${each}'`);
  return `'${name}' is invalid (must be one of the following: ${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)})`;
}

function linksOf(body: Json): Link[] {
  const links: Link[] = [];
  const add = (href: unknown, text: unknown): void => {
    const link = linkOf(href, text);
    if (link && links.length < LINKS_MAX) links.push(link);
  };
  if (Array.isArray(body['links']))
    for (const each of body['links']) if (isObject(each)) add(each['href'], each['text']);
  if (body['client_url'] !== undefined) add(body['client_url'], body['client']);
  return links;
}

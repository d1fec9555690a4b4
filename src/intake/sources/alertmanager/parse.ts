/** Alertmanager's webhook, version 4: a group of alerts in one body, each an event of its own by its fingerprint. */
import { hash } from 'node:crypto';
import {
  cut,
  KEY_CHARACTERS_MAX,
  LINKS_MAX,
  type Link,
  linkOf,
  type Parsed,
  type ParsedBody,
  severityOf,
  TITLE_CHARACTERS_MAX,
} from '../../incoming.ts';
import { heldAgainst, instantOf } from '../../time.ts';
import { isObject, type Json, labelsIn, serviceNamesIn, textIn } from '../fields.ts';

const ALERTS_MAX = 5000;
const ANNOTATION_LINKS = ['runbook_url', 'runbook', 'dashboard_url', 'dashboard', '__dashboardUrl__'];

/** @param body cleaned and redacted. A truncated list says nothing of the alerts it left out, so they stay as they are. */
export function parse(body: unknown, now: Temporal.Instant): ParsedBody {
  if (!isObject(body) || !Array.isArray(body['alerts']))
    return { events: [], problems: ['The body has no list "alerts".'] };
  const { alerts, ...envelope } = body as Json & { alerts: unknown[] };
  if (alerts.length > ALERTS_MAX)
    return { events: [], problems: [`The body has more than ${ALERTS_MAX} alerts.`] };
  const problems: string[] = [];
  const events: Parsed[] = [];
  for (const [index, each] of alerts.entries()) {
    const parsed = alertIn(each, envelope, now);
    if (typeof parsed === 'string') problems.push(`alerts[${index}]: ${parsed}`);
    else events.push(parsed);
  }
  return { events, problems };
}

function alertIn(alert: unknown, envelope: Json, now: Temporal.Instant): Parsed | string {
  if (!isObject(alert)) return 'is not an object.';
  if (!isObject(alert['labels']) || Object.keys(alert['labels']).length === 0) return 'has no labels.';
  const status = alert['status'] ?? envelope['status'];
  if (status !== 'firing' && status !== 'resolved')
    return 'has a status that is neither "firing" nor "resolved".';
  const labels = labelsIn(alert['labels']);
  const annotations = labelsIn(alert['annotations']);
  const fingerprint = textIn(alert['fingerprint']);
  return {
    ...described(labels, annotations),
    action: status === 'firing' ? 'trigger' : 'resolve',
    dedupKey: fingerprint && fingerprint.length <= KEY_CHARACTERS_MAX ? fingerprint : identityOf(labels),
    source: cut(
      textIn(envelope['receiver']) ?? textIn(envelope['externalURL']) ?? 'Alertmanager',
      TITLE_CHARACTERS_MAX,
    ),
    links: linksOf(alert, annotations, textIn(envelope['externalURL'])),
    details: {
      annotations,
      ...(isObject(alert['values']) ? { values: alert['values'] } : {}),
      groupKey: envelope['groupKey'],
    },
    startedAt: heldAgainst(now, instantOf(alert['startsAt'])),
    expiresAt: undefined,
    payload: { ...envelope, alerts: [alert] },
  };
}

/** What labels and annotations say to a person: used for every sender that speaks in labels. */
export function described(
  labels: Record<string, string>,
  annotations: Record<string, string>,
): Pick<Parsed, 'title' | 'severity' | 'serviceNames' | 'labels'> {
  const title =
    annotations['summary'] ||
    annotations['title'] ||
    annotations['message'] ||
    annotations['description'] ||
    labels['alertname'];
  return {
    title: cut(textIn(title) ?? 'Alert without a name', TITLE_CHARACTERS_MAX),
    severity: severityOf(labels['severity'] ?? labels['priority'] ?? labels['level']),
    serviceNames: serviceNamesIn(labels),
    labels,
  };
}

/** The same for the same set of labels, in whatever order they come. */
export function identityOf(labels: Record<string, string>): string {
  const names = Object.keys(labels).sort();
  return hash('sha1', JSON.stringify(names.map((name) => [name, labels[name]])), 'hex');
}

function linksOf(alert: Json, annotations: Record<string, string>, home: string | undefined): Link[] {
  const candidates: [unknown, string][] = [
    [alert['generatorURL'], 'The rule'],
    [alert['dashboardURL'], 'Dashboard'],
    [alert['panelURL'], 'Panel'],
    [alert['imageURL'], 'Picture'],
    [alert['silenceURL'], 'Silence'],
    ...ANNOTATION_LINKS.map((name): [unknown, string] => [
      annotations[name],
      name.startsWith('runbook') ? 'Runbook' : 'Dashboard',
    ]),
    [home, 'Where it came from'],
  ];
  return candidates.flatMap(([href, text]) => linkOf(href, text) ?? []).slice(0, LINKS_MAX);
}

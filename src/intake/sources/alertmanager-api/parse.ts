/** Alertmanager's own `POST /api/v2/alerts`: an alert is its full set of labels and ends when it is not sent again. */
import { linkOf, type Parsed, type ParsedBody } from '../../incoming.ts';
import { expiryOf, heldAgainst, instantOf } from '../../time.ts';
import { described, identityOf } from '../alertmanager/parse.ts';
import { isObject, type Json, labelsIn } from '../fields.ts';

const ALERTS_MAX = 5000;
const RESOLVE_MINUTES = 5;

/** @param body cleaned and redacted */
export function parse(body: unknown, now: Temporal.Instant): ParsedBody {
  if (!Array.isArray(body)) return { events: [], problems: ['the body is not a list of alerts'] };
  if (body.length > ALERTS_MAX)
    return { events: [], problems: [`the list has more than ${ALERTS_MAX} alerts`] };
  const problems: string[] = [];
  const events: Parsed[] = [];
  const unlessSentAgain = now.add({ minutes: RESOLVE_MINUTES });
  for (const [index, each] of body.entries()) {
    const parsed = alertIn(each, now, unlessSentAgain);
    if (typeof parsed === 'string') problems.push(`[${index}] ${parsed}`);
    else events.push(parsed);
  }
  return { events, problems };
}

/** @param unlessSentAgain when an alert ends that names no end */
function alertIn(alert: unknown, now: Temporal.Instant, unlessSentAgain: Temporal.Instant): Parsed | string {
  if (!isObject(alert)) return 'the alert is not an object';
  const startsAt = timeIn(alert, 'startsAt');
  const endsAt = timeIn(alert, 'endsAt');
  const complaint = complainAbout(alert, startsAt, endsAt);
  if (complaint) return complaint;
  const labels = withoutEmpty(labelsIn(alert['labels']));
  if (!hasAny(labels)) return 'at least one label pair required';
  const annotations = labelsIn(alert['annotations']);
  const end = endsAt instanceof Temporal.Instant && !isZero(endsAt) ? endsAt : undefined;
  const ended = end !== undefined && Temporal.Instant.compare(end, now) <= 0;
  const link = linkOf(alert['generatorURL'], 'The rule');
  const runbook = linkOf(annotations['runbook_url'], 'Runbook');
  const { title, severity, serviceNames } = described(labels, annotations);
  return {
    action: ended ? 'resolve' : 'trigger',
    dedupKey: identityOf(labels),
    title,
    source: labels['instance'] ?? labels['job'] ?? 'Prometheus',
    severity,
    serviceNames,
    labels,
    links: [link, runbook].filter((each) => each !== undefined),
    details: { annotations, generatorURL: alert['generatorURL'] },
    startedAt: heldAgainst(now, startsAt instanceof Temporal.Instant ? startsAt : undefined),
    expiresAt: ended ? undefined : end ? expiryOf(now, end) : unlessSentAgain,
    payload: alert,
    rest: labels === alert['labels'] && annotations === alert['annotations'] ? restOf(alert) : undefined,
  };
}

/** Everything but what labels and details hold word for word. */
function restOf({
  labels: _labels,
  annotations: _annotations,
  generatorURL: _generatorURL,
  ...rest
}: Json): Json {
  return rest;
}

/** The time, nothing where none is named, or "unreadable". */
function timeIn(alert: Json, name: 'startsAt' | 'endsAt'): Temporal.Instant | undefined | 'unreadable' {
  const value = alert[name];
  if (value === undefined || value === null || value === '') return undefined;
  return instantOf(value) ?? 'unreadable';
}

type Time = ReturnType<typeof timeIn>;

function complainAbout(alert: Json, startsAt: Time, endsAt: Time): string | undefined {
  const labels = alert['labels'];
  if (!isObject(labels)) return 'labels in body is required';
  for (const name in labels) {
    if (typeof labels[name] !== 'string') return `the label "${name.slice(0, 80)}" is not a text`;
    if (name === '') return 'a label has no name';
  }
  if (startsAt === 'unreadable') return 'startsAt is not a time as in RFC 3339';
  if (endsAt === 'unreadable') return 'endsAt is not a time as in RFC 3339';
  if (
    startsAt &&
    endsAt &&
    !isZero(startsAt) &&
    !isZero(endsAt) &&
    Temporal.Instant.compare(startsAt, endsAt) > 0
  )
    return 'start time must be before end time';
  return undefined;
}

/** An empty label is the same as none. */
function withoutEmpty(labels: Record<string, string>): Record<string, string> {
  for (const name in labels)
    if (labels[name] === '')
      return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
  return labels;
}

function hasAny(labels: object): boolean {
  for (const _ in labels) return true;
  return false;
}

/** Go writes the year 1 where it means "not yet". */
function isZero(at: Temporal.Instant): boolean {
  return at.epochMilliseconds < 0;
}

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
  for (const [index, each] of body.entries()) {
    const parsed = alertIn(each, now);
    if (typeof parsed === 'string') problems.push(`[${index}] ${parsed}`);
    else events.push(parsed);
  }
  return { events, problems };
}

function alertIn(alert: unknown, now: Temporal.Instant): Parsed | string {
  if (!isObject(alert)) return 'the alert is not an object';
  const complaint = complainAbout(alert);
  if (complaint) return complaint;
  const labels = withoutEmpty(labelsIn(alert['labels']));
  if (Object.keys(labels).length === 0) return 'at least one label pair required';
  const annotations = labelsIn(alert['annotations']);
  const endsAt = instantOf(alert['endsAt']);
  const ended = endsAt !== undefined && !isZero(endsAt) && Temporal.Instant.compare(endsAt, now) <= 0;
  const later = endsAt !== undefined && !isZero(endsAt) ? endsAt : now.add({ minutes: RESOLVE_MINUTES });
  const link = linkOf(alert['generatorURL'], 'The rule');
  const runbook = linkOf(annotations['runbook_url'], 'Runbook');
  return {
    ...described(labels, annotations),
    action: ended ? 'resolve' : 'trigger',
    dedupKey: identityOf(labels),
    source: labels['instance'] ?? labels['job'] ?? 'Prometheus',
    links: [link, runbook].filter((each) => each !== undefined),
    details: { annotations, generatorURL: alert['generatorURL'] },
    startedAt: heldAgainst(now, instantOf(alert['startsAt'])),
    expiresAt: ended ? undefined : expiryOf(now, later),
    payload: alert,
  };
}

function complainAbout(alert: Json): string | undefined {
  if (!isObject(alert['labels'])) return 'labels in body is required';
  for (const name in alert['labels']) {
    if (typeof alert['labels'][name] !== 'string') return `the label "${name.slice(0, 80)}" is not a text`;
    if (name === '') return 'a label has no name';
  }
  for (const name of ['startsAt', 'endsAt'])
    if (alert[name] !== undefined && alert[name] !== null && alert[name] !== '' && !instantOf(alert[name]))
      return `${name} is not a time as in RFC 3339`;
  const [startsAt, endsAt] = [instantOf(alert['startsAt']), instantOf(alert['endsAt'])];
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
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}

/** Go writes the year 1 where it means "not yet". */
function isZero(at: Temporal.Instant): boolean {
  return at.epochMilliseconds < 0;
}

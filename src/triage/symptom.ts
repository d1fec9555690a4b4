/** What hurts: when it began as far as anybody knows, what the alerts say, and where the errors come from. Pure. */
import type { Incident } from '#incident/types.ts';
import { tokensOf } from './tokens.ts';

/** An alert as intake hands it over. */
export type SeenAlert = {
  id: string;
  title: string;
  serviceId: string | null;
  startedAt: Temporal.Instant;
  resolvedAt: Temporal.Instant | null;
  labels: Record<string, unknown>;
};

export type Onset = {
  at: Temporal.Instant;
  uncertaintyMinutes: number;
  /** Who says so: a person, the first alert, the detection; `tried` is only looked at. */
  from: 'person' | 'alert' | 'detection' | 'tried';
};

/** A person who names a time without saying how sure they are is near it. */
const PERSON_MINUTES = 5;
const GUESSED_MINUTES = 10;
const ALERTS_READ_MAX = 20;

/** The onset is the start of the impact, not of the alert: what a person said counts before what a machine saw. */
export function onsetOf(
  incident: Pick<Incident, 'impactStartedAt' | 'impactUncertaintyMinutes' | 'detectedAt'>,
  alerts: readonly Pick<SeenAlert, 'startedAt'>[],
  tried: { onset?: Temporal.Instant | undefined; uncertainty?: number | undefined } = {},
): Onset {
  const known = knownOnset(incident, alerts);
  if (!tried.onset && tried.uncertainty === undefined) return known;
  return {
    at: tried.onset ?? known.at,
    uncertaintyMinutes: tried.uncertainty ?? known.uncertaintyMinutes,
    from: 'tried',
  };
}

function knownOnset(
  incident: Pick<Incident, 'impactStartedAt' | 'impactUncertaintyMinutes' | 'detectedAt'>,
  alerts: readonly Pick<SeenAlert, 'startedAt'>[],
): Onset {
  if (incident.impactStartedAt)
    return {
      at: incident.impactStartedAt,
      uncertaintyMinutes: incident.impactUncertaintyMinutes ?? PERSON_MINUTES,
      from: 'person',
    };
  const first = alerts.map((each) => each.startedAt).toSorted(Temporal.Instant.compare)[0];
  return first && Temporal.Instant.compare(first, incident.detectedAt) <= 0
    ? { at: first, uncertaintyMinutes: GUESSED_MINUTES, from: 'alert' }
    : { at: incident.detectedAt, uncertaintyMinutes: GUESSED_MINUTES, from: 'detection' };
}

const VERSION_LABELS = ['version', 'app_version', 'release', 'image_tag'];
const REGION_LABELS = ['region', 'location', 'datacenter', 'cluster'];
const ENVIRONMENT_LABELS = ['environment', 'env', 'stage'];

export type Where = { versions: Set<string>; regions: Set<string>; environments: Set<string> };

/** Errors are concentrated on a version only where all alerts that name one name the same. */
export function whereOf(alerts: readonly Pick<SeenAlert, 'labels'>[]): Where {
  const versions = valuesOf(alerts, VERSION_LABELS);
  return {
    versions: versions.size === 1 ? versions : new Set(),
    regions: valuesOf(alerts, REGION_LABELS),
    environments: valuesOf(alerts, ENVIRONMENT_LABELS),
  };
}

function valuesOf(alerts: readonly Pick<SeenAlert, 'labels'>[], names: readonly string[]): Set<string> {
  const found = new Set<string>();
  for (const { labels } of alerts)
    for (const name of names) {
      const value = labels[name];
      if (typeof value === 'string' && value.trim()) found.add(value.trim().toLowerCase());
    }
  return found;
}

/** The words by which the symptom is described; the names of the affected services are judged by distance already. */
export function wordsOf(
  incident: Pick<Incident, 'title'>,
  alerts: readonly Pick<SeenAlert, 'title'>[],
  serviceNames: readonly string[],
): Set<string> {
  const text = [incident.title, ...alerts.slice(0, ALERTS_READ_MAX).map((each) => each.title)].join('\n');
  return tokensOf(text).difference(tokensOf(serviceNames.join('\n')));
}

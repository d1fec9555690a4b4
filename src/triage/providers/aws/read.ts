/** AWS's public `currentevents`: UTF-16, a snapshot of what is wrong, status codes 0 to 3, times in seconds. */
import { z } from 'zod';
import { epochOf, jsonOf, listOf, maybe, word } from '../decode.ts';
import { componentsOf, type Page, type ProviderIncident, type Reading } from '../reading.ts';
import { type ProviderState, worst } from '../state.ts';
import { AWS_REGIONS } from './regions.ts';

// "1" is information while something is looked at; a disruption is "3".
const CODE: Record<string, ProviderState> = {
  '0': 'operational',
  '1': 'degraded',
  '2': 'degraded',
  '3': 'major',
};
const ARN = /^arn:aws[\w-]*:health:([\w-]*)::event\/([^/]+)\//;

const events = z.array(
  z.object({
    date: word.nullish(),
    arn: maybe,
    region_name: maybe,
    status: word,
    service: maybe,
    service_name: maybe,
    summary: maybe,
    event_log: listOf(
      z.object({ summary: maybe, message: maybe, status: word.nullish(), timestamp: word.nullish() }),
    ),
    impacted_services: z
      .record(z.string(), z.object({ service_name: maybe, current: word.nullish() }))
      .nullish()
      .transform((record) => record ?? {}),
  }),
);

export function address(url: string): string {
  const at = new URL(url);
  if (at.pathname.includes('/public/')) return url;
  at.pathname = '/public/currentevents';
  at.search = '';
  return at.href;
}

/** Regions, services by their name and services of a region (“ec2-eu-west-1”) are components. @throws Failed for another shape */
export function read(page: Page, now: Temporal.Instant): Reading {
  const found = jsonOf(page, events).map((each, index): ProviderIncident => {
    const region = ARN.exec(each.arn ?? '')?.[1] || regionIn(each.service ?? '') || 'global';
    const startedAt = epochOf(each.date) ?? now;
    return {
      id: each.arn || `${each.service ?? 'event'}_${each.date ?? index}`,
      title: [
        each.summary || 'Event',
        each.service_name && `(${each.service_name}, ${each.region_name || region})`,
      ]
        .filter(Boolean)
        .join(' '),
      maintenance: false,
      impact: CODE[each.status] ?? 'unknown',
      startedAt,
      endedAt: each.status === '0' ? (lastOf(each.event_log) ?? now) : null,
      url: 'https://health.aws.amazon.com/health/status',
      components: [
        region,
        ...(each.service ? [each.service] : []),
        ...(each.service_name ? [each.service_name] : []),
        ...Object.entries(each.impacted_services)
          .filter(([, service]) => service.current !== '0')
          .flatMap(([id, service]) => [id, ...(service.service_name ? [service.service_name] : [])]),
      ],
      updates: each.event_log.flatMap((entry) => {
        const at = epochOf(entry.timestamp);
        const text = entry.message || entry.summary;
        return at && text ? [{ at, text }] : [];
      }),
    };
  });
  return {
    state: worst(found.filter((each) => each.endedAt === null).map((each) => each.impact)),
    components: componentsOf(AWS_REGIONS, found),
    incidents: found,
  };
}

function regionIn(service: string): string | undefined {
  return AWS_REGIONS.find((region) => service.endsWith(`-${region}`));
}

function lastOf(log: { timestamp?: string | null | undefined }[]): Temporal.Instant | undefined {
  return log
    .flatMap((entry) => epochOf(entry.timestamp) ?? [])
    .toSorted(Temporal.Instant.compare)
    .at(-1);
}

/** The ways in which monitoring and senders of changes reach us, in words. */

import type { Mapping } from '#src/intake/mapping.ts';
import type { FlagMapping, Reading } from '#src/intake/reading.ts';
import type { OutcomeRule, RoutingRule } from '#src/intake/route.ts';

export type AlertKind = 'pagerduty' | 'alertmanager' | 'alertmanager_api' | 'grafana' | 'generic';
export type ChangeSender =
  | 'github'
  | 'gitlab'
  | 'argocd'
  | 'kubernetes'
  | 'cloudevents'
  | 'launchdarkly'
  | 'flags'
  | 'sns'
  | 'slack'
  | 'standard_webhooks';
export type IntegrationKind = AlertKind | ChangeSender;

const ALERT_WORDS: Record<AlertKind, { name: string; what: string }> = {
  alertmanager_api: {
    name: 'Prometheus',
    what: 'Prometheus points straight at Humdrum, as if it were an Alertmanager.',
  },
  alertmanager: { name: 'Alertmanager', what: 'Your Alertmanager sends its webhook.' },
  pagerduty: {
    name: 'PagerDuty Events v2',
    what: 'Any tool that speaks to PagerDuty works by changing the host alone.',
  },
  grafana: { name: 'Grafana', what: 'A contact point of the kind webhook.' },
  generic: { name: 'Any JSON', what: 'Whatever your tool sends, read by a mapping that you try out here.' },
};

const CHANGE_WORDS: Record<ChangeSender, { name: string; what: string }> = {
  github: { name: 'GitHub', what: 'Deployments, workflow runs, pushes to the default branch, releases.' },
  gitlab: { name: 'GitLab', what: 'Deployments, pipelines, tags, releases, feature flags.' },
  argocd: { name: 'Argo CD', what: 'Every sync, by a template for its notifications.' },
  kubernetes: { name: 'Kubernetes', what: 'Events: scaling and nodes as changes, warnings as alerts.' },
  launchdarkly: { name: 'LaunchDarkly', what: 'Flags and segments, by environment.' },
  flags: { name: 'Other feature flags', what: 'Unleash, Flagsmith, ConfigCat, or any JSON by a mapping.' },
  sns: { name: 'AWS (SNS)', what: 'CloudWatch alarms as alerts; deployments from EventBridge as changes.' },
  cloudevents: { name: 'CloudEvents', what: 'CDEvents and other events of version 1.0, one or many.' },
  standard_webhooks: { name: 'Standard Webhooks', what: 'Any sender that follows version 1.0.0.' },
  slack: { name: 'Posts to Slack', what: 'Tools that can tell of a deployment only by a Slack webhook.' },
};

export const KIND_WORDS: Record<IntegrationKind, { name: string; what: string }> = {
  ...ALERT_WORDS,
  ...CHANGE_WORDS,
};
export const ALERT_KINDS = Object.keys(ALERT_WORDS) as AlertKind[];
export const CHANGE_SENDERS = Object.keys(CHANGE_WORDS) as ChangeSender[];
export const KIND_NAMES = [...ALERT_KINDS, ...CHANGE_SENDERS] as IntegrationKind[];

export function sendsChanges(kind: IntegrationKind): kind is ChangeSender {
  return (CHANGE_SENDERS as IntegrationKind[]).includes(kind);
}

/** Most senders of changes bring no signal at all; these two bring both. */
export function bringsAlerts(kind: IntegrationKind): boolean {
  return !sendsChanges(kind) || kind === 'kubernetes' || kind === 'sns';
}

export type Integration = {
  id: string;
  name: string;
  kind: IntegrationKind;
  /** The last four characters of its key. */
  keyHint: string;
  serviceId: string | null;
  routing: RoutingRule[];
  outcomes: OutcomeRule[];
  mapping: Mapping | null;
  reading: Reading;
  signing: { canSign: boolean; set: boolean; oldUntil: string | null };
  topic: { arn: string; askedAt: string; confirmedAt: string | null } | null;
  came: {
    changes: number;
    notChanges: number;
    lastNotChange: string | null;
    refused: number;
    lastRefusedAt: string | null;
    lastRefusedReason: string | null;
  };
  addresses: string[];
  lastReceivedAt: string | null;
  createdAt: string;
};
export type Keyed = Integration & { key: string };
export type { FlagMapping, Mapping, OutcomeRule, Reading, RoutingRule };

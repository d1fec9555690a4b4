/** The ways in which monitoring reaches us, in words. */

import type { Mapping } from '#src/intake/mapping.ts';
import type { OutcomeRule, RoutingRule } from '#src/intake/route.ts';

export type IntegrationKind = 'pagerduty' | 'alertmanager' | 'alertmanager_api' | 'grafana' | 'generic';

export const KIND_WORDS: Record<IntegrationKind, { name: string; what: string }> = {
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
export const KIND_NAMES = Object.keys(KIND_WORDS) as IntegrationKind[];

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
  addresses: string[];
  lastReceivedAt: string | null;
  createdAt: string;
};
export type Keyed = Integration & { key: string };
export type { Mapping, OutcomeRule, RoutingRule };

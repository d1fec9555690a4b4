/** Alerts that no rule turned into an incident, and that somebody has to look at. */
import { queryOptions } from '@tanstack/react-query';
import { get } from '../api/http.ts';
import type { Page } from '../api/queries.ts';

const WAITING_MAX = 200;

export type Alert = {
  id: string;
  integrationName: string;
  dedupKey: string;
  serviceId: string | null;
  serviceName: string | null;
  /** What the sender called the service, where none has that name. */
  serviceNamed: string | null;
  title: string;
  severity: 'critical' | 'error' | 'warning' | 'info';
  state: 'open' | 'resolved';
  proposedSeverity: 'P1' | 'P2' | 'P3' | null;
  rule: string;
  source: string;
  firstAt: string;
  lastAt: string;
  count: number;
  labels: Record<string, string>;
  links: { href: string; text: string }[];
  incidentId: string | null;
};

export const waitingQuery = queryOptions({
  queryKey: ['alerts', 'waiting'],
  queryFn: async ({ signal }) => {
    const { items } = await get<Page<Alert>>(
      '/alerts',
      { state: 'open', outcome: 'wait', hasIncident: 'false', limit: WAITING_MAX },
      signal,
    );
    return items;
  },
  refetchInterval: 60_000,
});

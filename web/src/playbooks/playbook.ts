/** Playbooks as the server tells them, and the words for them. */
import { queryOptions } from '@tanstack/react-query';
import type {
  CheckedView,
  FindingView,
  MissingView,
  OfferedView,
  PlaybookSummary,
  PlaybookView,
  RunStepView,
  RunView,
  SourceView,
  VariableView,
  VersionView,
} from '#src/restore/playbooks/shapes.ts';
import { get } from '../api/http.ts';
import { ofIncident, type Page } from '../api/queries.ts';
import { count } from '../words/count.ts';

export type {
  CheckedView,
  FindingView,
  MissingView,
  OfferedView,
  PlaybookSummary,
  PlaybookView,
  RunStepView,
  RunView,
  SourceView,
  VariableView,
  VersionView,
};
export type Category = NonNullable<PlaybookSummary['category']>;

export const CATEGORY_WORDS: Record<Category, string> = {
  deployment_regression: 'Deployment regression',
  infrastructure: 'Infrastructure failure',
  third_party: 'Provider outage',
  data: 'Data issue',
  security: 'Security',
  other: 'Something else',
};

/** In the middle of a sentence, several of them. */
export const CATEGORY_ISSUES: Record<Category, string> = {
  deployment_regression: 'deployment regressions',
  infrastructure: 'infrastructure failures',
  third_party: 'provider outages',
  data: 'data issues',
  security: 'security',
  other: 'anything else',
};

export const ROLE_WORDS: Record<NonNullable<RunStepView['role']>, string> = {
  lead: 'lead',
  comms: 'comms',
  hands: 'hands',
};

export const PLAYBOOK_KEYS = [['playbooks'], ['incidents']];

export const playbookQuery = (id: string) =>
  queryOptions({
    queryKey: ['playbooks', id],
    queryFn: ({ signal }) => get<PlaybookView>(`/playbooks/${id}`, {}, signal),
  });

export const missingQuery = queryOptions({
  queryKey: ['playbooks', 'missing'],
  queryFn: ({ signal }) => get<Page<MissingView>>('/playbooks/missing', {}, signal),
});

export const sourceQuery = queryOptions({
  queryKey: ['playbooks', 'source'],
  queryFn: ({ signal }) => get<SourceView>('/playbooks/source', {}, signal),
});

export const runsQuery = (incidentId: string) => ofIncident<Page<RunView>>(incidentId, 'playbook-runs');

export const offeredQuery = (incidentId: string, also?: string) =>
  ofIncident<Page<OfferedView>>(incidentId, 'playbooks', { also });

/** "Checkout, Orders · data issues", or what it is for when it names neither. */
export function purposeWords({ services, category }: Pick<PlaybookSummary, 'services' | 'category'>): string {
  const where = services.length ? services.map((each) => each.name).join(', ') : 'Every service';
  return `${where} · ${category ? CATEGORY_WORDS[category].toLowerCase() : 'whatever it is'}`;
}

export function sizeWords({ steps, minutes }: { steps: number; minutes: number }): string {
  return `${count(steps, 'step')}${minutes ? `, ${minutes} min` : ''}`;
}

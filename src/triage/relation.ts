/** How a change stands to an incident, in words. Pure; the web shows the same words. */

import type { ChangeKind } from '#incident/change.ts';

/** From the nearest to the farthest; the last two are used where a service is not known. */
export type Relation = 'same_service' | 'depends_directly' | 'two_hops' | 'no_service' | 'any_service';

export const RELATION_WORDS: Record<Relation, string> = {
  same_service: 'same service',
  depends_directly: 'depends on directly',
  two_hops: '2 hops',
  no_service: 'no service stated',
  any_service: 'affected service not known yet',
};

export const CHANGE_KIND_WORDS: Record<ChangeKind, string> = {
  deploy: 'deployment',
  config: 'configuration',
  flag: 'feature flag',
  infra: 'infrastructure',
  migration: 'migration',
  secret: 'certificate or secret',
  job: 'scheduled job',
  dependency: 'dependency',
  third_party: 'provider incident',
  other: 'change',
};

/** The levers of an incident as the server offers them, and what they are called. */
import type { LeversShown } from '#src/restore/levers/routes.ts';
import type { Trial } from '#src/restore/levers/trial.ts';
import { ofIncident } from '../../api/queries.ts';

export type { Trial };
export type Offered = LeversShown['levers'][number];
export type Degradation = LeversShown['degradations'][number];

export const leversQuery = (id: string, changeId?: string) =>
  ofIncident<LeversShown>(id, 'levers', { changeId });

export const DOES_WORDS: Record<Offered['does'], string> = {
  roll_back: 'Roll back',
  flag_off: 'Flag off',
  shift_traffic: 'Shift traffic',
  fail_over: 'Fail over',
  switch_on: 'Work without a provider',
  switch_off: 'Work with a provider again',
  other: 'Something else',
};

export const TARGET_WORDS: Record<Offered['target'], string> = {
  webhook: 'Webhook',
  github_workflow: 'GitHub workflow',
  github_deployment: 'GitHub deployment',
  gitlab_pipeline: 'GitLab pipeline',
};

export const isSwitch = ({ does }: Pick<Offered, 'does'>) => does === 'switch_on' || does === 'switch_off';

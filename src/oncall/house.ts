/** What the rooms below hand to this one, and what it makes of it: passed to every verb of the room. */
import type { Incidents } from '#incident/execute.ts';
import type { Platform } from '#platform/platform.ts';
import type { Policies } from '#promise/policies.ts';
import type { Reachability } from './cover.ts';
import type { Pages } from './execute.ts';

export type House = {
  platform: Platform;
  incidents: Pick<Incidents, 'execute' | 'load'>;
  policies: Policies;
};

export type Oncall = House & { pages: Pages; reach: Reachability };

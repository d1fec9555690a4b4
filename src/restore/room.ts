/** Restore: the kind of failure and its first lever; playbooks and how far they are; actions with an owner, a time box and an outcome; temporary fixes settled. */
import type { Incidents } from '#incident/execute.ts';
import type { Room } from '#incident/room.ts';
import type { Platform } from '#platform/platform.ts';
import { actionRoutes } from './actions.ts';
import { categoryRoutes } from './category.ts';
import { playbookRoutes } from './playbooks/routes.ts';
import { runRoutes } from './playbooks/run-routes.ts';
import { keepText } from './playbooks/runs.ts';
import { createSync } from './playbooks/sync.ts';

export type House = { platform: Platform; incidents: Incidents };

/** A change as far as a repair must know it; triage holds them. */
export type KnownChange = {
  id: string;
  summary: string;
  rollback: 'safe' | 'unsafe' | 'unknown';
  links: { href: string; text: string }[];
};

/** `findChanges` answers those of the ids that exist, in any order. */
export type Handed = { findChanges(ids: string[]): Promise<KnownChange[]> };

export function restoreRoom(house: House, handed: Handed): Room {
  const sync = createSync(house.platform);
  return {
    name: 'restore',
    routes(app) {
      categoryRoutes(app, house, handed);
      actionRoutes(app, house, handed);
      playbookRoutes(app, house, sync);
      runRoutes(app, house);
    },
    async react(fact, happening) {
      if (fact.kind === 'playbook_started') await keepText(fact, happening);
      return [];
    },
    due: sync.due ? [sync.due] : [],
  };
}

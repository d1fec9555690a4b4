/** Restore: the kind of failure and its first lever; playbooks and how far they are; actions with an owner, a time box and an outcome; levers that other programs pull; temporary fixes settled. */
import type { Incidents } from '#incident/execute.ts';
import type { HearLeverEnds } from '#incident/lever-ends.ts';
import type { Room } from '#incident/room.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import type { Platform } from '#platform/platform.ts';
import { actionRoutes } from './actions.ts';
import { categoryRoutes } from './category.ts';
import { fixRoutes } from './fix-routes.ts';
import { callbackRoutes } from './levers/callback-routes.ts';
import { definitionRoutes } from './levers/definition-routes.ts';
import { hearEnds } from './levers/ends.ts';
import { leverReaction } from './levers/react.ts';
import { leverRoutes } from './levers/routes.ts';
import { leversDue, PULL_QUEUE, pullHandler } from './levers/run.ts';
import { fileRoutes } from './playbooks/file-routes.ts';
import { playbookRoutes } from './playbooks/routes.ts';
import { runRoutes } from './playbooks/run-routes.ts';
import { keepText } from './playbooks/runs.ts';
import { createSync } from './playbooks/sync.ts';

export { unprepared } from './prepared.ts';

export type House = { platform: Platform; incidents: Incidents };

/** A change as far as a repair must know it; triage holds them. */
export type KnownChange = {
  id: string;
  summary: string;
  rollback: 'safe' | 'unsafe' | 'unknown';
  rollbackHow: string | null;
  serviceId: string | null;
  environment: string | null;
  versionBefore: string | null;
  versionAfter: string | null;
  links: { href: string; text: string }[];
};

export type Handed = {
  /** Answers those of the ids that exist, in any order. */
  findChanges(ids: string[]): Promise<KnownChange[]>;
  /** The versions of a service that the ledger knows, the newest first. */
  versionsOf(serviceId: string): Promise<string[]>;
  outbound: Outbound;
};

/** The room, and its way in for those who hear that what a lever began is over. */
export type RestoreRoom = Room & { hearLeverEnds: HearLeverEnds };

export function restoreRoom(house: House, handed: Handed): RestoreRoom {
  const sync = createSync(house.platform);
  const means = { ...house, outbound: handed.outbound };
  return {
    name: 'restore',
    hearLeverEnds: (ends) => hearEnds(means, ends),
    routes(app) {
      categoryRoutes(app, house, handed);
      actionRoutes(app, house, handed);
      fileRoutes(app, house);
      playbookRoutes(app, house, sync);
      runRoutes(app, house);
      fixRoutes(app, house);
      definitionRoutes(app, house, handed);
      leverRoutes(app, house, handed);
      callbackRoutes(app, means);
    },
    async react(fact, happening) {
      if (fact.kind === 'playbook_started') await keepText(fact, happening);
      return leverReaction(fact, happening);
    },
    jobs: { [PULL_QUEUE]: pullHandler(means) },
    due: [leversDue(means), ...(sync.due ? [sync.due] : [])],
  };
}

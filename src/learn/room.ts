/** Learn: postmortems drafted from the record, written, published; action items with one owner and a date; reminders that never page. */
import type { Incidents } from '#incident/execute.ts';
import type { Room } from '#incident/room.ts';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import type { Front } from '#platform/http/app.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import type { Platform } from '#platform/platform.ts';
import type { Policies } from '#promise/policies.ts';
import { actionItemRoutes } from './action-item-routes.ts';
import { ACTION_ITEM, wakeActionItem } from './action-items.ts';
import { commentRoutes } from './comment-routes.ts';
import { coverRoutes } from './cover-routes.ts';
import type { ToldChange } from './draft.ts';
import { knownRoutes } from './known-routes.ts';
import { exportRoutes } from './library/export-routes.ts';
import { searchRoutes } from './library/search-routes.ts';
import { themesRoutes } from './library/themes-routes.ts';
import { learningMails, type Mailer } from './mails.ts';
import { createDoor } from './near-misses/door.ts';
import { NEAR_MISS, wakeNearMiss } from './near-misses/owed.ts';
import { nearMissRound, type ZoneOf } from './near-misses/round.ts';
import { nearMissRoutes } from './near-misses/routes.ts';
import { nearMissWarnings } from './near-misses/warning.ts';
import { openedHandler, postmortemReaction } from './open.ts';
import { outsideRoutes } from './outside-routes.ts';
import type { Outside } from './outside-texts.ts';
import { ownersGone } from './owner-gone.ts';
import { postmortemRoutes } from './postmortem-routes.ts';
import { publishingRoutes } from './publishing-routes.ts';
import { reviewRoutes } from './review-routes.ts';
import { postmortemTemplateRoutes } from './template-routes.ts';
import { togetherRoutes } from './together-routes.ts';
import { trackerHook } from './trackers/hook.ts';
import { trackerRoutes } from './trackers/routes.ts';
import { trackersDue } from './trackers/run.ts';
import { writersDue } from './writers.ts';

export { countDueThisWeek } from './action-items.ts';
export { learnedFrom } from './library/learned.ts';

export type House = { platform: Platform; incidents: Incidents; policies: Policies };

/** `findChanges`: those of the ids that exist; it is called within a transaction, with that transaction. */
export type Handed = {
  mailer: Mailer;
  outbound: Outbound;
  findChanges(db: Db | Tx, ids: string[]): Promise<ToldChange[]>;
  /** The zone in which the days of the house are counted. */
  zoneOf: ZoneOf;
  /** What the organisation is called, for documents that leave the house. */
  organisationName(): Promise<string | null>;
  outside: Outside;
};

/** `reports`: the door through which near misses come, before the router. */
export type LearnRoom = Room & { reports: Front };

export function learnRoom(house: House, handed: Handed): LearnRoom {
  const { platform, policies } = house;
  const door = createDoor(house, handed);
  const means = { house, outbound: handed.outbound };
  return {
    name: 'learn',
    reports: door.handle,
    routes(app) {
      postmortemRoutes(app, house);
      togetherRoutes(app, house);
      publishingRoutes(app, house);
      coverRoutes(app, house);
      commentRoutes(app, house);
      reviewRoutes(app, house);
      outsideRoutes(app, house, handed.outside);
      postmortemTemplateRoutes(app, house);
      actionItemRoutes(app, house);
      nearMissRoutes(app, house);
      searchRoutes(app, house);
      exportRoutes(app, house, handed);
      themesRoutes(app, house);
      knownRoutes(app, house);
      trackerRoutes(app, means);
      trackerHook(app, means);
    },
    react: postmortemReaction(house, handed),
    jobs: { 'learn.opened': openedHandler(house) },
    wakers: {
      [ACTION_ITEM]: (id) =>
        transaction(platform.db, (tx) => wakeActionItem(tx, policies, id, platform.clock.now())),
      [NEAR_MISS]: (id) =>
        transaction(platform.db, (tx) => wakeNearMiss(tx, policies, id, platform.clock.now())),
    },
    due: [
      learningMails(platform, handed.mailer),
      writersDue(platform.db),
      nearMissRound(house, handed.zoneOf, door.failures),
      nearMissWarnings(platform, handed.mailer),
      trackersDue(means),
      ownersGone(house),
    ],
  };
}

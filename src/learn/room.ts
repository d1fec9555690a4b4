/** Learn: postmortems drafted from the record, written, published; action items with one owner and a date; reminders that never page. */
import type { Incidents } from '#incident/execute.ts';
import type { Room } from '#incident/room.ts';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import type { Platform } from '#platform/platform.ts';
import type { Policies } from '#promise/policies.ts';
import { actionItemRoutes } from './action-item-routes.ts';
import { ACTION_ITEM, wakeActionItem } from './action-items.ts';
import type { ToldChange } from './draft.ts';
import { knownRoutes } from './known-routes.ts';
import { learningMails, type Mailer } from './mails.ts';
import { openedHandler, postmortemReaction } from './open.ts';
import { ownersGone } from './owner-gone.ts';
import { postmortemRoutes } from './postmortem-routes.ts';
import { publishingRoutes } from './publishing-routes.ts';
import { trackerHook } from './trackers/hook.ts';
import { trackerRoutes } from './trackers/routes.ts';
import { trackersDue } from './trackers/run.ts';

export { countDueThisWeek } from './action-items.ts';

export type House = { platform: Platform; incidents: Incidents; policies: Policies };

/** `findChanges`: those of the ids that exist; it is called within a transaction, with that transaction. */
export type Handed = {
  mailer: Mailer;
  outbound: Outbound;
  findChanges(db: Db | Tx, ids: string[]): Promise<ToldChange[]>;
};

export function learnRoom(house: House, handed: Handed): Room {
  const { platform, policies } = house;
  const means = { house, outbound: handed.outbound };
  return {
    name: 'learn',
    routes(app) {
      postmortemRoutes(app, house);
      publishingRoutes(app, house);
      actionItemRoutes(app, house);
      knownRoutes(app, house);
      trackerRoutes(app, means);
      trackerHook(app, means);
    },
    react: postmortemReaction(house, handed),
    jobs: { 'learn.opened': openedHandler(house) },
    wakers: {
      [ACTION_ITEM]: (id) =>
        transaction(platform.db, (tx) => wakeActionItem(tx, policies, id, platform.clock.now())),
    },
    due: [learningMails(platform, handed.mailer), trackersDue(means), ownersGone(house)],
  };
}

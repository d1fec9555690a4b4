/** Learn: postmortems drafted from the record, written, published; action items with one owner and a date; reminders that never page. */
import type { Incidents } from '#incident/execute.ts';
import type { Room } from '#incident/room.ts';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import type { Platform } from '#platform/platform.ts';
import type { Policies } from '#promise/policies.ts';
import { actionItemRoutes } from './action-item-routes.ts';
import { ACTION_ITEM, wakeActionItem } from './action-items.ts';
import type { ToldChange } from './draft.ts';
import { exportRoutes } from './library/export-routes.ts';
import { searchRoutes } from './library/search-routes.ts';
import { themesRoutes } from './library/themes-routes.ts';
import { learningMails, type Mailer } from './mails.ts';
import { openedHandler, postmortemReaction } from './open.ts';
import { postmortemRoutes } from './postmortem-routes.ts';
import { publishingRoutes } from './publishing-routes.ts';

export { countDueThisWeek } from './action-items.ts';
export { learnedFrom } from './library/learned.ts';

export type House = { platform: Platform; incidents: Incidents; policies: Policies };

/** `findChanges`: those of the ids that exist; it is called within a transaction, with that transaction. */
export type Handed = {
  mailer: Mailer;
  findChanges(db: Db | Tx, ids: string[]): Promise<ToldChange[]>;
  /** What the organisation is called, for documents that leave the house. */
  organisationName?: (() => Promise<string | null>) | undefined;
};

export function learnRoom(house: House, handed: Handed): Room {
  const { platform, policies } = house;
  return {
    name: 'learn',
    routes(app) {
      postmortemRoutes(app, house);
      publishingRoutes(app, house);
      actionItemRoutes(app, house);
      searchRoutes(app, house);
      exportRoutes(app, house, handed);
      themesRoutes(app, house);
    },
    react: postmortemReaction(house, handed),
    jobs: { 'learn.opened': openedHandler(house) },
    wakers: {
      [ACTION_ITEM]: (id) =>
        transaction(platform.db, (tx) => wakeActionItem(tx, policies, id, platform.clock.now())),
    },
    due: [learningMails(platform, handed.mailer)],
  };
}

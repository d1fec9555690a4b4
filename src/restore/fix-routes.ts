/** Temporary fixes of all incidents: those without an owner and a date first, then by their date. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { Action } from '#incident/types.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { endOfWorkingDay } from '#promise/calendar.ts';
import type { House } from './room.ts';

const FIXES_MAX = 200;
const INCIDENTS_MAX = 500;

const shown = z.object({
  incidentId: z.string(),
  incidentNumber: z.number(),
  incidentTitle: z.string(),
  actionId: z.string(),
  what: z.string(),
  startedAt: z.string(),
  ownerId: z.string().nullable(),
  ownerName: z.string().nullable().describe('Who removes it; null: nobody yet'),
  by: z.string().nullable().describe('The day by which it is gone; null: none yet'),
  overdue: z.boolean(),
});
export type TemporaryFix = z.output<typeof shown>;

export function fixRoutes(app: App, { platform }: House): void {
  app.get(
    '/api/v1/temporary-fixes',
    {
      config: { access: 'viewer' },
      schema: {
        response: {
          200: z.object({
            withoutDate: z.number(),
            overdue: z.number(),
            items: z.array(shown),
            more: z.boolean().describe('True: there are more than can be listed'),
          }),
        },
        tags: ['restore'],
        summary: 'Temporary fixes that are still there',
        operationId: 'listTemporaryFixes',
      },
    },
    async (request) => {
      const { personId } = callerOf(request);
      const now = platform.clock.now();
      const rows = await platform.db
        .selectFrom('incident')
        .select([
          'id',
          'number',
          'title',
          sql<Action[]>`document -> 'actions'`.as('actions'),
          sql<string>`document ->> 'zone'`.as('zone'),
        ])
        .where('state', 'not in', ['dismissed', 'merged'])
        .where(sql<boolean>`document -> 'actions' @> '[{"temporary": true}]'`)
        .where(({ or, eb }) =>
          or([eb('restricted', '=', false), sql<boolean>`${personId ?? ''} = any(viewers)`]),
        )
        .orderBy('number', 'desc')
        .limit(INCIDENTS_MAX)
        .execute();
      const all = rows.flatMap((row) =>
        row.actions
          .filter((action) => action.temporary && !(action.settled && 'gone' in action.settled))
          .map((action): TemporaryFix => {
            const settled = action.settled && !('gone' in action.settled) ? action.settled : undefined;
            return {
              incidentId: row.id,
              incidentNumber: row.number,
              incidentTitle: row.title,
              actionId: action.id,
              what: action.what,
              startedAt: String(action.startedAt),
              ownerId: settled?.ownerId ?? null,
              ownerName: settled?.ownerName ?? null,
              by: settled?.by ?? null,
              overdue: settled
                ? Temporal.Instant.compare(endOfWorkingDay(settled.by, row.zone || 'UTC'), now) <= 0
                : false,
            };
          }),
      );
      // What has no date stands before everything that has one.
      const items = all.toSorted((one, other) => (one.by ?? '').localeCompare(other.by ?? ''));
      return {
        withoutDate: items.filter((each) => !each.by).length,
        overdue: items.filter((each) => each.overdue).length,
        items: items.slice(0, FIXES_MAX),
        more: items.length > FIXES_MAX || rows.length === INCIDENTS_MAX,
      };
    },
  );
}

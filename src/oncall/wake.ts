/** Wakes pages whose time has come: held ones ring, unanswered ones call the next level. */
import { earliest } from '#platform/db/due-times.ts';
import type { Due } from '#platform/platform.ts';
import { stillNeeded } from './check.ts';
import type { Oncall } from './house.ts';

const PAGES_PER_SWEEP_MAX = 100;

/** Its reasons are read again first, so that a kept promise neither rings nor climbs. A stale wake does nothing. */
export async function wake(oncall: Oncall, pageId: string): Promise<void> {
  const page = await stillNeeded(oncall, pageId);
  if (page) await oncall.pages.execute(pageId, { type: 'wake' });
}

export function wakesDue(oncall: Oncall): Due {
  const { db, log } = oncall.platform;
  return {
    name: 'pages',
    next: () => earliest('page', 'wake_at'),
    async run(now) {
      const rows = await db
        .selectFrom('page')
        .select('id')
        .where('wake_at', '<=', now)
        .orderBy('wake_at')
        .limit(PAGES_PER_SWEEP_MAX)
        .execute();
      for (const { id } of rows)
        await wake(oncall, id).catch((error: unknown) =>
          log.error({ err: error, page: id }, 'a page could not be woken'),
        );
      return rows.length;
    },
  };
}

/** Keeps what a provider was, from when to when. */
import type { Tx } from '#platform/db/database.ts';
import type { ProviderState } from './state.ts';
import { STALE_AFTER_MINUTES } from './status.ts';

/** How long what a provider was is kept, and its incidents. */
export const KEPT_DAYS = 90;

/** One row for as long as it stays the same; after a silence of ours a new one begins, and the silence stays a gap. */
export async function keepSpan(
  tx: Tx,
  id: string,
  { state, last }: { state: ProviderState; last: Temporal.Instant | undefined },
  now: Temporal.Instant,
): Promise<void> {
  const current = await tx
    .selectFrom('provider_span')
    .selectAll()
    .where('third_party_id', '=', id)
    .where('ended_at', 'is', null)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  const silent = last !== undefined && now.since(last).total('minutes') > 2 * STALE_AFTER_MINUTES;
  if (current?.state === state && !silent) return;
  if (current)
    await tx
      .updateTable('provider_span')
      .set({ ended_at: silent ? last : now })
      .where('third_party_id', '=', id)
      .where('ended_at', 'is', null)
      .execute();
  await tx
    .insertInto('provider_span')
    .values({ third_party_id: id, started_at: now, ended_at: null, state })
    .onConflict((conflict) =>
      conflict.columns(['third_party_id', 'started_at']).doUpdateSet({ state, ended_at: null }),
    )
    .execute();
  await tx
    .deleteFrom('provider_span')
    .where('third_party_id', '=', id)
    .where('ended_at', '<', now.subtract({ hours: 24 * KEPT_DAYS }))
    .execute();
}

/**
 * Asks every provider about once a minute. What is due is claimed as rows, so that several processes share the work, and asked beside
 * the sweep: a vendor that hangs keeps nobody waiting (decision 18).
 */

import { sql } from 'kysely';
import type { RecordChanges } from '#incident/change.ts';
import { transaction } from '#platform/db/database.ts';
import { earliest, NEVER } from '#platform/db/due-times.ts';
import { notFound, Refused } from '#platform/errors.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import type { Due, Platform } from '#platform/platform.ts';
import { askFeed, askProbe } from './ask.ts';
import { keepAnswers } from './keep.ts';
import { readKept, readTargets, targetOf } from './rows.ts';
import { askedOf, type Target } from './status.ts';

const AT_ONCE = 8;
// Longer than a feed with two addresses and a check of our own may take together.
const LEASE_SECONDS = 45;
// A server that always says "nothing new" is asked for the whole content this often: only content is proof.
const CONTENT_MINUTES = 60;
// Two people who press at the same time ask once.
const AGAIN_SECONDS = 10;

export type Poller = {
  due: Due;
  /** Asks one now and waits for the answer. @throws Refused when nothing is set up to ask */
  checkNow(id: string): Promise<void>;
};

export function createPoller(
  platform: Platform,
  {
    outbound,
    recordChanges,
    withinMilliseconds,
  }: { outbound: Outbound; recordChanges: RecordChanges; withinMilliseconds?: number | undefined },
): Poller {
  const { db, clock, live, log, jobs } = platform;
  const asking = { outbound, clock, withinMilliseconds };
  let running = 0;

  async function ask(target: Target): Promise<void> {
    const kept = (await readKept(db, [target.id])).get(target.id);
    const known = kept?.asked === askedOf(target) ? kept : undefined;
    const proven = known?.contentAt && clock.now().since(known.contentAt).total('minutes') < CONTENT_MINUTES;
    const validators =
      proven && known
        ? { etag: known.etag, lastModified: known.lastModified }
        : { etag: null, lastModified: null };
    const [feed, probe] = await Promise.all([
      target.feed ? askFeed(asking, target.feed, validators) : undefined,
      target.probe ? askProbe(asking, target.probe) : undefined,
    ]);
    await transaction(db, (tx) =>
      keepAnswers(tx, { live, recordChanges }, target, { feed, probe }, clock.now()),
    );
  }

  /** Not awaited by the sweep; a test or a demo sees it as work that is expected. */
  function askBeside(target: Target): void {
    running += 1;
    const arrived = jobs.expect();
    void ask(target)
      .catch((error) => log.warn({ err: error, thirdParty: target.id }, 'a provider could not be asked'))
      .finally(() => {
        running -= 1;
        arrived();
      });
  }

  return {
    due: {
      name: 'triage.providers',
      next: () =>
        running >= AT_ONCE ? NEVER : earliest('third_party', 'check_at', sql`archived_at is null`),
      async run(now) {
        const targets = await transaction(db, async (tx) => {
          const rows = await tx
            .selectFrom('third_party')
            .selectAll()
            .where('archived_at', 'is', null)
            .where('check_at', '<=', now)
            .orderBy('check_at')
            .limit(AT_ONCE - running)
            .forUpdate()
            .skipLocked()
            .execute();
          if (rows.length === 0) return [];
          await tx
            .updateTable('third_party')
            .set({ check_at: now.add({ seconds: LEASE_SECONDS }) })
            .where(
              'id',
              'in',
              rows.map((row) => row.id),
            )
            .execute();
          return rows.map(targetOf);
        });
        for (const target of targets) askBeside(target);
        return targets.length;
      },
    },
    async checkNow(id) {
      const [target] = await readTargets(db, [id]);
      if (!target) throw notFound('provider', id);
      if (!target.feed && !target.probe)
        throw new Refused('conflict', `Nothing is set up to ask how ${target.name} is.`, {
          mend: 'Give it a status feed or a check of our own in the directory.',
        });
      const kept = (await readKept(db, [id])).get(id);
      const justAsked =
        kept?.asked === askedOf(target) &&
        clock.now().since(kept.attemptedAt).total('seconds') < AGAIN_SECONDS;
      if (!justAsked) await ask(target);
    },
  };
}

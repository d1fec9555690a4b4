/** Finds promises whose time has come and wakes their subjects. A wake is a hint: the subject looks again under its own lock. */

import type { Db } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import type { Logger } from '#platform/log.ts';
import type { Due } from '#platform/platform.ts';

const SUBJECTS_PER_SWEEP_MAX = 500;

export function promiseDue(
  db: Db,
  wakers: Record<string, (subjectId: string) => Promise<void>>,
  log: Logger,
): Due {
  return {
    name: 'promises',
    next: () => earliest('promise', 'next_wake_at'),
    async run(now) {
      const rows = await db
        .selectFrom('promise')
        .select(['subject_kind', 'subject_id'])
        .where('next_wake_at', '<=', now)
        .orderBy('next_wake_at')
        .limit(SUBJECTS_PER_SWEEP_MAX)
        .execute();
      const subjects = new Map(rows.map((row) => [`${row.subject_kind} ${row.subject_id}`, row]));
      for (const { subject_kind, subject_id } of subjects.values()) {
        const waker = wakers[subject_kind];
        if (!waker) throw new Error(`Nobody wakes promises of the kind "${subject_kind}".`);
        // One subject that cannot be woken must not keep the others asleep.
        await waker(subject_id).catch((error: unknown) =>
          log.error({ err: error, subject_kind, subject_id }, 'a promise could not be woken'),
        );
      }
      return subjects.size;
    },
  };
}

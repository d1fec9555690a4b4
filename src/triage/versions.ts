/** The versions of a service that the ledger of changes has seen. */
import type { Db } from '#platform/db/database.ts';

const CHANGES_READ_MAX = 200;
const VERSIONS_MAX = 50;

/** @returns each once, those of the newest changes first */
export async function versionsOf(db: Db, serviceId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('change')
    .select(['version_after', 'version_before'])
    .where('service_id', '=', serviceId)
    // "on" and "10%" are states of a flag, not versions to go back to.
    .where('kind', '<>', 'flag')
    .where(({ or, eb }) => or([eb('version_after', 'is not', null), eb('version_before', 'is not', null)]))
    .orderBy('happened_at', 'desc')
    .limit(CHANGES_READ_MAX)
    .execute();
  const versions = rows.flatMap((row) => [row.version_after, row.version_before]);
  return [...new Set(versions.filter((each) => each !== null))].slice(0, VERSIONS_MAX);
}

/** Keeps the versions of the policy. The newest is in force for new incidents; an incident keeps the one it was declared under. */
import { type Db, json, type Tx } from '#platform/db/database.ts';
import { type Policy, parsePolicy } from './policy.ts';

export type Policies = {
  /** The version in force. */
  current(db: Db | Tx): Promise<Policy>;
  /** @throws Error when there is no such version */
  version(db: Db | Tx, version: number): Promise<Policy>;
  /** @returns the new version, or the one in force when the text is the same */
  save(tx: Tx, yaml: string, by: string | undefined, note: string, now: Temporal.Instant): Promise<Policy>;
};

export function createPolicies(): Policies {
  // A version never changes once it is written, so each is parsed once per process.
  const cache = new Map<number, Policy>();
  const remember = (version: number, yaml: string): Policy => {
    const known = cache.get(version);
    if (known) return known;
    const policy = parsePolicy(yaml, version);
    cache.set(version, policy);
    return policy;
  };
  return {
    async current(db) {
      const newest = await db
        .selectFrom('policy_version')
        .select('version')
        .orderBy('version', 'desc')
        .limit(1)
        .executeTakeFirstOrThrow();
      return this.version(db, newest.version);
    },
    async version(db, version) {
      const known = cache.get(version);
      if (known) return known;
      const row = await db
        .selectFrom('policy_version')
        .select('yaml')
        .where('version', '=', version)
        .executeTakeFirstOrThrow();
      return remember(version, row.yaml);
    },
    async save(tx, yaml, by, note, now) {
      const newest = await tx
        .selectFrom('policy_version')
        .select(['version', 'yaml'])
        .orderBy('version', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (newest?.yaml === yaml) return remember(newest.version, yaml);
      const checked = parsePolicy(yaml, 0);
      const row = await tx
        .insertInto('policy_version')
        .values({ yaml, document: json(checked), note, created_by: by ?? null, created_at: now })
        .returning('version')
        .executeTakeFirstOrThrow();
      return remember(row.version, yaml);
    },
  };
}

/** Integrations as the hot path needs them: by the hash of their key, from memory, never older than the database's version. */
import { hash } from 'node:crypto';
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import { newSecret } from '#platform/ids.ts';
import { unseal } from '#platform/sealed.ts';
import { type Mapping, mappingShape } from './mapping.ts';
import { type Reading, readingShape } from './reading.ts';
import { type OutcomeRule, outcomesShape, type RoutingRule, routingShape } from './route.ts';

export type Integration = {
  id: string;
  name: string;
  serviceId: string | null;
  routing: RoutingRule[];
  outcomes: OutcomeRule[];
  mapping: Mapping | undefined;
  reading: Reading;
  /** Set: every body must be signed with one of its secrets. */
  signing: Signing | undefined;
};

/** The secrets that a sender may sign with. After a change the one before stays good for a while. */
export type Signing = { current: string; previous: { secret: string; until: string } | null };

/** @returns the secrets that are good at `now`, the newest first */
export function secretsAt({ current, previous }: Signing, now: Temporal.Instant): string[] {
  const stillGood = previous && Temporal.Instant.compare(now, Temporal.Instant.from(previous.until)) < 0;
  return stillGood ? [current, previous.secret] : [current];
}

export type Register = {
  /** The integration that this key opens, asked of the database when memory does not know it. */
  find(key: string): Promise<{ keyHash: string; integration: Integration } | undefined>;
  /** What memory knows, for the writer; a key that is missing here was withdrawn. */
  known(keyHash: string): Integration | undefined;
  version(): number;
  /** Reads again if the database has moved on. Calls that overlap share one reading that began after them. */
  refresh(): Promise<void>;
};

/** The integrations were changed after this was read by what memory knew of them: read it again. */
export class Stale extends Error {}

const KEY_CHARACTERS_MAX = 100;

export function hashOfKey(key: string): string {
  return hash('sha256', key, 'hex');
}

/** @param secret what the signing secrets are sealed with */
export function createRegister(db: Db, secret: string): Register {
  let byKey = new Map<string, Integration>();
  // Hashing each time would cost as much as reading the event; only keys that open something get in here.
  let byText = new Map<string, string>();
  let version = -1;
  let reading: Promise<void> | undefined;
  let following: Promise<void> | undefined;

  async function read(): Promise<void> {
    const row = await db.selectFrom('integration_version').select('version').executeTakeFirstOrThrow();
    if (row.version === version) return;
    const rows = await db.selectFrom('integration').selectAll().where('archived_at', 'is', null).execute();
    byKey = new Map(rows.map((each) => [each.key_hash, integrationOf(each, secret)]));
    byText = new Map();
    version = row.version;
  }
  function start(): Promise<void> {
    reading = read().finally(() => {
      reading = undefined;
    });
    return reading;
  }
  // A reading under way may have begun before the change that the caller knows of: wait for the next one.
  function refresh(): Promise<void> {
    if (!reading) return start();
    following ??= reading
      .catch(() => {})
      .then(() => {
        following = undefined;
        return start();
      });
    return following;
  }
  return {
    async find(key) {
      if (!key || key.length > KEY_CHARACTERS_MAX) return undefined;
      const keyHash = byText.get(key) ?? hashOfKey(key);
      if (!byKey.has(keyHash)) await refresh();
      const integration = byKey.get(keyHash);
      if (!integration) return undefined;
      byText.set(key, keyHash);
      return { keyHash, integration };
    },
    known: (keyHash) => byKey.get(keyHash),
    version: () => version,
    refresh,
  };
}

type Row = {
  id: string;
  name: string;
  service_id: string | null;
  routing: unknown;
  outcomes: unknown;
  mapping: unknown;
  reading: unknown;
  signing_sealed: string | null;
};

function integrationOf(row: Row, secret: string): Integration {
  return {
    id: row.id,
    name: row.name,
    serviceId: row.service_id,
    routing: routingShape.parse(row.routing),
    outcomes: outcomesShape.parse(row.outcomes),
    mapping: row.mapping === null ? undefined : mappingShape.parse(row.mapping),
    reading: readingShape.parse(row.reading),
    signing: row.signing_sealed === null ? undefined : signingOf(row.signing_sealed, secret),
  };
}

/** What was sealed with another secret of the installation lets nobody in, and is no reason to stop all the others. */
export function signingOf(sealed: string, secret: string): Signing {
  try {
    return unseal(secret, sealed) as Signing;
  } catch {
    return { current: newSecret(), previous: null };
  }
}

/** Raises the version that every process compares with before it writes. Call in the transaction of the change. */
export async function raiseVersion(tx: Db): Promise<void> {
  await sql`update integration_version set version = version + 1`.execute(tx);
}

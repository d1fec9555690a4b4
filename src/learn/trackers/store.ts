/** Trackers as rows: what may be seen beside what is sealed. A secret that is not given again stays, as long as it goes to the same place. */
import { sql } from 'kysely';
import type { Db, Tx } from '#platform/db/database.ts';
import { type FieldProblem, notFound, Refused } from '#platform/errors.ts';
import { newId, newSecret } from '#platform/ids.ts';
import { seal, unseal } from '#platform/sealed.ts';
import { USUAL_ADDRESS } from './kinds.ts';
import type { NewTracker, ShownTracker } from './shapes.ts';
import type { Kind, Place, Secrets } from './tracker.ts';

const TRACKERS_MAX = 50;

export type Tracker = Place & {
  id: string;
  name: string;
  audience: 'inside' | 'public';
  sends: 'agreed' | 'asked';
  serviceIds: string[];
  failure: string | null;
  failedAt: Temporal.Instant | null;
  heardAt: Temporal.Instant | null;
};

/** @param archived those taken out of use as well */
export async function readTrackers(
  db: Db | Tx,
  secret: string,
  { id, archived = false }: { id?: string; archived?: boolean } = {},
): Promise<Tracker[]> {
  let query = db.selectFrom('tracker').selectAll();
  if (!archived) query = query.where('archived_at', 'is', null);
  if (id !== undefined) query = query.where('id', '=', id);
  const rows = await query.orderBy('name').limit(TRACKERS_MAX).execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind as Kind,
    name: row.name,
    baseUrl: row.base_url,
    place: row.place,
    issueType: row.issue_type,
    audience: row.audience as Tracker['audience'],
    sends: row.sends as Tracker['sends'],
    serviceIds: row.service_ids,
    secrets: unseal(secret, row.sealed) as Secrets,
    failure: row.failure,
    failedAt: row.failed_at,
    heardAt: row.heard_at,
  }));
}

/** @throws Refused when there is none, or none in use */
export async function trackerCalled(db: Db | Tx, secret: string, id: string): Promise<Tracker> {
  const [tracker] = await readTrackers(db, secret, { id });
  if (!tracker) throw notFound('tracker', id);
  return tracker;
}

/** @returns its id, and the signing secret that was made just now and is shown this once */
export async function writeTracker(
  tx: Tx,
  secret: string,
  { id, given, now }: { id?: string | undefined; given: NewTracker; now: Temporal.Instant },
): Promise<{ id: string; hookSecret: string | null }> {
  const before = id ? await trackerCalled(tx, secret, id) : undefined;
  const baseUrl = (given.baseUrl ?? USUAL_ADDRESS[given.kind]).replace(/\/+$/, '');
  const kept = before && before.kind === given.kind && originOf(before.baseUrl) === originOf(baseUrl);
  await refuseWrong(tx, given, { before, id, kept: kept === true });
  const made =
    given.hookSecret || (kept && before.secrets.hookSecret) || given.kind === 'linear' ? null : newSecret();
  const secrets: Secrets = {
    token: given.token || (kept ? before.secrets.token : ''),
    account: given.account ?? (kept ? before.secrets.account : ''),
    hookSecret: given.hookSecret || (kept ? before.secrets.hookSecret : '') || (made ?? ''),
  };
  const row = {
    kind: given.kind,
    name: given.name,
    base_url: baseUrl,
    place: given.place,
    issue_type: given.issueType || null,
    audience: given.audience,
    sends: given.sends,
    service_ids: [...new Set(given.serviceIds)],
    sealed: seal(secret, secrets),
    failure: null,
    failed_at: null,
    updated_at: now,
  };
  const written = before?.id ?? newId('trk');
  if (before) await tx.updateTable('tracker').set(row).where('id', '=', written).execute();
  else
    await tx
      .insertInto('tracker')
      .values({ ...row, id: written, created_at: now })
      .execute();
  // What waited for a mended token is asked at once.
  await tx
    .updateTable('tracker_issue')
    .set((each) => ({
      next_at: now,
      failures: 0,
      state: each.case().when('state', '=', 'refused').then('waiting').else(each.ref('state')).end(),
    }))
    .where('tracker_id', '=', written)
    .where('state', '<>', 'deleted')
    .where((each) => each.or([each('failure', 'is not', null), each('state', '=', 'refused')]))
    .execute();
  return { id: written, hookSecret: made };
}

async function refuseWrong(
  tx: Tx,
  given: NewTracker,
  { before, id, kept }: { before: Tracker | undefined; id: string | undefined; kept: boolean },
): Promise<void> {
  const fields: FieldProblem[] = [];
  const wrong = (path: string, message: string) => fields.push({ path, message });
  if (!given.token && !(kept && before?.secrets.token))
    wrong('token', before ? 'must be given again, since it would go elsewhere now' : 'must be given');
  if (given.kind === 'jira' && !given.account && !(kept && before?.secrets.account))
    wrong('account', 'must be the address of the account that the token belongs to');
  if (before && before.kind !== given.kind) wrong('kind', 'cannot be changed; connect another tracker');
  if (before && before.place !== given.place) {
    const used = await tx
      .selectFrom('tracker_issue')
      .select('tracker_id')
      .where('tracker_id', '=', before.id)
      .limit(1)
      .executeTakeFirst();
    if (used) wrong('place', 'cannot be changed while action items are there; connect another tracker');
  }
  const same = await tx
    .selectFrom('tracker')
    .select('id')
    .where(sql<boolean>`lower(name) = lower(${given.name})`)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  if (same && same.id !== id) wrong('name', 'is the name of another tracker already');
  const services = given.serviceIds.length
    ? await tx
        .selectFrom('service')
        .select('id')
        .where('id', 'in', given.serviceIds)
        .where('archived_at', 'is', null)
        .execute()
    : [];
  for (const [place, each] of given.serviceIds.entries())
    if (!services.some((service) => service.id === each))
      wrong(`serviceIds.${place}`, 'is no service of the directory');
  if (fields.length)
    throw new Refused('invalid', 'The tracker cannot be kept; nothing was changed.', {
      mend: 'Mend the fields named here.',
      fields,
    });
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

/** Taken out of use: its issues stay as they are there, and nothing is asked any more. */
export async function archiveTracker(tx: Tx, id: string, now: Temporal.Instant): Promise<void> {
  await tx.updateTable('tracker').set({ archived_at: now, updated_at: now }).where('id', '=', id).execute();
  await tx.updateTable('tracker_issue').set({ next_at: null }).where('tracker_id', '=', id).execute();
}

export async function showTrackers(
  db: Db | Tx,
  trackers: Tracker[],
  url: string | undefined,
): Promise<ShownTracker[]> {
  const counts = await db
    .selectFrom('tracker_issue')
    .select((row) => ['tracker_id', row.fn.countAll<number>().as('count')])
    .where('state', '=', 'linked')
    .groupBy('tracker_id')
    .execute();
  const countOf = new Map(counts.map((row) => [row.tracker_id, Number(row.count)]));
  return trackers.map(({ secrets, failedAt, heardAt, ...tracker }) => ({
    ...tracker,
    account: secrets.account || null,
    tokenSet: secrets.token !== '',
    hookSecretSet: secrets.hookSecret !== '',
    hookUrl: url ? `${url}/hooks/tracker/${tracker.id}` : null,
    issues: countOf.get(tracker.id) ?? 0,
    failedAt: failedAt?.toString() ?? null,
    heardAt: heardAt?.toString() ?? null,
  }));
}

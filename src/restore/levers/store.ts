/** Levers as rows: what may be seen beside what is sealed. A secret that is not given again stays, as long as it goes to the same place. */
import { sql } from 'kysely';
import { newSigningSecret } from '#directory/channels.ts';
import { type Db, json, type Tx } from '#platform/db/database.ts';
import { type FieldProblem, notFound, Refused } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { seal, unseal } from '#platform/sealed.ts';
import type { CardCategory } from '../cards.ts';
import type { Does, LeverInput, NewLever, NewTarget, Secrets, ShownLever, Target } from './shapes.ts';

const LEVERS_MAX = 200;

export type Lever = {
  id: string;
  name: string;
  does: Does;
  category: CardCategory | null;
  serviceIds: string[];
  thirdPartyId: string | null;
  effect: string;
  inputs: LeverInput[];
  target: Target;
  secrets: Secrets;
  timeOutMinutes: number;
  timeBoxMinutes: number;
  temporary: boolean;
  archivedAt: Temporal.Instant | null;
  updatedAt: Temporal.Instant;
};

export async function readLevers(
  db: Db | Tx,
  secret: string,
  which: { ids?: string[]; archived?: boolean } = {},
): Promise<Lever[]> {
  let query = db.selectFrom('lever').selectAll();
  if (which.ids) query = query.where('id', 'in', which.ids.length ? which.ids : ['']);
  else query = query.where('archived_at', which.archived ? 'is not' : 'is', null);
  const rows = await query.orderBy('name').limit(LEVERS_MAX).execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    does: row.does as Does,
    category: row.category as CardCategory | null,
    serviceIds: row.service_ids,
    thirdPartyId: row.third_party_id,
    effect: row.effect,
    inputs: row.inputs as LeverInput[],
    target: row.target as Target,
    secrets: unseal(secret, row.sealed) as Secrets,
    timeOutMinutes: row.time_out_minutes,
    timeBoxMinutes: row.time_box_minutes,
    temporary: row.temporary,
    archivedAt: row.archived_at,
    updatedAt: row.updated_at,
  }));
}

/** @throws Refused when there is none, or none in use */
export async function leverCalled(db: Db | Tx, secret: string, id: string, archived = false): Promise<Lever> {
  const [lever] = await readLevers(db, secret, { ids: [id] });
  if (!lever || (lever.archivedAt && !archived)) throw notFound('lever', id);
  return lever;
}

/** @returns the lever, and a signing secret that was made just now and is shown this once */
export async function writeLever(
  tx: Tx,
  secret: string,
  { id, given, now }: { id?: string; given: NewLever; now: Temporal.Instant },
): Promise<{ id: string; signingSecret: string | null }> {
  const before = id ? await leverCalled(tx, secret, id) : undefined;
  await refuseStrangers(tx, given, id);
  const { target, secrets, made } = split(given.target, before);
  const row = {
    name: given.name,
    does: given.does,
    category: given.category,
    service_ids: [...new Set(given.serviceIds)],
    third_party_id: given.thirdPartyId,
    effect: given.effect,
    inputs: json(given.inputs),
    target: json(target),
    sealed: seal(secret, secrets),
    time_out_minutes: given.timeOutMinutes,
    time_box_minutes: given.timeBoxMinutes,
    temporary: given.temporary,
    updated_at: now,
  };
  if (before) await tx.updateTable('lever').set(row).where('id', '=', before.id).execute();
  const written = before?.id ?? newId('lev');
  if (!before)
    await tx
      .insertInto('lever')
      .values({ ...row, id: written, created_at: now })
      .execute();
  return { id: written, signingSecret: made };
}

async function refuseStrangers(tx: Tx, given: NewLever, id: string | undefined): Promise<void> {
  const fields: FieldProblem[] = [];
  const services = await tx
    .selectFrom('service')
    .select('id')
    .where('id', 'in', given.serviceIds.length ? given.serviceIds : [''])
    .where('archived_at', 'is', null)
    .execute();
  for (const [at, each] of given.serviceIds.entries())
    if (!services.some((service) => service.id === each))
      fields.push({ path: `serviceIds.${at}`, message: 'is no service of the directory' });
  if (given.thirdPartyId) {
    const party = await tx
      .selectFrom('third_party')
      .select('id')
      .where('id', '=', given.thirdPartyId)
      .where('archived_at', 'is', null)
      .executeTakeFirst();
    if (!party) fields.push({ path: 'thirdPartyId', message: 'is no provider of the directory' });
  }
  const same = await tx
    .selectFrom('lever')
    .select('id')
    .where(sql<boolean>`lower(name) = lower(${given.name})`)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  if (same && same.id !== id) fields.push({ path: 'name', message: 'is the name of another lever already' });
  if (fields.length)
    throw new Refused('invalid', 'The lever cannot be kept; nothing was changed.', {
      mend: 'Mend the fields named here.',
      fields,
    });
}

/** What is told apart: whom to ask is shown, what proves who asks is sealed. */
function split(
  given: NewTarget,
  before: Lever | undefined,
): { target: Target; secrets: Secrets; made: string | null } {
  // A secret is kept only where it would go to the same place as before.
  const kept = before && placeOf(before.target) === placeOf(given) ? before.secrets : undefined;
  if (given.kind !== 'webhook') {
    const { token: said, ...target } = given;
    const token = said ?? kept?.token ?? '';
    return {
      target: { ...target, tokenSet: token !== '' },
      secrets: { headers: {}, signing: [], token },
      made: null,
    };
  }
  const { headers, signingSecret, ...target } = given;
  const fields: FieldProblem[] = [];
  const values: Record<string, string> = {};
  for (const [at, { name, value }] of headers.entries()) {
    const known = value ?? kept?.headers[name];
    if (known === undefined) fields.push({ path: `target.headers.${at}.value`, message: 'is needed' });
    else values[name] = known;
  }
  if (fields.length)
    throw new Refused('invalid', 'The value of a header is missing; nothing was changed.', {
      mend: 'Write it; it is sealed and not shown again.',
      fields,
    });
  const made = signingSecret || kept?.signing.length ? null : newSigningSecret();
  const signing = signingSecret ? [signingSecret] : (kept?.signing ?? (made ? [made] : []));
  const set = Object.keys(values).map((name) => ({ name, set: true }));
  return { target: { ...target, headers: set }, secrets: { headers: values, signing, token: '' }, made };
}

function placeOf(target: NewTarget | Target): string {
  const url = target.kind === 'webhook' ? target.url : target.baseUrl;
  return `${target.kind} ${new URL(url.replaceAll(/\{[a-z0-9_]+\}/g, 'x')).origin}`;
}

/** A new signing secret, shown once; the old one is refused by whoever checks it with the new one. */
export async function renewSigning(
  tx: Tx,
  secret: string,
  id: string,
  now: Temporal.Instant,
): Promise<string> {
  const lever = await leverCalled(tx, secret, id);
  if (lever.target.kind !== 'webhook')
    throw new Refused('conflict', 'Only webhooks are signed.', { mend: 'Change its token instead.' });
  const signing = newSigningSecret();
  await tx
    .updateTable('lever')
    .set({ sealed: seal(secret, { ...lever.secrets, signing: [signing] }), updated_at: now })
    .where('id', '=', id)
    .execute();
  return signing;
}

export async function archiveLever(tx: Tx, id: string, now: Temporal.Instant): Promise<void> {
  await tx.updateTable('lever').set({ archived_at: now, updated_at: now }).where('id', '=', id).execute();
}

export async function showLevers(db: Db | Tx, levers: Lever[]): Promise<ShownLever[]> {
  const names = async (table: 'service' | 'third_party', ids: string[]) => {
    const rows = ids.length
      ? await db.selectFrom(table).select(['id', 'name']).where('id', 'in', ids).execute()
      : [];
    return new Map(rows.map((row) => [row.id, row.name]));
  };
  const services = await names(
    'service',
    levers.flatMap((lever) => lever.serviceIds),
  );
  const parties = await names(
    'third_party',
    levers.flatMap((lever) => lever.thirdPartyId ?? []),
  );
  const named = (of: Map<string, string>, id: string) => ({ id, name: of.get(id) ?? id });
  return levers.map(({ secrets: _, serviceIds, thirdPartyId, archivedAt, updatedAt, ...lever }) => ({
    ...lever,
    services: serviceIds.map((id) => named(services, id)),
    thirdParty: thirdPartyId ? named(parties, thirdPartyId) : null,
    archivedAt: archivedAt?.toString() ?? null,
    updatedAt: updatedAt.toString(),
  }));
}

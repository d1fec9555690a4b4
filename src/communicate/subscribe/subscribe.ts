/** Asking to be told, saying yes, choosing, ending. Whoever asks learns nothing about the address that he names. */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { type Db, json, type Tx, transaction } from '#platform/db/database.ts';
import { newId } from '#platform/ids.ts';
import { idIn, isGenuine } from './tokens.ts';

export type Asked = {
  pageId: string;
  kind: 'email' | 'webhook' | 'sms' | 'slack';
  address: string;
  serviceIds: string[];
  /** On a private page: the address of the reader who asks. */
  reader: string | null;
};

export type Subscription = {
  id: string;
  pageId: string;
  kind: Asked['kind'];
  address: string;
  serviceIds: string[];
  state: 'waiting' | 'active' | 'ended';
};

const CONFIRM_HOURS = 24;
const CHALLENGE_MINUTES = 30;
/** An address hears of it at most so often, whoever asks. */
const CONFIRM_EVERY_MINUTES = 10;
const CONFIRMS_PER_DAY_MAX = 4;

/**
 * Writes the wish down and queues the question to the address; the same work whatever is known of it.
 * @returns the secret that signs what a webhook gets, if this wish is the one that it confirms
 */
export async function askToSubscribe(db: Db, asked: Asked, now: Temporal.Instant): Promise<string> {
  const secret = `whsec_${randomBytes(24).toString('base64')}`;
  const until =
    asked.kind === 'webhook' ? now.add({ minutes: CHALLENGE_MINUTES }) : now.add({ hours: CONFIRM_HOURS });
  await transaction(db, async (tx) => {
    const row = await tx
      .insertInto('subscription')
      .values({
        id: newId('sub'),
        page_id: asked.pageId,
        kind: asked.kind,
        address: asked.address,
        reader: asked.reader,
        service_ids: asked.serviceIds,
        state: 'waiting',
        confirm_until: until,
        secret: null,
        created_at: now,
        updated_at: now,
      })
      .onConflict((conflict) =>
        conflict.columns(['page_id', 'kind', 'address']).doUpdateSet((eb) => ({
          // Who is told already stays as he is until he himself says otherwise.
          state: sql<string>`case when subscription.state = 'active' then 'active' else 'waiting' end`,
          service_ids: sql<
            string[]
          >`case when subscription.state = 'active' then subscription.service_ids else excluded.service_ids end`,
          reader: sql<
            string | null
          >`case when subscription.state = 'active' then subscription.reader else excluded.reader end`,
          confirm_until: eb.ref('excluded.confirm_until'),
          updated_at: now,
        })),
      )
      .returning(['id', 'state'])
      .executeTakeFirstOrThrow();
    const about = {
      already: row.state === 'active',
      until: until.epochMilliseconds,
      ...(asked.kind === 'webhook' ? { challenge: randomBytes(24).toString('base64url'), secret } : {}),
    };
    await queueQuestion(tx, { id: row.id, about, until }, now);
  });
  return secret;
}

/** One statement, whether the address has been asked too often or not: the work must not tell what is known of it. */
async function queueQuestion(
  tx: Tx,
  { id, about, until }: { id: string; about: object; until: Temporal.Instant },
  now: Temporal.Instant,
): Promise<void> {
  const delivery = newId('sdl');
  await sql`
    insert into subscription_delivery (id, subscription_id, kind, about, idempotency_key, state, next_attempt_at, valid_until, created_at)
    select ${delivery}, ${id}, 'confirm', ${json(about)}, ${delivery}, 'queued', ${now}::timestamptz, ${until}::timestamptz, ${now}::timestamptz
    from (select count(*) as day,
                 count(*) filter (where created_at > ${now.subtract({ minutes: CONFIRM_EVERY_MINUTES })}::timestamptz) as lately
          from subscription_delivery
          where subscription_id = ${id} and kind = 'confirm' and created_at > ${now.subtract({ hours: 24 })}::timestamptz) as asked
    where asked.lately = 0 and asked.day < ${CONFIRMS_PER_DAY_MAX}::int`.execute(tx);
}

type Link = { pageId: string; token: string };

/** @returns whose question the link answers; undefined when it does not work, or not any more */
export async function toConfirm(
  db: Db | Tx,
  secret: string,
  { pageId, token }: Link,
  now: Temporal.Instant,
): Promise<Subscription | undefined> {
  const id = idIn(token);
  if (!id) return undefined;
  const row = await db
    .selectFrom('subscription')
    .selectAll()
    .where('id', '=', id)
    .where('page_id', '=', pageId)
    .where('confirm_until', '>', now)
    .where('state', '<>', 'ended')
    .forUpdate()
    .executeTakeFirst();
  const until = row?.confirm_until?.epochMilliseconds;
  return row && until !== undefined && isGenuine(secret, token, { for: 'confirm', until })
    ? viewed(row)
    : undefined;
}

/** The button behind the link in the first message. @returns undefined when the link does not work any more */
export async function confirm(
  db: Db,
  secret: string,
  link: Link,
  now: Temporal.Instant,
): Promise<Subscription | undefined> {
  return transaction(db, async (tx) => {
    const found = await toConfirm(tx, secret, link, now);
    if (!found) return undefined;
    await activate(tx, found.id, now);
    return { ...found, state: 'active' };
  });
}

/** @param secret what signs from now on; left out it stays */
export async function activate(tx: Tx, id: string, now: Temporal.Instant, secret?: string): Promise<void> {
  await tx
    .updateTable('subscription')
    .set({
      state: 'active',
      confirm_until: null,
      confirmed_at: now,
      ended_at: null,
      ended_because: null,
      updated_at: now,
      ...(secret ? { secret } : {}),
    })
    .where('id', '=', id)
    .execute();
}

/** @returns whose link it is; undefined when it is nobody's */
export async function subscriptionOf(
  db: Db,
  secret: string,
  { pageId, token }: { pageId: string; token: string },
): Promise<Subscription | undefined> {
  const id = idIn(token);
  if (!id || !isGenuine(secret, token, { for: 'subscription' })) return undefined;
  const row = await db
    .selectFrom('subscription')
    .selectAll()
    .where('id', '=', id)
    .where('page_id', '=', pageId)
    .executeTakeFirst();
  return row && viewed(row);
}

export async function choose(db: Db, id: string, serviceIds: string[], now: Temporal.Instant): Promise<void> {
  await db
    .updateTable('subscription')
    .set({ service_ids: serviceIds, updated_at: now })
    .where('id', '=', id)
    .where('state', '=', 'active')
    .execute();
}

/** Ends it at once: what waits is not sent any more. */
export async function end(db: Db | Tx, id: string, because: string, now: Temporal.Instant): Promise<void> {
  await db
    .updateTable('subscription')
    .set({ state: 'ended', ended_because: because, ended_at: now, confirm_until: null, updated_at: now })
    .where('id', '=', id)
    .where('state', '<>', 'ended')
    .execute();
  await db
    .updateTable('subscription_delivery')
    .set({ state: 'withdrawn', next_attempt_at: null, last_error: because })
    .where('subscription_id', '=', id)
    .where('state', '=', 'queued')
    .execute();
}

function viewed(row: {
  id: string;
  page_id: string;
  kind: string;
  address: string;
  service_ids: string[];
  state: string;
}): Subscription {
  return {
    id: row.id,
    pageId: row.page_id,
    kind: row.kind as Asked['kind'],
    address: row.address,
    serviceIds: row.service_ids,
    state: row.state as Subscription['state'],
  };
}

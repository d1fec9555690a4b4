/** Who may read a private page: a link to a listed address, once; then a session, or a key of one's own for programs. */

import { sql } from 'kysely';
import { hashOf } from '#platform/auth/hash.ts';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import { newId, newSecret } from '#platform/ids.ts';
import type { Logger } from '#platform/log.ts';
import type { Mailer } from '#platform/mail.ts';
import type { Due } from '#platform/platform.ts';
import { letter, sealed } from '../subscribe/message.ts';
import { idIn, isGenuine, tokenFor } from '../subscribe/tokens.ts';
import { OUTSIDE_WORDS } from '../subscribe/words.ts';
import { type Language, speechOf } from './language.ts';
import { pageBySlug } from './pages.ts';

export const SESSION_DAYS = 14;
const LINK_MINUTES = 30;
const LINKS_PER_HOUR_MAX = 5;
const WISHES_MAX = 2000;
const WISHES_AT_ONCE = 5;
const WISH_MINUTES_MAX = 15;
const AGAIN_SECONDS = 30;
const TIDY_AT_ONCE = 500;

/** Listed by hand, by its domain, or a contact of the page's client. */
export async function isListed(db: Db | Tx, pageId: string, address: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from status_page p join client c on c.id = p.client_id and c.archived_at is null
    where p.id = ${pageId} and p.archived_at is null
      and (${address} = any(p.readers) or '@' || split_part(${address}, '@', 2) = any(p.readers)
        or exists (select 1 from contact k where k.client_id = p.client_id and lower(k.email) = ${address} and k.archived_at is null))`.execute(
    db,
  );
  return rows.length > 0;
}

/** @returns the contact of the page's client who reads at this address */
export async function contactAt(
  db: Db,
  { clientId }: { clientId: string | null },
  address: string,
): Promise<{ id: string } | undefined> {
  return db
    .selectFrom('contact')
    .select('id')
    .where('client_id', '=', clientId)
    .where((where) => where(where.fn<string>('lower', ['email']), '=', address))
    .where('archived_at', 'is', null)
    .orderBy('id')
    .executeTakeFirst();
}

/** Writes the wish down, whatever the page and the address are: whether there is anything to send is found out afterwards. */
export async function wishToRead(
  db: Db,
  wish: { slug: string; address: string; language: Language },
  now: Temporal.Instant,
): Promise<void> {
  await sql`
    insert into page_access_wish (id, slug, address, language, wished_at, due_at)
    select ${newId('wsh')}, ${wish.slug}, ${wish.address}, ${wish.language}, ${now}::timestamptz, ${now}::timestamptz
    where (select count(*) from page_access_wish) < ${WISHES_MAX}::int`.execute(db);
}

type Wish = { id: string; slug: string; address: string; language: string; wished_at: Temporal.Instant };

export function accessDue(means: { db: Db; mailer: Mailer; log: Logger; url: string | undefined }): Due {
  const { db, mailer, log, url } = means;
  return {
    name: 'communicate.page_access',
    next: () => earliest('page_access_wish', 'due_at'),
    async run(now) {
      // Taken by putting it off: whoever dies with it leaves it to others.
      const { rows } = await sql<Wish>`
        update page_access_wish set due_at = ${now.add({ seconds: AGAIN_SECONDS })}::timestamptz
        where id in (select id from page_access_wish where due_at <= ${now}::timestamptz order by due_at limit ${WISHES_AT_ONCE} for update skip locked)
        returning id, slug, address, language, wished_at`.execute(db);
      await Promise.all(
        rows.map(async (wish) => {
          try {
            if (mailer.configured && url) await sendLink({ db, mailer, url }, wish, now);
            await db.deleteFrom('page_access_wish').where('id', '=', wish.id).execute();
          } catch (error) {
            log.warn({ err: error }, 'a link to a private page was not sent; it is tried again');
            if (now.since(wish.wished_at).total('minutes') > WISH_MINUTES_MAX)
              await db.deleteFrom('page_access_wish').where('id', '=', wish.id).execute();
          }
        }),
      );
      return rows.length;
    },
  };
}

async function sendLink(
  { db, mailer, url }: { db: Db; mailer: Mailer; url: string },
  wish: Wish,
  now: Temporal.Instant,
): Promise<void> {
  const page = await pageBySlug(db, wish.slug);
  if (!page?.clientId || !(await isListed(db, page.id, wish.address))) return;
  const token = newSecret();
  const expiresAt = now.add({ minutes: LINK_MINUTES });
  const { numAffectedRows } = await sql`
    insert into page_access_link (token_hash, page_id, address, expires_at, created_at)
    select ${hashOf(token)}, ${page.id}, ${wish.address}, ${expiresAt}::timestamptz, ${now}::timestamptz
    where (select count(*) from page_access_link where page_id = ${page.id} and address = ${wish.address}
           and created_at > ${now.subtract({ hours: 1 })}::timestamptz) < ${LINKS_PER_HOUR_MAX}::int`.execute(
    db,
  );
  if (!numAffectedRows) return;
  const speech = speechOf(page.language, page.zone ?? 'UTC');
  const words = OUTSIDE_WORDS[page.language];
  const heading = page.name ?? speech.words.heading;
  const until = speech.reader(expiresAt.epochMilliseconds, now.epochMilliseconds);
  const spoken = {
    subject: words.linkSubject,
    thread: undefined,
    brief: '',
    payload: {},
    ...letter(
      [words.linkText(heading), words.validUntil(until), words.ignore],
      `${url}/status/${wish.slug}/enter/${token}`,
    ),
  };
  await mailer.sendMail({
    to: wish.address,
    subject: spoken.subject,
    ...sealed({ speech, heading }, spoken, undefined),
    urgent: true,
  });
}

/** The button behind the link. @returns the secret of a new session; undefined when the link does not work any more */
export async function enter(
  db: Db,
  { slug, token }: { slug: string; token: string },
  now: Temporal.Instant,
): Promise<string | undefined> {
  return transaction(db, async (tx) => {
    const page = await pageBySlug(tx, slug);
    if (!page?.clientId) return undefined;
    const used = await tx
      .updateTable('page_access_link')
      .set({ used_at: now })
      .where('token_hash', '=', hashOf(token))
      .where('page_id', '=', page.id)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .returning('address')
      .executeTakeFirst();
    if (!used || !(await isListed(tx, page.id, used.address))) return undefined;
    await tidy(tx, now);
    const secret = newSecret();
    await tx
      .insertInto('page_session')
      .values({
        token_hash: hashOf(secret),
        page_id: page.id,
        address: used.address,
        expires_at: now.add({ hours: 24 * SESSION_DAYS }),
        created_at: now,
      })
      .execute();
    return secret;
  });
}

/** What has ended is of no use to anybody. */
async function tidy(tx: Tx, now: Temporal.Instant): Promise<void> {
  await sql`delete from page_session where token_hash in (
    select token_hash from page_session where expires_at < ${now}::timestamptz limit ${TIDY_AT_ONCE})`.execute(
    tx,
  );
  await sql`delete from page_access_link where token_hash in (
    select token_hash from page_access_link where expires_at < ${now.subtract({ hours: 24 })}::timestamptz limit ${TIDY_AT_ONCE})`.execute(
    tx,
  );
}

/** @returns the address of the reader, as long as it is listed */
export async function readerOf(
  db: Db,
  { pageId, session }: { pageId: string; session: string },
  now: Temporal.Instant,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('page_session')
    .select('address')
    .where('token_hash', '=', hashOf(session))
    .where('page_id', '=', pageId)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row && (await isListed(db, pageId, row.address)) ? row.address : undefined;
}

export async function leave(db: Db, session: string): Promise<void> {
  await db.deleteFrom('page_session').where('token_hash', '=', hashOf(session)).execute();
}

/** @returns the reader's own key for programs, the same each time */
export async function keyOf(
  db: Db,
  secret: string,
  { pageId, address }: { pageId: string; address: string },
  now: Temporal.Instant,
): Promise<string> {
  const row = await db
    .insertInto('page_reader')
    .values({ id: newId('rdr'), page_id: pageId, address, created_at: now })
    .onConflict((conflict) => conflict.columns(['page_id', 'address']).doUpdateSet({ address }))
    .returning('id')
    .executeTakeFirstOrThrow();
  return tokenFor(secret, row.id, { for: 'feed' });
}

/** @returns the address of the reader whose key it is, as long as it is listed */
export async function readerByKey(
  db: Db,
  secret: string,
  { pageId, key }: { pageId: string; key: string },
): Promise<string | undefined> {
  const id = idIn(key);
  if (!id || !isGenuine(secret, key, { for: 'feed' })) return undefined;
  const row = await db
    .selectFrom('page_reader')
    .select('address')
    .where('id', '=', id)
    .where('page_id', '=', pageId)
    .executeTakeFirst();
  return row && (await isListed(db, pageId, row.address)) ? row.address : undefined;
}

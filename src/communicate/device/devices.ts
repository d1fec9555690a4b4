/** A contact's devices: which link may turn one on, turning it on and off. Every link works once; a device that we turned off stays off. */
import { sql } from 'kysely';
import { browsersAt, keepBrowser, type NewBrowser } from '#directory/channels.ts';
import { TOLD_BY, type ToldBy } from '#directory/told-by.ts';
import { hashOf } from '#platform/auth/hash.ts';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import type { Live } from '#platform/http/live.ts';
import { addressOf, readDeviceLink } from './link.ts';

const TIDY_AT_ONCE = 200;

export type DeviceContact = {
  id: string;
  name: string;
  email: string | null;
  language: string;
  zone: string;
  client: string;
  /** The client's own status page. */
  slug: string | null;
  kinds: ToldBy[];
};

/** A genuine link, whose contact and address are still what they were. */
export type Found = {
  token: string;
  contact: DeviceContact;
  address: string;
  expiresAt: Temporal.Instant;
  link: 'alive' | 'used' | 'expired';
};

export type Means = { db: Db; live: Live; secret: string };

/** @returns undefined for a link that we did not make, or whose contact, client or address is gone */
export async function findLink(
  { db, secret }: Pick<Means, 'db' | 'secret'>,
  token: string,
  now: Temporal.Instant,
): Promise<Found | undefined> {
  const link = readDeviceLink(token);
  if (!link) return undefined;
  const { rows } = await sql<DeviceContact & { addresses: string[]; used: boolean }>`
    select k.id, k.name, k.email, k.language, k.zone, c.name as client,
           (select p.slug from status_page p where p.client_id = c.id and p.archived_at is null order by p.slug limit 1) as slug,
           coalesce((select array_agg(distinct r.kind) from reach r where r.contact_id = k.id), '{}') as kinds,
           array(select lower(k.email) where k.email <> '' union select ch.address from channel ch where ch.contact_id = k.id and ch.kind = 'email') as addresses,
           exists (select 1 from device_link l where l.token_hash = ${hashOf(token)}) as used
    from contact k join client c on c.id = k.client_id and c.archived_at is null
    where k.id = ${link.contactId} and k.archived_at is null`.execute(db);
  const [row] = rows;
  const address = row && addressOf(secret, link, row.addresses);
  if (!row || address === undefined) return undefined;
  const { addresses: _, used, kinds, ...contact } = row;
  const expired = Temporal.Instant.compare(link.expiresAt, now) <= 0;
  return {
    token,
    contact: { ...contact, kinds: TOLD_BY.filter((kind) => kinds.includes(kind)) },
    address,
    expiresAt: link.expiresAt,
    link: used ? 'used' : expired ? 'expired' : 'alive',
  };
}

/** `stopped`: our own people turned it off; `other`: it shows messages for somebody else. */
export type DeviceState = { on: boolean; since: string | null; stopped: boolean; other: boolean };

/** @returns what a browser is for this contact; whoever names its endpoint holds it */
export async function stateOf(
  { db, secret }: Pick<Means, 'db' | 'secret'>,
  contactId: string,
  endpoint: string,
): Promise<DeviceState> {
  const here = await browsersAt(db, 'contact_id', endpoint, secret);
  const own = here.find((each) => each.owner === contactId);
  return {
    on: own !== undefined && own.offAt === null,
    since: own && own.offAt === null ? own.addedAt.toString() : null,
    stopped: own?.offAt != null,
    other: here.some((each) => each.owner !== contactId),
  };
}

export type TurnedOn =
  | { done: true; channelId: string; fresh: boolean }
  | { done: false; why: 'used' | 'expired' | 'stopped' };

/** The link is used up in the same transaction, so that of two devices with one link the first one wins. */
export async function turnOn(
  { db, live, secret }: Means,
  { contact, address, token, expiresAt, link }: Found,
  browser: NewBrowser,
  now: Temporal.Instant,
): Promise<TurnedOn> {
  return transaction(db, async (tx) => {
    const own = (await browsersAt(tx, 'contact_id', browser.endpoint, secret)).find(
      (each) => each.owner === contact.id,
    );
    if (own?.offAt) return { done: false, why: 'stopped' };
    // Said again by the very device that is on: an answer of ours was lost.
    if (own) {
      await keepBrowser(tx, ownerOf(contact), browser, { secret, now });
      return { done: true, channelId: own.id, fresh: false };
    }
    if (link !== 'alive') return { done: false, why: link };
    const { numInsertedOrUpdatedRows } = await tx
      .insertInto('device_link')
      .values({
        token_hash: hashOf(token),
        contact_id: contact.id,
        channel_id: '',
        label: browser.label,
        address,
        used_at: now,
        expires_at: expiresAt,
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (!numInsertedOrUpdatedRows) return { done: false, why: 'used' };
    const channelId = await keepBrowser(tx, ownerOf(contact), browser, { secret, now });
    await tx
      .updateTable('device_link')
      .set({ channel_id: channelId, notice_at: now })
      .where('token_hash', '=', hashOf(token))
      .execute();
    await sql`delete from device_link where token_hash in (
      select token_hash from device_link where expires_at < ${now}::timestamptz and notice_at is null limit ${TIDY_AT_ONCE})`.execute(
      tx,
    );
    await changed(tx, live, contact.id, now);
    return { done: true, channelId, fresh: true };
  });
}

function ownerOf({ id, email }: DeviceContact) {
  return { column: 'contact_id' as const, id, email: email?.toLowerCase() ?? '' };
}

/** The push service does not know this device: as if the link had never been used. */
export async function takeBack(
  { db, live }: Means,
  { token, contact }: Found,
  channelId: string,
  now: Temporal.Instant,
): Promise<void> {
  await transaction(db, async (tx) => {
    await tx.deleteFrom('channel').where('id', '=', channelId).execute();
    await tx.deleteFrom('device_link').where('token_hash', '=', hashOf(token)).execute();
    await changed(tx, live, contact.id, now);
  });
}

/** Turned off in the browser itself: for every contact whose messages it showed by this link's reader. */
export async function turnOff(
  { db, live, secret }: Means,
  contactId: string,
  endpoint: string,
  now: Temporal.Instant,
): Promise<void> {
  await transaction(db, async (tx) => {
    const own = (await browsersAt(tx, 'contact_id', endpoint, secret)).find(
      (each) => each.owner === contactId && !each.offAt,
    );
    if (!own) return;
    await tx.deleteFrom('channel').where('id', '=', own.id).execute();
    await changed(tx, live, contactId, now);
  });
}

export type EndedDevice = { label: string; language: string };

/** @returns the device behind a channel; undefined when it is off already */
export async function deviceOf(
  db: Db | Tx,
  channelId: string,
): Promise<(EndedDevice & { contactId: string }) | undefined> {
  const row = await db
    .selectFrom('channel')
    .innerJoin('contact', 'contact.id', 'channel.contact_id')
    .select(['channel.label', 'contact.id', 'contact.language'])
    .where('channel.id', '=', channelId)
    .where('channel.beside', '=', true)
    .executeTakeFirst();
  return row && { label: row.label ?? 'A browser', language: row.language, contactId: row.id };
}

/** From the mail that said that it was added. */
export async function endDevice(
  { db, live }: Means,
  channelId: string,
  now: Temporal.Instant,
): Promise<void> {
  await transaction(db, async (tx) => {
    const device = await deviceOf(tx, channelId);
    if (!device) return;
    await tx.deleteFrom('channel').where('id', '=', channelId).execute();
    await changed(tx, live, device.contactId, now);
  });
}

function changed(tx: Tx, live: Live, contactId: string, now: Temporal.Instant): Promise<void> {
  return live.publish(tx, { kind: 'contact', id: contactId, version: now.epochMilliseconds }, now);
}

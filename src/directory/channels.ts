/** How somebody is told: an ordered list of channels for a contact, a person or the organisation. What must stay secret is sealed and never shown again. */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Db, Tx } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { text } from '#platform/http/fields.ts';
import { newId } from '#platform/ids.ts';
import { fingerprint, seal, unseal } from '#platform/sealed.ts';
import { email } from './fields.ts';
import { TOLD_BY, type ToldBy } from './told-by.ts';

const CHANNELS_MAX = 8;
const URL_CHARACTERS_MAX = 2000;
const LABEL_CHARACTERS_MAX = 60;
const TELEPHONE = /^\+[1-9]\d{6,14}$/;
const SLACK_CHANNEL = /^(#[\w-]{1,80}|[CGDUW][A-Z0-9]{5,20})$/;
const PUSH_KEY = /^[\w-]{87}=?$/;
const PUSH_AUTH = /^[\w-]{22}={0,2}$/;
const SIGNING_SECRET = /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/;
const SIGNING_SECRET_BYTES = 32;

/** What a channel needs to be used and must not be shown. `until`: a replaced signing secret still signs so long. */
export type ChannelSecret = {
  url?: string;
  secrets?: { secret: string; until: string | null }[];
  keys?: { p256dh: string; auth: string };
};

export const newToldChannel = z
  .object({
    kind: z.enum(TOLD_BY),
    address: text(URL_CHARACTERS_MAX).describe(
      'An email address, a telephone number such as +4930123456, a Slack channel, or the address of a webhook. A secret address is shown shortened; sent back like that it stays as it is.',
    ),
    label: text(LABEL_CHARACTERS_MAX).nullable().optional(),
    secret: z.string().max(120).optional().describe('Webhooks: a signing secret of your own, whsec_…'),
    keys: z
      .object({ p256dh: z.string().max(100), auth: z.string().max(40) })
      .optional()
      .describe("Browser notifications: the subscription's keys."),
    off: z.boolean().optional().describe('True: not told this way. Left out: as it was.'),
  })
  .superRefine((given, context) => {
    const wrong = whatIsWrong(given);
    if (wrong) context.addIssue({ code: 'custom', ...wrong });
  });
export type NewToldChannel = z.output<typeof newToldChannel>;
export const newToldChannels = z
  .array(newToldChannel)
  .max(CHANNELS_MAX)
  .describe('In the order in which they are tried. An empty list: by email.');

export const toldChannel = z.object({
  id: z.string().nullable().describe('Null: nobody chose it; told by email because there is an address.'),
  kind: z.enum(TOLD_BY),
  label: z.string().nullable(),
  address: z.string().describe('Shortened where the whole address is a secret.'),
  testedAt: z.string().nullable(),
  offAt: z.string().nullable(),
  offWhy: z.string().nullable(),
  usedAt: z.string().nullable().describe('A browser: when Humdrum was last opened in it.'),
  addedAt: z.string().nullable().describe('Since when it is in the list.'),
  beside: z
    .boolean()
    .describe(
      'A device that a contact turned on itself: told together with the first channel, never in its place or as proof.',
    ),
});
export type ToldChannel = z.output<typeof toldChannel>;

function whatIsWrong({ kind, address, secret, keys }: z.input<typeof newToldChannel>) {
  const at = (path: string, message: string) => ({ path: [path], message });
  if (isShortened(address)) return undefined;
  switch (kind) {
    case 'email':
      return email.safeParse(address).success ? undefined : at('address', 'must be an email address');
    case 'sms':
    case 'voice':
      return TELEPHONE.test(digitsOf(address))
        ? undefined
        : at('address', 'must be a telephone number with its country, such as +4930123456');
    case 'slack':
      return SLACK_CHANNEL.test(address) || isWebAddress(address)
        ? undefined
        : at(
            'address',
            'must be the address of an incoming webhook, a channel such as #incidents, or the id of a member such as U012AB3CD',
          );
    case 'teams':
    case 'discord':
    case 'mattermost':
      return isWebAddress(address) ? undefined : at('address', 'must be the address of an incoming webhook');
    case 'webhook':
      if (!isWebAddress(address)) return at('address', 'must be an address such as https://example.com/hook');
      return secret === undefined || SIGNING_SECRET.test(secret)
        ? undefined
        : at('secret', 'must be whsec_ and then 24 to 64 bytes in base64');
    case 'web_push':
      if (!isWebAddress(address)) return at('address', 'must be the endpoint of the subscription');
      return keys && PUSH_KEY.test(keys.p256dh) && PUSH_AUTH.test(keys.auth)
        ? undefined
        : at('keys', "must be the subscription's keys, p256dh and auth");
  }
}

function isWebAddress(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && !url.username && !url.password;
}

function digitsOf(number: string): string {
  return number.replace(/[\s()./-]/g, '');
}

const SHORTENED = / \([0-9a-f]{8}\)$/;

/** Whether an address is the host and fingerprint that stand for a secret one. */
export function isShortened(address: string): boolean {
  return SHORTENED.test(address);
}

/** @returns the address as it is kept and shown: shortened where the whole one is a secret */
export function addressShown(given: NewToldChannel): string {
  return keptOf(given).address;
}

type Kept = { address: string; secret: ChannelSecret | undefined };

/** Splits what was given into what may be shown and what is sealed. */
function keptOf(given: NewToldChannel): Kept {
  const { kind, address } = given;
  if (isShortened(address)) return { address, secret: undefined };
  if (kind === 'email') return { address: address.toLowerCase(), secret: undefined };
  if (kind === 'sms' || kind === 'voice') return { address: digitsOf(address), secret: undefined };
  if (!isWebAddress(address)) return { address, secret: undefined };
  return {
    address: `${new URL(address).host} (${fingerprint(address)})`,
    secret: {
      url: address,
      ...(kind === 'webhook'
        ? { secrets: [{ secret: given.secret ?? newSigningSecret(), until: null }] }
        : {}),
      ...(given.keys ? { keys: given.keys } : {}),
    },
  };
}

export function newSigningSecret(): string {
  return `whsec_${randomBytes(SIGNING_SECRET_BYTES).toString('base64')}`;
}

/** Whose channels; neither: the organisation's. */
export type ChannelOwner = { contactId?: string; personId?: string };

/**
 * Makes the list exactly this one; a channel that stays keeps its test, its secrets and whether it is off.
 * @throws Refused when a shortened address belongs to no channel of this owner
 */
export async function writeChannels(
  tx: Tx,
  owner: ChannelOwner,
  wanted: readonly NewToldChannel[],
  by: { secret: string; now: Temporal.Instant },
): Promise<void> {
  const before = await rowsOf(tx, owner);
  const stay = new Set<string>();
  for (const [position, given] of wanted.entries()) {
    const kept = keptOf(given);
    const known = before.find((row) => row.kind === given.kind && row.address === kept.address);
    if (known && stay.has(known.id)) continue;
    if (!known && isShortened(given.address)) throw unknownAddress(position);
    const row = { position, label: given.label ?? known?.label ?? null, ...offOf(given, known, by.now) };
    if (known) {
      stay.add(known.id);
      await tx.updateTable('channel').set(row).where('id', '=', known.id).execute();
      continue;
    }
    const id = newId('chn');
    stay.add(id);
    await tx
      .insertInto('channel')
      .values({
        id,
        contact_id: owner.contactId ?? null,
        person_id: owner.personId ?? null,
        kind: given.kind,
        address: kept.address,
        sealed: kept.secret ? seal(by.secret, kept.secret) : null,
        created_at: by.now,
        ...row,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  const gone = before.filter((row) => !stay.has(row.id)).map((row) => row.id);
  if (gone.length) await tx.deleteFrom('channel').where('id', 'in', gone).execute();
}

function offOf(
  given: NewToldChannel,
  known: { off_at: Temporal.Instant | null; off_why: string | null } | undefined,
  now: Temporal.Instant,
) {
  if (given.off === undefined) return { off_at: known?.off_at ?? null, off_why: known?.off_why ?? null };
  if (!given.off) return { off_at: null, off_why: null };
  return { off_at: known?.off_at ?? now, off_why: known?.off_why ?? 'Turned off in the directory.' };
}

function unknownAddress(position: number): Refused {
  return new Refused(
    'invalid',
    'A shortened address belongs to no channel that is kept; nothing was changed.',
    {
      mend: 'Give the whole address.',
      fields: [{ path: `body.channels.${position}.address`, message: 'must be the whole address' }],
    },
  );
}

async function rowsOf(db: Db | Tx, owner: ChannelOwner) {
  let query = db.selectFrom('channel').selectAll().orderBy('position');
  if (owner.contactId) query = query.where('contact_id', '=', owner.contactId);
  else if (owner.personId) query = query.where('person_id', '=', owner.personId);
  else query = query.where('contact_id', 'is', null).where('person_id', 'is', null);
  return query.execute();
}

/** The email address of an owner has changed: a channel to the old one goes to the new one, which has to be tested again. */
export async function moveEmail(
  tx: Tx,
  owner: ChannelOwner,
  { from, to }: { from: string | null; to: string | null },
): Promise<void> {
  if (!from || from === to) return;
  const rows = (await rowsOf(tx, owner)).filter((row) => row.kind === 'email');
  const known = rows.find((row) => row.address === from);
  if (!known) return;
  if (!to || rows.some((row) => row.address === to))
    await tx.deleteFrom('channel').where('id', '=', known.id).execute();
  else
    await tx
      .updateTable('channel')
      .set({ address: to, tested_at: null, off_at: null, off_why: null })
      .where('id', '=', known.id)
      .execute();
}

/** What a browser says of itself when somebody turns notifications on in it. */
export const newBrowser = z
  .object({
    endpoint: text(URL_CHARACTERS_MAX).refine(
      (endpoint) => isWebAddress(endpoint) && !isShortened(endpoint),
      'must be the endpoint of the subscription',
    ),
    keys: z.object({ p256dh: z.string().max(100), auth: z.string().max(40) }),
    label: text(LABEL_CHARACTERS_MAX).describe('What the browser is called in the list.'),
  })
  .superRefine(({ endpoint, keys }, context) => {
    const wrong = whatIsWrong({ kind: 'web_push', address: endpoint, keys });
    if (wrong) context.addIssue({ code: 'custom', ...wrong });
  });

export type NewBrowser = z.output<typeof newBrowser>;

/** Whose browser: a person's joins their list; a contact's is told beside it, when they turned it on by a link of ours. */
export type BrowserOwner =
  | { column: 'person_id'; id: string; email: string }
  | { column: 'contact_id'; id: string; email: string };

/**
 * Keeps a browser of a person or of a contact: a new one goes to the end of their list, a known one is in use again.
 * A browser belongs to whoever turned it on last, so that nobody reads what is meant for somebody who used it before; contacts
 * of one email address are one reader.
 * @returns the id of its channel
 * @throws Refused when the list is full
 */
export async function keepBrowser(
  tx: Tx,
  owner: BrowserOwner,
  { endpoint, keys, label }: NewBrowser,
  by: { secret: string; now: Temporal.Instant },
): Promise<string> {
  const kept = keptOf({ kind: 'web_push', address: endpoint, keys });
  const here = await browsersAt(tx, owner.column, endpoint, by.secret);
  const others = here.filter((row) => row.owner !== owner.id && (!owner.email || row.email !== owner.email));
  if (others.length)
    await tx
      .deleteFrom('channel')
      .where(
        'id',
        'in',
        others.map((row) => row.id),
      )
      .execute();
  const row = {
    sealed: kept.secret ? seal(by.secret, kept.secret) : null,
    used_at: by.now,
    off_at: null,
    off_why: null,
  };
  const known = here.find((each) => each.owner === owner.id);
  if (known) {
    await tx.updateTable('channel').set(row).where('id', '=', known.id).execute();
    return known.id;
  }
  const whose = { [owner.column]: owner.id };
  const list = await rowsOf(
    tx,
    owner.column === 'person_id' ? { personId: owner.id } : { contactId: owner.id },
  );
  if (list.length >= CHANNELS_MAX)
    throw new Refused('conflict', `There are ${CHANNELS_MAX} channels in the list already.`, {
      mend: 'Remove a browser or a channel that is no longer used.',
    });
  // Without a list they are told by email: the browser comes after it, and not in its place.
  const email = {
    id: newId('chn'),
    ...whose,
    kind: 'email',
    address: owner.email,
    position: 0,
    created_at: by.now,
  };
  if (!list.length && owner.email) await tx.insertInto('channel').values(email).execute();
  const id = newId('chn');
  const position = Math.max(0, ...list.map((each) => each.position)) + 1;
  await tx
    .insertInto('channel')
    .values({
      id,
      ...whose,
      kind: 'web_push',
      address: kept.address,
      label,
      position,
      beside: owner.column === 'contact_id',
      created_at: by.now,
      ...row,
    })
    .execute();
  return id;
}

export type KnownBrowser = {
  id: string;
  owner: string;
  /** The owner's, in small letters; empty when there is none. */
  email: string;
  label: string | null;
  addedAt: Temporal.Instant;
  offAt: Temporal.Instant | null;
};

/** Every channel that stands for this one browser; whoever can name its endpoint holds the browser. */
export async function browsersAt(
  db: Db | Tx,
  column: BrowserOwner['column'],
  endpoint: string,
  secret: string,
): Promise<KnownBrowser[]> {
  const { address } = keptOf({ kind: 'web_push', address: endpoint });
  const [table, owns] =
    column === 'person_id' ? (['person', 'person_id'] as const) : (['contact', 'contact_id'] as const);
  const { rows } = await sql<KnownBrowser & { sealed: string | null }>`
    select ch.id, o.id as owner, lower(coalesce(o.email, '')) as email, ch.sealed, ch.label, ch.created_at as "addedAt", ch.off_at as "offAt"
    from channel ch join ${sql.table(table)} o on o.id = ${sql.ref(`ch.${owns}`)}
    where ch.kind = 'web_push' and ch.address = ${address}`.execute(db);
  return rows
    .filter((row) => secretOf(secret, row.sealed).url === endpoint)
    .map(({ sealed: _, ...row }) => row);
}

/** @throws Refused when it is no browser of this person */
export async function removeBrowser(tx: Tx, personId: string, id: string): Promise<void> {
  const { numDeletedRows } = await tx
    .deleteFrom('channel')
    .where('id', '=', id)
    .where('person_id', '=', personId)
    .where('kind', '=', 'web_push')
    .executeTakeFirst();
  if (!numDeletedRows) throw notFound('browser', id);
}

/** The lists of several contacts or people, in their order; without one, the email address stands for it. */
export async function channelsOfOwners(
  db: Db | Tx,
  kind: 'contact_id' | 'person_id',
  owners: readonly { id: string; email: string | null }[],
): Promise<Map<string, ToldChannel[]>> {
  if (!owners.length) return new Map();
  const rows = await db
    .selectFrom('channel')
    .selectAll()
    .where(
      kind,
      'in',
      owners.map((each) => each.id),
    )
    .orderBy('position')
    .execute();
  const lists = Map.groupBy(rows, (row) => row[kind] ?? '');
  return new Map(
    owners.map(({ id, email }) => [
      id,
      lists.get(id)?.map(shown) ?? (email ? [{ ...NOT_CHOSEN, address: email.toLowerCase() }] : []),
    ]),
  );
}

const NOT_CHOSEN = {
  id: null,
  kind: 'email' as const,
  label: null,
  testedAt: null,
  offAt: null,
  offWhy: null,
  usedAt: null,
  addedAt: null,
  beside: false,
};

export async function organisationChannels(db: Db | Tx): Promise<ToldChannel[]> {
  return (await rowsOf(db, {})).map(shown);
}

type Row = Awaited<ReturnType<typeof rowsOf>>[number];

function shown(row: Row): ToldChannel {
  return {
    id: row.id,
    kind: row.kind as ToldBy,
    label: row.label,
    address: row.address,
    testedAt: row.tested_at?.toString() ?? null,
    offAt: row.off_at?.toString() ?? null,
    offWhy: row.off_why,
    usedAt: row.used_at?.toString() ?? null,
    addedAt: row.created_at.toString(),
    beside: row.beside,
  };
}

/** @returns what is needed to use a channel; nothing for those whose address is no secret */
export function secretOf(secret: string, sealed: string | null): ChannelSecret {
  return sealed === null ? {} : (unseal(secret, sealed) as ChannelSecret);
}

/** The channels themselves: which can be used here, the organisation's own, a test that really sends, a new signing secret. */
import { z } from 'zod';
import {
  type ChannelOwner,
  type ChannelSecret,
  newSigningSecret,
  newToldChannels,
  organisationChannels,
  secretOf,
  toldChannel,
  writeChannels,
} from '#directory/channels.ts';
import { TOLD_BY, TOLD_BY_WORDS, type ToldBy } from '#directory/told-by.ts';
import { type Db, transaction } from '#platform/db/database.ts';
import { Failed, notFound, Refused } from '#platform/errors.ts';
import { type App, type Caller, callerOf } from '#platform/http/app.ts';
import { newId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { seal } from '#platform/sealed.ts';
import type { Channels } from './channels/channels.ts';
import type { PushKeys } from './channels/web_push/send.ts';
import type { Wording } from './channels/wording.ts';
import { readOrganisation } from './organisation.ts';

const tags = ['communicate'];
const OLD_SECRET_HOURS = 24;
const id = z.string().max(100);
const list = z.object({ channels: z.array(toldChannel) });

export function channelRoutes(
  app: App,
  platform: Platform,
  { channels, pushKeys }: { channels: Channels; pushKeys: () => Promise<PushKeys> },
): void {
  const { db, clock, live, secret } = platform;

  app.get(
    '/api/v1/channels',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'By which channels this installation can tell people',
        operationId: 'getChannelKinds',
        response: {
          200: z.object({
            kinds: z.array(
              z.object({
                kind: z.enum(TOLD_BY),
                words: z.string(),
                notConfigured: z.string().nullable().describe('Why it cannot be used, for the operator.'),
              }),
            ),
            webPushKey: z.string().describe('With it a browser subscribes to notifications.'),
          }),
        },
      },
    },
    async () => ({
      kinds: TOLD_BY.map((kind) => ({
        kind,
        words: TOLD_BY_WORDS[kind],
        notConfigured: channels[kind].notConfigured ?? null,
      })),
      webPushKey: (await pushKeys()).publicKey,
    }),
  );

  app.get(
    '/api/v1/settings/channels',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: "The organisation's own channels, which get every internal message",
        description: 'Restricted incidents are never told there.',
        operationId: 'getOrganisationChannels',
        response: { 200: list },
      },
    },
    async () => ({ channels: await organisationChannels(db) }),
  );

  app.put(
    '/api/v1/settings/channels',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        summary: "Set the organisation's own channels",
        operationId: 'setOrganisationChannels',
        body: z.object({ channels: newToldChannels }),
        response: { 200: list },
      },
    },
    async (request) => {
      const now = clock.now();
      await transaction(db, async (tx) => {
        await writeChannels(tx, {}, request.body.channels, { secret, now });
        await live.publish(tx, { kind: 'organisation', id: 'channels', version: now.epochMilliseconds }, now);
      });
      return { channels: await organisationChannels(db) };
    },
  );

  app.post(
    '/api/v1/channels/test',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Send a test to one channel of a contact, a person or the organisation',
        description:
          'It really sends. Everybody may test their own channels; those of others need an administrator.',
        operationId: 'testChannel',
        body: z.object({
          contactId: id.optional(),
          personId: id.optional(),
          kind: z.enum(TOLD_BY),
          address: z.string().max(300).describe('As it is shown.'),
        }),
        response: {
          200: z.object({
            sent: z.boolean(),
            delivered: z.boolean().describe('The other side says that it is there, not only on its way.'),
            words: z.string(),
          }),
        },
      },
    },
    async (request) => {
      const { kind, address, ...owner } = request.body;
      refuseStrangers(callerOf(request), owner);
      const target = await targetOf(db, owner, { kind, address });
      const { name } = await readOrganisation(db);
      const why = channels[kind].notConfigured;
      if (why) return { sent: false, delivered: false, words: why };
      try {
        const evidence = await channels[kind].send({
          deliveryId: newId('dlv'),
          wording: testWording({ organisation: name, who: target.name, now: clock.now() }),
          reference: undefined,
          to: { name: target.name, address: target.address, secret: secretOf(secret, target.sealed) },
          urgent: true,
          thread: undefined,
          unsubscribe: undefined,
        });
        await noteTested(db, owner, target, clock.now());
        return { sent: true, delivered: evidence.delivered, words: evidence.response };
      } catch (error) {
        if (error instanceof Failed) return { sent: false, delivered: false, words: error.message };
        throw error;
      }
    },
  );

  app.post(
    '/api/v1/channels/:id/secret',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        summary: 'Make a new signing secret for a webhook',
        description: `Shown once. For ${OLD_SECRET_HOURS} hours messages are signed with both, so that nothing is lost in between.`,
        operationId: 'replaceSigningSecret',
        params: z.object({ id }),
        response: { 200: z.object({ secret: z.string(), oldUntil: z.string() }) },
      },
    },
    (request) => replaceSecret(db, { id: request.params.id, secret, now: clock.now() }),
  );
}

function refuseStrangers(caller: Caller, owner: ChannelOwner): void {
  if (caller.role === 'administrator') return;
  if (owner.personId && owner.personId === caller.personId && !owner.contactId) return;
  throw new Refused('forbidden', 'Only an administrator may test the channels of others.', {
    mend: 'Ask an administrator.',
  });
}

type Target = {
  channel_id: string | null;
  kind: ToldBy;
  address: string;
  sealed: string | null;
  name: string;
};

async function targetOf(
  db: Db,
  owner: ChannelOwner,
  { kind, address }: { kind: ToldBy; address: string },
): Promise<Target> {
  const of = owner.contactId
    ? ({ table: 'contact', id: owner.contactId } as const)
    : owner.personId
      ? ({ table: 'person', id: owner.personId } as const)
      : undefined;
  const known = of
    ? await db.selectFrom(of.table).select(['name', 'email']).where('id', '=', of.id).executeTakeFirst()
    : { name: 'everybody', email: null };
  if (!known) throw notFound(of?.table ?? 'channel', of?.id ?? '');
  let query = db
    .selectFrom('channel')
    .select(['id as channel_id', 'kind', 'address', 'sealed'])
    .where('kind', '=', kind)
    .where('address', '=', address);
  query = query
    .where('contact_id', owner.contactId ? '=' : 'is', owner.contactId ?? null)
    .where(
      'person_id',
      owner.personId && !owner.contactId ? '=' : 'is',
      (!owner.contactId && owner.personId) || null,
    );
  const row = await query.executeTakeFirst();
  if (row) return { ...row, kind, name: known.name };
  if (kind === 'email' && known.email && known.email.toLowerCase() === address)
    return { channel_id: null, kind, address, sealed: null, name: known.name };
  throw new Refused('not_found', 'There is no such channel.', { mend: 'Save it first, then test it.' });
}

/** A default that was tested becomes a channel of its own, so that its test is kept. */
async function noteTested(db: Db, owner: ChannelOwner, target: Target, now: Temporal.Instant): Promise<void> {
  if (target.channel_id)
    await db.updateTable('channel').set({ tested_at: now }).where('id', '=', target.channel_id).execute();
  else
    await db
      .insertInto('channel')
      .values({
        id: newId('chn'),
        contact_id: owner.contactId ?? null,
        person_id: owner.contactId ? null : (owner.personId ?? null),
        position: 0,
        kind: target.kind,
        address: target.address,
        tested_at: now,
        created_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

function testWording(test: { organisation: string | null; who: string; now: Temporal.Instant }): Wording {
  const from = test.organisation ?? 'Humdrum';
  const impact = `This is a test from ${from}. Nothing is wrong: this is how you will hear when something is.`;
  return {
    language: 'en',
    subject: `Test: how ${from} will tell you`,
    lines: [{ label: '', words: impact }],
    footer: [`Sent to ${test.who}.`],
    link: undefined,
    brief: { from: `Test, ${from}`, impact, action: '', next: '', reference: '' },
    event: { type: 'test', at: test.now.epochMilliseconds, data: {} },
  };
}

async function replaceSecret(
  db: Db,
  what: { id: string; secret: string; now: Temporal.Instant },
): Promise<{ secret: string; oldUntil: string }> {
  return transaction(db, async (tx) => {
    const row = await tx
      .selectFrom('channel')
      .select(['kind', 'sealed'])
      .where('id', '=', what.id)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw notFound('channel', what.id);
    if (row.kind !== 'webhook')
      throw new Refused('conflict', 'Only webhooks have a signing secret.', { mend: 'Choose a webhook.' });
    const kept = secretOf(what.secret, row.sealed);
    const secret = newSigningSecret();
    const oldUntil = what.now.add({ hours: OLD_SECRET_HOURS }).toString();
    const sealed: ChannelSecret = {
      ...kept,
      secrets: [
        { secret, until: null },
        ...(kept.secrets ?? [])
          .filter(({ until }) => until === null)
          .map((each) => ({ secret: each.secret, until: oldUntil })),
      ],
    };
    await tx
      .updateTable('channel')
      .set({ sealed: seal(what.secret, sealed) })
      .where('id', '=', what.id)
      .execute();
    return { secret, oldUntil };
  });
}

/** `/unsubscribe/<token>`: a reader outside asks for no more mail (RFC 8058). Reading shows one button; only a POST changes anything. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import type { App } from '#platform/http/app.ts';
import { BUTTON_PAGE_HEADERS, buttonPage, readForms, wordsPage } from '#platform/http/button-page.ts';
import { newId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { readOrganisation } from './organisation.ts';

export const ASKED_FOR_NO_MAIL = 'Asked for no mail.';
const SIGNATURE_CHARACTERS = 32;
const TOKEN = /^([\w-]{1,64})\.([0-9a-f]{32})$/;
const params = z.object({ token: z.string().max(200) });

/** @returns the address for one contact; undefined when there is no public address to build it from */
export function unsubscribeUrl(
  by: { url: string | undefined; secret: string },
  contactId: string,
): string | undefined {
  return by.url && `${by.url}/unsubscribe/${contactId}.${sign(by.secret, contactId)}`;
}

function sign(secret: string, contactId: string): string {
  return createHmac('sha256', secret)
    .update(`unsubscribe ${contactId}`)
    .digest('hex')
    .slice(0, SIGNATURE_CHARACTERS);
}

export function unsubscribeRoutes(app: App, { db, clock, live, secret }: Platform): void {
  // Forms are read here and nowhere else.
  app.register(async (plain: App) => {
    readForms(plain);
    plain.get(
      '/unsubscribe/:token',
      { config: { access: 'public' }, schema: { params, hide: true } as never },
      async (request, reply) => {
        const { token } = request.params as z.output<typeof params>;
        const name = (await readOrganisation(db)).name ?? 'us';
        return genuine(secret, token) ? html(reply, 200, ask(name, token)) : html(reply, 404, unknown());
      },
    );
    plain.post(
      '/unsubscribe/:token',
      { config: { access: 'public' }, schema: { params, hide: true } as never },
      async (request, reply) => {
        const { token } = request.params as z.output<typeof params>;
        const contactId = genuine(secret, token);
        if (!contactId) return html(reply, 404, unknown());
        const now = clock.now();
        await transaction(db, async (tx) => {
          for (const id of await turnMailOff(tx, contactId, now))
            await live.publish(tx, { kind: 'contact', id, version: now.epochMilliseconds }, now);
        });
        return html(reply, 200, done((await readOrganisation(db)).name ?? 'us'));
      },
    );
  });
}

/** @returns the contact that a token names */
function genuine(secret: string, token: string): string | undefined {
  const [, contactId, signature] = TOKEN.exec(token) ?? [];
  if (!contactId || !signature) return undefined;
  return timingSafeEqual(Buffer.from(sign(secret, contactId)), Buffer.from(signature))
    ? contactId
    : undefined;
}

/** Every contact with the same address: the reader has one mailbox, whatever we call it. @returns their ids */
async function turnMailOff(tx: Tx, contactId: string, now: Temporal.Instant): Promise<string[]> {
  const contact = await tx
    .selectFrom('contact')
    .select('email')
    .where('id', '=', contactId)
    .executeTakeFirst();
  if (!contact) return [];
  const addresses = await mailAddresses(tx, contactId, contact.email);
  const contacts = await tx
    .selectFrom('contact')
    .select(['id', 'email'])
    .where((where) =>
      where.or([
        where('id', '=', contactId),
        where(where.fn<string>('lower', ['email']), 'in', addresses.length ? addresses : ['']),
      ]),
    )
    .execute();
  for (const each of contacts) await turnOff(tx, each, now);
  await tx
    .updateTable('channel')
    .set({ off_at: now, off_why: ASKED_FOR_NO_MAIL })
    .where('kind', '=', 'email')
    .where('contact_id', 'is not', null)
    .where('address', 'in', addresses.length ? addresses : [''])
    .where('off_at', 'is', null)
    .execute();
  return contacts.map((each) => each.id);
}

async function mailAddresses(db: Db | Tx, contactId: string, email: string | null): Promise<string[]> {
  const rows = await db
    .selectFrom('channel')
    .select('address')
    .where('contact_id', '=', contactId)
    .where('kind', '=', 'email')
    .execute();
  return [...new Set([...rows.map((row) => row.address), ...(email ? [email.toLowerCase()] : [])])];
}

/** Whoever had no list of channels gets one, with mail turned off: so that it shows, and stays. */
async function turnOff(
  tx: Tx,
  { id, email }: { id: string; email: string | null },
  now: Temporal.Instant,
): Promise<void> {
  const some = await tx.selectFrom('channel').select('id').where('contact_id', '=', id).executeTakeFirst();
  if (some || !email) return;
  await tx
    .insertInto('channel')
    .values({
      id: newId('chn'),
      contact_id: id,
      position: 0,
      kind: 'email',
      address: email.toLowerCase(),
      off_at: now,
      off_why: ASKED_FOR_NO_MAIL,
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function html(reply: FastifyReply, status: number, body: string): FastifyReply {
  return reply.code(status).headers(BUTTON_PAGE_HEADERS).send(body);
}

function ask(name: string, token: string): string {
  return buttonPage({
    title: 'No more mail about incidents?',
    lines: [`You then no longer hear by mail from ${name} when something you use does not work.`],
    action: `/unsubscribe/${token}`,
    button: 'Send me no more mail',
  });
}

function done(name: string): string {
  return wordsPage('You get no more mail', [`To hear again, tell ${name}.`]);
}

function unknown(): string {
  return wordsPage('This link is not valid', ['It may have been cut short in a message.']);
}

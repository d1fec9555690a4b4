/** `/device/<token>`: a contact turns messages on or off in a browser. Opening it changes nothing; only our own page's script posts. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { browserIn } from '#directory/browser-name.ts';
import { newBrowser, secretOf } from '#directory/channels.ts';
import { fromOwnSite } from '#platform/auth/own-site.ts';
import { Failed, Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import { BUTTON_PAGE_HEADERS, buttonPage, readForms, wordsPage } from '#platform/http/button-page.ts';
import { newId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import type { Teller } from '../channels/channels.ts';
import type { PushKeys } from '../channels/web_push/send.ts';
import { createLimit } from '../limits.ts';
import { readOrganisation } from '../organisation.ts';
import { languageFor } from '../page/language.ts';
import { deviceOf, endDevice, type Found, findLink, stateOf, takeBack, turnOff, turnOn } from './devices.ts';
import { channelToEnd } from './link.ts';
import { DEVICE_HEADERS, devicePage } from './page.ts';
import { deviceWords } from './words.ts';

const params = z.object({ token: z.string().max(300) });
const hidden = { hide: true };
const open = { access: 'public' as const };
const endpoint = z.object({ endpoint: z.string().max(2000) });
const subscription = z.object({
  endpoint: z.string().max(2000),
  keys: z.object({ p256dh: z.string().max(100), auth: z.string().max(40) }),
});
const state = z.object({
  on: z.boolean(),
  since: z.string().nullable(),
  stopped: z.boolean(),
  other: z.boolean(),
});
const turned = state.extend({
  first: z.boolean().describe('A first notification was taken by its service.'),
});

export function deviceRoutes(
  app: App,
  platform: Platform,
  { channel, pushKeys }: { channel: Teller; pushKeys: () => Promise<PushKeys> },
): void {
  const { db, clock, live, secret, config } = platform;
  const means = { db, live, secret };
  const perSource = createLimit({ most: 60, minutes: 10 });

  app.get('/device', { config: open, schema: { ...hidden } as never }, bare);

  app.get('/device/:token', { config: open, schema: { params, ...hidden } }, async (request, reply) => {
    const found = await findLink(means, request.params.token, clock.now());
    if (!found) return html(reply, 404, unknown(request));
    const { contact, token, link } = found;
    return reply.headers(DEVICE_HEADERS).send(
      devicePage({
        language: languageFor(contact.language),
        words: deviceWords(contact.language),
        token,
        link,
        pushKey: (await pushKeys()).publicKey,
        contact: contact.name,
        client: contact.client,
        kinds: contact.kinds,
        statusPage: contact.slug ? `/status/${contact.slug}/` : '/status/',
        phone: (await readOrganisation(db)).phone,
      }),
    );
  });

  /** What is posted comes from our own page, by whoever has a genuine link. */
  const posted = async (request: FastifyRequest): Promise<Found> => {
    if (fromOwnSite(request, config.url) !== true)
      throw new Refused('forbidden', 'This request does not come from this page; nothing was changed.', {
        mend: 'Open the link in the message itself.',
      });
    perSource.admit(request.ip, clock.now());
    const found = await findLink(means, (request.params as z.output<typeof params>).token, clock.now());
    if (!found)
      throw new Refused('not_found', 'This link is not valid.', { mend: 'Open the newest message from us.' });
    return found;
  };

  app.post(
    '/device/:token/state',
    { config: open, schema: { params, body: endpoint, response: { 200: state }, ...hidden } },
    async (request) => {
      const { contact } = await posted(request);
      return stateOf(means, contact.id, request.body.endpoint);
    },
  );

  app.post(
    '/device/:token',
    { config: open, schema: { params, body: subscription, response: { 200: turned }, ...hidden } },
    async (request) => {
      const found = await posted(request);
      const browser = readBrowser(request.body, browserIn(request.headers['user-agent'] ?? null));
      const now = clock.now();
      const done = await turnOn(means, found, browser, now);
      if (!done.done) throw refusal(done.why);
      const first = done.fresh && (await greet(found, done.channelId));
      return { ...(await stateOf(means, found.contact.id, browser.endpoint)), first };
    },
  );

  app.post(
    '/device/:token/off',
    { config: open, schema: { params, body: endpoint, response: { 200: state }, ...hidden } },
    async (request) => {
      const { contact } = await posted(request);
      await turnOff(means, contact.id, request.body.endpoint, clock.now());
      return stateOf(means, contact.id, request.body.endpoint);
    },
  );

  /**
   * The first notification proves that the device is there.
   * @throws Refused when its service does not know it; then nothing was turned on
   */
  const greet = async (found: Found, channelId: string): Promise<boolean> => {
    const { contact, token } = found;
    const row = await db
      .selectFrom('channel')
      .select(['address', 'sealed'])
      .where('id', '=', channelId)
      .executeTakeFirst();
    if (!row) return false;
    const words = deviceWords(contact.language).push;
    const from = (await readOrganisation(db)).name ?? contact.client;
    try {
      await channel.send({
        deliveryId: newId('dlv'),
        wording: {
          language: languageFor(contact.language),
          subject: words.title(from),
          lines: [],
          footer: [],
          link: config.url && `${config.url}/device/${token}`,
          brief: { from: '', impact: words.text, action: '', next: '', reference: '' },
          event: { type: 'notice', at: clock.now().epochMilliseconds, data: {} },
        },
        reference: undefined,
        to: { name: contact.name, address: row.address, secret: secretOf(secret, row.sealed) },
        urgent: true,
        thread: undefined,
        unsubscribe: undefined,
      });
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      if (!error.permanent) return false;
      await takeBack(means, found, channelId, clock.now());
      throw new Refused('conflict', 'The service for notifications does not know this device.', {
        mend: 'Nothing was turned on. Open the link again, or in another browser.',
      });
    }
    await db.updateTable('channel').set({ tested_at: clock.now() }).where('id', '=', channelId).execute();
    return true;
  };

  app.register(async (plain: App) => {
    readForms(plain);
    plain.get(
      '/device/off/:token',
      { config: open, schema: { params, ...hidden } },
      async (request, reply) => {
        const { token } = request.params;
        const channelId = channelToEnd(secret, token);
        if (!channelId) return html(reply, 404, unknown(request));
        const device = await deviceOf(db, channelId);
        if (!device) return html(reply, 410, ended(languageOf(request)));
        const words = deviceWords(device.language).end;
        return html(
          reply,
          200,
          buttonPage({
            title: words.title,
            lines: [words.text(device.label)],
            action: `/device/off/${token}`,
            button: words.button,
          }),
        );
      },
    );
    plain.post(
      '/device/off/:token',
      { config: open, schema: { params, ...hidden } },
      async (request, reply) => {
        const channelId = channelToEnd(secret, request.params.token);
        if (!channelId) return html(reply, 404, unknown(request));
        const language = (await deviceOf(db, channelId))?.language ?? languageOf(request);
        await endDevice(means, channelId, clock.now());
        return html(reply, 200, ended(language));
      },
    );
  });
}

/** @throws Refused for what is no subscription */
function readBrowser(body: z.output<typeof subscription>, label: string): z.output<typeof newBrowser> {
  const parsed = newBrowser.safeParse({ ...body, label });
  if (parsed.success) return parsed.data;
  throw new Refused('invalid', 'This is no subscription of a browser; nothing was turned on.', {
    mend: 'Open the link again.',
  });
}

function refusal(why: 'used' | 'expired' | 'stopped'): Refused {
  const words = {
    used: 'This link has turned a device on already, and works once.',
    expired: 'This link is too old to turn a device on.',
    stopped: 'Messages on this device were turned off by us.',
  };
  const mend = why === 'stopped' ? 'Ask us if you want them back.' : 'Open the link in our newest message.';
  return new Refused(why === 'stopped' ? 'forbidden' : 'gone', words[why], { mend });
}

async function bare(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const words = deviceWords(languageOf(request));
  return html(reply, 200, wordsPage(words.title, [words.bare]));
}

function unknown(request: FastifyRequest): string {
  const words = deviceWords(languageOf(request));
  return wordsPage(words.unknown, [words.unknownText]);
}

function ended(language: string): string {
  const words = deviceWords(language).end;
  return wordsPage(words.done, [words.doneText]);
}

function languageOf(request: FastifyRequest): string {
  return request.headers['accept-language']?.trim().split(/[,;]/)[0] ?? 'en';
}

function html(reply: FastifyReply, status: number, body: string): FastifyReply {
  return reply.code(status).headers(BUTTON_PAGE_HEADERS).send(body);
}

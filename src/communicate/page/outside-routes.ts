/** What people outside do on status pages: ask for a link to a private one, subscribe, confirm, choose, stop. No GET changes anything. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { fromOwnSite } from '#platform/auth/own-site.ts';
import { Refused } from '#platform/errors.ts';
import { escaped } from '#platform/escaped.ts';
import type { App } from '#platform/http/app.ts';
import { readForms } from '#platform/http/button-page.ts';
import type { Platform } from '#platform/platform.ts';
import { canPush, devicePathOnPage } from '../device/link.ts';
import { deviceWords } from '../device/words.ts';
import { createLimit } from '../limits.ts';
import { readOrganisation } from '../organisation.ts';
import { KINDS, type Kind, type Senders } from '../subscribe/senders.ts';
import {
  askToSubscribe,
  choose,
  confirm,
  end,
  type Subscription,
  subscriptionOf,
  toConfirm,
} from '../subscribe/subscribe.ts';
import { OUTSIDE_WORDS, type OutsideWords } from '../subscribe/words.ts';
import { contactAt, enter, keyOf, leave, readerByKey, readerOf, SESSION_DAYS, wishToRead } from './access.ts';
import { type Dress, framed, headerOf } from './html.ts';
import { type Language, speechOf } from './language.ts';
import { headingOf } from './model.ts';
import { baseOf, pageBySlug, type StatusPage, servicesOn } from './pages.ts';
import { type Known, policyOf, type StatusPages } from './serve.ts';

const FORM_BYTES_MAX = 32 * 1024;
const FIELDS_MAX = 300;
const ADDRESS = /^[^\s@<>()[\],;:\\"']{1,64}@[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/;
const TELEPHONE = /^\+[1-9]\d{6,14}$/;
const SLACK = /^https:\/\/hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\//;
const COOKIE = 'humdrum_status';
/** What programs read: told in their own way that they may not, and opened by a key as well. */
const FOR_PROGRAMS = /^(?:api\/|history\.|calendar\.ics$|documents\.json$)/;

const inPage = z.object({ slug: z.string().max(100) });
const withToken = z.object({ slug: z.string().max(100).optional(), token: z.string().max(200) });
const form = z.record(z.string(), z.array(z.string().max(2500)).max(FIELDS_MAX));
const hidden = { hide: true };
const open = { access: 'public' as const };

type Means = Pick<Platform, 'db' | 'clock' | 'secret'> & {
  url: string | undefined;
  pages: StatusPages;
  senders: Senders;
};

/** The page that speaks, in its dress. */
type Stage = { page: StatusPage; dress: Dress; words: OutsideWords };

export function outsideRoutes(app: App, means: Means): void {
  const { db, clock, secret, url, pages, senders } = means;
  const perSource = createLimit({ most: 30, minutes: 10 });
  const perAddress = createLimit({ most: 5, minutes: 15 });
  // Each of these costs money.
  const perTelephone = createLimit({ most: 3, minutes: 60 });
  const admit = (request: FastifyRequest, address: string): void => {
    const now = clock.now();
    perSource.admit(request.ip, now);
    perAddress.admit(address, now);
  };

  app.register(async (plain: App) => {
    readForms(plain, FORM_BYTES_MAX, { lists: true });

    const stageOf = async (slug: string | undefined): Promise<Stage | undefined> => {
      const page = await pageBySlug(db, slug ?? null);
      if (!page) return undefined;
      const organisation = await readOrganisation(db);
      const speech = speechOf(page.language, page.zone ?? organisation.zone);
      const { language, accent, accentDark, logo, clientId } = page;
      const dress = {
        heading: headingOf(page, organisation, speech),
        base: baseOf(page),
        language,
        private: clientId !== null,
        accent,
        accentDark,
        // Whoever stands before the door sees neither picture nor name.
        logo: clientId === null ? logo : null,
      };
      return { page, dress, words: OUTSIDE_WORDS[language] };
    };
    const sessionReader = async (request: FastifyRequest, page: StatusPage): Promise<string | undefined> => {
      const session = cookieOf(request);
      return session ? readerOf(db, { pageId: page.id, session }, clock.now()) : undefined;
    };

    const readPrivate = async (
      request: FastifyRequest,
      reply: FastifyReply,
      slug: string,
      path: string,
    ): Promise<FastifyReply> => {
      const known = pages.find(slug);
      const key = (request.query as { key?: unknown }).key;
      const forPrograms = FOR_PROGRAMS.test(path);
      const reader = known?.clientId
        ? ((await sessionReader(request, known as StatusPage)) ??
          (forPrograms && typeof key === 'string'
            ? await readerByKey(db, secret, { pageId: known.id, key })
            : undefined))
        : undefined;
      if (known && reader !== undefined) {
        if (path === 'device') return toDevice(reply, known, reader);
        const own =
          path === 'subscribe'
            ? await keyOf(db, secret, { pageId: known.id, address: reader }, clock.now())
            : '';
        reply.hijack();
        pages.sendPrivate(request.raw, reply.raw, { slug, path, key: own });
        return reply;
      }
      if (!forPrograms) return door(request, reply, slug);
      throw new Refused('unauthenticated', 'This status page is private, or does not exist.', {
        mend: 'Use the address with your own key, which "Get updates" on the page shows.',
      });
    };

    /** Nothing is stored: the link is made anew for whoever has shown that the address is theirs. */
    const toDevice = async (reply: FastifyReply, page: Known, reader: string): Promise<FastifyReply> => {
      const contact = await contactAt(db, page, reader);
      if (contact && canPush(url)) {
        const path = devicePathOnPage(secret, { contactId: contact.id, address: reader }, clock.now());
        return reply.header('cache-control', 'no-store').redirect(path, 303);
      }
      const stage = await stageOf(page.slug ?? undefined);
      const words = deviceWords(stage?.dress.language ?? 'en');
      const said = canPush(url) ? words.notContactText : words.insecure;
      return show(
        reply,
        404,
        stage?.dress ?? bare('en'),
        canPush(url) ? words.notContact : words.title,
        `<p>${escaped(said)}</p>${stage ? back(stage) : ''}`,
      );
    };

    for (const path of ['/status/:slug', '/status/:slug/*'])
      plain.get(
        path,
        { config: open, schema: { params: inPage.extend({ '*': z.string().optional() }), ...hidden } },
        (request, reply) => {
          if (pages.handle(request.raw, reply.raw)) return reply.hijack();
          return readPrivate(request, reply, request.params.slug, trimmed(request.params['*'] ?? ''));
        },
      );

    plain.post(
      '/status/:slug/access',
      { config: open, schema: { params: inPage, body: form, ...hidden } },
      (request, reply) =>
        guarded(request, reply, languageOf(request), async (words, language) => {
          const address = one(request.body, 'address').trim().toLowerCase();
          if (!ADDRESS.test(address)) throw new Refused('invalid', words.badAddress);
          const { slug } = request.params;
          admit(request, `access ${slug} ${address}`);
          await wishToRead(db, { slug, address, language }, clock.now());
          return show(reply, 200, bare(language), words.doorSent, `<p>${escaped(words.doorSentText)}</p>`);
        }),
    );

    plain.get(
      '/status/:slug/enter/:token',
      { config: open, schema: { params: withToken, ...hidden } },
      (request, reply) => {
        const language = languageOf(request);
        const words = OUTSIDE_WORDS[language];
        const { slug = '', token } = request.params;
        const action = `/status/${encodeURIComponent(slug)}/enter/${encodeURIComponent(token)}`;
        return show(
          reply,
          200,
          bare(language),
          words.enterTitle,
          `<p>${escaped(words.enterText)}</p>${button(action, words.enterButton)}`,
        );
      },
    );

    plain.post(
      '/status/:slug/enter/:token',
      { config: open, schema: { params: withToken, body: form.optional(), ...hidden } },
      (request, reply) =>
        guarded(request, reply, languageOf(request), async (words, language) => {
          perSource.admit(request.ip, clock.now());
          const { slug = '', token } = request.params;
          const session = await enter(db, { slug, token }, clock.now());
          if (!session)
            return show(
              reply,
              410,
              bare(language),
              words.expired,
              `<p>${escaped(words.expiredText)}</p>${askForLink(slug, words)}`,
            );
          return reply
            .header('set-cookie', cookie(slug, session, SESSION_DAYS * 24 * 3600))
            .header('cache-control', 'no-store')
            .redirect(`/status/${slug}/`, 303);
        }),
    );

    plain.post(
      '/status/:slug/leave',
      { config: open, schema: { params: inPage, body: form.optional(), ...hidden } },
      (request, reply) =>
        guarded(request, reply, languageOf(request), async () => {
          const session = cookieOf(request);
          if (session) await leave(db, session);
          const { slug } = request.params;
          return reply
            .header('set-cookie', cookie(slug, '', 0))
            .header('cache-control', 'no-store')
            .redirect(`/status/${encodeURIComponent(slug)}/`, 303);
        }),
    );

    for (const base of ['/status', '/status/:slug']) {
      plain.post(
        `${base}/subscribe`,
        { config: open, schema: { params: inPage.partial(), body: form, ...hidden } },
        async (request, reply) => {
          const stage = await stageOf(request.params.slug);
          const reader = stage?.page.clientId ? await sessionReader(request, stage.page) : undefined;
          if (!stage || (stage.page.clientId && reader === undefined))
            return door(request, reply, request.params.slug ?? '');
          return guarded(request, reply, stage, (words) => subscribe(request, reply, stage, words, reader));
        },
      );

      plain.get(
        `${base}/confirm/:token`,
        { config: open, schema: { params: withToken, ...hidden } },
        async (request, reply) => {
          const { slug, token } = request.params;
          const stage = await stageOf(slug);
          const asked = stage && (await toConfirm(db, secret, { pageId: stage.page.id, token }, clock.now()));
          if (!stage || !asked) return expired(request, reply, slug);
          const { words, dress } = stage;
          return show(
            reply,
            200,
            dress,
            words.confirmTitle,
            `<p>${escaped(words.confirmQuestion(dress.heading))}</p>${button(`${dress.base}confirm/${encodeURIComponent(token)}`, words.confirmButton)}`,
          );
        },
      );
      plain.post(
        `${base}/confirm/:token`,
        { config: open, schema: { params: withToken, body: form.optional(), ...hidden } },
        async (request, reply) => {
          const { slug, token } = request.params;
          const stage = await stageOf(slug);
          // Before the link has proven itself nobody sees whose page it is, or whether there is one.
          const before = stage?.page.clientId === null ? stage : languageOf(request);
          return guarded(request, reply, before, async () => {
            const done = stage && (await confirm(db, secret, { pageId: stage.page.id, token }, clock.now()));
            if (!stage || !done) return expired(request, reply, slug);
            const { words, dress } = stage;
            return show(
              reply,
              200,
              dress,
              words.confirmed,
              `<p>${escaped(words.confirmedText)}</p>${back(stage)}`,
            );
          });
        },
      );

      plain.get(
        `${base}/subscription/:token`,
        { config: open, schema: { params: withToken, ...hidden } },
        async (request, reply) => {
          const found = await mine(request.params);
          return found ? manage(reply, found, '') : expired(request, reply, request.params.slug);
        },
      );
      plain.post(
        `${base}/subscription/:token`,
        { config: open, schema: { params: withToken, body: form, ...hidden } },
        async (request, reply) => {
          const found = await mine(request.params);
          if (!found) return expired(request, reply, request.params.slug);
          return guarded(request, reply, found, async (words) => {
            const wanted = await chosen(found.page, request.body);
            await choose(db, found.subscription.id, wanted, clock.now());
            const subscription = { ...found.subscription, serviceIds: wanted };
            return manage(reply, { ...found, subscription }, words.saved);
          });
        },
      );

      plain.get(
        `${base}/unsubscribe/:token`,
        { config: open, schema: { params: withToken, ...hidden } },
        async (request, reply) => {
          const found = await mine(request.params);
          if (!found) return expired(request, reply, request.params.slug);
          const { words, dress, subscription, token } = found;
          return show(
            reply,
            200,
            dress,
            words.manageTitle,
            `<p>${escaped(words.stopQuestion(subscription.address))}</p>${button(`${dress.base}unsubscribe/${token}`, words.stop)}`,
          );
        },
      );
      // A mail program posts here by itself when its user says "unsubscribe" (RFC 8058): no cookie, no origin, no further question.
      plain.post(
        `${base}/unsubscribe/:token`,
        { config: open, schema: { params: withToken, body: form.optional(), ...hidden } },
        async (request, reply) => {
          const found = await mine(request.params);
          if (!found) return expired(request, reply, request.params.slug);
          await end(db, found.subscription.id, 'unsubscribed', clock.now());
          const { words, dress } = found;
          return show(reply, 200, dress, words.stopped, `<p>${escaped(words.stoppedText)}</p>${back(found)}`);
        },
      );
    }

    type Mine = Stage & { subscription: Subscription; token: string };
    const mine = async (params: { slug?: string | undefined; token: string }): Promise<Mine | undefined> => {
      const stage = await stageOf(params.slug);
      const { token } = params;
      const subscription = stage && (await subscriptionOf(db, secret, { pageId: stage.page.id, token }));
      return stage && subscription ? { ...stage, subscription, token } : undefined;
    };

    const subscribe = async (
      request: FastifyRequest,
      reply: FastifyReply,
      stage: Stage,
      words: OutsideWords,
      reader: string | undefined,
    ): Promise<FastifyReply> => {
      const body = request.body as z.output<typeof form>;
      const kind = kindOf(one(body, 'kind'));
      if (!kind) throw new Refused('invalid', words.badAddress);
      const given = one(body, 'address').trim();
      const address =
        kind === 'email' ? given.toLowerCase() : kind === 'sms' ? given.replaceAll(' ', '') : given;
      if (!senders[kind] || !isAddress(kind, address)) throw new Refused('invalid', words.badAddress);
      if (reader !== undefined && kind === 'email' && address !== reader)
        throw new Refused('invalid', words.onlyYourself(reader));
      if (kind === 'sms') perTelephone.admit(request.ip, clock.now());
      admit(request, `subscribe ${address}`);
      const serviceIds = await chosen(stage.page, body);
      const made = await askToSubscribe(
        db,
        { pageId: stage.page.id, kind, address, serviceIds, reader: reader ?? null },
        clock.now(),
      );
      const text = kind === 'webhook' ? hookText(words, made) : `<p>${escaped(words.askedText)}</p>`;
      return show(reply, 200, stage.dress, words.asked, `${text}${back(stage)}`);
    };

    /** Only services of this page count; all of them is the same as none. */
    const chosen = async (page: StatusPage, body: z.output<typeof form>): Promise<string[]> => {
      const shown = (await servicesOn(db, page)).map((each) => each.id);
      const wanted = shown.filter((id) => (body['service'] ?? []).includes(id));
      return wanted.length === shown.length ? [] : wanted;
    };

    const manage = async (reply: FastifyReply, found: Mine, said: string): Promise<FastifyReply> => {
      const { words, dress, page, subscription, token } = found;
      if (subscription.state === 'ended')
        return show(reply, 200, dress, words.stopped, `<p>${escaped(words.stoppedText)}</p>${back(found)}`);
      const { which, everything } = speechOf(page.language, 'UTC').words.subscribe;
      const ticks = (await servicesOn(db, page))
        .map(
          (service) =>
            `<label class="tick"><input type="checkbox" name="service" value="${escaped(service.id)}"${subscription.serviceIds.includes(service.id) ? ' checked' : ''}> ${escaped(service.name)}</label>`,
        )
        .join('');
      return show(
        reply,
        200,
        dress,
        words.manageTitle,
        `<p>${escaped(words.manageText(subscription.address))}</p>${said ? `<p class="words works" role="status">${escaped(said)}</p>` : ''}
<form method="post" action="${dress.base}subscription/${escaped(token)}"><fieldset><legend>${escaped(which)}</legend>${ticks}<p class="note">${escaped(everything)}</p></fieldset><button>${escaped(words.save)}</button></form>
${button(`${dress.base}unsubscribe/${token}`, words.stop, 'quiet-button')}${back(found)}`,
      );
    };

    const expired = async (
      request: FastifyRequest,
      reply: FastifyReply,
      slug: string | undefined,
    ): Promise<FastifyReply> => {
      const stage = await stageOf(slug);
      if (!stage || stage.page.clientId) return door(request, reply, slug ?? '');
      const { words, dress } = stage;
      return show(reply, 410, dress, words.expired, `<p>${escaped(words.expiredText)}</p>${back(stage)}`);
    };

    const guarded = async (
      request: FastifyRequest,
      reply: FastifyReply,
      from: Language | Stage,
      work: (words: OutsideWords, language: Language) => Promise<FastifyReply>,
    ): Promise<FastifyReply> => {
      const dress = typeof from === 'string' ? bare(from) : from.dress;
      const words = OUTSIDE_WORDS[dress.language];
      try {
        if (fromOwnSite(request, url) === false)
          throw new Refused('forbidden', 'This request does not come from this page; nothing was changed.');
        return await work(words, dress.language);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        const status = { too_many: 429, forbidden: 403 }[error.code as string] ?? 400;
        const mend = error.mend ? ` ${error.mend}` : '';
        return show(
          reply,
          status,
          dress,
          error.message,
          `<p>${escaped(mend)}</p><p><a href="${dress.base}">${escaped(words.back)}</a></p>`,
        );
      }
    };

    const cookie = (slug: string, value: string, seconds: number): string =>
      `${COOKIE}=${value}; Path=/status/${encodeURIComponent(slug)}; HttpOnly; SameSite=Lax; Max-Age=${seconds}${url?.startsWith('https:') ? '; Secure' : ''}`;
  });
}

/** What stands before a private page, and before one that does not exist: nobody can tell the two apart. */
function door(request: FastifyRequest, reply: FastifyReply, slug: string): FastifyReply {
  const language = languageOf(request);
  const words = OUTSIDE_WORDS[language];
  return show(
    reply,
    401,
    bare(language),
    words.doorTitle,
    `<p>${escaped(words.doorText)}</p>${askForLink(slug, words)}`,
  );
}

function askForLink(slug: string, words: OutsideWords): string {
  const { address } = speechOf(words === OUTSIDE_WORDS.de ? 'de' : 'en', 'UTC').words.subscribe;
  return `<form method="post" action="/status/${encodeURIComponent(slug)}/access"><label>${escaped(address)}<input type="email" name="address" required maxlength="254" autocomplete="email"></label><button>${escaped(words.doorButton)}</button></form>`;
}

function hookText(words: OutsideWords, secret: string): string {
  return `<p>${escaped(words.askedHook('@@SECRET@@')).replace('@@SECRET@@', `<code>${escaped(secret)}</code>`)}</p>`;
}

function show(reply: FastifyReply, status: number, dress: Dress, title: string, body: string): FastifyReply {
  const html = framed(dress, title, `${headerOf(dress, '')}<h2 class="first">${escaped(title)}</h2>${body}`);
  return reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': policyOf(dress, true),
      'x-robots-tag': 'noindex',
      'referrer-policy': 'no-referrer',
    })
    .send(html);
}

/** Without name, picture or colour: nothing that tells whose page it is. */
function bare(language: Language): Dress {
  return {
    heading: 'Status',
    base: '/status/',
    language,
    private: true,
    accent: null,
    accentDark: null,
    logo: null,
  };
}

function button(action: string, label: string, look = ''): string {
  return `<form method="post" action="${escaped(action)}"><button${look ? ` class="${look}"` : ''}>${escaped(label)}</button></form>`;
}

function back({ dress, words }: Stage): string {
  return `<p class="more"><a href="${dress.base}">${escaped(words.back)}</a></p>`;
}

function languageOf(request: FastifyRequest): Language {
  return /^\s*de\b/i.test(request.headers['accept-language'] ?? '') ? 'de' : 'en';
}

function cookieOf(request: FastifyRequest): string | undefined {
  return new RegExp(`(?:^|;\\s*)${COOKIE}=([0-9a-z]{32})(?:;|$)`).exec(request.headers.cookie ?? '')?.[1];
}

function one(body: z.output<typeof form>, name: string): string {
  return body[name]?.[0] ?? '';
}

function kindOf(text: string): Kind | undefined {
  return KINDS.find((each) => each === text);
}

function isAddress(kind: Kind, address: string): boolean {
  switch (kind) {
    case 'email':
      return ADDRESS.test(address);
    case 'sms':
      return TELEPHONE.test(address);
    case 'slack':
      return isHttps(address) && SLACK.test(address);
    case 'webhook':
      return isHttps(address);
  }
}

function isHttps(text: string): boolean {
  return text.length <= 2000 && URL.canParse(text) && new URL(text).protocol === 'https:';
}

function trimmed(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

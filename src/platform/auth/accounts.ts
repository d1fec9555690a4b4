/** Accounts as a whole: who asks, who may come in, and the routes for both. */
import { APIError } from 'better-auth/api';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refused } from '#platform/errors.ts';
import type { App, Authenticate } from '#platform/http/app.ts';
import type { Platform } from '#platform/platform.ts';
import { type Attempts, createAttempts } from './attempts.ts';
import { type Callers, createCallers } from './callers.ts';
import { ensureAdministrator, type LinkPerson, openSetUp } from './first-run.ts';
import { createLibrary, type Library } from './library.ts';
import { loginRoutes } from './login-routes.ts';
import { fromOwnSite } from './own-site.ts';
import { sessionRoutes } from './session-routes.ts';
import { setUpRoutes } from './set-up-routes.ts';
import { tokenRoutes } from './token-routes.ts';

export type AccountsPlatform = Pick<Platform, 'config' | 'clock' | 'log' | 'database' | 'db' | 'secret'>;

export type Accounts = {
  authenticate: Authenticate;
  routes(app: App): void;
  /**
   * Creates the first administrator from the environment if there is none.
   * @returns the path of the one-time set-up link when somebody still has to use it
   */
  ensureFirst(): Promise<string | undefined>;
};

/** What the routes of accounts share. */
export type AccountsParts = AccountsPlatform & {
  library: Library;
  callers: Callers;
  attempts: Attempts;
  link: LinkPerson;
};

/** @param link joins a login to a person of the directory */
export function createAccounts(platform: AccountsPlatform, link: LinkPerson): Accounts {
  const { config, clock, db, database, log, secret } = platform;
  const library = createLibrary({ plain: database.plain as never, secret, url: config.url, log });
  const callers = createCallers({ db, clock, library, url: config.url, apiToken: config.apiToken });
  const parts: AccountsParts = { ...platform, library, callers, attempts: createAttempts(), link };
  return {
    authenticate: callers.authenticate,
    routes(app) {
      sessionRoutes(app, parts);
      setUpRoutes(app, parts);
      loginRoutes(app, parts);
      tokenRoutes(app, parts);
    },
    async ensureFirst() {
      const { adminEmail: email, adminPassword: password } = config;
      if (email && password) {
        const first = {
          name: email.split('@')[0] ?? email,
          email,
          zone: 'UTC',
          passwordHash: await hashPassword(library, password),
        };
        await ensureAdministrator(db, { first, link }, clock.now());
      }
      const setUpSecret = await openSetUp(db, clock.now());
      return setUpSecret && `/setup/${setUpSecret}`;
    },
  };
}

/** The library's own hash: scrypt on a thread of its own, so that signing in never stops the clock. */
export async function hashPassword(library: Library, password: string): Promise<string> {
  return (await library.$context).password.hash(password);
}

/** Signs in and gives the browser its cookie. @throws Refused when the email or the password is wrong */
export async function signIn(
  { library, attempts, clock, config }: AccountsParts,
  request: FastifyRequest,
  reply: FastifyReply,
  { email, password }: { email: string; password: string },
): Promise<void> {
  if (fromOwnSite(request, config.url) === false)
    throw new Refused('forbidden', 'This sign-in does not come from a page of this Humdrum.', {
      mend: 'Open Humdrum itself and sign in there.',
    });
  const who = { address: request.ip, email };
  attempts.admit(who, clock.now());
  try {
    const { headers } = await library.api.signInEmail({
      body: { email, password },
      headers: new Headers({
        'user-agent': request.headers['user-agent']?.slice(0, 300) ?? '',
        'x-forwarded-for': request.ip,
      }),
      returnHeaders: true,
    });
    attempts.succeeded(who);
    passCookies(headers, reply);
  } catch (error) {
    const refused = signInRefusal(error);
    if (refused?.code === 'unauthenticated') attempts.failed(who, clock.now());
    throw refused ?? error;
  }
}

export function passCookies(headers: Headers, reply: FastifyReply): void {
  const cookies = headers.getSetCookie();
  if (cookies.length) reply.header('set-cookie', cookies);
}

export function sessionHeaders(request: FastifyRequest): Headers {
  return new Headers({ cookie: request.headers.cookie ?? '' });
}

function signInRefusal(error: unknown): Refused | undefined {
  if (!(error instanceof APIError)) return undefined;
  if (error.body?.code === 'LOGIN_DISABLED')
    return new Refused('forbidden', 'This login is disabled.', {
      mend: 'Ask an administrator to enable it.',
    });
  if (error.statusCode >= 500) return undefined;
  return new Refused('unauthenticated', 'The email or the password is wrong.', {
    mend: 'Try again, or ask an administrator for a password link.',
  });
}

/** Signing in and out, who am I, my sessions, my password. */
import { APIError } from 'better-auth/api';
import { z } from 'zod';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, type Caller, callerOf } from '#platform/http/app.ts';
import { type AccountsParts, passCookies, sessionHeaders, signIn } from './accounts.ts';
import { byId, email, instant, newPassword, nothing, password, role } from './fields.ts';

const SESSIONS_MAX = 200;
const tags = ['accounts'];

const me = z.object({
  kind: z.enum(['person', 'token']),
  loginId: z.string(),
  personId: z.string().nullable(),
  name: z.string(),
  email: z.string().nullable(),
  role,
  scopes: z.array(z.string()),
  sessionId: z.string().nullable(),
  zone: z.string().nullable(),
});

const session = z.object({
  id: z.string(),
  createdAt: instant,
  expiresAt: instant,
  address: z.string().nullable(),
  browser: z.string().nullable(),
  current: z.boolean(),
});

export function sessionRoutes(app: App, parts: AccountsParts): void {
  const { db, library, callers } = parts;

  app.get(
    '/api/v1/session',
    {
      config: { access: 'viewer' },
      schema: { tags, summary: 'Who am I', operationId: 'getSession', response: { 200: me } },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      if (caller.sessionId) {
        // The one place where a session is prolonged, because here the new cookie reaches the browser.
        const { headers } = await library.api.getSession({
          headers: sessionHeaders(request),
          returnHeaders: true,
        });
        passCookies(headers, reply);
      }
      return whoIs(caller);
    },
  );

  app.post(
    '/api/v1/session',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'Sign in',
        description:
          'Sets the session cookie. Too many failures from one address for one email pause further attempts.',
        operationId: 'signIn',
        body: z.object({ email, password }),
        response: { 201: z.object({ signedIn: z.literal(true) }) },
      },
    },
    async (request, reply) => {
      await signIn(parts, request, reply, request.body);
      return reply.code(201).send({ signedIn: true as const });
    },
  );

  app.delete(
    '/api/v1/session',
    {
      config: { access: 'viewer' },
      schema: { tags, summary: 'Sign out', operationId: 'signOut', response: { 204: nothing } },
    },
    async (request, reply) => {
      if (!callerOf(request).sessionId)
        throw new Refused('conflict', 'This request has no session to end.', {
          mend: 'Revoke the token instead, at /api/v1/tokens.',
        });
      const { headers } = await library.api.signOut({
        headers: sessionHeaders(request),
        returnHeaders: true,
      });
      callers.forget();
      passCookies(headers, reply);
      return reply.code(204).send(null);
    },
  );

  app.put(
    '/api/v1/session/password',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Change my password',
        description: 'Ends all other sessions of this login.',
        operationId: 'changePassword',
        body: z.object({ current: password, new: newPassword }),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      if (!caller.sessionId)
        throw new Refused('forbidden', 'A token cannot change a password.', {
          mend: 'Sign in and change it there.',
        });
      const me = await db
        .selectFrom('login')
        .select('email')
        .where('id', '=', caller.loginId)
        .executeTakeFirstOrThrow();
      const who = { address: request.ip, email: me.email };
      parts.attempts.admit(who, parts.clock.now());
      try {
        const { headers } = await library.api.changePassword({
          headers: sessionHeaders(request),
          body: {
            currentPassword: request.body.current,
            newPassword: request.body.new,
            revokeOtherSessions: true,
          },
          returnHeaders: true,
        });
        callers.forget();
        passCookies(headers, reply);
      } catch (error) {
        if (!(error instanceof APIError) || error.statusCode >= 500) throw error;
        parts.attempts.failed(who, parts.clock.now());
        throw new Refused('invalid', 'The current password is wrong; nothing was changed.', {
          fields: [{ path: 'body.current', message: 'is not your password' }],
        });
      }
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/v1/sessions',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'My sessions',
        operationId: 'listSessions',
        response: { 200: z.object({ items: z.array(session), next: z.null() }) },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const rows = await db
        .selectFrom('session')
        .select(['id', 'created_at', 'expires_at', 'address', 'user_agent'])
        .where('login_id', '=', caller.loginId)
        .where('expires_at', '>', parts.clock.now())
        .orderBy('created_at', 'desc')
        .limit(SESSIONS_MAX)
        .execute();
      const items = rows.map((row) => ({
        id: row.id,
        createdAt: row.created_at.toString(),
        expiresAt: row.expires_at.toString(),
        address: row.address || null,
        browser: row.user_agent || null,
        current: row.id === caller.sessionId,
      }));
      return { items, next: null };
    },
  );

  app.delete(
    '/api/v1/sessions/:id',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'End one of my sessions',
        operationId: 'endSession',
        params: byId,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { numDeletedRows } = await db
        .deleteFrom('session')
        .where('id', '=', id)
        .where('login_id', '=', callerOf(request).loginId)
        .executeTakeFirst();
      callers.forget();
      if (!numDeletedRows) throw notFound('session', id);
      return reply.code(204).send(null);
    },
  );

  async function whoIs(caller: Caller): Promise<z.infer<typeof me>> {
    const login = await db
      .selectFrom('login')
      .select('email')
      .where('id', '=', caller.loginId)
      .executeTakeFirst();
    const person = caller.personId
      ? await db.selectFrom('person').select('zone').where('id', '=', caller.personId).executeTakeFirst()
      : undefined;
    return {
      ...caller,
      personId: caller.personId ?? null,
      sessionId: caller.sessionId ?? null,
      email: login?.email ?? null,
      zone: person?.zone ?? null,
    };
  }
}

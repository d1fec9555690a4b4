/** Who has a login, with which role; inviting, disabling. For administrators. */
import { z } from 'zod';
import { transaction } from '#platform/db/database.ts';
import type { Role } from '#platform/http/app.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import type { AccountsParts } from './accounts.ts';
import { byId, email, id, instant, nothing, role } from './fields.ts';
import { invite, offerPassword, revokeInvitation } from './invitations.ts';
import { changeRole, disable, enable } from './logins.ts';

const tags = ['accounts'];
const LOGINS_MAX = 200;

const login = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role,
  personId: z.string().nullable(),
  createdAt: instant,
  disabledAt: instant.nullable(),
  lastSeenAt: instant.nullable(),
});
const invitation = z.object({
  id: z.string(),
  email: z.string(),
  role,
  kind: z.enum(['invitation', 'password']),
  createdAt: instant,
  expiresAt: instant,
});
const offered = z.object({
  id: z.string(),
  email: z.string(),
  role,
  expiresAt: instant,
  path: z.string().describe('The path of the link; put your public address before it. It is shown once.'),
  link: z.string().nullable().describe('The whole link, when HUMDRUM_URL is set.'),
});
const page = z.object({
  cursor: id.optional(),
  limit: z.coerce.number().int().min(1).max(LOGINS_MAX).default(50),
});

export function loginRoutes(app: App, parts: AccountsParts): void {
  const { db, clock, callers, config } = parts;

  const offer = ({ invitation, secret }: Awaited<ReturnType<typeof invite>>): z.infer<typeof offered> => {
    const path = `/invitation/${secret}`;
    const { id, email, role } = invitation;
    return {
      id,
      email,
      role,
      expiresAt: invitation.expiresAt.toString(),
      path,
      link: config.url ? config.url + path : null,
    };
  };

  app.get(
    '/api/v1/logins',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        summary: 'All logins',
        operationId: 'listLogins',
        querystring: page,
        response: { 200: z.object({ items: z.array(login), next: z.string().nullable() }) },
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      let query = db
        .selectFrom('login')
        .leftJoin('person', (join) =>
          join.onRef('person.login_id', '=', 'login.id').on('person.archived_at', 'is', null),
        )
        .select([
          'login.id',
          'login.name',
          'login.email',
          'login.role',
          'login.created_at',
          'login.disabled_at',
          'person.id as person_id',
        ])
        .select((select) =>
          select
            .selectFrom('session')
            .whereRef('session.login_id', '=', 'login.id')
            .select((session) => session.fn.max('session.updated_at').as('seen'))
            .as('seen_at'),
        )
        .orderBy('login.id')
        .limit(limit + 1);
      if (cursor) query = query.where('login.id', '>', cursor);
      const rows = await query.execute();
      const items = rows.slice(0, limit).map((row) => ({
        id: row.id,
        name: row.name,
        email: row.email,
        role: row.role as Role,
        personId: row.person_id,
        createdAt: row.created_at.toString(),
        disabledAt: row.disabled_at?.toString() ?? null,
        lastSeenAt: row.seen_at?.toString() ?? null,
      }));
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
  );

  app.put(
    '/api/v1/logins/:id/role',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        summary: 'Change the role of a login',
        operationId: 'changeRole',
        params: byId,
        body: z.object({ role }),
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await transaction(db, (tx) => changeRole(tx, request.params.id, request.body.role, clock.now()));
      callers.forget();
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/logins/:id/disablement',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        summary: 'Disable a login',
        description: 'Ends its sessions and stops its tokens. The person stays in the directory.',
        operationId: 'disableLogin',
        params: byId,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await transaction(db, (tx) => disable(tx, request.params.id, clock.now()));
      callers.forget();
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/api/v1/logins/:id/disablement',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        summary: 'Enable a login again',
        operationId: 'enableLogin',
        params: byId,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await transaction(db, (tx) => enable(tx, request.params.id, clock.now()));
      callers.forget();
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/logins/:id/password-link',
    {
      config: { access: 'administrator', keepsAnswer: false },
      schema: {
        tags,
        summary: 'A link with which somebody sets a new password',
        description: 'Valid once, for seven days. Give it to that person yourself.',
        operationId: 'offerPasswordLink',
        params: byId,
        response: { 201: offered },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(offer(await offerPassword(db, request.params.id, callerOf(request).loginId, clock.now()))),
  );

  app.get(
    '/api/v1/invitations',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        summary: 'Open invitations',
        operationId: 'listInvitations',
        response: { 200: z.object({ items: z.array(invitation), next: z.null() }) },
      },
    },
    async () => {
      const rows = await db
        .selectFrom('invitation')
        .select(['id', 'email', 'role', 'login_id', 'created_at', 'expires_at'])
        .where('accepted_at', 'is', null)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', clock.now())
        .orderBy('created_at', 'desc')
        .limit(LOGINS_MAX)
        .execute();
      const items = rows.map((row) => ({
        id: row.id,
        email: row.email,
        role: row.role as Role,
        kind: row.login_id ? ('password' as const) : ('invitation' as const),
        createdAt: row.created_at.toString(),
        expiresAt: row.expires_at.toString(),
      }));
      return { items, next: null };
    },
  );

  app.post(
    '/api/v1/invitations',
    {
      config: { access: 'administrator', keepsAnswer: false },
      schema: {
        tags,
        summary: 'Invite somebody by link',
        description:
          'Valid once, for seven days. The link is shown once: give it to that person. An earlier one for this email stops working.',
        operationId: 'invite',
        body: z.object({ email, role }),
        response: { 201: offered },
      },
    },
    async (request, reply) =>
      reply
        .code(201)
        .send(
          offer(await invite(db, { ...request.body, invitedBy: callerOf(request).loginId }, clock.now())),
        ),
  );

  app.delete(
    '/api/v1/invitations/:id',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        summary: 'Withdraw an invitation',
        operationId: 'withdrawInvitation',
        params: byId,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await revokeInvitation(db, request.params.id, clock.now());
      return reply.code(204).send(null);
    },
  );
}

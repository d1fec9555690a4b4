/** API tokens: everybody has their own; administrators see and revoke all. */
import { z } from 'zod';
import { type App, type Caller, callerOf } from '#platform/http/app.ts';
import { filled } from '#platform/http/fields.ts';
import type { AccountsParts } from './accounts.ts';
import { byId, instant, nothing, role } from './fields.ts';
import { createToken, listTokens, revokeToken } from './tokens.ts';

const tags = ['accounts'];
const EXPIRES_DAYS_DEFAULT = 365;
const EXPIRES_DAYS_MAX = 3650;

const token = z.object({
  id: z.string(),
  name: z.string(),
  start: z.string().describe('The first characters, to tell tokens apart.'),
  loginId: z.string(),
  loginName: z.string().nullable(),
  role,
  scopes: z.array(z.string()),
  actsAsLogin: z
    .boolean()
    .describe(
      'Whether what it does counts as done by its person, who then also sees restricted incidents through it.',
    ),
  lastUsedAt: instant.nullable(),
  expiresAt: instant.nullable(),
  createdAt: instant,
});

const asked = z.object({
  name: filled(100),
  role: role
    .default('responder')
    .describe('At most your own. A token never does more than its login may at that moment.'),
  scopes: z
    .array(z.enum(['read', 'write']))
    .min(1)
    .max(2)
    .default(['read', 'write']),
  expiresInDays: z.number().int().min(1).max(EXPIRES_DAYS_MAX).nullable().default(EXPIRES_DAYS_DEFAULT),
  actsAsMe: z.boolean().default(false),
});

export function tokenRoutes(app: App, parts: AccountsParts): void {
  const { db, clock, callers } = parts;
  const onlyOwn = (caller: Caller) => (caller.role === 'administrator' ? undefined : caller.loginId);

  app.get(
    '/api/v1/tokens',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'API tokens',
        description: 'Your own; for administrators everybody’s. The tokens themselves are not kept.',
        operationId: 'listTokens',
        response: { 200: z.object({ items: z.array(token), next: z.null() }) },
      },
    },
    async (request) => {
      const rows = await listTokens(db, onlyOwn(callerOf(request)));
      const items = rows.map((row) => ({
        ...row,
        lastUsedAt: row.lastUsedAt?.toString() ?? null,
        expiresAt: row.expiresAt?.toString() ?? null,
        createdAt: row.createdAt.toString(),
      }));
      return { items, next: null };
    },
  );

  app.post(
    '/api/v1/tokens',
    {
      config: { access: 'viewer', keepsAnswer: false },
      schema: {
        tags,
        summary: 'Create an API token',
        description: 'The token is shown once. Send it as "Authorization: Bearer …".',
        operationId: 'createToken',
        body: asked,
        response: { 201: z.object({ id: z.string(), name: z.string(), token: z.string() }) },
      },
    },
    async (request, reply) => {
      const { id, secret } = await createToken(
        parts,
        { caller: callerOf(request), token: request.body },
        clock.now(),
      );
      return reply.code(201).send({ id, name: request.body.name, token: secret });
    },
  );

  app.delete(
    '/api/v1/tokens/:id',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Revoke an API token',
        operationId: 'revokeToken',
        params: byId,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await revokeToken(db, request.params.id, onlyOwn(callerOf(request)));
      callers.forget();
      return reply.code(204).send(null);
    },
  );
}

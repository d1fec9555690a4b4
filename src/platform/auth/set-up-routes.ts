/** The first run and the acceptance of invitations: open to everybody who holds the secret of a link. */
import { z } from 'zod';
import type { App } from '#platform/http/app.ts';
import { type AccountsParts, hashPassword, signIn } from './accounts.ts';
import { email, instant, linkSecret, newPassword, personName, role, zone } from './fields.ts';
import { checkSetUp, setUp } from './first-run.ts';
import { accept, findInvitation } from './invitations.ts';
import { administratorExists } from './logins.ts';

const tags = ['accounts'];
const signedIn = z.object({ signedIn: z.literal(true) });

export function setUpRoutes(app: App, parts: AccountsParts): void {
  const { db, clock, library, link } = parts;

  app.get(
    '/api/v1/setup',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'Whether the first administrator is still missing',
        operationId: 'getSetUp',
        response: { 200: z.object({ needed: z.boolean() }) },
      },
    },
    async () => ({ needed: !(await administratorExists(db)) }),
  );

  app.post(
    '/api/v1/setup',
    {
      config: { access: 'public', keepsAnswer: false },
      schema: {
        tags,
        summary: 'Create the first administrator',
        description: 'With the one-time secret that Humdrum printed at its start. Signs in.',
        operationId: 'setUp',
        body: z.object({ token: linkSecret, name: personName, email, password: newPassword, zone }),
        response: { 201: signedIn },
      },
    },
    async (request, reply) => {
      const { token, name, email, password, zone } = request.body;
      // Before the password is hashed, so that a wrong link costs nothing.
      await checkSetUp(db, token);
      const first = { name, email, zone, passwordHash: await hashPassword(library, password) };
      await setUp(db, { secret: token, first, link }, clock.now());
      await signIn(parts, request, reply, { email, password });
      return reply.code(201).send({ signedIn: true as const });
    },
  );

  app.post(
    '/api/v1/invitations/lookup',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'What an invitation is for',
        description:
          'Changes nothing. The secret travels in the body, so that no log and no history keeps it.',
        operationId: 'lookUpInvitation',
        body: z.object({ token: linkSecret }),
        response: {
          200: z.object({
            email: z.string(),
            role,
            expiresAt: instant,
            kind: z.enum(['invitation', 'password']),
          }),
        },
      },
    },
    async (request) => {
      const found = await findInvitation(db, request.body.token, clock.now());
      return {
        email: found.email,
        role: found.role,
        expiresAt: found.expiresAt.toString(),
        kind: found.loginId ? ('password' as const) : ('invitation' as const),
      };
    },
  );

  app.post(
    '/api/v1/invitations/acceptance',
    {
      config: { access: 'public', keepsAnswer: false },
      schema: {
        tags,
        summary: 'Accept an invitation, or set a new password',
        description: 'Works once. Signs in.',
        operationId: 'acceptInvitation',
        body: z.object({ token: linkSecret, name: personName.optional(), password: newPassword, zone }),
        response: { 201: signedIn },
      },
    },
    async (request, reply) => {
      const { token, name, password, zone } = request.body;
      const found = await findInvitation(db, token, clock.now());
      const passwordHash = await hashPassword(library, password);
      const acceptance = {
        secret: token,
        name: name ?? found.email.split('@')[0] ?? found.email,
        passwordHash,
        zone,
      };
      const email = await accept(db, acceptance, link, clock.now());
      parts.callers.forget();
      await signIn(parts, request, reply, { email, password });
      return reply.code(201).send({ signedIn: true as const });
    },
  );
}

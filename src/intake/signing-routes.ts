/** The secret that a sender signs with: set or changed by an administrator, shown once, sealed. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import { newSecret } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { seal } from '#platform/sealed.ts';
import { type Register, raiseVersion, type Signing, signingOf } from './integrations.ts';

const SECRET_CHARACTERS_MIN = 12;
const SECRET_CHARACTERS_MAX = 200;
const KEEP_HOURS_DEFAULT = 24;
const KEEP_HOURS_MAX = 168;
const STANDARD_BYTES = 32;
const STANDARD_BYTES_MIN = 24;

/** Senders that can sign; the others prove themselves by the key alone, or in a way of their own. */
export const SIGNING_KINDS = [
  'github',
  'gitlab',
  'launchdarkly',
  'standard_webhooks',
  'generic',
  'argocd',
  'kubernetes',
  'cloudevents',
  'flags',
];

const newSigning = z.object({
  secret: z
    .string()
    .min(SECRET_CHARACTERS_MIN)
    .max(SECRET_CHARACTERS_MAX)
    .regex(/^[\x21-\x7e]+$/, 'may have only visible ASCII characters')
    .optional()
    .describe('where the sender made it; left out, we make one'),
  keepOldHours: z
    .int()
    .min(0)
    .max(KEEP_HOURS_MAX)
    .default(KEEP_HOURS_DEFAULT)
    .describe('how long the one before stays good'),
});
const params = z.object({ id: z.string().max(64) });

/** @param register is told at once, so that not one more unsigned body gets in here */
export function signingRoutes(app: App, { db, clock, secret }: Platform, register: Register): void {
  app.post(
    '/api/v1/integrations/:id/signing-secret',
    {
      config: { access: 'administrator', keepsAnswer: false },
      schema: {
        params,
        body: newSigning,
        response: {
          201: z.object({
            secret: z.string().describe('shown this once'),
            oldUntil: z.string().nullable().describe('until then the one before is good too'),
          }),
        },
        tags: ['intake'],
        summary:
          'Set or change the secret that the sender signs with; from then on unsigned bodies are refused',
        operationId: 'setSigningSecret',
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { secret: given, keepOldHours } = request.body;
      const set = await transaction(db, (tx) =>
        change(tx, id, { given, keepOldHours, secret, now: clock.now() }),
      );
      await register.refresh();
      return reply.code(201).send({ secret: set.current, oldUntil: set.previous?.until ?? null });
    },
  );
  app.delete(
    '/api/v1/integrations/:id/signing-secret',
    {
      config: { access: 'administrator' },
      schema: {
        params,
        response: { 204: z.null() },
        tags: ['intake'],
        summary: 'Forget the signing secret; the key alone is enough again',
        operationId: 'forgetSigningSecret',
      },
    },
    async (request, reply) => {
      await transaction(db, async (tx) => {
        await find(tx, request.params.id);
        await write(tx, request.params.id, null, clock.now());
      });
      await register.refresh();
      return reply.code(204).send(null);
    },
  );
}

type Wish = { given: string | undefined; keepOldHours: number; secret: string; now: Temporal.Instant };

async function change(tx: Tx, id: string, { given, keepOldHours, secret, now }: Wish): Promise<Signing> {
  const { kind, signing_sealed } = await find(tx, id);
  if (!SIGNING_KINDS.includes(kind))
    throw new Refused('conflict', 'Senders of this kind cannot sign what they send.', {
      mend: 'Their key is their proof; Amazon SNS is verified by its own signature.',
    });
  if (given) refuseUnfit(kind, given);
  const before = signing_sealed === null ? undefined : signingOf(signing_sealed, secret);
  const signing: Signing = {
    current: given ?? madeFor(kind),
    previous:
      before && keepOldHours > 0
        ? { secret: before.current, until: now.add({ hours: keepOldHours }).toString() }
        : null,
  };
  await write(tx, id, seal(secret, signing), now);
  return signing;
}

function madeFor(kind: string): string {
  return kind === 'standard_webhooks'
    ? `whsec_${randomBytes(STANDARD_BYTES).toString('base64')}`
    : newSecret();
}

function refuseUnfit(kind: string, given: string): void {
  if (kind !== 'standard_webhooks') return;
  const bytes = Buffer.from(given.replace(/^wh(sec|pk)_/, ''), 'base64').length;
  const fits = given.startsWith('whpk_')
    ? bytes === 32
    : given.startsWith('whsec_') && bytes >= STANDARD_BYTES_MIN;
  if (!fits)
    throw new Refused('invalid', 'This is no secret of Standard Webhooks.', {
      mend: 'It begins with whsec_ and has at least 24 bytes in base64, or with whpk_ and has 32.',
      fields: [{ path: 'body.secret', message: 'must begin with whsec_ or whpk_' }],
    });
}

async function find(tx: Db, id: string) {
  const row = await tx
    .selectFrom('integration')
    .select(['kind', 'signing_sealed'])
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw notFound('integration', id);
  return row;
}

async function write(tx: Tx, id: string, sealed: string | null, now: Temporal.Instant): Promise<void> {
  await raiseVersion(tx);
  await tx
    .updateTable('integration')
    .set({ signing_sealed: sealed, updated_at: now })
    .where('id', '=', id)
    .execute();
}

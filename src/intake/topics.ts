/** The topics of Amazon SNS that ask to be confirmed, until an administrator does. */
import { z } from 'zod';
import { type Db, json, type Tx, transaction } from '#platform/db/database.ts';
import { Failed, notFound, Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import type { Platform } from '#platform/platform.ts';
import { seal, unseal } from '#platform/sealed.ts';
import { raiseVersion } from './integrations.ts';
import { readingShape } from './reading.ts';
import { type SnsHosts, snsAddress } from './sources/sns/verify.ts';

export type Asking = { integrationId: string; topicArn: string; address: string; now: Temporal.Instant };

/** Keeps where to confirm, sealed: whoever has the address could. A later asking of any topic takes its place. */
export async function keepAsking(db: Db, secret: string, asking: Asking): Promise<void> {
  const values = {
    topic_arn: asking.topicArn,
    address_sealed: seal(secret, asking.address),
    asked_at: asking.now,
    confirmed_at: null,
  };
  await db
    .insertInto('topic_confirmation')
    .values({ integration_id: asking.integrationId, ...values })
    .onConflict((conflict) => conflict.column('integration_id').doUpdateSet(values))
    .execute();
}

export async function markConfirmed(
  db: Db,
  { integrationId, topicArn, now }: Omit<Asking, 'address'>,
): Promise<void> {
  await db
    .updateTable('topic_confirmation')
    .set({ confirmed_at: now })
    .where('integration_id', '=', integrationId)
    .where('topic_arn', '=', topicArn)
    .execute();
}

/** Asks SNS to begin. @throws Failed when it does not */
export async function confirmAt(outbound: Outbound, address: string): Promise<void> {
  const { status } = await outbound.request({ method: 'GET', url: address, follow: false });
  if (status < 200 || status >= 300)
    throw new Failed(`Amazon SNS answered ${status} when asked to begin.`, { permanent: false });
}

export function topicRoutes(
  app: App,
  platform: Platform,
  { outbound, hosts }: { outbound: Outbound; hosts: SnsHosts },
): void {
  const { db, clock, secret } = platform;
  app.post(
    '/api/v1/integrations/:id/topic-confirmation',
    {
      config: { access: 'administrator' },
      schema: {
        params: z.object({ id: z.string().max(64) }),
        body: z.object({
          topicArn: z.string().max(300).describe('the one that is meant: anybody can make a topic ask'),
        }),
        response: { 201: z.object({ topicArn: z.string(), confirmedAt: z.string() }) },
        tags: ['intake'],
        summary: 'Confirm the topic of Amazon SNS that asks; it alone is believed from then on',
        operationId: 'confirmTopic',
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const row = await db
        .selectFrom('topic_confirmation')
        .innerJoin('integration', 'integration.id', 'topic_confirmation.integration_id')
        .select(['topic_arn', 'address_sealed', 'confirmed_at'])
        .where('integration_id', '=', id)
        .where('archived_at', 'is', null)
        .executeTakeFirst();
      if (!row) throw notFound('topic that asks to be confirmed', id);
      if (row.confirmed_at)
        throw new Refused('conflict', 'The topic is confirmed already.', {
          mend: 'Subscribe the topic again if nothing arrives.',
        });
      if (row.topic_arn !== request.body.topicArn)
        throw new Refused('conflict', `The topic that asks is ${row.topic_arn}, not the one you name.`, {
          mend: 'Look at the page again, and confirm only a topic of yours.',
        });
      const address = snsAddress(unseal(secret, row.address_sealed), hosts);
      if (!address)
        throw new Refused('conflict', 'The address to confirm is not one of Amazon SNS.', {
          mend: 'Subscribe the topic again.',
        });
      await confirmAt(outbound, address);
      const now = clock.now();
      await transaction(db, (tx) => bind(tx, { integrationId: id, topicArn: row.topic_arn, now }));
      return reply.code(201).send({ topicArn: row.topic_arn, confirmedAt: now.toString() });
    },
  );
}

async function bind(tx: Tx, { integrationId, topicArn, now }: Omit<Asking, 'address'>): Promise<void> {
  await raiseVersion(tx);
  const row = await tx
    .selectFrom('integration')
    .select('reading')
    .where('id', '=', integrationId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  await tx
    .updateTable('integration')
    .set({ reading: json({ ...readingShape.parse(row.reading), topicArn }), updated_at: now })
    .where('id', '=', integrationId)
    .execute();
  await markConfirmed(tx, { integrationId, topicArn, now });
}

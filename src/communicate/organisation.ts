/** What the organisation is called, its zone, the number to call: on every message and on the status page. */
import { z } from 'zod';
import { type Db, json, type Tx, transaction } from '#platform/db/database.ts';
import type { App } from '#platform/http/app.ts';
import { filled, text } from '#platform/http/fields.ts';
import type { Platform } from '#platform/platform.ts';
import { knownZone } from './words.ts';

export type Organisation = {
  name: string | null;
  /** What stands on top of the status page; null: the name and "status". */
  statusPageName: string | null;
  zone: string;
  phone: string | null;
};

const KEY = 'organisation';
const NOTHING: Organisation = { name: null, statusPageName: null, zone: 'UTC', phone: null };

const zone = filled(64).refine(
  (value) => knownZone(value) === value,
  'must be a time zone such as Europe/Berlin or UTC',
);
const phone = text(40).regex(/^[+0-9 ()./-]*$/, 'must be a telephone number such as +49 30 1234567');
const shape = z.object({
  name: filled(120).nullable().describe('The name that clients know.'),
  statusPageName: filled(120)
    .nullable()
    .default(null)
    .describe('The heading of the status page; without it the name followed by "status".'),
  zone: zone
    .default('UTC')
    .describe('The zone of the public page, and of messages to readers without one of their own.'),
  phone: phone
    .nullable()
    .default(null)
    .describe('A number that clients may call, shown with the reference of the incident.'),
});
const answer = shape.extend({ name: z.string().nullable() });

export async function readOrganisation(db: Db | Tx): Promise<Organisation> {
  const row = await db.selectFrom('setting').select('value').where('key', '=', KEY).executeTakeFirst();
  const parsed = shape.safeParse(row?.value);
  return parsed.success ? { ...parsed.data, phone: parsed.data.phone || null } : NOTHING;
}

export function organisationRoutes(
  app: App,
  { db, clock, live }: Pick<Platform, 'db' | 'clock' | 'live'>,
): void {
  const said = { tags: ['communicate'], response: { 200: answer } };
  app.get(
    '/api/v1/settings/organisation',
    {
      config: { access: 'viewer' },
      schema: { ...said, summary: 'The organisation as clients see it', operationId: 'getOrganisation' },
    },
    () => readOrganisation(db),
  );
  app.put(
    '/api/v1/settings/organisation',
    {
      config: { access: 'administrator' },
      schema: {
        ...said,
        body: shape,
        summary: 'Change what clients see of the organisation',
        operationId: 'putOrganisation',
      },
    },
    async (request) => {
      const now = clock.now();
      const value = { ...request.body, phone: request.body.phone || null };
      await transaction(db, async (tx) => {
        await tx
          .insertInto('setting')
          .values({ key: KEY, value: json(value), updated_at: now })
          .onConflict((conflict) =>
            conflict.column('key').doUpdateSet({ value: json(value), updated_at: now }),
          )
          .execute();
        await live.publish(tx, { kind: 'organisation', id: KEY, version: now.epochMilliseconds }, now);
      });
      return value;
    },
  );
}

/** Whether anybody may ask by the public form. A contact's own form is always there. */
import { z } from 'zod';
import { type Db, json, transaction } from '#platform/db/database.ts';
import type { App } from '#platform/http/app.ts';
import type { Platform } from '#platform/platform.ts';

const KEY = 'inbox';
const shape = z.object({
  publicForm: z
    .boolean()
    .default(true)
    .describe(
      'The form at /ask, for everybody who can open the status page. It never wakes anybody by itself.',
    ),
});
export type InboxSettings = z.output<typeof shape>;

export async function readInboxSettings(db: Db): Promise<InboxSettings> {
  const row = await db.selectFrom('setting').select('value').where('key', '=', KEY).executeTakeFirst();
  return shape.parse(row?.value ?? {});
}

export function inboxSettingsRoutes(app: App, { db, clock }: Pick<Platform, 'db' | 'clock'>): void {
  const said = { tags: ['communicate'], response: { 200: shape } };
  app.get(
    '/api/v1/settings/inbox',
    {
      config: { access: 'viewer' },
      schema: { ...said, summary: 'How others may ask', operationId: 'getInboxSettings' },
    },
    () => readInboxSettings(db),
  );
  app.put(
    '/api/v1/settings/inbox',
    {
      config: { access: 'administrator' },
      schema: { ...said, body: shape, summary: 'Change how others may ask', operationId: 'putInboxSettings' },
    },
    async (request) => {
      const now = clock.now();
      const value = json(request.body);
      await transaction(db, async (tx) => {
        await tx
          .insertInto('setting')
          .values({ key: KEY, value, updated_at: now })
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at: now }))
          .execute();
      });
      return request.body;
    },
  );
}

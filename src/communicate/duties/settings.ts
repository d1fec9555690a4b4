/** Who is reminded of duties besides those who hold the incident: the security or data protection contacts. */
import { z } from 'zod';
import { type Db, json, type Tx } from '#platform/db/database.ts';
import { notFound } from '#platform/errors.ts';

const KEY = 'duties';
const CONTACTS_MAX = 10;
export const dutySettings = z.object({
  contactIds: z.array(z.string().max(64)).max(CONTACTS_MAX).default([]).describe('People of the directory.'),
});
export type DutySettings = z.output<typeof dutySettings>;

export async function readDutySettings(db: Db | Tx): Promise<DutySettings> {
  const row = await db.selectFrom('setting').select('value').where('key', '=', KEY).executeTakeFirst();
  return dutySettings.parse(row?.value ?? {});
}

/** @throws Refused when somebody is not in the directory */
export async function saveDutySettings(tx: Tx, settings: DutySettings, now: Temporal.Instant): Promise<void> {
  const rows = settings.contactIds.length
    ? await tx
        .selectFrom('person')
        .select('id')
        .where('id', 'in', settings.contactIds)
        .where('archived_at', 'is', null)
        .execute()
    : [];
  const unknown = settings.contactIds.find((id) => !rows.some((row) => row.id === id));
  if (unknown) throw notFound('person', unknown);
  const value = json(settings);
  await tx
    .insertInto('setting')
    .values({ key: KEY, value, updated_at: now })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value, updated_at: now }))
    .execute();
}

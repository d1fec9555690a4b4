/** Contacts: the people of a client who are told. */
import { z } from 'zod';
import { channelsOfOwners, moveEmail, newToldChannels, toldChannel, writeChannels } from './channels.ts';
import { contactRole, email, id, language, name, phone, zone } from './fields.ts';
import { type Kind, mustExist } from './kind.ts';

const fields = { clientId: id, name, role: contactRole, email: email.nullable(), phone, language, zone };
const whole = z.object({
  ...fields,
  role: contactRole.default(null),
  email: fields.email.default(null),
  phone: phone.default(null),
  language: language.default('en'),
  zone: zone.default('UTC'),
  channels: newToldChannels.optional(),
});
const part = z.object({ ...fields, channels: newToldChannels }).partial();
export type ContactBody = z.output<typeof whole>;

export const contactView = z.object({
  id: z.string(),
  client: z.object({ id: z.string(), name: z.string() }),
  name: z.string(),
  role: z
    .string()
    .nullable()
    .describe('What to ask them about: "technical", "business", "security", "billing", or another word.'),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  language: z.string(),
  zone: z.string(),
  channels: z.array(toldChannel).describe('How they are told, in the order in which it is tried.'),
  archivedAt: z.string().nullable(),
});
export type ContactView = z.infer<typeof contactView>;

export const contacts: Kind<ContactBody, ContactView> = {
  table: 'contact',
  path: 'contacts',
  one: 'contact',
  many: 'contacts',
  idPrefix: 'con',
  whole,
  part,
  view: contactView,
  searched: ['email'],
  filter: { name: 'clientId', column: 'client_id' },
  async bodies(db, ids) {
    if (!ids.length) return new Map();
    const rows = await db.selectFrom('contact').selectAll().where('id', 'in', ids).execute();
    return new Map(
      rows.map(({ id, client_id, name, role, email, phone, language, zone }) => [
        id,
        { clientId: client_id, name, role, email, phone, language, zone },
      ]),
    );
  },
  async write(tx, { id, body, before, now, secret }) {
    await mustExist(tx, 'client', 'clientId', [body.clientId]);
    const { clientId, channels, ...rest } = body;
    const row = { ...rest, client_id: clientId, updated_at: now };
    if (before) await tx.updateTable('contact').set(row).where('id', '=', id).execute();
    else
      await tx
        .insertInto('contact')
        .values({ id, ...row, created_at: now })
        .execute();
    if (channels) await writeChannels(tx, { contactId: id }, channels, { secret, now });
    else if (before) await moveEmail(tx, { contactId: id }, { from: before.email, to: body.email });
  },
  async show(db, ids) {
    if (!ids.length) return new Map();
    const rows = await db
      .selectFrom('contact')
      .innerJoin('client', 'client.id', 'contact.client_id')
      .selectAll('contact')
      .select('client.name as client_name')
      .where('contact.id', 'in', ids)
      .execute();
    const channels = await channelsOfOwners(db, 'contact_id', rows);
    return new Map(
      rows.map((row) => [
        row.id,
        {
          id: row.id,
          client: { id: row.client_id, name: row.client_name },
          name: row.name,
          role: row.role,
          email: row.email,
          phone: row.phone,
          language: row.language,
          zone: row.zone,
          channels: channels.get(row.id) ?? [],
          archivedAt: row.archived_at?.toString() ?? null,
        },
      ]),
    );
  },
};

/** People: who can be woken, told, asked. A person exists with or without a login. */
import { z } from 'zod';
import { type Db, json, type Tx } from '#platform/db/database.ts';
import type { Caller } from '#platform/http/app.ts';
import { channelsOfOwners, moveEmail, newToldChannels, toldChannel, writeChannels } from './channels.ts';
import { channel, channelsOf, email, name, newChannels, withTests, zone } from './fields.ts';
import { type Kind, named, namesOf, pairs } from './kind.ts';

const whole = z.object({
  name,
  email,
  zone: zone.default('UTC'),
  channels: newChannels.optional(),
  messageChannels: newToldChannels.optional(),
});
const part = z
  .object({ name, email, zone, channels: newChannels, messageChannels: newToldChannels })
  .partial();
export type PersonBody = z.output<typeof whole>;

const view = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  zone: z.string(),
  channels: z.array(channel).describe('Push addresses are shown to the person and to administrators only.'),
  messageChannels: z
    .array(toldChannel)
    .describe('How internal messages reach them, in order; pages use `channels`.'),
  teams: z.array(z.object({ id: z.string(), name: z.string() })),
  loginId: z.string().nullable(),
  restUntil: z.string().nullable(),
  archivedAt: z.string().nullable(),
});
export type PersonView = z.infer<typeof view>;

const MEMBER = { table: 'team_member', from: 'person_id', to: 'team_id' };

export const people: Kind<PersonBody, PersonView> = {
  table: 'person',
  path: 'people',
  one: 'person',
  many: 'people',
  idPrefix: 'per',
  whole,
  part,
  view,
  searched: ['email'],
  async bodies(db, ids) {
    const rows = await read(db, ids);
    return new Map(
      rows.map(({ id, name, email, zone, channels }) => [
        id,
        { name, email, zone, channels: channelsOf(channels).map(({ kind, address }) => ({ kind, address })) },
      ]),
    );
  },
  async write(tx, { id, body, before, now, secret }) {
    const kept = before ? channelsOf((await read(tx, [id]))[0]?.channels) : [];
    const wanted = body.channels ?? [
      { kind: 'app' as const, address: '' },
      { kind: 'email' as const, address: body.email },
    ];
    const row = {
      name: body.name,
      email: body.email,
      zone: body.zone,
      channels: json(withTests(wanted, kept)),
      updated_at: now,
    };
    if (before) await tx.updateTable('person').set(row).where('id', '=', id).execute();
    else
      await tx
        .insertInto('person')
        .values({ id, ...row, created_at: now })
        .execute();
    if (body.messageChannels)
      await writeChannels(tx, { personId: id }, body.messageChannels, { secret, now });
    else if (before) await moveEmail(tx, { personId: id }, { from: before.email, to: body.email });
  },
  async show(db, ids, caller) {
    const rows = await read(db, ids);
    const messageChannels = await channelsOfOwners(db, 'person_id', rows);
    const teams = await pairs(db, MEMBER, ids);
    const names = await namesOf(db, 'team', [...teams.values()].flat());
    return new Map(
      rows.map((row) => [
        row.id,
        {
          id: row.id,
          name: row.name,
          email: row.email,
          zone: row.zone,
          channels: channelsOf(row.channels).map((each) =>
            maySee(caller, row.id) || each.kind !== 'push' ? each : { ...each, address: '' },
          ),
          messageChannels: messageChannels.get(row.id) ?? [],
          teams: named(names, teams.get(row.id) ?? []),
          loginId: row.login_id,
          restUntil: row.rest_until?.toString() ?? null,
          archivedAt: row.archived_at?.toString() ?? null,
        },
      ]),
    );
  },
  async stillNeeded(tx, id) {
    const service = await tx
      .selectFrom('service')
      .select('name')
      .where('archived_at', 'is', null)
      .where((where) =>
        where.or([where('primary_id', '=', id), where('backup_id', '=', id), where('manager_id', '=', id)]),
      )
      .orderBy('name')
      .limit(1)
      .executeTakeFirst();
    if (service) return `This person is to be woken for ${service.name}.`;
    const client = await tx
      .selectFrom('client')
      .select('name')
      .where('archived_at', 'is', null)
      .where('account_owner_id', '=', id)
      .limit(1)
      .executeTakeFirst();
    return client && `This person is the account owner of ${client.name}.`;
  },
};

/** Whoever knows a push topic can read what is sent to it. */
function maySee(caller: Caller, personId: string): boolean {
  return caller.role === 'administrator' || caller.personId === personId;
}

async function read(db: Db | Tx, ids: readonly string[]) {
  return ids.length ? db.selectFrom('person').selectAll().where('id', 'in', ids).execute() : [];
}

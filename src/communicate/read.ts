/** What was said and who was told, as shown to a person or a program: messages, deliveries, clients; the untold on top. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { Incident, UpdateKind, UpdateStatus } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import { cursorOf, readCursor, readTimeCursor } from '#platform/http/fields.ts';
import { affectedClients } from './audience.ts';
import { plainText, statusWords } from './message.ts';
import { HAS_EVIDENCE } from './record.ts';
import { type AudienceKey, clientOf } from './text.ts';
import { timeWithZone } from './words.ts';

const isoText = z.string();
export const UPDATE_KINDS = [
  'first',
  'next',
  'works_again',
  'is_back',
  'stand_down',
  'correction',
  'final',
  'late',
] as const;
export const STATUSES = ['looking', 'cause_known', 'checking_repair', 'works_again'] as const;
export const DELIVERY_STATES = [
  'queued',
  'sending',
  'sent',
  'delivered',
  'failed',
  'withdrawn',
  'not_configured',
] as const;

export const updateView = z.object({
  id: z.string(),
  incidentId: z.string(),
  seq: z.number(),
  kind: z.enum(UPDATE_KINDS),
  status: z.enum(STATUSES),
  statusWords: z.string().describe('The status in public words.'),
  impact: z.string(),
  action: z.string(),
  nextAt: isoText.nullable(),
  nothingNew: z.boolean(),
  automatic: z.boolean().describe('Written by the machine because a person was late.'),
  sentAt: isoText,
  sentBy: z.string(),
  text: z.string().describe('The whole message as one paragraph, in UTC.'),
  wordings: z
    .array(z.object({ audience: z.string(), who: z.string(), impact: z.string(), action: z.string() }))
    .describe('Where an audience was told in words of its own.'),
  audience: z.object({
    clients: z.array(z.object({ id: z.string(), name: z.string() })),
    internal: z.boolean(),
    publicPage: z.boolean(),
  }),
  deliveries: z.object({
    total: z.number(),
    sent: z.number(),
    waiting: z.number(),
    failed: z.number(),
    notConfigured: z.number(),
  }),
});
export type UpdateView = z.output<typeof updateView>;

export const deliveryView = z.object({
  id: z.string(),
  updateId: z.string(),
  updateKind: z.enum(UPDATE_KINDS),
  audience: z.enum(['internal', 'client', 'public']),
  who: z.string(),
  clients: z.array(z.object({ id: z.string(), name: z.string() })),
  channel: z.string(),
  address: z.string(),
  state: z.enum(DELIVERY_STATES),
  told: z.boolean().describe('Whether there is evidence that it was handed over.'),
  notTold: z
    .boolean()
    .describe('This recipient has no evidence on any channel, and the time to wait for it is over.'),
  words: z.string().describe('What happened, in words.'),
  evidence: z.string().nullable(),
  attempts: z.number(),
  nextAttemptAt: isoText.nullable(),
  lastError: z.string().nullable(),
  queuedAt: isoText,
  sentAt: isoText.nullable(),
});

export const clientToldView = z.object({
  id: z.string(),
  name: z.string(),
  impact: z.enum(['down', 'degraded', 'not_affected']),
  contacts: z.number(),
  told: z.boolean().describe('At least one contact has evidence.'),
  toldAt: isoText.nullable(),
  latestTold: z.boolean().describe('The same for the newest message to this client.'),
  evidence: z.string().nullable(),
  askedForNoMail: z.boolean().describe('A contact has asked for no mail.'),
});

/** Newest first. */
export async function readUpdates(
  db: Db,
  incidentId: string,
  page: { cursor?: string | undefined; limit: number; id?: string | undefined },
): Promise<{ items: UpdateView[]; next: string | null }> {
  const from = page.cursor ? readTimeCursor(page.cursor) : undefined;
  let query = db.selectFrom('incident_update').selectAll().where('incident_id', '=', incidentId);
  if (page.id) query = query.where('id', '=', page.id);
  if (from) query = query.where(sql<boolean>`(created_at, id) < (${from.at}::timestamptz, ${from.id})`);
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute();
  const shown = rows.slice(0, page.limit);
  const counts = await countStates(
    db,
    shown.map((row) => row.id),
  );
  const names = await namesOf(
    db,
    shown.flatMap((row) => row.client_ids),
  );
  const texts = await textsOf(
    db,
    shown.map((row) => row.id),
  );
  const items = shown.map((row) => ({
    id: row.id,
    incidentId: row.incident_id,
    seq: row.seq,
    kind: row.kind as UpdateKind,
    status: row.status as UpdateStatus,
    statusWords: statusWords({ kind: row.kind as UpdateKind, status: row.status as UpdateStatus }),
    impact: row.impact,
    action: row.action,
    nextAt: row.next_at?.toString() ?? null,
    nothingNew: row.nothing_new,
    automatic: row.automatic,
    sentAt: row.created_at.toString(),
    sentBy: row.sent_by,
    text: plainText(
      {
        kind: row.kind as UpdateKind,
        status: row.status as UpdateStatus,
        impact: row.impact,
        action: row.action,
        nextAt: row.next_at?.epochMilliseconds ?? null,
      },
      (at) => timeWithZone(at, 'UTC', row.created_at.epochMilliseconds),
    ),
    wordings: (texts.get(row.id) ?? [])
      .filter((text) => text.impact !== row.impact || text.action !== row.action)
      .map(({ audience, impact, action }) => ({
        audience,
        who: whoseWords(audience, names),
        impact,
        action,
      })),
    audience: {
      clients: row.client_ids.map((id) => ({ id, name: names.get(id) ?? id })),
      internal: row.internal,
      publicPage: row.public_page,
    },
    deliveries: counts.get(row.id) ?? { total: 0, sent: 0, waiting: 0, failed: 0, notConfigured: 0 },
  }));
  const last = shown.at(-1);
  return {
    items,
    next: rows.length > page.limit && last ? cursorOf(last.created_at.toString(), last.id) : null,
  };
}

type StoredText = { update_id: string; audience: AudienceKey; impact: string; action: string };

async function textsOf(db: Db, updateIds: string[]): Promise<Map<string, StoredText[]>> {
  const { rows } = await sql<StoredText>`
    select update_id, audience, impact, action from update_text where update_id = any(${updateIds}::text[]) order by audience`.execute(
    db,
  );
  return Map.groupBy(rows, (row) => row.update_id);
}

function whoseWords(key: AudienceKey, clients: Map<string, string>): string {
  if (key === 'internal') return 'Our own people';
  if (key === 'public') return 'Status page';
  const client = clientOf(key);
  return client === undefined ? 'All affected clients' : (clients.get(client) ?? client);
}

type Counts = UpdateView['deliveries'];

async function countStates(db: Db, updateIds: string[]): Promise<Map<string, Counts>> {
  const { rows } = await sql<Counts & { updateId: string }>`
    select update_id as "updateId", count(*)::int as total,
           count(*) filter (where ${HAS_EVIDENCE})::int as sent,
           count(*) filter (where state in ('queued', 'sending', 'sent') and not ${HAS_EVIDENCE})::int as waiting,
           count(*) filter (where state = 'failed')::int as failed,
           count(*) filter (where state = 'not_configured')::int as "notConfigured"
    from delivery d where update_id = any(${updateIds}::text[]) and not beside group by update_id`.execute(
    db,
  );
  return new Map(rows.map(({ updateId, ...counts }) => [updateId, counts]));
}

async function namesOf(db: Db, clientIds: string[]): Promise<Map<string, string>> {
  const ids = [...new Set(clientIds)];
  if (!ids.length) return new Map();
  const rows = await db.selectFrom('client').select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

// Told and replaced messages go below those that reached nobody.
const RANK = sql<number>`(case when d.state = 'withdrawn' or d.beside or ${HAS_EVIDENCE} then 1 else 0 end)`;
// The same recipient may have it by another of their channels.
const NOT_TOLD = sql<boolean>`(d.silent_at is not null and d.state <> 'withdrawn' and not ${HAS_EVIDENCE} and not exists (
  select 1 from delivery told where told.update_id = d.update_id and (told.contact_id = d.contact_id or told.person_id = d.person_id)
    and not told.beside and (told.state = 'delivered' or (told.state = 'sent' and told.channel <> all(array['sms','voice','teams'])))))`;

/** The untold on top, then the newest. */
export async function readDeliveries(
  db: Db,
  incidentId: string,
  page: { cursor?: string | undefined; limit: number; updateId?: string | undefined },
): Promise<{ items: z.output<typeof deliveryView>[]; next: string | null }> {
  const from = page.cursor ? position(page.cursor) : undefined;
  let query = db
    .selectFrom('delivery as d')
    .innerJoin('incident_update as u', 'u.id', 'd.update_id')
    .selectAll('d')
    .select(['u.kind as update_kind', RANK.as('rank'), HAS_EVIDENCE.as('told'), NOT_TOLD.as('not_told')])
    .where('d.incident_id', '=', incidentId);
  if (page.updateId) query = query.where('d.update_id', '=', page.updateId);
  if (from)
    query = query.where(
      sql<boolean>`(${RANK}, -extract(epoch from d.created_at), d.id) > (${from.rank}::int, -extract(epoch from ${from.at}::timestamptz), ${from.id})`,
    );
  const rows = await query
    .orderBy(RANK)
    .orderBy('d.created_at', 'desc')
    .orderBy('d.id')
    .limit(page.limit + 1)
    .execute();
  const shown = rows.slice(0, page.limit);
  const names = await namesOf(
    db,
    shown.flatMap((row) => row.client_ids),
  );
  const items = shown.map((row) => {
    const evidence = (row.evidence as { response?: string } | null)?.response ?? null;
    const state = row.state as (typeof DELIVERY_STATES)[number];
    return {
      id: row.id,
      updateId: row.update_id,
      updateKind: row.update_kind as UpdateKind,
      audience: row.audience as 'internal' | 'client' | 'public',
      who: row.recipient_name,
      clients: row.client_ids.map((id) => ({ id, name: names.get(id) ?? id })),
      channel: row.channel,
      address: row.address,
      state,
      told: row.told,
      notTold: row.not_told,
      words: stateWords(row),
      evidence,
      attempts: row.attempts,
      nextAttemptAt: state === 'queued' ? (row.next_attempt_at?.toString() ?? null) : null,
      lastError: row.last_error,
      queuedAt: row.created_at.toString(),
      sentAt: row.sent_at?.toString() ?? null,
    };
  });
  const last = shown.at(-1);
  return {
    items,
    next: rows.length > page.limit && last ? cursorOf(`${last.rank}|${last.created_at}`, last.id) : null,
  };
}

function position(cursor: string): { rank: number; at: Temporal.Instant; id: string } {
  const [sorted, id] = readCursor(cursor);
  const [rank, at] = sorted.split('|');
  try {
    return { rank: rank === '1' ? 1 : 0, at: Temporal.Instant.from(at ?? ''), id };
  } catch {
    throw new Refused('invalid', 'The cursor is not one that this list gave out.', {
      mend: 'Leave it out to begin at the start.',
    });
  }
}

export function stateWords(row: {
  state: string;
  channel: string;
  attempts: number;
  last_error: string | null;
}): string {
  const { attempts, last_error: lastError } = row;
  switch (row.state as (typeof DELIVERY_STATES)[number]) {
    case 'queued':
      return attempts
        ? `Not told yet, tried ${attempts === 1 ? 'once' : `${attempts} times`}: ${lastError ?? ''}`.trim()
        : 'Waiting to be sent';
    case 'sending':
      return 'Being sent';
    case 'sent':
      return lastError ?? SENT_WORDS[row.channel] ?? 'Handed over';
    case 'delivered':
      return 'Delivered';
    case 'failed':
      return `Not told: ${lastError ?? 'it could not be sent'}`;
    case 'withdrawn':
      return lastError ?? 'Withdrawn';
    case 'not_configured':
      return row.channel === 'email'
        ? 'Not sent: no mail server configured'
        : `Not sent: ${(lastError ?? '').replace(/^not sent: /, '')}`;
  }
}

const SENT_WORDS: Record<string, string> = {
  email: 'Handed to their mail server',
  sms: 'Taken by Twilio, not there yet',
  voice: 'Being called; nobody has pressed a key yet',
  teams: 'Taken by Teams, which does not say whether it was posted',
  web_push: 'Handed to their push service',
};

/** A client counts as told when one of its contacts has evidence. */
export async function readClientsTold(
  db: Db,
  incident: Incident,
): Promise<z.output<typeof clientToldView>[]> {
  const affected = await affectedClients(db, incident);
  const { rows } = await sql<{
    client_id: string;
    sent_at: Temporal.Instant;
    response: string | null;
    newest: boolean;
  }>`
    select distinct on (spoken.client_id) spoken.client_id, case when ${HAS_EVIDENCE} then d.sent_at end as sent_at, d.evidence ->> 'response' as response,
           bool_or(d.update_id = newest.id and ${HAS_EVIDENCE}) over (partition by spoken.client_id) as newest
    from delivery d cross join lateral unnest(d.client_ids) as spoken (client_id)
    left join lateral (
      select u.id from incident_update u where u.incident_id = d.incident_id and u.client_ids @> array[spoken.client_id]
      order by u.created_at desc, u.id limit 1) newest on true
    where d.incident_id = ${incident.id} and d.audience = 'client'
    order by spoken.client_id, case when ${HAS_EVIDENCE} then d.sent_at end desc nulls last, d.id`.execute(
    db,
  );
  const told = new Map(rows.map((row) => [row.client_id, row]));
  const called = await newestCalls(db, incident.id);
  const silent = await clientsWithoutMail(
    db,
    affected.map((client) => client.id),
  );
  const views = affected.map((client) => {
    const row = told.get(client.id);
    const call = called.get(client.id);
    return {
      id: client.id,
      name: client.name,
      impact: client.impact,
      contacts: client.contacts,
      told: Boolean(row?.sent_at ?? call),
      toldAt: (row?.sent_at ?? call?.called_at)?.toString() ?? null,
      latestTold: Boolean(row?.newest || call?.newest),
      evidence: row?.sent_at ? (row.response ?? null) : call ? `call: ${call.said}` : null,
      askedForNoMail: silent.has(client.id),
    };
  });
  return views.toSorted((one, other) => Number(one.told) - Number(other.told));
}

/** The newest call that reached each client; `newest` when no message to it is younger. */
async function newestCalls(db: Db, incidentId: string) {
  const { rows } = await sql<{
    client_id: string;
    called_at: Temporal.Instant;
    said: string;
    newest: boolean;
  }>`
    select distinct on (c.client_id) c.client_id, c.called_at, c.said,
           not exists (select 1 from incident_update u where u.incident_id = c.incident_id and u.created_at > c.called_at
                         and u.client_ids @> array[c.client_id]) as newest
    from client_call c where c.incident_id = ${incidentId} and c.reached
    order by c.client_id, c.called_at desc, c.id`.execute(db);
  return new Map(rows.map((row) => [row.client_id, row]));
}

async function clientsWithoutMail(db: Db, clientIds: string[]): Promise<Set<string>> {
  if (!clientIds.length) return new Set();
  const rows = await db
    .selectFrom('channel as ch')
    .innerJoin('contact as k', 'k.id', 'ch.contact_id')
    .select('k.client_id')
    .distinct()
    .where('k.client_id', 'in', clientIds)
    .where('k.archived_at', 'is', null)
    .where('ch.kind', '=', 'email')
    .where('ch.off_at', 'is not', null)
    .execute();
  return new Set(rows.map((row) => row.client_id));
}

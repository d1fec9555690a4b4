/** Who has not been told: the affected clients of an incident, each with its people and the evidence; those who know nothing on top. */
import { sql } from 'kysely';
import { z } from 'zod';
import { type CoverNow, coverNow } from '#directory/cover-now.ts';
import { clocksOf } from '#incident/client-clocks.ts';
import type { Incident } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { affectedClients, reachesClients } from './audience.ts';
import { ASKED_FOR_NO_SMS } from './channels/twilio.ts';
import { DELIVERY_STATES, stateWords } from './read.ts';
import { HAS_EVIDENCE } from './record.ts';
import { ASKED_FOR_NO_MAIL } from './unsubscribe.ts';

type State = (typeof DELIVERY_STATES)[number];

const at = z.string().describe('an instant');
const evidence = z.object({
  channel: z.string(),
  address: z.string(),
  state: z.enum(DELIVERY_STATES),
  told: z.boolean().describe('There is evidence that it was handed over.'),
  latest: z.boolean().describe('It is the newest message to this client.'),
  automatic: z.boolean().describe('Nobody wrote it: ours was late.'),
  words: z.string(),
  answer: z.string().nullable().describe("The other server's answer."),
  at: at.nullable(),
});
const recipient = z.object({
  contactId: z.string().nullable(),
  name: z.string(),
  role: z.string().nullable(),
  phone: z.string().nullable(),
  language: z.string().nullable(),
  zone: z.string(),
  askedFor: z
    .string()
    .nullable()
    .describe('What this person asked us not to use: "no mail", "no SMS", "no mail and no SMS".'),
  reachable: z.boolean().describe('A message still reaches them by some channel; else only a call does.'),
  evidence: z
    .array(evidence)
    .describe('The newest of each channel; empty when nothing was ever sent to them.'),
});
const call = z.object({
  id: z.string(),
  contactId: z.string().nullable(),
  contactName: z.string(),
  reached: z.boolean(),
  said: z.string(),
  calledBy: z.string(),
  at,
});
export const boardClient = z.object({
  id: z.string(),
  name: z.string(),
  impact: z.enum(['down', 'degraded', 'not_affected']),
  state: z
    .enum(['not_told', 'half', 'told', 'not_affected'])
    .describe('told: a contact has evidence of the newest message; half: only of an earlier one.'),
  automatic: z.boolean().describe('Told by an automatic message alone: no person has spoken to it since.'),
  words: z.string().describe('The state with its reason.'),
  toldAt: at.nullable().describe('the newest evidence'),
  needsCall: z.boolean().describe('Its contract asks for a call, and none has reached it.'),
  cover: z
    .object({ words: z.string(), reads: z.boolean() })
    .nullable()
    .describe('Whether somebody reads now.'),
  recipients: z.array(recipient),
  calls: z.array(call),
});
export type BoardClient = z.output<typeof boardClient>;
type Recipient = z.output<typeof recipient>;
type Evidence = z.output<typeof evidence>;
type Call = z.output<typeof call>;

const ORDER: BoardClient['state'][] = ['not_told', 'half', 'told', 'not_affected'];

/** @returns every client that is or was affected, those who know nothing on top */
export async function readBoard(db: Db, incident: Incident, now: Temporal.Instant): Promise<BoardClient[]> {
  const clients = await clientsOnBoard(db, incident);
  const ids = clients.map((each) => each.id);
  if (!ids.length) return [];
  const [contacts, sent, newest, calls, covers] = [
    await contactsOf(db, ids),
    await evidenceOf(db, incident.id),
    await newestTo(db, incident.id),
    await callsOf(db, incident.id),
    await coversOf(db, ids, now),
  ];
  const board = clients.map(({ id, name, impact }) => {
    const rows = sent.filter((row) => row.client_id === id);
    const made = calls.get(id) ?? [];
    const latest = newest.get(id);
    const people = recipientsOf(contacts.get(id) ?? [], rows, latest?.id);
    return {
      id,
      name,
      impact,
      ...stateOf({ impact, people, made, latest }),
      needsCall: asksCall(incident, id),
      cover: covers.get(id) ?? null,
      recipients: people,
      calls: made,
    };
  });
  return board.toSorted(
    (one, other) =>
      ORDER.indexOf(one.state) - ORDER.indexOf(other.state) ||
      Number(other.needsCall) - Number(one.needsCall) ||
      one.name.localeCompare(other.name),
  );
}

function asksCall(incident: Incident, clientId: string): boolean {
  const clock = clocksOf(incident)[clientId];
  return Boolean(clock?.contract?.needsCall && !clock.left && !clock.calledAt);
}

/** A restricted incident waits for nobody but those whom somebody named; a drill for no client. */
async function clientsOnBoard(db: Db, incident: Incident) {
  if (incident.drill) return [];
  const affected = await affectedClients(db, incident);
  const told = incident.toldClientIds.filter((id) => !affected.some((each) => each.id === id));
  const others = told.length
    ? await db.selectFrom('client').select(['id', 'name']).where('id', 'in', told).execute()
    : [];
  return [
    ...affected.filter(
      (each) => reachesClients(incident) || each.byHand || incident.toldClientIds.includes(each.id),
    ),
    ...others.map((each) => ({ ...each, impact: 'degraded' as const })),
  ];
}

type Latest = { id: string; at: Temporal.Instant; automatic: boolean };

function stateOf(what: {
  impact: BoardClient['impact'];
  people: Recipient[];
  made: Call[];
  latest: Latest | undefined;
}): Pick<BoardClient, 'state' | 'words' | 'automatic' | 'toldAt'> {
  const { impact, people, made, latest } = what;
  const told = people.flatMap((each) => each.evidence).filter((each) => each.told);
  const reached = made.filter((each) => each.reached);
  const toldAt = [...told.map((each) => each.at ?? ''), ...reached.map((each) => each.at)].toSorted().at(-1);
  const known = toldAt || null;
  const state = (
    name: BoardClient['state'],
    words: string,
    automatic = false,
  ): Pick<BoardClient, 'state' | 'words' | 'automatic' | 'toldAt'> => ({
    state: name,
    words,
    automatic,
    toldAt: known,
  });
  if (impact === 'not_affected') return state('not_affected', 'not affected');
  const spoken = reached.some(
    (each) => !latest || Temporal.Instant.compare(Temporal.Instant.from(each.at), latest.at) >= 0,
  );
  if (spoken) return state('told', 'told');
  if (told.some((each) => each.latest))
    return latest?.automatic ? state('told', 'told by an automatic message', true) : state('told', 'told');
  const silence = askedForSilence(people);
  if (known) return state('half', `not told of the latest${silence ? `: ${silence}` : ''}`);
  return state('not_told', `not told: ${silence ?? whyNot(people, latest)}`);
}

function whyNot(people: Recipient[], latest: Latest | undefined): string {
  if (!people.length) return 'it has no contact';
  if (!latest) return 'nothing has been sent';
  const tried = people.flatMap((each) => each.evidence);
  if (!tried.length) return 'no contact has an address';
  return tried.some((each) => each.state === 'queued' || each.state === 'sending')
    ? 'on its way, no evidence yet'
    : 'no message arrived';
}

/** Nobody there can be reached by a message any more, because they asked for it: only a call is left. */
function askedForSilence(people: Recipient[]): string | undefined {
  const known = people.filter((each) => each.contactId);
  if (known.some((each) => each.reachable) || !known.some((each) => each.askedFor)) return undefined;
  const wishes = [...new Set(known.flatMap((each) => each.askedFor ?? []))];
  return `${known.length === 1 ? 'its contact' : 'its contacts'} asked for ${wishes.join(' or ')}: call them`;
}

type ContactRow = {
  id: string;
  client_id: string;
  name: string;
  role: string | null;
  email: string | null;
  phone: string | null;
  language: string;
  zone: string;
  off_whys: string[];
  reachable: boolean;
};

async function contactsOf(db: Db, clientIds: string[]): Promise<Map<string, ContactRow[]>> {
  const rows = await db
    .selectFrom('contact')
    .select(['id', 'client_id', 'name', 'role', 'email', 'phone', 'language', 'zone'])
    .select([
      sql<
        string[]
      >`coalesce((select array_agg(distinct ch.off_why) from channel ch where ch.contact_id = contact.id and ch.off_at is not null), '{}')`.as(
        'off_whys',
      ),
      sql<boolean>`exists (select 1 from reach where reach.contact_id = contact.id)`.as('reachable'),
    ])
    .where('client_id', 'in', clientIds)
    .where('archived_at', 'is', null)
    .orderBy('name')
    .execute();
  return Map.groupBy(rows, (row) => row.client_id);
}

type SentRow = {
  client_id: string;
  update_id: string;
  contact_ids: string[];
  recipient_name: string;
  zone: string;
  channel: string;
  address: string;
  state: State;
  attempts: number;
  last_error: string | null;
  told: boolean;
  automatic: boolean;
  answer: string | null;
  sent_at: Temporal.Instant | null;
};

/** The newest delivery that has evidence of each client, channel and address, else the newest at all. */
async function evidenceOf(db: Db, incidentId: string): Promise<SentRow[]> {
  const { rows } = await sql<SentRow>`
    select distinct on (reader.client_id, d.channel, d.address)
           reader.client_id, d.update_id, d.contact_ids, d.recipient_name, d.zone, d.channel, d.address, d.state, d.attempts,
           d.last_error, ${HAS_EVIDENCE} as told, u.kind = 'late' as automatic, d.evidence ->> 'response' as answer, d.sent_at
    from delivery d join incident_update u on u.id = d.update_id cross join lateral unnest(d.client_ids) as reader (client_id)
    where d.incident_id = ${incidentId} and d.audience = 'client'
    order by reader.client_id, d.channel, d.address, not ${HAS_EVIDENCE}, d.created_at desc, d.id`.execute(
    db,
  );
  return rows;
}

async function newestTo(db: Db, incidentId: string): Promise<Map<string, Latest>> {
  const { rows } = await sql<Latest & { client_id: string }>`
    select distinct on (reader.client_id) reader.client_id, u.id, u.created_at as at, u.kind = 'late' as automatic
    from incident_update u cross join lateral unnest(u.client_ids) as reader (client_id)
    where u.incident_id = ${incidentId} order by reader.client_id, u.created_at desc, u.id`.execute(db);
  return new Map(rows.map(({ client_id, ...latest }) => [client_id, latest]));
}

async function callsOf(db: Db, incidentId: string): Promise<Map<string, Call[]>> {
  const rows = await db
    .selectFrom('client_call')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .orderBy('called_at', 'desc')
    .orderBy('id')
    .execute();
  return new Map(
    [...Map.groupBy(rows, (row) => row.client_id)].map(([client, list]) => [
      client,
      list.map((row) => ({
        id: row.id,
        contactId: row.contact_id,
        contactName: row.contact_name,
        reached: row.reached,
        said: row.said,
        calledBy: row.called_by,
        at: row.called_at.toString(),
      })),
    ]),
  );
}

async function coversOf(db: Db, ids: string[], now: Temporal.Instant): Promise<Map<string, CoverNow | null>> {
  const rows = await db.selectFrom('client').select(['id', 'cover']).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, coverNow(row.cover, now)]));
}

/** Contacts as they are now, each with its evidence; addresses that were written to and are nobody's any more stay. */
function recipientsOf(contacts: ContactRow[], rows: SentRow[], latestId: string | undefined): Recipient[] {
  const belongs = (contact: ContactRow, row: SentRow) =>
    row.contact_ids.includes(contact.id) || row.address === contact.email?.toLowerCase();
  const known = contacts.map((contact) => ({
    contactId: contact.id,
    name: contact.name,
    role: contact.role,
    phone: contact.phone,
    language: contact.language,
    zone: contact.zone,
    askedFor: askedFor(contact.off_whys),
    reachable: contact.reachable,
    evidence: rows.filter((row) => belongs(contact, row)).map((row) => evidenceView(row, latestId)),
  }));
  const strangers = rows
    .filter((row) => !contacts.some((contact) => belongs(contact, row)))
    .map((row) => ({
      contactId: null,
      name: row.recipient_name,
      role: null,
      phone: null,
      language: null,
      zone: row.zone,
      askedFor: null,
      reachable: false,
      evidence: [evidenceView(row, latestId)],
    }));
  return [...known, ...strangers];
}

function askedFor(offWhys: string[]): string | null {
  const wishes = [
    ...(offWhys.includes(ASKED_FOR_NO_MAIL) ? ['no mail'] : []),
    ...(offWhys.includes(ASKED_FOR_NO_SMS) ? ['no SMS'] : []),
  ];
  return wishes.length ? wishes.join(' and ') : null;
}

function evidenceView(row: SentRow, latestId: string | undefined): Evidence {
  return {
    channel: row.channel,
    address: row.address,
    state: row.state,
    told: row.told,
    latest: row.update_id === latestId,
    automatic: row.automatic,
    words: row.automatic ? `${stateWords(row)}, automatic message` : stateWords(row),
    answer: row.answer,
    at: row.sent_at?.toString() ?? null,
  };
}

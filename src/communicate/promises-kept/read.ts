/** The page of kept promises of one client: from the rows of promises and deliveries, as they are; other clients and internal titles never enter. */
import { sql } from 'kysely';
import { z } from 'zod';
import { fromDocument } from '#incident/document.ts';
import { seenBy } from '#incident/seen-by.ts';
import type { Incident, UpdateKind } from '#incident/types.ts';
import { promiseName } from '#incident/words.ts';
import type { Db } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { clientOf, owedTo, ruleKindOf } from '#promise/kind.ts';
import { KIND_WORDS } from '../message.ts';
import { readOrganisation } from '../organisation.ts';
import { HAS_EVIDENCE } from '../record.ts';
import { periodOf } from './period.ts';

/** What everybody is owed about telling; a client's own rows come beside these. */
const COMMON = [
  'first_message',
  'next_update',
  'it_works_again',
  'it_is_back',
  'stand_down',
  'correction',
  'final_message',
];
const OWN = ['client_first_message', 'client_next_update', 'client_call'];
const INCIDENTS_MAX = 500;

const at = z.string().describe('an instant');
const keptPromise = z.object({
  name: z.string(),
  byContract: z.boolean(),
  dueAt: at,
  keptAt: at.nullable(),
  outcome: z.enum(['kept', 'late', 'broken']),
});
const heard = z.object({
  at: at.describe('When it was sent, or when the call was.'),
  what: z.string().describe('"First message", "Update", "Call", …'),
  automatic: z.boolean().describe('Written by the machine because a person was late; it ends no silence.'),
  evidence: z.array(z.object({ who: z.string(), channel: z.string(), at, answer: z.string().nullable() })),
});
const reviewed = z.object({
  id: z.string(),
  reference: z.string(),
  severity: z.enum(['P1', 'P2', 'P3']),
  services: z.array(z.string()).describe('By their public names, as far as this client uses them.'),
  detectedAt: at,
  restoredAt: at.nullable(),
  endedAt: at.nullable(),
  longestSilenceMinutes: z.number(),
  promises: z.array(keptPromise),
  heard: z.array(heard),
});
export const promisesKeptView = z.object({
  client: z.object({ id: z.string(), name: z.string() }),
  period: z.object({ name: z.string(), from: at, until: at, zone: z.string() }),
  organisation: z.string().nullable(),
  asOf: at,
  totals: z.object({
    incidents: z.number(),
    promised: z.number(),
    kept: z.number().describe('In time.'),
    late: z.number(),
    broken: z.number().describe('Never kept.'),
    messages: z.number(),
    messagesWithEvidence: z.number(),
    calls: z.number().describe('Those that reached somebody.'),
    longestSilenceMinutes: z.number().nullable(),
    longestSilenceIn: z.string().nullable().describe('The reference of that incident.'),
  }),
  notShown: z
    .number()
    .describe('Restricted incidents of which this client was told and which the caller may not see.'),
  incidents: z.array(reviewed),
});
export type PromisesKept = z.output<typeof promisesKeptView>;
type Reviewed = z.output<typeof reviewed>;
type Heard = z.output<typeof heard>;
type KeptPromise = z.output<typeof keptPromise>;

export type Wanted = { clientId: string; period: string; personId: string | undefined };

/** @throws Refused when there is no such client, or the period holds more than a page can */
export async function readPromisesKept(
  db: Db,
  { clientId, period: text, personId }: Wanted,
  now: Temporal.Instant,
): Promise<PromisesKept> {
  const client = await db
    .selectFrom('client')
    .select(['id', 'name'])
    .where('id', '=', clientId)
    .executeTakeFirst();
  if (!client) throw notFound('client', clientId);
  const organisation = await readOrganisation(db);
  const period = periodOf(text, organisation.zone);
  const found = await incidentsOf(db, clientId, period);
  const seen = found.filter((incident) => seenBy(incident, personId));
  const ids = seen.map((incident) => incident.id);
  const [promises, messages, services] = [
    await promisesTo(db, clientId, ids, now),
    await heardBy(db, clientId, ids),
    await servicesOf(db, clientId),
  ];
  const incidents = seen.map((incident) =>
    review(incident, promises.get(incident.id) ?? [], messages.get(incident.id) ?? [], services, now),
  );
  return {
    client,
    period: {
      name: period.name,
      from: period.from.toString(),
      until: period.until.toString(),
      zone: organisation.zone,
    },
    organisation: organisation.name,
    asOf: now.toString(),
    totals: totalsOf(incidents),
    notShown: found.length - seen.length,
    incidents,
  };
}

/**
 * Incidents that were detected in the period and that this client was told of, or that were open to all and affected it.
 * What was over before the client was known owed it nothing.
 */
async function incidentsOf(
  db: Db,
  clientId: string,
  { from, until }: { from: Temporal.Instant; until: Temporal.Instant },
): Promise<Incident[]> {
  const own = OWN.map((rule) => owedTo(rule, clientId));
  const { rows } = await sql<{ document: unknown }>`
    select i.document from incident i
    where i.detected_at >= ${from}::timestamptz and i.detected_at < ${until}::timestamptz and not i.drill
      and (exists (select 1 from incident_update u where u.incident_id = i.id and u.client_ids @> array[${clientId}])
           or exists (select 1 from client_call c where c.incident_id = i.id and c.client_id = ${clientId} and c.reached)
           or (not i.restricted and i.state not in ('dismissed', 'merged')
               and coalesce(i.document -> 'clientImpacts' ->> ${clientId}, '') <> 'not_affected'
               and (exists (select 1 from promise p where p.subject_kind = 'incident' and p.subject_id = i.id and p.kind = any(${own}::text[]))
                    or exists (select 1 from promise p join client_service cs on cs.client_id = ${clientId} and cs.service_id = any(i.service_ids)
                                 join client on client.id = cs.client_id and client.created_at <= i.detected_at
                               where p.subject_kind = 'incident' and p.subject_id = i.id and p.kind = 'first_message'))))
    order by i.detected_at, i.id limit ${INCIDENTS_MAX + 1}`.execute(db);
  if (rows.length > INCIDENTS_MAX)
    throw new Refused('too_large', `This period holds more than ${INCIDENTS_MAX} incidents of this client.`, {
      mend: 'Choose a month instead of a quarter.',
    });
  return rows.map((row) => fromDocument(row.document));
}

type PromiseRow = {
  incident_id: string;
  kind: string;
  due_at: Temporal.Instant;
  state: string;
  missed_at: Temporal.Instant | null;
  ended_at: Temporal.Instant | null;
};

/**
 * The client's own rows, and those of everybody that were for it too: a common promise that was kept by a message which
 * left this client out was broken to it, and one that is over without any miss was never due.
 */
async function promisesTo(
  db: Db,
  clientId: string,
  ids: string[],
  now: Temporal.Instant,
): Promise<Map<string, KeptPromise[]>> {
  if (!ids.length) return new Map();
  const own = OWN.map((rule) => owedTo(rule, clientId));
  const { rows } = await sql<PromiseRow & { reader: boolean; meant: boolean }>`
    select p.subject_id as incident_id, p.kind, p.due_at, p.state, p.missed_at, p.ended_at,
           coalesce(keeping.client_ids @> array[${clientId}], false) as reader,
           coalesce(keeping.affected_client_ids @> array[${clientId}], false) as meant
    from promise p
    left join incident_update keeping on keeping.incident_id = p.subject_id and keeping.created_at = p.ended_at
      and keeping.only_client_id is null and p.state = 'kept'
    where p.subject_kind = 'incident' and p.subject_id = any(${ids}::text[])
      and (p.kind = any(${own}::text[]) or p.kind = any(${COMMON}::text[]))
    order by p.due_at, p.id`.execute(db);
  const counted = rows.flatMap((row) => {
    const outcome = outcomeOf(row, now);
    if (!outcome) return [];
    const kept = outcome !== 'broken';
    const promise: KeptPromise = {
      name: promiseName(ruleKindOf(row.kind)),
      byContract: clientOf(row.kind) !== undefined,
      dueAt: row.due_at.toString(),
      keptAt: kept ? (row.ended_at?.toString() ?? null) : null,
      outcome,
    };
    return [{ incidentId: row.incident_id, promise }];
  });
  return new Map(
    [...Map.groupBy(counted, (each) => each.incidentId)].map(([id, list]) => [
      id,
      list.map((each) => each.promise),
    ]),
  );
}

function outcomeOf(
  row: PromiseRow & { reader: boolean; meant: boolean },
  now: Temporal.Instant,
): KeptPromise['outcome'] | undefined {
  const common = clientOf(row.kind) === undefined;
  const overdue = row.state === 'open' && Temporal.Instant.compare(row.due_at, now) <= 0;
  if (row.state === 'kept') {
    if (common && !row.reader) return row.meant ? 'broken' : undefined;
    return row.missed_at ? 'late' : 'kept';
  }
  return row.missed_at || overdue ? 'broken' : undefined;
}

/** Messages that named this client and calls that reached it, each with its evidence, in order. */
async function heardBy(db: Db, clientId: string, ids: string[]): Promise<Map<string, Heard[]>> {
  if (!ids.length) return new Map();
  const { rows: messages } = await sql<{
    incident_id: string;
    at: Temporal.Instant;
    kind: UpdateKind;
    automatic: boolean;
    evidence: Heard['evidence'];
  }>`
    select u.incident_id, u.created_at as at, u.kind, u.automatic,
           coalesce((select json_agg(json_build_object('who', d.recipient_name, 'channel', d.channel,
                                                       'at', to_char(d.sent_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                                                       'answer', d.evidence ->> 'response') order by d.sent_at, d.id)
                     from delivery d where d.update_id = u.id and d.audience = 'client' and d.client_ids @> array[${clientId}]
                       and ${HAS_EVIDENCE} and d.sent_at is not null), '[]') as evidence
    from incident_update u where u.incident_id = any(${ids}::text[]) and u.client_ids @> array[${clientId}]`.execute(
    db,
  );
  const calls = await db
    .selectFrom('client_call')
    .select(['incident_id', 'called_at', 'contact_name', 'called_by'])
    .where('client_id', '=', clientId)
    .where('incident_id', 'in', ids)
    .where('reached', '=', true)
    .execute();
  const all = [
    ...messages.map((row) => ({
      incidentId: row.incident_id,
      heard: {
        at: row.at.toString(),
        what: row.automatic && row.kind !== 'final' ? KIND_WORDS.late : KIND_WORDS[row.kind],
        automatic: row.automatic,
        evidence: row.evidence,
      },
    })),
    ...calls.map((row) => {
      const at = row.called_at.toString();
      return {
        incidentId: row.incident_id,
        heard: {
          at,
          what: 'Call',
          automatic: false,
          evidence: [{ who: row.contact_name, channel: 'call', at, answer: `logged by ${row.called_by}` }],
        },
      };
    }),
  ].toSorted((one, other) => Date.parse(one.heard.at) - Date.parse(other.heard.at));
  return new Map(
    [...Map.groupBy(all, (each) => each.incidentId)].map(([id, list]) => [
      id,
      list.map((each) => each.heard),
    ]),
  );
}

type Serving = { id: string; public_name: string | null };

async function servicesOf(db: Db, clientId: string): Promise<Serving[]> {
  return db
    .selectFrom('client_service')
    .innerJoin('service', 'service.id', 'client_service.service_id')
    .select(['service.id', 'service.public_name'])
    .where('client_service.client_id', '=', clientId)
    .orderBy('service.public_name')
    .execute();
}

function review(
  incident: Incident,
  promises: KeptPromise[],
  messages: Heard[],
  services: Serving[],
  now: Temporal.Instant,
): Reviewed {
  const ended = incident.resolvedAt ?? incident.dismissedAt ?? incident.mergedAt;
  const names = services
    .filter((each) => incident.serviceIds.includes(each.id))
    .flatMap((each) => each.public_name ?? []);
  return {
    id: incident.id,
    reference: incident.reference,
    severity: incident.highestSeverity,
    services: [...new Set(names)],
    detectedAt: incident.detectedAt.toString(),
    restoredAt: incident.restoredAt?.toString() ?? null,
    endedAt: ended?.toString() ?? null,
    longestSilenceMinutes: longestSilence(incident.detectedAt, ended ?? now, messages),
    promises,
    heard: messages,
  };
}

/**
 * The longest time without a word of a person that demonstrably reached this client, from detection to the end.
 * @returns whole minutes
 */
export function longestSilence(
  detectedAt: Temporal.Instant,
  until: Temporal.Instant,
  messages: readonly Pick<Heard, 'automatic' | 'evidence'>[],
): number {
  const arrived = messages
    .filter((each) => !each.automatic)
    .flatMap(
      (each) => each.evidence.map((one) => Date.parse(one.at)).toSorted((one, other) => one - other)[0] ?? [],
    );
  const end = Math.max(until.epochMilliseconds, ...arrived);
  const points = [detectedAt.epochMilliseconds, ...arrived.toSorted((one, other) => one - other), end];
  const gaps = points.slice(1).map((point, index) => point - (points[index] ?? point));
  return Math.floor(Math.max(0, ...gaps) / 60_000);
}

function totalsOf(incidents: Reviewed[]): PromisesKept['totals'] {
  const promises = incidents.flatMap((each) => each.promises);
  const messages = incidents.flatMap((each) => each.heard);
  const written = messages.filter((each) => each.what !== 'Call');
  const longest = incidents.toSorted(
    (one, other) => other.longestSilenceMinutes - one.longestSilenceMinutes,
  )[0];
  const of = (outcome: KeptPromise['outcome']) => promises.filter((each) => each.outcome === outcome).length;
  return {
    incidents: incidents.length,
    promised: promises.length,
    kept: of('kept'),
    late: of('late'),
    broken: of('broken'),
    messages: written.length,
    messagesWithEvidence: written.filter((each) => each.evidence.length).length,
    calls: messages.length - written.length,
    longestSilenceMinutes: longest?.longestSilenceMinutes ?? null,
    longestSilenceIn: longest?.reference ?? null,
  };
}

/** From what a person wrote to a message that may be sent: the next time filled in, the audience named, the fields checked. */

import type { House } from '#incident/room.ts';
import type { Incident, UpdateKind, UpdateSent, UpdateStatus } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import type { Policy } from '#promise/policy.ts';
import { cadenceFor, lastToClient, onlyReader, servicesServing } from './alone.ts';
import {
  affectedClients,
  clientsToTell,
  type KnownService,
  mayBePublic,
  publicNamesOf,
  servicesOf,
} from './audience.ts';
import { type Confirmable, checkUpdate, type Finding, type Surroundings } from './check.ts';
import { draft, ENDS_THE_TELLING, type Fields } from './message.ts';
import { type Organisation, readOrganisation } from './organisation.ts';

/** As asked for over HTTP. `nextAt` undefined: the cadence decides; null: none. */
export type Asked = {
  kind: UpdateKind;
  status: UpdateStatus;
  impact: string;
  action: string;
  nextAt?: Temporal.Instant | null | undefined;
  nothingNew: boolean;
  audience: { clientIds: 'affected' | string[]; internal: boolean; publicPage?: boolean | undefined };
};

export type Composed = {
  update: UpdateSent;
  findings: Finding[];
  services: KnownService[];
  publicNames: string[];
  organisation: Organisation;
  policy: Policy;
};

// A P3 has no cadence: only the time that a message names binds, and this is what we propose.
const WITHOUT_CADENCE_HOURS = 4;
const NAMES_MAX = 5000;

/** @throws Refused when a client named by hand does not exist */
export async function compose(
  house: House,
  incident: Incident,
  asked: Asked,
  updateId: string,
  now: Temporal.Instant,
): Promise<Composed> {
  const { db } = house.platform;
  const [policy, services, organisation] = [
    await house.policies.version(db, incident.policyVersion),
    await servicesOf(db, incident),
    await readOrganisation(db),
  ];
  const clientIds =
    asked.audience.clientIds === 'affected'
      ? await clientsToTell(db, incident, asked.kind)
      : await knownClients(db, asked.audience.clientIds);
  const allowed = mayBePublic(incident, services);
  const only = onlyReader(incident, asked);
  const nextAt =
    asked.nextAt === undefined
      ? defaultNextAt(incident, asked.kind, policy, now, only)
      : (asked.nextAt ?? undefined);
  const update: UpdateSent = {
    updateId,
    kind: asked.kind,
    status: asked.status,
    impact: asked.impact.trim(),
    action: asked.action.trim(),
    ...(nextAt ? { nextAt } : {}),
    nothingNew: asked.nothingNew,
    automatic: false,
    clientIds: incident.drill ? [] : clientIds,
    internal: asked.audience.internal,
    // Asked for on a restricted incident it is kept, so that the incident itself refuses it with its reason.
    publicPage: (asked.audience.publicPage ?? allowed) && (allowed || incident.restricted),
  };
  const publicNames = publicNamesOf(services);
  const findings = checkUpdate(
    { ...update, nextAt: nextAt?.toString() ?? null },
    await surroundings(db, incident, update, policy, publicNames, now),
  );
  return { update, findings, services, publicNames, organisation, policy };
}

/** Now plus the cadence, rounded down; undefined where the message is the last. */
export function defaultNextAt(
  incident: Pick<Incident, 'severity' | 'cadenceStretch' | 'clientClocks'>,
  kind: UpdateKind,
  policy: Policy,
  now: Temporal.Instant,
  onlyClientId?: string,
): Temporal.Instant | undefined {
  if (ENDS_THE_TELLING.includes(kind)) return undefined;
  const cadence = cadenceFor(incident, policy, onlyClientId);
  const wanted = now.epochMilliseconds + (cadence ?? WITHOUT_CADENCE_HOURS * 3_600_000);
  const rounded =
    policy.nextUpdateRounding > 0
      ? Math.floor(wanted / policy.nextUpdateRounding) * policy.nextUpdateRounding
      : wanted;
  return Temporal.Instant.fromEpochMilliseconds(rounded > now.epochMilliseconds ? rounded : wanted);
}

/** @throws Refused naming what cannot be sent, and what must be confirmed with a second tap */
export function refuseUnsendable(
  findings: readonly Finding[],
  update: UpdateSent,
  confirmed: readonly Confirmable[],
): void {
  const stops = findings.filter((each) => each.level === 'stop');
  if (stops.length)
    throw new Refused('invalid', 'The message cannot be sent as it is; nothing was sent.', {
      mend: stops.map((each) => each.question).join(' '),
      fields: stops.map((each) => ({ path: each.field, message: each.question })),
    });
  const asks = findings.filter(
    (each) => each.level === 'ask' && each.confirms && !confirmed.includes(each.confirms),
  );
  if (asks.length)
    throw new Refused(
      'conflict',
      'The message names something that others should perhaps not read; nothing was sent.',
      {
        mend: 'Change the text, or confirm it with a second tap: send it again with "confirmed".',
        fields: asks.map((each) => ({ path: `confirmed.${each.confirms}`, message: each.question })),
      },
    );
  if (!update.clientIds.length && !update.internal && !update.publicPage)
    throw new Refused('invalid', 'Nobody would read this message; nothing was sent.', {
      mend: 'Choose clients, internal people or the status page.',
    });
}

async function knownClients(db: Db, ids: string[]): Promise<string[]> {
  const wanted = [...new Set(ids)];
  if (!wanted.length) return [];
  const rows = await db
    .selectFrom('client')
    .select('id')
    .where('id', 'in', wanted)
    .where('archived_at', 'is', null)
    .execute();
  const unknown = wanted.filter((id) => !rows.some((row) => row.id === id));
  if (unknown.length)
    throw new Refused('invalid', 'The message names clients that do not exist; nothing was sent.', {
      mend: 'Leave them out; they may have been archived.',
      fields: unknown.map((id) => ({
        path: 'audience.clientIds',
        message: `There is no client with the id "${id}".`,
      })),
    });
  return wanted;
}

async function surroundings(
  db: Db,
  incident: Incident,
  update: UpdateSent,
  policy: Policy,
  publicNames: string[],
  now: Temporal.Instant,
): Promise<Surroundings> {
  const cadence = policy.cadence[incident.severity];
  const services = await db
    .selectFrom('service')
    .select(['name', 'slug', 'public_name'])
    .where('archived_at', 'is', null)
    .limit(NAMES_MAX)
    .execute();
  const clients = await db
    .selectFrom('client')
    .select(['id', 'name'])
    .where('archived_at', 'is', null)
    .limit(NAMES_MAX)
    .execute();
  const people = await db
    .selectFrom('person')
    .select('name')
    .where('archived_at', 'is', null)
    .limit(NAMES_MAX)
    .execute();
  const only = !update.publicPage && update.clientIds.length === 1 ? update.clientIds[0] : undefined;
  const known = new Set(
    services.flatMap((each) => (each.public_name ? [each.public_name.toLowerCase()] : [])),
  );
  return {
    now: now.toString(),
    severity: incident.severity,
    cadenceMinutes: cadence === undefined ? undefined : (cadence * incident.cadenceStretch) / 60_000,
    external: update.publicPage || update.clientIds.length > 0,
    dataKnown: incident.data === 'safe',
    internalNames: services
      .flatMap((each) => [each.name, each.slug].map((name) => ({ name, publicName: each.public_name })))
      .filter(
        ({ name }, index, all) =>
          !known.has(name.toLowerCase()) &&
          all.findIndex((other) => other.name.toLowerCase() === name.toLowerCase()) === index,
      ),
    // A name that is part of a public name, as in "Contoso shop", is known to its readers already.
    otherClients: clients
      .filter(
        (each) =>
          each.id !== only &&
          !publicNames.some((name) => name.toLowerCase().includes(each.name.toLowerCase())),
      )
      .map((each) => each.name),
    people: people.map((each) => each.name),
    previous: incident.lastUpdate && {
      impact: incident.lastUpdate.impact,
      action: incident.lastUpdate.action,
    },
    nothingNew: update.nothingNew,
  };
}

/** Which message the incident needs next, when nobody says. */
export function kindNeeded(incident: Incident): UpdateKind {
  if (incident.state === 'dismissed') return 'stand_down';
  if (incident.correction && !incident.correction.sentAt) return 'correction';
  if (!incident.firstMessage || incident.firstMessage.notNeeded) return 'first';
  if (incident.state === 'resolved' || incident.state === 'closed') return 'final';
  if (incident.state === 'restored') return incident.worksAgainAt ? 'next' : 'works_again';
  return incident.reopenedAt && !incident.isBackAt ? 'is_back' : 'next';
}

/** The prepared answer: complete enough to be sent with one tap. */
export async function prepare(
  house: House,
  incident: Incident,
  kind: UpdateKind,
  now: Temporal.Instant,
  onlyClientId?: string,
): Promise<Fields & { nothingNew: boolean }> {
  const { db } = house.platform;
  const policy = await house.policies.version(db, incident.policyVersion);
  const { zone } = await readOrganisation(db);
  const services = await servicesOf(db, incident);
  const last = onlyClientId
    ? await lastToClient(db, incident.id, onlyClientId)
    : incident.lastUpdate?.automatic
      ? await lastOfAPerson(db, incident.id)
      : incident.lastUpdate;
  return draft({
    kind,
    publicNames: publicNamesOf(onlyClientId ? await servicesServing(db, services, onlyClientId) : services),
    checkingData: incident.data === 'checking',
    now: now.epochMilliseconds,
    nextAt: defaultNextAt(incident, kind, policy, now, onlyClientId)?.epochMilliseconds ?? null,
    zone,
    detectedAt: incident.detectedAt.epochMilliseconds,
    restoredAt: incident.restoredAt?.epochMilliseconds,
    last: last && {
      status: last.status,
      impact: last.impact,
      action: last.action,
      kind: last.kind,
      at: last.at.epochMilliseconds,
    },
    correction: incident.correction?.what,
  });
}

async function lastOfAPerson(db: Db, incidentId: string) {
  const row = await db
    .selectFrom('incident_update')
    .select(['status', 'impact', 'action', 'kind', 'created_at'])
    .where('incident_id', '=', incidentId)
    .where('automatic', '=', false)
    .where('only_client_id', 'is', null)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (
    row && {
      status: row.status as UpdateStatus,
      impact: row.impact,
      action: row.action,
      kind: row.kind as UpdateKind,
      at: row.created_at,
    }
  );
}

/** What this message will not reach, and why; shown before it is sent. */
export async function notSent(
  house: House,
  incident: Incident,
  composed: Pick<Composed, 'update' | 'services'>,
  mailConfigured: boolean,
): Promise<string[]> {
  const { update, services } = composed;
  const reasons: string[] = [];
  if (!mailConfigured && (update.internal || update.clientIds.length))
    reasons.push('Email: not sent, no mail server configured.');
  if (incident.restricted)
    reasons.push(
      'Status page and clients: this incident is restricted; only clients that you name hear of it.',
    );
  if (incident.drill)
    reasons.push('Status page and clients: this is a drill; only internal people hear of it.');
  if (!incident.restricted && !incident.drill && !services.some((service) => service.onPublicPage))
    reasons.push(
      services.length
        ? 'Status page: none of the affected services is on it.'
        : 'Status page: it is not known yet which service is affected.',
    );
  for (const service of services)
    if (!service.publicName)
      reasons.push(`${service.name}: it has no public name; clients read "one of our services".`);
  for (const client of await affectedClients(house.platform.db, incident)) {
    if (client.impact === 'not_affected') reasons.push(`${client.name}: marked as not affected.`);
    else if (!client.contacts && update.clientIds.includes(client.id))
      reasons.push(`${client.name}: it has no contact with an email address.`);
  }
  return reasons;
}

/** From what a person wrote to a message that may be sent: the next time filled in, the audience named, the fields checked. */
import { staysInside } from '#incident/evolve.ts';
import type { House } from '#incident/room.ts';
import type { Incident, UpdateKind, UpdateSent, UpdateStatus, Wording } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import type { Policy } from '#promise/policy.ts';
import { cadenceFor, onlyReader } from './alone.ts';
import {
  affectedClients,
  clientsToTell,
  type KnownService,
  mayBePublic,
  publicNamesOf,
  servicesOf,
} from './audience.ts';
import { type Confirmable, checkUpdate, type Finding, type Surroundings } from './check.ts';
import { lastTexts } from './last-texts.ts';
import { ENDS_THE_TELLING, unadmitted } from './message.ts';
import { type Organisation, readOrganisation } from './organisation.ts';
import { type AudienceKey, CLIENTS, clientOf, reaches } from './text.ts';
import type { Unreached } from './ways.ts';

/** As asked for over HTTP. `nextAt` undefined: the cadence decides; null: none. */
export type Asked = {
  kind: UpdateKind;
  status: UpdateStatus;
  impact: string;
  action: string;
  nextAt?: Temporal.Instant | null | undefined;
  nothingNew: boolean;
  audience: { clientIds: 'affected' | string[]; internal: boolean; publicPage?: boolean | undefined };
  /** Words of their own for one audience each; the others read the common ones. */
  wordings?: Wording[] | undefined;
};

export type Composed = {
  update: UpdateSent;
  findings: ComposedFinding[];
  services: KnownService[];
  publicNames: string[];
  organisation: Organisation;
  policy: Policy;
};

/** Whose words it is about: those of one audience, or the common ones. */
export type ComposedFinding = Finding & { audience: AudienceKey | null };

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
    ...(asked.audience.clientIds === 'affected' ? { toAffected: true } : {}),
    internal: asked.audience.internal,
    // Asked for on a restricted incident it is kept, so that the incident itself refuses it with its reason.
    publicPage: (asked.audience.publicPage ?? allowed) && (allowed || incident.restricted),
    ...(asked.wordings?.length ? { wordings: asked.wordings.map(trimmed) } : {}),
  };
  refuseStrayWordings(update);
  const publicNames = publicNamesOf(services);
  const around = await surroundings(db, incident, { update, policy, publicNames, now });
  return { update, findings: check(update, around), services, publicNames, organisation, policy };
}

/** The common words first, then those of each audience that has its own. */
function check(update: UpdateSent, around: (key: AudienceKey | null) => Surroundings): ComposedFinding[] {
  const fields = { ...update, nextAt: update.nextAt?.toString() ?? null };
  return [
    ...checkUpdate(fields, around(null)).map((finding) => ({ ...finding, audience: null })),
    ...(update.wordings ?? []).flatMap(({ audience, impact, action }) =>
      checkUpdate({ ...fields, impact, action }, around(audience))
        .filter((finding) => finding.field !== 'nextAt' && finding.field !== 'status')
        .map((finding) => ({ ...finding, audience })),
    ),
  ];
}

/** @throws Refused for words that nobody would read, or that are given twice */
function refuseStrayWordings(update: UpdateSent): void {
  const wordings = update.wordings ?? [];
  const stray = wordings.findIndex(
    ({ audience }, index) =>
      !reaches(update, audience) || wordings.findIndex((other) => other.audience === audience) !== index,
  );
  if (stray < 0) return;
  throw new Refused(
    'invalid',
    'The message has words of their own for somebody whom it does not reach, or twice; nothing was sent.',
    {
      mend: 'Choose that audience too, or leave its words out.',
      fields: [
        {
          path: `wordings.${stray}.audience`,
          message: `"${wordings[stray]?.audience}" is not reached, or is named twice.`,
        },
      ],
    },
  );
}

function trimmed({ audience, impact, action }: Wording): Wording {
  return { audience, impact: impact.trim(), action: action.trim() };
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

type Asking = { update: UpdateSent; policy: Policy; publicNames: string[]; now: Temporal.Instant };

/** @returns what the words of one audience are held against; null: the common words */
async function surroundings(
  db: Db,
  incident: Incident,
  { update, policy, publicNames, now }: Asking,
): Promise<(key: AudienceKey | null) => Surroundings> {
  const cadence = policy.cadence[incident.severity];
  const { services, clients, people } = await readNames(db);
  const internalNames = internalNamesOf(services);
  const last = await lastTexts(db, incident.id);
  return (key) => {
    const only = soleReader(update, key);
    const previous = last.get(key ?? 'clients') ?? last.get(CLIENTS) ?? last.get('public');
    return {
      now: now.toString(),
      severity: incident.severity,
      cadenceMinutes: cadence === undefined ? undefined : (cadence * incident.cadenceStretch) / 60_000,
      external: key === null ? update.publicPage || update.clientIds.length > 0 : key !== 'internal',
      dataKnown: incident.data === 'safe',
      internalNames,
      // A name that is part of a public name, as in "Contoso shop", is known to its readers already.
      otherClients: clients
        .filter(
          (each) =>
            each.id !== only &&
            !publicNames.some((name) => name.toLowerCase().includes(each.name.toLowerCase())),
        )
        .map((each) => each.name),
      people,
      previous: previous && { impact: unadmitted(previous.impact), action: previous.action },
      nothingNew: update.nothingNew,
      promisedAt: incident.promisedUpdate?.dueAt.toString(),
    };
  };
}

/** The one client that reads these words, where there is only one. */
function soleReader(update: UpdateSent, key: AudienceKey | null): string | undefined {
  if (key !== null) return clientOf(key);
  return !update.publicPage && update.clientIds.length === 1 ? update.clientIds[0] : undefined;
}

/** Names of services that clients do not know, with what they call them. */
export function internalNamesOf(
  services: readonly { name: string; slug: string; public_name: string | null }[],
): { name: string; publicName: string | null }[] {
  const known = new Set(
    services.flatMap((each) => (each.public_name ? [each.public_name.toLowerCase()] : [])),
  );
  return services
    .flatMap((each) => [each.name, each.slug].map((name) => ({ name, publicName: each.public_name })))
    .filter(
      ({ name }, index, all) =>
        !known.has(name.toLowerCase()) &&
        all.findIndex((other) => other.name.toLowerCase() === name.toLowerCase()) === index,
    );
}

export async function readNames(db: Db) {
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
  return { services, clients, people: people.map((each) => each.name) };
}

/** What this message will not reach, and why; shown before it is sent. */
export async function notSent(
  house: House,
  incident: Incident,
  composed: Pick<Composed, 'update' | 'services'>,
  { mailConfigured, nobody }: { mailConfigured: boolean; nobody: readonly Unreached[] },
): Promise<string[]> {
  const { update, services } = composed;
  const reasons: string[] = [];
  if (staysInside(incident, update))
    reasons.push('Only our own people read it: the update promised to clients stays owed.');
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
  }
  for (const { name, words } of nobody) reasons.push(`${name}: ${words}`);
  return reasons;
}

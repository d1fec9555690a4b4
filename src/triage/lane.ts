/** The lane: everything that changed around an incident in the order in which it is worth checking, and what did not change. */
import type { Incident } from '#incident/types.ts';
import type { Platform } from '#platform/platform.ts';
import {
  type CandidateRow,
  candidateOf,
  distancesOf,
  readCandidates,
  readMarked,
  type Span,
} from './candidates.ts';
import { changesEvidence, type Evidence, type ProviderState, providersEvidence } from './evidence.ts';
import { type ThirdParty, thirdPartiesOf } from './neighbourhood.ts';
import { type Ranked, rank } from './rank.ts';
import type { OwnRecord, ReadOwnRecord } from './record.ts';
import type { Candidate, Distance, Symptom, Weights } from './score.ts';
import { type Onset, onsetOf, type SeenAlert, whereOf, wordsOf } from './symptom.ts';

/** What the rooms around hand over. */
export type Handed = {
  /** The alerts of an incident, the earliest first. */
  alertsSeen(incidentId: string): Promise<SeenAlert[]>;
  /** The alerts of these services within a time, whatever incident they belong to. */
  alertsNear(serviceIds: string[], from: Temporal.Instant, to: Temporal.Instant): Promise<SeenAlert[]>;
  /** How many signals of its alerts came in each minute. */
  signalsSeen(
    incidentId: string,
    from: Temporal.Instant,
    to: Temporal.Instant,
  ): Promise<{ at: Temporal.Instant; count: number }[]>;
  /** How these third parties do, by their own feeds; those that it does not name have none. */
  providerStates?: ((thirdPartyIds: string[]) => Promise<ProviderState[]>) | undefined;
};

export type Looking = {
  hours: number;
  onset?: Temporal.Instant | undefined;
  uncertainty?: number | undefined;
};

export type Lane = {
  span: Span;
  onset: Onset;
  ranked: Ranked[];
  symptom: Symptom;
  weights: Weights;
  affected: { id: string; name: string }[];
  record: OwnRecord;
  evidence(): Evidence[];
  providers: ProviderState[];
};

export type LaneParts = { platform: Platform; record: ReadOwnRecord; handed: Handed };

/** @param weights those in use, or of the rule book for what is kept to learn from */
export async function laneOf(
  { platform, record: ownRecord, handed }: LaneParts,
  incident: Incident,
  looking: Looking,
  weights: Weights,
): Promise<Lane> {
  const { db, clock } = platform;
  const now = clock.now();
  const known = incident.serviceIds.length > 0;
  const [alerts, record, distances, names] = await Promise.all([
    handed.alertsSeen(incident.id),
    ownRecord.read(),
    known ? distancesOf(db, incident.serviceIds) : undefined,
    namesOf(platform, incident.serviceIds),
  ]);
  const onset = onsetOf(incident, alerts, looking);
  const span = spanOf(incident, onset, looking.hours, now);
  const near = distances && [...distances.keys()];
  const [rows, parties] = await Promise.all([
    readCandidates(db, near, span),
    near
      ? thirdPartiesOf(
          db,
          near.map((id) => ({ serviceId: id, name: id })),
        )
      : [],
  ]);
  const [marked, providers] = await Promise.all([
    readMarked(db, missing(incident, rows)),
    statesOf(parties, handed),
  ]);
  const users = usersOf(parties, distances);
  const candidates = [...rows, ...marked].map((row) => candidateOf(row, users));
  const affected = incident.serviceIds.flatMap((id) => {
    const name = names.get(id);
    return name ? [{ id, name: name.name }] : [];
  });
  const { ranked, symptom } = rank(
    candidates,
    {
      onset: onset.at.epochMilliseconds,
      uncertainty: onset.uncertaintyMinutes * 60_000,
      distances,
      words: wordsOf(
        incident,
        alerts,
        [...names.values()].flatMap((each) => [each.name, each.slug]),
      ),
      ...whereOf(alerts),
      zoneOffset: onset.at.toZonedDateTimeISO(incident.zone).offsetNanoseconds / 1_000_000,
      history: record.history,
      rolledBack: takenBack(incident),
    },
    incident.suspects,
    weights,
  );
  return {
    span,
    onset,
    ranked,
    symptom,
    weights,
    affected,
    record,
    providers,
    evidence: () => [
      ...whatDidNot(candidates, onset, distances, affected, record),
      ...providersEvidence(providers),
    ],
  };
}

function spanOf(incident: Incident, onset: Onset, hours: number, now: Temporal.Instant): Span {
  const end = incident.dismissedAt ?? incident.restoredAt ?? incident.resolvedAt ?? now;
  return {
    from: onset.at.subtract({ hours }),
    onset: onset.at,
    until: onset.at.add({ minutes: onset.uncertaintyMinutes }),
    to: end,
  };
}

async function namesOf(
  { db }: Platform,
  ids: string[],
): Promise<Map<string, { name: string; slug: string }>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('service')
    .select(['id', 'name', 'slug'])
    .where((row) => row('id', '=', row.fn.any(row.val(ids))))
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

function missing(incident: Incident, rows: readonly CandidateRow[]): string[] {
  const marked = Object.keys(incident.suspects);
  if (marked.length === 0) return [];
  const listed = new Set(rows.map((row) => row.id));
  return marked.filter((id) => !listed.has(id));
}

/** A third party stands where the nearest service stands that depends on it. */
function usersOf(
  parties: readonly ThirdParty[],
  distances: ReadonlyMap<string, Distance> | undefined,
): Map<string, string> {
  const order = [...(distances?.keys() ?? [])];
  return new Map(
    parties.flatMap((party) => {
      const nearest = order.find((id) => party.services.includes(id));
      return nearest ? [[party.id, nearest] as const] : [];
    }),
  );
}

async function statesOf(parties: readonly ThirdParty[], handed: Handed): Promise<ProviderState[]> {
  if (parties.length === 0) return [];
  const told = (await handed.providerStates?.(parties.map((each) => each.id))) ?? [];
  const byId = new Map(told.map((each) => [each.id, each]));
  return parties.map(
    ({ id, name, statusUrl }) =>
      byId.get(id) ?? { id, name, state: 'unknown', asOf: null, says: null, url: statusUrl },
  );
}

function takenBack(incident: Incident): Map<string, 'eased' | 'not_eased'> {
  return new Map(
    incident.actions.flatMap(({ changeId, outcome }) =>
      changeId && (outcome === 'worked' || outcome === 'did_not_work')
        ? [[changeId, outcome === 'worked' ? 'eased' : 'not_eased'] as const]
        : [],
    ),
  );
}

function whatDidNot(
  candidates: readonly Candidate[],
  onset: Onset,
  distances: ReadonlyMap<string, Distance> | undefined,
  affected: { id: string; name: string }[],
  record: OwnRecord,
): Evidence[] {
  return distances
    ? changesEvidence(candidates, {
        onset: onset.at.epochMilliseconds,
        distances,
        affected,
        heard: record.heard,
      })
    : [];
}

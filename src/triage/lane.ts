/** The lane: everything that changed around an incident in the order in which it is worth checking, and what did not change. */
import type { Incident } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import type { Platform } from '#platform/platform.ts';
import { readAround } from './around.ts';
import {
  type CandidateRow,
  candidateOf,
  oncePerIncident,
  readCandidates,
  readMarked,
  type Span,
} from './candidates.ts';
import { coverageOf } from './coverage.ts';
import { changesEvidence, type Evidence, type ProviderState, providersEvidence } from './evidence.ts';
import type { Ledger } from './ledger.ts';
import type { ThirdParty } from './neighbourhood.ts';
import { providersAround } from './providers/around.ts';
import { providerStates } from './providers/lane-states.ts';
import { type Ranked, rank } from './rank.ts';
import type { OwnRecord, ReadOwnRecord } from './record.ts';
import type { Candidate, Distance, Symptom, Weights } from './score.ts';
import type { LearnedFrom } from './similar.ts';
import { type Onset, onsetOf, type SeenAlert, whereOf, wordsOf } from './symptom.ts';

/** What the rooms around hand over. */
export type Seen = {
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
  /** What was learned from past incidents; without it they are shown with what was done at the time. */
  learnedFrom?: LearnedFrom | undefined;
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
  /** Of the weights in use; 0 is the rule book. */
  version: number;
  affected: { id: string; name: string }[];
  record: OwnRecord;
  evidence(): Evidence[];
  providers: ProviderState[];
};

export type LaneParts = { platform: Platform; ledger: Ledger; record: ReadOwnRecord; handed: Seen };

/** @param weights in place of those in use: those of the rule book, for what is kept to learn from */
export async function laneOf(
  { platform, ledger, record: ownRecord, handed }: LaneParts,
  incident: Incident,
  looking: Looking,
  weights?: Weights,
): Promise<Lane> {
  const { db, clock } = platform;
  await ledger.feeds.write();
  const [alerts, record, around] = await Promise.all([
    handed.alertsSeen(incident.id),
    ownRecord.read(),
    readAround(db, incident.serviceIds),
  ]);
  const { distances, affected, thirdParties } = around;
  const onset = onsetOf(incident, alerts, looking);
  const span = spanOf(incident, onset, looking.hours, clock.now());
  const near = distances && [...distances.keys()];
  const [rows, { providers, heard }] = await Promise.all([
    readCandidates(db, near, span),
    heardAround(db, near ?? [], thirdParties, clock.now()),
  ]);
  const users = usersOf(thirdParties, distances);
  const found = [...rows, ...(await readMarked(db, missing(incident, rows)))];
  const candidates = oncePerIncident(found, near, new Set(Object.keys(incident.suspects))).map((row) =>
    candidateOf(row, users),
  );
  const inUse = weights ?? around.weights.weights;
  const { ranked, symptom } = rank(
    candidates,
    {
      onset: onset.at.epochMilliseconds,
      uncertainty: onset.uncertaintyMinutes * 60_000,
      distances,
      words: wordsOf(
        incident,
        alerts,
        affected.flatMap((each) => [each.name, each.slug]),
      ),
      ...whereOf(alerts),
      zoneOffset: onset.at.toZonedDateTimeISO(incident.zone).offsetNanoseconds / 1_000_000,
      history: record.history,
      rolledBack: takenBack(incident),
    },
    incident.suspects,
    inUse,
  );
  return {
    span,
    onset,
    ranked,
    symptom,
    weights: inUse,
    version: around.weights.version,
    affected,
    record,
    providers,
    evidence: () => [
      ...whatDidNot(candidates, onset, { distances, affected, heard }),
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

function takenBack(incident: Incident): Map<string, 'eased' | 'not_eased'> {
  return new Map(
    incident.actions.flatMap(({ changeId, outcome }) =>
      changeId && (outcome === 'worked' || outcome === 'did_not_work')
        ? [[changeId, outcome === 'worked' ? 'eased' : 'not_eased'] as const]
        : [],
    ),
  );
}

/** How the third parties are, and which kinds of change somebody would tell us of or a service cannot have: of the others silence says nothing. */
async function heardAround(
  db: Db,
  near: readonly string[],
  parties: readonly ThirdParty[],
  now: Temporal.Instant,
): Promise<{ providers: ProviderState[]; heard: Map<string, Set<string>> }> {
  const behind = parties.flatMap((each) => each.services);
  const told = providersAround(db, [...new Set([...near, ...behind])], now);
  const services = near.map((serviceId) => ({ serviceId, name: '' }));
  const [known, covered] = await Promise.all([told, coverageOf(db, services, now, told)]);
  const heard = covered.map(({ serviceId, kinds }) => {
    const sure = kinds.filter(({ state }) => state === 'connected' || state === 'absent');
    return [serviceId, new Set<string>(sure.map(({ kind }) => kind))] as const;
  });
  return { providers: providerStates(parties, known), heard: new Map(heard) };
}

function whatDidNot(
  candidates: readonly Candidate[],
  onset: Onset,
  around: {
    distances: ReadonlyMap<string, Distance> | undefined;
    affected: { id: string; name: string }[];
    heard: ReadonlyMap<string, ReadonlySet<string>>;
  },
): Evidence[] {
  const { distances } = around;
  return distances
    ? changesEvidence(candidates, {
        onset: onset.at.epochMilliseconds,
        until: onset.at.add({ minutes: onset.uncertaintyMinutes }).epochMilliseconds,
        ...around,
        distances,
      })
    : [];
}

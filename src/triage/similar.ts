/** Past incidents that look like this one, and what worked then. Shown last, so that memory does not anchor. */
import { sql } from 'kysely';
import { fromDocument } from '#incident/document.ts';
import { seenBy } from '#incident/seen-by.ts';
import { signatureOf } from '#incident/signature.ts';
import type { Incident } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { tokensOf } from './tokens.ts';

const LOOKED_AT_MAX = 200;
const SHOWN_MAX = 5;
const LIKENESS_MIN = 2;
const TITLE_WORDS_MAX = 2;

export type Similar = {
  id: string;
  number: number;
  title: string;
  severity: string;
  state: string;
  detectedAt: string;
  restoredAt: string | null;
  category: string | null;
  /** Why it is here, in words. */
  because: string[];
  worked: { what: string; note: string | null }[];
  didNotWork: string[];
  trigger: string | null;
  /** What was learned from it, where its postmortem is written or being written. */
  learned: Learned | null;
};

export type Learned = {
  postmortemId: string;
  /** A draft is what somebody thinks so far. */
  state: 'draft' | 'published';
  /** The first sentence of the root cause; null while there is none. */
  rootCause: string | null;
  /** What was agreed and is done since. */
  done: { what: string; evidence: string | null }[];
  /** How much of what was agreed is still to be done. */
  open: number;
};

/** @returns by the id of the incident, of those that have a postmortem of their own */
export type LearnedFrom = (incidentIds: string[]) => Promise<ReadonlyMap<string, Learned>>;

/** @param personId who looks: restricted incidents are found only by those who may see them */
export async function similarTo(
  db: Db,
  incident: Incident,
  personId: string | undefined,
  { names, learnedFrom }: { names: ReadonlyMap<string, string>; learnedFrom: LearnedFrom },
): Promise<Similar[]> {
  const { rows } = await sql<{ document: unknown }>`
    select document from incident
    where id <> ${incident.id} and not drill and state <> 'merged' and detected_at < ${incident.detectedAt}
      and (not restricted or ${personId ?? ''} = any(viewers))
      and (service_ids && ${incident.serviceIds}::text[] or document->>'category' = ${incident.category ?? ''})
    order by declared_at desc, number desc limit ${LOOKED_AT_MAX}`.execute(db);
  const alike = rows
    .map((row) => fromDocument(row.document))
    .filter((past) => seenBy(past, personId))
    .map((past) => ({ past, ...likeness(incident, past, names) }))
    .filter((each) => each.points >= LIKENESS_MIN)
    .toSorted((one, other) => other.points - one.points || other.sameWords - one.sameWords)
    .slice(0, SHOWN_MAX);
  const learned = await learnedFrom(alike.map(({ past }) => past.id));
  return alike.map(({ past, because }) => ({
    ...shown(past, because),
    learned: learned.get(past.id) ?? null,
  }));
}

/** The same alert on the same service weighs most; words of the title break ties. Pure. */
export function likeness(
  incident: Pick<Incident, 'title' | 'serviceIds' | 'alerts' | 'category'>,
  past: Pick<Incident, 'title' | 'serviceIds' | 'alerts' | 'category'>,
  names: ReadonlyMap<string, string>,
): { points: number; because: string[]; sameWords: number } {
  const because: string[] = [];
  let points = 0;
  const services = past.serviceIds.filter((id) => incident.serviceIds.includes(id));
  if (services.length) {
    points += 2;
    because.push(`the same service: ${services.map((id) => names.get(id) ?? id).join(', ')}`);
  }
  const signatures = new Set(incident.alerts.map((each) => signatureOf(each.title)));
  const alert = past.alerts.find((each) => signatures.has(signatureOf(each.title)));
  if (alert) {
    points += 3;
    because.push(`the same alert: ${alert.title}`);
  }
  if (incident.category && past.category === incident.category) {
    points += 1;
    because.push('the same kind of failure');
  }
  const words = [...tokensOf(incident.title).intersection(tokensOf(past.title))];
  if (words.length) {
    points += Math.min(TITLE_WORDS_MAX, words.length);
    because.push(`the same words: ${words.slice(0, 4).join(', ')}`);
  }
  return { points, because, sameWords: words.length };
}

function shown(past: Incident, because: string[]): Omit<Similar, 'learned'> {
  const ended = (outcome: string) => past.actions.filter((each) => each.outcome === outcome);
  const { trigger } = past;
  return {
    id: past.id,
    number: past.number,
    title: past.title,
    severity: past.severity,
    state: past.state,
    detectedAt: past.detectedAt.toString(),
    restoredAt: past.restoredAt?.toString() ?? null,
    category: past.category ?? null,
    because,
    worked: ended('worked').map((each) => ({ what: each.what, note: each.outcomeNote || null })),
    didNotWork: ended('did_not_work').map((each) => each.what),
    trigger: trigger ? (trigger.kind === 'change' ? trigger.summary : trigger.what) : null,
  };
}

/** Between the stored document and the incident: instants are text in JSON and Temporal in the program. */
import type { Fact } from './facts.ts';
import type { Incident } from './types.ts';

// By their names: every instant of the model ends so, and nothing else does.
const INSTANT_NAMES = /(?:^at|^since|^until|At|Since|Until)$/;

/** @param document a row's jsonb as the driver parsed it */
export function fromDocument(document: unknown): Incident {
  return revive(document) as Incident;
}

type FactRow = {
  seq: number;
  kind: string;
  happened_at: Temporal.Instant;
  recorded_at: Temporal.Instant;
  actor: unknown;
  source: string;
  data: unknown;
};

export function factOf(row: FactRow): Fact {
  const data = revive(row.data) as object;
  return {
    ...data,
    kind: row.kind,
    seq: row.seq,
    happenedAt: row.happened_at,
    recordedAt: row.recorded_at,
    actor: row.actor,
    source: row.source,
  } as Fact;
}

/** @param value part of a document, as the driver parsed it */
export function fromJson<Value>(value: unknown): Value {
  return revive(value) as Value;
}

function revive(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return INSTANT_NAMES.test(name) ? Temporal.Instant.from(value) : value;
  if (Array.isArray(value)) return value.map((each) => revive(each));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, revive(each, key)]));
}

/** How far each service is from what is affected, along the calls between services. Pure. */
import type { Distance } from './score.ts';

/** From a service to those that it calls. */
export type Calls = ReadonlyMap<string, readonly string[]>;

const HOPS = ['one_hop', 'two_hops', 'three_hops'] as const;

/** @returns every service within three calls of an affected one, at its shortest distance, and the direct callers; nearest first */
export function distancesIn(
  calls: Calls,
  callers: Calls,
  affected: readonly string[],
): Map<string, Distance> {
  const distances = new Map<string, Distance>(affected.map((id) => [id, 'same']));
  let frontier: readonly string[] = affected;
  for (const hop of HOPS) {
    const next: string[] = [];
    for (const from of frontier)
      for (const to of calls.get(from) ?? [])
        if (!distances.has(to)) {
          distances.set(to, hop);
          next.push(to);
        }
    frontier = next;
  }
  for (const id of affected)
    for (const caller of callers.get(id) ?? []) if (!distances.has(caller)) distances.set(caller, 'caller');
  return distances;
}

/** The same calls, seen from those who are called. */
export function reversed(calls: Calls): Map<string, string[]> {
  const callers = new Map<string, string[]>();
  for (const [from, list] of calls)
    for (const to of list) {
      const known = callers.get(to);
      if (known) known.push(from);
      else callers.set(to, [from]);
    }
  return callers;
}

/** Services by what a person must look at: a feed that fell silent, nobody who tells of anything, and those that are told of. Pure. */
import type { Coverage } from './lanes.ts';

export type CoverageGroups = { silent: Coverage[]; untold: Coverage[]; told: Coverage[] };

/** @returns each service once, in the order given; one that has no changes at all is in order */
export function coverageGroups(services: readonly Coverage[]): CoverageGroups {
  const has = ({ kinds }: Coverage, state: Coverage['kinds'][number]['state']) =>
    kinds.some((kind) => kind.state === state);
  const silent = services.filter((each) => has(each, 'silent'));
  const untold = services.filter(
    (each) => !has(each, 'silent') && !has(each, 'connected') && has(each, 'not_connected'),
  );
  return {
    silent,
    untold,
    told: services.filter((each) => !silent.includes(each) && !untold.includes(each)),
  };
}

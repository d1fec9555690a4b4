/** The other side's own webhook ends a run, often before it is asked again. What had ended before stays as it was. */
import type { LeverEnd } from '#incident/lever-ends.ts';
import { type LeverMeans, note, noteAfterAll } from './run.ts';
import type { Target } from './shapes.ts';
import { leverCalled } from './store.ts';
import { cutWords, type Follow, linkOf } from './targets/target.ts';

/** Far more than can be awaited at one moment by people who pull levers. */
const AWAITED_MAX = 500;

type Awaited = {
  id: string;
  lever_id: string;
  incident_id: string;
  gives_up_at: Temporal.Instant;
  ended_at: Temporal.Instant | null;
  state: string;
  follow: unknown;
  target: unknown;
};

/** @returns how many runs ended by these */
export async function hearEnds(means: LeverMeans, ends: readonly LeverEnd[]): Promise<number> {
  const { db, secret } = means.platform;
  if (ends.length === 0) return 0;
  const awaited: Awaited[] = await db
    .selectFrom('lever_run as run')
    .innerJoin('lever', 'lever.id', 'run.lever_id')
    .select([
      'run.id',
      'run.lever_id',
      'run.incident_id',
      'run.gives_up_at',
      'run.ended_at',
      'run.state',
      'run.follow',
      'lever.target',
    ])
    // What nobody could say more of is answered by its own webhook after all.
    .where((row) => row.or([row('run.ended_at', 'is', null), row('run.state', '=', 'unknown')]))
    .orderBy('run.asked_at', 'desc')
    .limit(AWAITED_MAX)
    .execute();
  let count = 0;
  for (const end of ends) {
    const run = awaited.find((each) => isItsEnd(end, { ...each, target: each.target as Target }));
    if (!run) continue;
    const lever = await leverCalled(db, secret, run.lever_id, true);
    const heard = { state: end.state, words: cutWords(end.words), link: linkOf(end.link) };
    const counted = run.ended_at
      ? await noteAfterAll(means, run, lever, heard)
      : await note(means, run, lever, heard);
    if (counted) count += 1;
  }
  return count;
}

/** By our own run, which we wrote into what we made; else by the address at which it is looked for. Pure. */
export function isItsEnd(
  end: LeverEnd,
  { id, target, follow }: { id: string; target: Target; follow: unknown },
): boolean {
  if (target.kind !== end.of) return false;
  const place = 'repository' in target ? target.repository : 'project' in target ? target.project : '';
  if (!end.places.some((each) => each.toLowerCase() === place.toLowerCase())) return false;
  if (end.runId !== undefined) return end.runId === id;
  const { url, find } = (follow ?? {}) as Partial<Follow>;
  if (!url || find) return false;
  const [path = ''] = url.split('?');
  return path.replace(/\/statuses$/, '').endsWith(`/${encodeURIComponent(end.id)}`);
}

/** Time alone changes an incident: when its card may say something else, although nobody has done anything. Pure. */
import { urgentFrom } from '#incident/urgency.ts';
import type { IncidentView } from '#incident/view.ts';

const ASK_AGAIN_MAX_MS = 60_000;
const ASK_AGAIN_MIN_MS = 1_000;
/** Our clock may be this much ahead of the server's; asking too early would learn nothing. */
const AHEAD_MS = 2_000;

type Timed = Pick<IncidentView, 'promises' | 'watch'>;

/** @returns in how many milliseconds it is worth asking again; at most a minute */
export function untilNextTurn({ promises, watch }: Timed, now: number): number {
  const open = promises.filter((each) => each.state === 'open');
  const turns = open.flatMap(({ openedAt, dueAt }) => {
    const due = Date.parse(dueAt);
    return [urgentFrom(Date.parse(openedAt), due), due];
  });
  if (watch) turns.push(Date.parse(watch.until));
  const asks = turns.map((at) => at + AHEAD_MS).filter((at) => at > now);
  const next = Math.min(...asks, now + ASK_AGAIN_MAX_MS);
  return Math.max(ASK_AGAIN_MIN_MS, next - now);
}

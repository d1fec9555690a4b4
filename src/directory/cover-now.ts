/** Whether somebody at a client reads now, by the hours that it told us. */
import { type Cover, coverOf, DAYS } from './contract.ts';
import { coverWords, reads } from './portfolio-words.ts';

export type CoverNow = { words: string; reads: boolean };

/** @returns null when the client never told us its hours */
export function coverNow(kept: unknown, now: Temporal.Instant): CoverNow | null {
  const cover: Cover | null = coverOf(kept);
  if (!cover) return null;
  const local = now.toZonedDateTimeISO(cover.zone);
  return {
    words: coverWords(cover),
    reads: reads(cover, {
      day: DAYS[local.dayOfWeek - 1]!,
      time: local.toPlainTime().toString({ smallestUnit: 'minute' }),
    }),
  };
}

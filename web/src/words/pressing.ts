/** How near the time of something owed is: amber from the first reminder of its ladder, red once it is late. Pure. */

export type Pressing = 'late' | 'soon' | 'later';

/**
 * @param soonFrom from when it is marked as soon due, as the server says; null where nothing reminds
 * @param now in milliseconds
 */
export function pressing(
  { dueAt, soonFrom }: { dueAt: string; soonFrom: string | null },
  now: number,
): Pressing {
  if (Date.parse(dueAt) <= now) return 'late';
  return soonFrom !== null && Date.parse(soonFrom) <= now ? 'soon' : 'later';
}

export const TONE: Record<Pressing, 'red' | 'amber' | ''> = { late: 'red', soon: 'amber', later: '' };

/** The times that one looks back over, in days. Pure. */

const DAY_MS = 86_400_000;

export const DAYS = [
  { value: '30', label: 'Last 30 days' },
  { value: '90', label: 'Last 90 days' },
  { value: '365', label: 'Last 12 months' },
];

/** @returns the beginning of the last so many days, at a whole day so that an answer is held for a while; undefined for any time */
export function sinceDays(days: string | undefined, now: number): string | undefined {
  const count = Number(days);
  if (!count) return undefined;
  const day = Math.floor(now / DAY_MS) * DAY_MS;
  return new Date(day - count * DAY_MS).toISOString();
}

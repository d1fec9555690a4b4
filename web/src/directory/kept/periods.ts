/** The periods that are offered: this month and the eleven before, then this quarter and the three before. Pure. */

export type Offered = { value: string; label: string };

const MONTHS = 12;
const QUARTERS = 4;

export function periods(today: Date): Offered[] {
  const [year, month] = [today.getUTCFullYear(), today.getUTCMonth()];
  const months = Array.from({ length: MONTHS }, (_, back) => {
    const first = new Date(Date.UTC(year, month - back, 1));
    return {
      value: first.toISOString().slice(0, 7),
      label: new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
        first,
      ),
    };
  });
  const quarters = Array.from({ length: QUARTERS }, (_, back) => {
    const first = new Date(Date.UTC(year, (Math.floor(month / 3) - back) * 3, 1));
    const quarter = first.getUTCMonth() / 3 + 1;
    return {
      value: `${first.getUTCFullYear()}-Q${quarter}`,
      label: `Quarter ${quarter}, ${first.getUTCFullYear()}`,
    };
  });
  return [...months, ...quarters];
}

/** Contracts and cover hours in words that a tired person reads. Pure; the web shows the same. */
import type { Contract, Cover, Day } from './contract.ts';

export const CONTACT_ROLES = ['technical', 'business', 'security', 'billing'] as const;

const DAY_WORDS: Record<Day, string> = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
};
const ORDER = Object.keys(DAY_WORDS) as Day[];

/** @returns for example `Mon–Fri 09:00–18:00 Europe/Berlin` */
export function coverWords(cover: Cover): string {
  return `${dayWords(cover.days)} ${cover.from}–${cover.to} ${cover.zone}`;
}

function dayWords(days: readonly Day[]): string {
  const places = days.map((day) => ORDER.indexOf(day));
  const runs: [number, number][] = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last && last[1] === place - 1) last[1] = place;
    else runs.push([place, place]);
  }
  return runs
    .map(([first, last]) => {
      const [from, to] = [DAY_WORDS[ORDER[first]!], DAY_WORDS[ORDER[last]!]];
      return first === last ? from : last === first + 1 ? `${from}, ${to}` : `${from}–${to}`;
    })
    .join(', ');
}

/** @returns one phrase per term: `first response within 10 min of our detection`, `an update every 15 min in a P1` */
export function contractWords(contract: Contract): string[] {
  const from = contract.clock === 'report' ? 'their report' : 'our detection';
  const cadences = Object.entries(contract.cadenceMinutes).flatMap(([severity, minutes]) =>
    minutes === undefined ? [] : [`${minutesWords(minutes)} in a ${severity}`],
  );
  return [
    ...(contract.firstResponseMinutes === null
      ? []
      : [`first response within ${minutesWords(contract.firstResponseMinutes)} of ${from}`]),
    ...(cadences.length ? [`an update every ${cadences.join(', ')}`] : []),
    ...(contract.needsCall ? [`a call, besides the message`] : []),
  ];
}

export function minutesWords(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours ? `${hours} h` : '', rest ? `${rest} min` : ''].filter(Boolean).join(' ');
}

/**
 * Whether somebody there reads at a moment of their own calendar.
 * @param local weekday and time as their clocks show it
 */
export function reads(cover: Cover, local: { day: Day; time: string }): boolean {
  const overnight = cover.to < cover.from;
  const yesterday = ORDER[(ORDER.indexOf(local.day) + ORDER.length - 1) % ORDER.length]!;
  if (!overnight) return cover.days.includes(local.day) && local.time >= cover.from && local.time < cover.to;
  return (
    (cover.days.includes(local.day) && local.time >= cover.from) ||
    (cover.days.includes(yesterday) && local.time < cover.to)
  );
}

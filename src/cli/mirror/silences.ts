/** The silences of a record, and the sum of them. Pure. */
import type { MirroredIncident } from './record.ts';

export const SILENCE_MINUTES = 30;
const MINUTE = 60_000;

export type Silence = { from: number; to: number; minutes: number };
export type Sum = {
  incidents: number;
  messages: number;
  withSilence: number;
  /** Messages that owe a next one, and how many of them named it. */
  owing: number;
  named: number;
  longest: { silence: Silence; incident: MirroredIncident } | undefined;
};

/** @param until the end of the line of an incident that has not ended, where it is known; else its last message */
export function silencesOf(incident: MirroredIncident, until?: number): Silence[] {
  const times = incident.beats.map(({ at }) => at);
  if (!incident.ended && until !== undefined) times.push(Math.max(until, times.at(-1)!));
  return times.slice(1).flatMap((to, index) => {
    const from = times[index]!;
    const minutes = (to - from) / MINUTE;
    return minutes > SILENCE_MINUTES ? [{ from, to, minutes }] : [];
  });
}

export function longestOf(silences: readonly Silence[]): Silence | undefined {
  return silences.reduce<Silence | undefined>(
    (longest, each) => (longest && longest.minutes >= each.minutes ? longest : each),
    undefined,
  );
}

/** How long the incident was on the page, in minutes. */
export function lengthOf(incident: MirroredIncident, until?: number): number {
  const last = incident.beats.at(-1)!.at;
  const end = !incident.ended && until !== undefined ? Math.max(until, last) : last;
  return (end - incident.beats[0]!.at) / MINUTE;
}

export function sumOf(incidents: readonly MirroredIncident[], until?: number): Sum {
  const sum: Sum = { incidents: 0, messages: 0, withSilence: 0, owing: 0, named: 0, longest: undefined };
  for (const incident of incidents) {
    const silence = longestOf(silencesOf(incident, until));
    sum.incidents += 1;
    sum.messages += incident.beats.length;
    sum.owing += incident.beats.length - (incident.ended ? 1 : 0);
    sum.named += incident.beats.filter(({ named }) => named).length;
    if (!silence) continue;
    sum.withSilence += 1;
    if (!sum.longest || silence.minutes > sum.longest.silence.minutes) sum.longest = { silence, incident };
  }
  return sum;
}

/** @returns for example `25 min`, `1 h 52 min`, `3 d 4 h` */
export function spokenMinutes(minutes: number): string {
  const whole = Math.round(minutes);
  if (whole < 60) return `${whole} min`;
  const [hours, rest] = [Math.floor(whole / 60), whole % 60];
  if (hours < 48) return rest ? `${hours} h ${rest} min` : `${hours} h`;
  const days = Math.floor(hours / 24);
  return hours % 24 ? `${days} d ${hours % 24} h` : `${days} d`;
}

export function percent(part: number, whole: number): string {
  if (whole === 0) return '0%';
  const share = (100 * part) / whole;
  return `${share < 10 ? share.toFixed(1) : Math.round(share)}%`;
}

/** The width of the time axis in minutes: nine of ten incidents fit, and none is drawn thinner than half an hour allows. */
export function axisMinutes(incidents: readonly MirroredIncident[], until?: number): number {
  const lengths = incidents.map((each) => lengthOf(each, until)).toSorted((one, other) => one - other);
  const wanted = lengths[Math.floor(lengths.length * 0.9)] ?? 0;
  return AXES_MINUTES.find((axis) => axis >= wanted) ?? AXES_MINUTES.at(-1)!;
}
const AXES_MINUTES = [120, 180, 240, 360, 480, 720];

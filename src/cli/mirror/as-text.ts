/** The mirror as text: one line of beats for each incident, and the sum. Pure. */
import type { MirroredIncident, MirroredRecord } from './record.ts';
import {
  axisMinutes,
  lengthOf,
  longestOf,
  percent,
  SILENCE_MINUTES,
  type Sum,
  silencesOf,
  spokenMinutes,
  sumOf,
} from './silences.ts';

const COLUMNS = 60;
const TITLE_COLUMNS = 64;
const MINUTE = 60_000;

/** @param until now, where the record is that of a living page */
export function mirrorText(record: MirroredRecord, until?: number): string {
  const axis = axisMinutes(record.incidents, until);
  const perColumn = axis / COLUMNS;
  const rows = record.incidents.map((each) => row(each, perColumn, until));
  return [
    `${record.name}: what people heard, and when`,
    '',
    `  ● a message   ◉ a message that named the time of the next   ━ more than ${SILENCE_MINUTES} minutes of silence`,
    `  The lines are ${spokenMinutes(axis)} wide, one step is ${spokenMinutes(perColumn)}; → goes on beyond.`,
    '',
    ...rows,
    ...sumLines(sumOf(record.incidents, until), record),
    '',
  ].join('\n');
}

function row(incident: MirroredIncident, perColumn: number, until: number | undefined): string {
  const silences = silencesOf(incident, until);
  const longest = longestOf(silences);
  const title =
    incident.title.length > TITLE_COLUMNS ? `${incident.title.slice(0, TITLE_COLUMNS - 1)}…` : incident.title;
  const facts = [
    spokenMinutes(lengthOf(incident, until)),
    incident.beats.length === 1 ? '1 message' : `${incident.beats.length} messages`,
    longest ? `longest silence ${spokenMinutes(longest.minutes)}` : 'no long silence',
    ...(incident.ended ? [] : ['not over']),
  ];
  return `${stamp(incident.beats[0]!.at)}  ${title} (${incident.impact})\n  ${line(incident, perColumn, until)}\n  ${facts.join(', ')}\n`;
}

function line(incident: MirroredIncident, perColumn: number, until: number | undefined): string {
  const start = incident.beats[0]!.at;
  const column = (at: number): number => Math.floor((at - start) / MINUTE / perColumn);
  const end = column(start + lengthOf(incident, until) * MINUTE);
  const marks: string[] = Array(Math.min(end, COLUMNS - 1) + 1).fill('─');
  for (const { from, to } of silencesOf(incident, until))
    for (let at = column(from); at <= Math.min(column(to), COLUMNS - 1); at += 1) marks[at] = '━';
  for (const { at, named } of incident.beats) {
    const place = column(at);
    if (place < COLUMNS) marks[place] = named || marks[place] === '◉' ? '◉' : '●';
  }
  return `${marks.join('')}${end >= COLUMNS ? '→' : ''}`;
}

export function sumLines(sum: Sum, record: Pick<MirroredRecord, 'leftOut' | 'unreadable' | 'why'>): string[] {
  const { longest } = sum;
  return [
    `${counted(sum.incidents, 'incident', 'incidents')}, ${counted(sum.messages, 'message', 'messages')}.`,
    `${sum.withSilence} of ${sum.incidents} (${percent(sum.withSilence, sum.incidents)}) held a silence of more than ${SILENCE_MINUTES} minutes${longest ? `; the longest was ${spokenMinutes(longest.silence.minutes)}, in "${longest.incident.title}" of ${stamp(longest.silence.from).slice(0, 10)}` : ''}.`,
    `${sum.named} of ${sum.owing.toLocaleString('en-US')} messages (${percent(sum.named, sum.owing)}) named the time of the next one; the last message of an incident owes none.`,
    ...(record.leftOut ? [`${record.leftOut} left out: maintenance, or without impact.`] : []),
    ...(record.unreadable ? [`${record.unreadable} could not be read (the first: ${record.why}).`] : []),
  ];
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** @returns for example `2026-03-12 14:05 UTC` */
export function stamp(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

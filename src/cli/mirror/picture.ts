/** The mirror as a picture: an SVG that stands alone, in the light and in the dark. Pure. */
import { stamp } from './as-text.ts';
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

export const PICTURE_ROWS_MAX = 200;

const WIDTH = 1200;
const LEFT = 48;
const LINE_FROM = 430;
const LINE_TO = 900;
const LENGTH_AT = 920;
const SILENCE_AT = 1010;
const HEAD = 280;
const ROW = 40;
const FOOT = 56;
const TITLE_CHARACTERS = 50;
const MINUTE = 60_000;

const STYLE = `
  :root { --paper: #f6f5f1; --ink: #1d1f24; --quiet: #63625c; --line: #d8d5cb; --accent: #1f4b99; --red: #b3261e; }
  @media (prefers-color-scheme: dark) { :root { --paper: #17181b; --ink: #ecebe6; --quiet: #a3a199; --line: #3a3b40; --accent: #8db4f5; --red: #ff8a80; } }
  text { font-family: Inter, system-ui, sans-serif; fill: var(--ink); font-size: 13px; }
  .mono { font-family: "IBM Plex Mono", ui-monospace, Menlo, monospace; }
  .quiet { fill: var(--quiet); }
  .small { font-size: 12px; }
  .name { font-size: 26px; font-weight: 650; letter-spacing: -0.01em; }
  .figure { font-size: 40px; font-weight: 500; letter-spacing: -0.02em; }
  .alarm { fill: var(--red); }
  .told { fill: var(--accent); }
  .grid { stroke: var(--line); stroke-width: 1; }
  .time { stroke: var(--quiet); stroke-width: 1.25; }
  .silence { stroke: var(--red); stroke-width: 5; stroke-linecap: butt; }
  .beat { fill: var(--ink); stroke: var(--paper); stroke-width: 1.5; }
  .ring { fill: none; stroke: var(--accent); stroke-width: 2; }`;

type Drawing = { axis: number; until: number | undefined };

/** @param until now, where the record is that of a living page */
export function mirrorPicture(record: MirroredRecord, until?: number): string {
  const shown = record.incidents.toReversed().slice(0, PICTURE_ROWS_MAX);
  const sum = sumOf(record.incidents, until);
  const drawing = { axis: axisMinutes(record.incidents, until), until };
  const height = HEAD + Math.max(shown.length, 1) * ROW + FOOT;
  const rows = shown.map((each, index) => row(each, HEAD + index * ROW + ROW / 2, drawing));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escaped(spoken(record, sum))}">
<style>${STYLE}
</style>
<rect width="${WIDTH}" height="${height}" style="fill: var(--paper)"/>
${head(record, sum)}
${legend()}
${grid(drawing, height - FOOT)}
${rows.join('\n') || text(LEFT, HEAD + 25, 'No incidents.', 'quiet')}
${text(LEFT, height - 22, foot(record, shown.length), 'quiet small')}
</svg>
`;
}

function spoken(record: MirroredRecord, sum: Sum): string {
  return `${record.name}: ${sum.withSilence} of ${sum.incidents} incidents held a silence of more than ${SILENCE_MINUTES} minutes, ${sum.named} of ${sum.owing} messages named the next one.`;
}

function head(record: MirroredRecord, sum: Sum): string {
  const days = record.incidents.map(({ beats }) => stamp(beats[0]!.at).slice(0, 10));
  const when = days.length ? `, ${days[0]} to ${days.at(-1)}` : '';
  const { longest } = sum;
  return [
    text(LEFT, 62, short(record.name, 70), 'name'),
    text(
      LEFT,
      88,
      `What people heard, and when: ${sum.incidents} incidents, ${sum.messages.toLocaleString('en-US')} messages${when}`,
      'quiet',
    ),
    figure(
      LEFT,
      percent(sum.withSilence, sum.incidents),
      [
        'of incidents held a silence',
        `of more than ${SILENCE_MINUTES} minutes (${sum.withSilence} of ${sum.incidents})`,
      ],
      sum.withSilence ? 'alarm' : '',
    ),
    figure(
      LINE_FROM,
      percent(sum.named, sum.owing),
      [
        'of messages named the time',
        `of the next one (${sum.named} of ${sum.owing.toLocaleString('en-US')})`,
      ],
      'told',
    ),
    figure(
      LINE_FROM + 382,
      longest ? spokenMinutes(longest.silence.minutes) : 'none',
      longest
        ? [
            `was the longest silence, on ${stamp(longest.silence.from).slice(0, 10)}`,
            short(longest.incident.title, 48),
          ]
        : ['of the silences is longer', `than ${SILENCE_MINUTES} minutes`],
      '',
    ),
  ].join('\n');
}

function figure(x: number, value: string, words: string[], kind: string): string {
  return [
    text(x, 146, value, `figure mono ${kind}`),
    ...words.map((each, index) => text(x, 172 + index * 18, each, 'quiet')),
  ].join('\n');
}

function legend(): string {
  const y = 232;
  return [
    `<circle cx="${LEFT + 6}" cy="${y}" r="5" class="beat"/>`,
    text(LEFT + 20, y + 4, 'a message', 'small'),
    beat(LEFT + 112, y, true),
    text(LEFT + 128, y + 4, 'it named the time of the next', 'small'),
    `<line x1="${LEFT + 318}" x2="${LEFT + 352}" y1="${y}" y2="${y}" class="silence"/>`,
    text(LEFT + 362, y + 4, `more than ${SILENCE_MINUTES} minutes of silence`, 'small'),
  ].join('\n');
}

function grid({ axis }: Drawing, bottom: number): string {
  const step = axis <= 180 ? 30 : axis <= 360 ? 60 : 120;
  const marks: string[] = [];
  for (let minutes = 0; minutes <= axis; minutes += step) {
    const x = LINE_FROM + ((LINE_TO - LINE_FROM) * minutes) / axis;
    marks.push(
      `<line x1="${x}" x2="${x}" y1="${HEAD - 8}" y2="${bottom}" class="grid"/>`,
      `<text x="${x}" y="${HEAD - 16}" class="mono small quiet" text-anchor="middle">${minutes === 0 ? '0' : spokenMinutes(minutes)}</text>`,
    );
  }
  return marks.join('\n');
}

function row(incident: MirroredIncident, y: number, drawing: Drawing): string {
  const silences = silencesOf(incident, drawing.until);
  const longest = longestOf(silences);
  const start = incident.beats[0]!.at;
  const place = (at: number): number => placed((at - start) / MINUTE, drawing.axis);
  const length = lengthOf(incident, drawing.until);
  const beyond = length > drawing.axis;
  const silence = [
    longest ? `silent ${spokenMinutes(longest.minutes)}` : '',
    incident.ended ? '' : 'not over',
  ];
  return [
    `<g><title>${escaped(`${incident.title}: ${incident.beats.map(({ at }) => stamp(at).slice(11)).join(', ')}`)}</title>`,
    text(LEFT, y - 3, short(incident.title, TITLE_CHARACTERS), ''),
    text(LEFT, y + 14, `${stamp(start)}  ${incident.impact}`, 'mono small quiet'),
    `<line x1="${place(start)}" x2="${placed(length, drawing.axis)}" y1="${y}" y2="${y}" class="time"/>`,
    ...silences
      .filter(({ from }) => (from - start) / MINUTE < drawing.axis)
      .map(
        ({ from, to }) => `<line x1="${place(from)}" x2="${place(to)}" y1="${y}" y2="${y}" class="silence"/>`,
      ),
    ...incident.beats
      .filter(({ at }) => (at - start) / MINUTE <= drawing.axis)
      .map(({ at, named }) => beat(place(at), y, named)),
    ...(beyond
      ? [`<path d="M${LINE_TO} ${y - 5} l6 5 l-6 5" class="ring" style="stroke: var(--quiet)"/>`]
      : []),
    text(LENGTH_AT, y + 4, spokenMinutes(length), 'mono small quiet'),
    text(SILENCE_AT, y + 4, silence.filter(Boolean).join(', '), 'mono small'),
    '</g>',
  ].join('');
}

function beat(x: number, y: number, named: boolean): string {
  const dot = `<circle cx="${x}" cy="${y}" r="${named ? 3.5 : 5}" class="beat"/>`;
  return named ? `${dot}<circle cx="${x}" cy="${y}" r="7" class="ring"/>` : dot;
}

function placed(minutes: number, axis: number): number {
  const x = LINE_FROM + ((LINE_TO - LINE_FROM) * Math.min(minutes, axis)) / axis;
  return Math.round(x * 10) / 10;
}

function foot(record: MirroredRecord, shown: number): string {
  const rest = record.incidents.length - shown;
  return [
    ...(rest > 0 ? [`The newest ${shown} are drawn, all ${record.incidents.length} are counted.`] : []),
    ...(record.leftOut ? [`${record.leftOut} left out: maintenance, or without impact.`] : []),
    ...(record.unreadable ? [`${record.unreadable} could not be read.`] : []),
    'Drawn by humdrum mirror from what the page itself publishes.',
  ].join(' ');
}

function text(x: number, y: number, words: string, kind: string): string {
  return `<text x="${x}" y="${y}" class="${kind.trim()}">${escaped(words)}</text>`;
}

function short(words: string, characters: number): string {
  return words.length > characters ? `${words.slice(0, characters - 1).trimEnd()}…` : words;
}

function escaped(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

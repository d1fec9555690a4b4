/** The line of beats on the public page: what people have heard, and when they hear next. Pure SVG without scripts. */
import { escaped } from '#platform/escaped.ts';
import type { IncidentModel, PageModel } from './model.ts';

const WIDTH = 600;
const MARGIN = 12;
const MIDDLE = 14;
const MARKS_MAX = 60;

export function beats(incident: IncidentModel, page: PageModel): string {
  const start = incident.startedAt.epochMilliseconds;
  const next = incident.open ? (incident.promisedAt?.epochMilliseconds ?? 0) : 0;
  const after = incident.nextMessageAt?.epochMilliseconds ?? 0;
  const last = incident.updates.at(-1)!.at.epochMilliseconds;
  const end = Math.max(
    incident.endedAt?.epochMilliseconds ?? page.now.epochMilliseconds,
    next,
    after,
    last,
    start + 60_000,
  );
  const x = (at: number) => MARGIN + ((Math.max(start, at) - start) / (end - start)) * (WIDTH - 2 * MARGIN);
  const marks = [
    `<path class="rule" d="M${MARGIN} ${MIDDLE}H${WIDTH - MARGIN}"/>`,
    `<path class="begin" d="M${MARGIN - 7} ${MIDDLE + 6}h14l-7 -13z"/>`,
    ...incident.updates
      .slice(-MARKS_MAX)
      .map(
        (update) =>
          `<circle class="${update.automatic ? 'machine' : 'dot'}" cx="${round(x(update.at.epochMilliseconds))}" cy="${MIDDLE}" r="6"/>`,
      ),
  ];
  if (incident.open) marks.push(`<path class="now" d="M${round(x(page.now.epochMilliseconds))} 1V27"/>`);
  if (next)
    marks.push(
      `<circle class="${incident.lateSince ? 'broken' : 'ring'}" cx="${round(x(next))}" cy="${MIDDLE}" r="6.5"/>`,
    );
  if (after) marks.push(`<circle class="ring" cx="${round(x(after))}" cy="${MIDDLE}" r="6.5"/>`);
  return `<svg class="beats" viewBox="0 0 ${WIDTH} 28" role="img" aria-label="${escaped(aloud(incident, page))}">${marks.join('')}</svg>`;
}

function aloud(incident: IncidentModel, { speech }: PageModel): string {
  const { words } = speech;
  const time = (at: Temporal.Instant) => speech.clock(at.epochMilliseconds);
  const said = words.beatsSaid(incident.updates.length, time(incident.updates.at(-1)!.at));
  const { lateSince, nextMessageAt } = incident;
  const coming = nextMessageAt ?? (incident.open && !lateSince ? incident.promisedAt : undefined);
  const next = [
    lateSince ? words.beatsLate(time(lateSince)) : '',
    coming ? words.beatsNext(time(coming)) : '',
  ].join('');
  return words.beatsBegan(time(incident.startedAt), said, next);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

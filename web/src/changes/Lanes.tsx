/** The lanes: marks of changes over time, incidents laid over them as bands, one stop of the keyboard for all of it. */
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, useRef } from 'react';
import { CHANGE_KIND_WORDS } from '#src/triage/relation.ts';
import { count } from '../words/count.ts';
import { clockIn, clockWithDay, dayIn } from '../words/time.ts';
import type { Change } from './change.ts';
import {
  type Band,
  besides,
  type Lane,
  type Mark,
  placeOf,
  standing,
  ticksOf,
  type Window,
} from './lanes.ts';
import { Shape } from './Shape.tsx';

type Props = {
  lanes: Lane[];
  bands: Band[];
  window: Window;
  now: number;
  narrow: boolean;
  chosen: string | undefined;
  choose: (mark: Mark) => void;
};

const STEPS: Record<string, { x: number; y: number }> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};
const BAND_ROW_PX = 26;

export function Lanes({ lanes, bands, window, now, narrow, chosen, choose }: Props) {
  const chart = useRef<HTMLElement>(null);
  const marks = lanes.flatMap((lane) => lane.marks);
  const stop = marks.some((mark) => mark.key === chosen) ? chosen : marks.at(0)?.key;
  const walk = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const from = (event.target as HTMLElement).dataset['mark'];
    if (!step || from === undefined) return;
    event.preventDefault();
    const to = besides(lanes, from, step);
    chart.current?.querySelector<HTMLElement>(`[data-mark="${CSS.escape(to ?? '')}"]`)?.focus();
  };
  const rows = Math.max(0, ...bands.map((band) => band.row + 1));
  return (
    <section className="lanes" aria-label="Changes over time" ref={chart} onKeyDown={walk}>
      <div className="lane-over" aria-hidden="true">
        {ticksOf(window, narrow ? 4 : 9).map((tick) => (
          <i key={tick.at} className="lane-tick" style={{ left: percent(tick.place) }} />
        ))}
        {bands.map(({ incident, place, end }) => (
          <i
            key={incident.id}
            className="lane-band"
            data-severity={incident.severity}
            style={{ left: percent(place), width: percent(end - place) }}
          />
        ))}
        {window.to > now && window.from < now ? (
          <i className="lane-now" style={{ left: percent(placeOf(now, window)) }} />
        ) : null}
      </div>
      {rows ? (
        <div className="lane lane-incidents" style={{ height: rows * BAND_ROW_PX + 4 }}>
          <span className="lane-name">incidents</span>
          <div className="lane-track">
            {bands.map((band) => (
              <BandName key={band.incident.id} band={band} now={now} />
            ))}
          </div>
        </div>
      ) : null}
      {lanes.map((lane) => (
        <div className="lane" key={lane.key}>
          <span className="lane-name" data-quiet={lane.quiet}>
            {lane.name}
          </span>
          <div className="lane-track">
            {lane.marks.map((mark) => (
              <MarkButton
                key={mark.key}
                mark={mark}
                now={now}
                chosen={mark.key === chosen}
                stop={mark.key === stop}
                choose={choose}
              />
            ))}
          </div>
        </div>
      ))}
      <div className="lane lane-scale" aria-hidden="true">
        <span className="lane-name">UTC</span>
        <div className="lane-track">
          {ticksOf(window, narrow ? 4 : 9).map((tick) => {
            const text = tick.day ? dayIn(tick.at) : clockIn(tick.at);
            // Half of the last hour may stand in the margin, but not beyond the page.
            const left = `min(${percent(tick.place)}, 100% + 12px - ${text.length / 2}ch)`;
            return (
              <span key={tick.at} className="lane-hour" style={{ left }}>
                {text}
              </span>
            );
          })}
        </div>
      </div>
    </section>
  );
}

function BandName({ band, now }: { band: Band; now: number }) {
  const { incident } = band;
  const since = `${clockWithDay(incident.from, now)} to ${incident.to ? clockWithDay(incident.to, now) : 'now'} UTC`;
  return (
    <Link
      to="/incidents/$id"
      params={{ id: incident.id }}
      className="lane-incident"
      data-severity={incident.severity}
      title={`${incident.title} · ${since}`}
      aria-label={`${incident.severity} INC-${incident.number}: ${incident.title}, ${since}`}
      style={{ left: percent(band.label), top: band.row * BAND_ROW_PX }}
    >
      {incident.severity} INC-{incident.number}
    </Link>
  );
}

type MarkProps = { mark: Mark; now: number; chosen: boolean; stop: boolean; choose: (mark: Mark) => void };

function MarkButton({ mark, now, chosen, stop, choose }: MarkProps) {
  const [first] = mark.changes;
  if (!first) return null;
  const many = mark.changes.length > 1;
  const words = many
    ? `${count(mark.changes.length, 'change')} from ${clockWithDay(first.happenedAt, now)} to ${clockWithDay(mark.changes.at(-1)?.happenedAt ?? first.happenedAt, now)} UTC`
    : wordsOf(first, now);
  return (
    <>
      {mark.end > mark.place ? (
        <i
          className="mark-planned"
          aria-hidden="true"
          style={{ left: percent(mark.place), width: percent(mark.end - mark.place) }}
        />
      ) : null}
      <button
        type="button"
        className="mark"
        data-mark={mark.key}
        data-chosen={chosen}
        aria-pressed={chosen}
        aria-label={words}
        title={words}
        tabIndex={stop ? 0 : -1}
        style={{ left: percent(mark.place) }}
        onClick={() => choose(mark)}
      >
        {many ? <span className="mark-many">{mark.changes.length}</span> : <Shape change={first} />}
      </button>
    </>
  );
}

export function wordsOf(change: Change, now: number): string {
  return `${CHANGE_KIND_WORDS[change.kind]}, ${standing(change, now)}: ${change.summary}, ${clockWithDay(change.happenedAt, now)} UTC`;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(3)}%`;
}

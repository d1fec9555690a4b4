/** When it began: alerts, signals and changes over time, and a line that can be dragged, moved by keys, or typed. */
import { NumberInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { useMayAct } from '../../api/session.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { clockIn } from '../../words/time.ts';
import { useCommand } from '../command.ts';
import {
  type OnsetChart as Chart,
  type Lane,
  nearestMoment,
  onsetQuery,
  type Suspect,
  type Tried,
} from './lane.ts';

const MINUTE = 60_000;
const BEFORE = 180 * MINUTE;
const AFTER = 45 * MINUTE;
const HEIGHT = 92;
const CLOCKS = 22;
/** No clock is written so near to an end, in per cent of the width. */
const EDGE = 5;
const ROW = { alerts: 16, signals: 50, changes: 72 };
const MINUTES_MAX = 240;

type Props = {
  incident: IncidentView;
  lane: Lane;
  tried: Tried | undefined;
  attempt: (tried: Tried | undefined) => void;
};

export function OnsetChart({ incident, lane, tried, attempt }: Props) {
  const chart = useQuery(onsetQuery(incident.id)).data;
  const mayAct = useMayAct();
  const set = useCommand<{ at: string; uncertaintyMinutes: number }>(incident.id, 'impact-start', {
    said: 'The beginning is on the timeline.',
    done: () => attempt(undefined),
  });
  const known = chart?.onset ?? lane.onset;
  const now: Tried = tried ?? { at: known.at, minutes: known.uncertaintyMinutes };
  return (
    <section className="onset" aria-label="When it began">
      <p className="onset-words">
        <span className="strong">
          Began at <span className="mono">{clockIn(now.at)} UTC</span>, give or take {now.minutes} min
        </span>{' '}
        <span className="quiet small">{tried ? 'tried, not stored' : FROM_WORDS[known.from]}</span>
      </p>
      {chart ? (
        <Picture chart={chart} items={lane.items} now={now} known={known.at} attempt={attempt} />
      ) : null}
      <div className="onset-fields">
        <ClockField now={now} attempt={attempt} />
        <NumberInput
          label="Give or take (min)"
          size="md"
          w={128}
          min={0}
          max={MINUTES_MAX}
          hideControls
          value={now.minutes}
          onChange={(value) => attempt({ ...now, minutes: clamp(Number(value) || 0, 0, MINUTES_MAX) })}
        />
        {tried && mayAct ? (
          <ActButton
            busy={set.isPending}
            onClick={() => set.mutate({ at: tried.at, uncertaintyMinutes: tried.minutes })}
          >
            It began at {clockIn(tried.at)} UTC
          </ActButton>
        ) : null}
        {tried ? (
          <ActButton variant="subtle" busy={false} onClick={() => attempt(undefined)}>
            Back to {clockIn(known.at)}
          </ActButton>
        ) : null}
      </div>
    </section>
  );
}

const FROM_WORDS = {
  person: 'as a person said',
  alert: 'guessed from the first alert: users may have felt it earlier',
  detection: 'guessed from the detection: users may have felt it earlier',
  tried: 'tried, not stored',
};

function ClockField({ now, attempt }: { now: Tried; attempt: (tried: Tried) => void }) {
  const [typed, setTyped] = useState<string>();
  const wrong = typed?.trim() && !nearestMoment(typed, now.at);
  const type = (text: string) => {
    setTyped(text);
    const at = nearestMoment(text, now.at);
    if (at) attempt({ ...now, at });
  };
  return (
    <TextInput
      label="Began at (UTC)"
      inputMode="numeric"
      size="md"
      w={128}
      value={typed ?? clockIn(now.at)}
      onChange={(event) => type(event.currentTarget.value)}
      onBlur={() => setTyped(undefined)}
      error={wrong ? 'A time such as 02:40' : undefined}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
    />
  );
}

type PictureProps = {
  chart: Chart;
  items: Suspect[];
  now: Tried;
  known: string;
  attempt: (tried: Tried) => void;
};

/** Places are shares of the width, so that nothing has to be measured. */
function Picture({ chart, items, now, known, attempt }: PictureProps) {
  const from = Date.parse(known) - BEFORE;
  const to = Math.max(
    Date.parse(known) + 10 * MINUTE,
    Math.min(Date.parse(chart.to), Date.parse(known) + AFTER),
  );
  const share = (at: number) => (100 * (at - from)) / (to - from);
  const x = (at: string | number) => `${share(typeof at === 'number' ? at : Date.parse(at))}%`;
  const inside = (at: string) => Date.parse(at) >= from && Date.parse(at) <= to;
  const move = (at: number) =>
    attempt({ ...now, at: new Date(Math.round(clamp(at, from, to) / MINUTE) * MINUTE).toISOString() });
  const most = Math.max(1, ...chart.signals.map((each) => each.count));
  const [low, high] = [-1, 1].map((side) =>
    clamp(share(Date.parse(now.at) + side * now.minutes * MINUTE), 0, 100),
  ) as [number, number];
  return (
    <div className="onset-picture" style={{ height: HEIGHT + CLOCKS }}>
      <svg width="100%" height={HEIGHT + CLOCKS} aria-hidden="true">
        <rect className="onset-doubt" x={`${low}%`} y={0} width={`${high - low}%`} height={HEIGHT} />
        {ticksOf(from, to).map((tick) => (
          <g key={tick}>
            <line className="onset-tick" x1={x(tick)} x2={x(tick)} y1={0} y2={HEIGHT} />
            {share(tick) > EDGE && share(tick) < 100 - EDGE ? (
              <text className="onset-clock" x={x(tick)} y={HEIGHT + 16}>
                {clockIn(tick)}
              </text>
            ) : null}
          </g>
        ))}
        <line className="onset-axis" x1="0" x2="100%" y1={HEIGHT} y2={HEIGHT} />
        {chart.signals
          .filter((each) => inside(each.at))
          .map((each) => {
            const height = 4 + (16 * each.count) / most;
            return (
              <rect
                key={each.at}
                className="onset-signal"
                x={x(each.at)}
                y={ROW.signals - height}
                width={3}
                height={height}
              />
            );
          })}
        {chart.alerts
          .filter((each) => inside(each.at))
          .map((each) => (
            <svg key={each.id} x={x(each.at)} y={ROW.alerts} overflow="visible">
              <title>{`${clockIn(each.at)} ${each.title}`}</title>
              <path className="onset-alert" d="M-6 -10h12l-6 11z" />
            </svg>
          ))}
        {items
          .filter((each) => inside(each.happenedAt))
          .map((each) => (
            <svg key={each.id} x={x(each.happenedAt)} y={ROW.changes} overflow="visible">
              <title>{`${clockIn(each.happenedAt)} ${each.summary}`}</title>
              <path className="onset-change" data-group={each.group} d="M0 -7l7 7-7 7-7-7z" />
            </svg>
          ))}
      </svg>
      <Handle left={x(now.at)} now={now} from={from} to={to} move={move} attempt={attempt} />
    </div>
  );
}

type HandleProps = {
  left: string;
  now: Tried;
  from: number;
  to: number;
  move: (at: number) => void;
  attempt: (tried: Tried) => void;
};

/** A thumb's width; left and right move it by a minute (with Shift by ten), up and down change the doubt. */
function Handle({ left, now, from, to, move, attempt }: HandleProps) {
  const [held, setHeld] = useState(false);
  const at = Date.parse(now.at);
  const press = (event: KeyboardEvent) => {
    const moved = movedBy(event.key, event.shiftKey, now);
    if (!moved) return;
    event.preventDefault();
    if (moved.at === now.at) attempt(moved);
    else move(Date.parse(moved.at));
  };
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (!held) return;
    const box = event.currentTarget.parentElement?.getBoundingClientRect();
    if (box) move(from + ((event.clientX - box.left) / box.width) * (to - from));
  };
  return (
    <div
      className="onset-handle"
      style={{ left }}
      role="slider"
      tabIndex={0}
      aria-label="When it began"
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={Math.round((to - from) / MINUTE)}
      aria-valuenow={Math.round((at - from) / MINUTE)}
      aria-valuetext={`${clockIn(now.at)} UTC, give or take ${now.minutes} minutes`}
      onKeyDown={press}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setHeld(true);
      }}
      onPointerMove={drag}
      onPointerUp={() => setHeld(false)}
      onPointerCancel={() => setHeld(false)}
    />
  );
}

/** What a key makes of it; undefined for keys that mean nothing here. */
function movedBy(key: string, shift: boolean, now: Tried): Tried | undefined {
  const later = (minutes: number): Tried => ({
    ...now,
    at: new Date((Math.floor(Date.parse(now.at) / MINUTE) + minutes) * MINUTE).toISOString(),
  });
  const wider = (minutes: number): Tried => ({
    ...now,
    minutes: clamp(now.minutes + minutes, 0, MINUTES_MAX),
  });
  switch (key) {
    case 'ArrowLeft':
      return later(shift ? -10 : -1);
    case 'ArrowRight':
      return later(shift ? 10 : 1);
    case 'PageDown':
      return later(-10);
    case 'PageUp':
      return later(10);
    case 'ArrowUp':
      return wider(1);
    case 'ArrowDown':
      return wider(-1);
    default:
      return undefined;
  }
}

function ticksOf(from: number, to: number): number[] {
  const step = 60 * MINUTE;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.floor((to - first) / step) + 1 }, (_, index) => first + index * step);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

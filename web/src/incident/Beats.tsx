/** The line of beats: what people have heard, as evenly spaced dots, or not. */
import { useElementSize } from '@mantine/hooks';
import { useCallback, useState } from 'react';
import type { Beat } from '#incident/view.ts';
import './beats.css';
import { useNow, usePressing } from '../words/clock.ts';
import { clockIn } from '../words/time.ts';
import { cut, distinct, inWords, type Placed, place } from './beat-places.ts';

type Props = { beats: Beat[]; small?: boolean };

const LARGE = { height: 64, middle: 24, dot: 6, padding: 10 };
const SMALL = { height: 20, middle: 10, dot: 3.5, padding: 6 };

export function Beats({ beats: all, small = false }: Props) {
  const beats = distinct(all);
  const now = useNow();
  const { ref, width } = useElementSize();
  const [atFirst, setAtFirst] = useState(0);
  // Measured before it is painted: a line that was drawn for another width would be too small to read.
  const measured = useCallback(
    (node: HTMLDivElement | null) => {
      if (node) setAtFirst(node.clientWidth);
      return ref(node);
    },
    [ref],
  );
  const size = small ? SMALL : LARGE;
  const wide = width || atFirst || (small ? 160 : 640);
  const line = place(beats, { width: wide, padding: size.padding, now });
  const heardUntil = line.nowX === null ? line.endX : Math.min(line.nowX, line.endX);
  return (
    <div ref={measured} className="beats">
      <svg
        width={wide}
        height={size.height}
        viewBox={`0 0 ${wide} ${size.height}`}
        role="img"
        aria-label={inWords(beats, clockIn)}
      >
        <line x1={line.startX} x2={line.endX} y1={size.middle} y2={size.middle} className="beats-ahead" />
        <line x1={line.startX} x2={heardUntil} y1={size.middle} y2={size.middle} className="beats-heard" />
        {line.marks.map((mark) => (
          <Mark
            key={`${mark.beat.kind}${mark.beat.at}${mark.beat.client ?? ''}`}
            mark={mark}
            y={size.middle}
            dot={size.dot}
          />
        ))}
        {line.nowX === null ? null : <Now x={line.nowX} y={size.middle} small={small} wide={wide} />}
        {small
          ? null
          : line.marks.map((mark) => (
              <Label
                key={`${mark.beat.at}${mark.beat.kind}${mark.beat.client ?? ''}`}
                mark={mark}
                y={size.middle + 28}
              />
            ))}
      </svg>
    </div>
  );
}

function Now({ x, y, small, wide }: { x: number; y: number; small: boolean; wide: number }) {
  const reach = small ? 7 : 12;
  const atEnd = x > wide - 40;
  return (
    <g className="beats-now">
      <line x1={x} x2={x} y1={y - reach} y2={y + reach} />
      {small ? null : (
        <text x={atEnd ? x - 5 : x + 5} y={y - 9} textAnchor={atEnd ? 'end' : 'start'}>
          now
        </text>
      )}
    </g>
  );
}

function Label({ mark, y }: { mark: Placed; y: number }) {
  if (!mark.label) return null;
  return (
    <text x={mark.label.x} y={y} className="beats-label" textAnchor={mark.label.anchor}>
      {cut(mark.beat.label)}
    </text>
  );
}

/** A hollow ring: what is promised next. */
function Promised({ beat, x, y, r }: { beat: Beat; x: number; y: number; r: number }) {
  const near = usePressing({ dueAt: beat.at, soonFrom: beat.soonFrom });
  return <circle cx={x} cy={y} r={r} className={`beat-promised beat-${near}`} />;
}

/** Full when every affected client has it, else half. A message to one client alone is smaller. */
function Sent({ x, y, dot, full }: { x: number; y: number; dot: number; full: boolean }) {
  if (full) return <circle cx={x} cy={y} r={dot} className="beat-sent" />;
  return (
    <g className="beat-half">
      <circle cx={x} cy={y} r={dot} />
      <path d={`M ${x} ${y - dot} A ${dot} ${dot} 0 0 0 ${x} ${y + dot} Z`} />
    </g>
  );
}

function Mark({ mark: { beat, x }, y, dot }: { mark: Placed; y: number; dot: number }) {
  switch (beat.kind) {
    case 'detected':
      return (
        <path
          d={`M ${x} ${y - dot} L ${x + dot} ${y + dot} L ${x - dot} ${y + dot} Z`}
          className="beat-detected"
        />
      );
    case 'sent':
      return <Sent x={x} y={y} dot={beat.client ? dot * 0.65 : dot} full={beat.full} />;
    case 'automatic':
      return (
        <g className="beat-automatic">
          <circle cx={x} cy={y} r={dot} strokeDasharray="2 2" />
          <path d={`M ${x} ${y - dot} A ${dot} ${dot} 0 0 0 ${x} ${y + dot} Z`} />
        </g>
      );
    case 'promised':
      return <Promised beat={beat} x={x} y={y} r={(dot + 1) * (beat.client ? 0.65 : 1)} />;
    case 'missed':
      return (
        <circle
          cx={x}
          cy={y}
          r={(dot + 1) * (beat.client ? 0.65 : 1)}
          className="beat-missed"
          strokeDasharray={`${dot * 1.25} ${dot * 0.85}`}
        />
      );
    case 'restored':
      return (
        <rect
          x={x - dot * 0.8}
          y={y - dot * 0.8}
          width={dot * 1.6}
          height={dot * 1.6}
          transform={`rotate(45 ${x} ${y})`}
          className="beat-restored"
        />
      );
    case 'ended':
      return <line x1={x} x2={x} y1={y - dot * 1.4} y2={y + dot * 1.4} className="beat-ended" />;
  }
}

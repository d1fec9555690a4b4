/** The kind of a change as a shape, and its state as how the shape is drawn: never colour alone. */
import type { ChangeKind } from '#src/incident/change.ts';
import type { Change } from './change.ts';

const SHAPES: Record<ChangeKind, string> = {
  deploy: 'M8 2a6 6 0 1 1 0 12a6 6 0 1 1 0-12z',
  config: 'M3 3h10v10h-10z',
  flag: 'M8 1.5l6.5 6.5l-6.5 6.5l-6.5-6.5z',
  infra: 'M8 2l6.5 11.5h-13z',
  migration: 'M8 14l-6.5-11.5h13z',
  secret: 'M5 2h6l3 3v6l-3 3h-6l-3-3v-6z',
  job: 'M6 2h4v4h4v4h-4v4h-4v-4h-4v-4h4z',
  dependency: 'M2 5h12v6h-12z',
  third_party: 'M8 1.5l2 4.3l4.7.5l-3.5 3.2l1 4.6l-4.2-2.4l-4.2 2.4l1-4.6l-3.5-3.2l4.7-.5z',
  other: 'M8 5a3 3 0 1 1 0 6a3 3 0 1 1 0-6z',
};

export function Shape({ change }: { change: Pick<Change, 'kind' | 'state'> }) {
  return (
    <svg
      className="shape"
      data-state={change.state}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      aria-hidden="true"
    >
      <path d={SHAPES[change.kind]} />
      {change.state === 'failed' || change.state === 'rolled_back' ? (
        <path className="shape-over" d={change.state === 'failed' ? 'M2 2l12 12M14 2l-12 12' : 'M1 8h14'} />
      ) : null}
    </svg>
  );
}

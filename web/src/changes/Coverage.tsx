/** What we would hear of: for each service, which kinds of change somebody tells us of, and which silence means nothing. */
import { useMediaQuery } from '@mantine/hooks';
import { CHANGE_KIND_WORDS } from '#src/triage/relation.ts';
import { put, remove } from '../api/http.ts';
import { useSession } from '../api/session.ts';
import { useAct } from '../pieces/acting.ts';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Screen } from '../pieces/Screen.tsx';
import { useNow } from '../words/clock.ts';
import { list } from '../words/count.ts';
import { relative } from '../words/time.ts';
import { ChangesPlaces } from './ChangesPlaces.tsx';
import './ledger.css';
import type { Coverage as ServiceCoverage } from './lanes.ts';

type Kind = ServiceCoverage['kinds'][number];

const FOLDED: Kind['state'][] = ['not_connected', 'absent'];

const STATE_WORDS: Record<Kind['state'], string> = {
  connected: 'told of',
  silent: 'unknown, silent',
  not_connected: 'unknown, no feed',
  absent: 'has none',
};
/** Full, broken, hollow, struck: shape before colour. */
const STATE_SHAPES: Record<Kind['state'], { path: string; fill: string; stroke: string; dashes?: string }> = {
  connected: { path: 'M8 2a6 6 0 1 1 0 12a6 6 0 1 1 0-12z', fill: 'var(--green)', stroke: 'var(--green)' },
  silent: {
    path: 'M8 2a6 6 0 1 1 0 12a6 6 0 1 1 0-12z',
    fill: 'none',
    stroke: 'var(--amber)',
    dashes: '4 3',
  },
  not_connected: { path: 'M8 2a6 6 0 1 1 0 12a6 6 0 1 1 0-12z', fill: 'none', stroke: 'var(--quiet)' },
  absent: { path: 'M2 8h12', fill: 'none', stroke: 'var(--quiet)' },
};

export function Coverage() {
  const listing = useListing<ServiceCoverage>(['services', 'coverage'], '/change-coverage', { limit: 50 });
  return (
    <Screen
      title="Changes"
      lead="Nothing recorded is evidence only where somebody would have told us. Everything else is unknown."
    >
      <ChangesPlaces current="coverage" />
      <Listed
        of={listing}
        label="Coverage by service"
        row={(each) => <CoverageRow key={each.serviceId} coverage={each} />}
        empty={
          <p>There is no service yet. Add one in the directory, and connect what tells of its changes.</p>
        }
      />
    </Screen>
  );
}

function CoverageRow({ coverage }: { coverage: ServiceCoverage }) {
  const now = useNow();
  const last = coverage.lastChangeAt;
  const narrow = useMediaQuery('(max-width: 899px)', undefined, { getInitialValueInEffect: false }) ?? false;
  // Where there is little room, kinds of which nobody tells are one line until somebody opens them.
  const folded = narrow ? coverage.kinds.filter(({ state }) => FOLDED.includes(state)) : [];
  const told = coverage.kinds.filter((kind) => !folded.includes(kind));
  return (
    <li className="coverage-row">
      <h2 className="coverage-name">{coverage.name}</h2>
      <p className="small quiet">
        {last ? `Last change ${relative(last, now)}.` : 'No feed has ever told of a change to it.'}
      </p>
      {told.length ? (
        <Kinds kinds={told} coverage={coverage} label={`Kinds of change to ${coverage.name}`} />
      ) : null}
      {folded.length ? (
        <details className="folded">
          <summary>{foldedWords(folded)}</summary>
          <Kinds kinds={folded} coverage={coverage} label={`Kinds nobody tells of, ${coverage.name}`} />
        </details>
      ) : null}
    </li>
  );
}

type KindsProps = { kinds: Kind[]; coverage: ServiceCoverage; label: string };

function Kinds({ kinds, coverage, label }: KindsProps) {
  return (
    <ul className="coverage-kinds" aria-label={label}>
      {kinds.map((kind) => (
        <KindState key={kind.kind} kind={kind} coverage={coverage} />
      ))}
    </ul>
  );
}

/** "No feed: deployment and feature flag. Has none: migration." */
function foldedWords(kinds: Kind[]): string {
  return (['not_connected', 'absent'] as const)
    .map((state) => kinds.filter((kind) => kind.state === state).map(({ kind }) => CHANGE_KIND_WORDS[kind]))
    .map((names, index) =>
      names.length ? `${index ? 'Has none' : 'No feed'}: ${list(names, names.length)}.` : '',
    )
    .filter(Boolean)
    .join(' ');
}

function KindState({ kind, coverage }: { kind: Kind; coverage: ServiceCoverage }) {
  const administrator = useSession()?.role === 'administrator';
  const absent = kind.absence !== null;
  const say = useAct({
    does: () => {
      const path = `/services/${coverage.serviceId}/change-coverage/${kind.kind}/absence`;
      return absent ? remove(path) : put(path, {});
    },
    doubt: [['services', 'coverage'], ['incidents']],
  });
  const shape = STATE_SHAPES[kind.state];
  const name = CHANGE_KIND_WORDS[kind.kind];
  return (
    <li title={kind.note} data-state={kind.state}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <path
          d={shape.path}
          fill={shape.fill}
          stroke={shape.stroke}
          strokeWidth="2"
          strokeDasharray={shape.dashes}
        />
      </svg>
      <span>
        {name}
        <br />
        <span className={kind.state === 'silent' ? 'small amber' : 'small quiet'}>
          {STATE_WORDS[kind.state]}
        </span>
        {kind.state === 'silent' ? (
          <span className="small quiet"> · {kind.note.replace('Unknown: ', '')}</span>
        ) : null}
        {administrator && (absent || kind.state !== 'connected') ? (
          <>
            <br />
            <button
              type="button"
              disabled={say.isPending}
              onClick={() => say.mutate()}
              aria-label={`${absent ? 'It may have some' : 'It has none'}: ${name}, ${coverage.name}`}
            >
              {absent ? 'It may have some' : 'It has none'}
            </button>
          </>
        ) : null}
      </span>
    </li>
  );
}

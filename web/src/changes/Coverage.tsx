/** What we would hear of: for each service, which kinds of change somebody tells us of, and which silence means nothing. */
import { useMediaQuery } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { CHANGE_KIND_WORDS } from '#src/triage/relation.ts';
import { put, remove } from '../api/http.ts';
import { useSession } from '../api/session.ts';
import { useAct } from '../pieces/acting.ts';
import { useListing } from '../pieces/listing.ts';
import { fitsWords, SEEN_AT_ONCE } from '../pieces/many.ts';
import { Screen } from '../pieces/Screen.tsx';
import { SearchField } from '../pieces/SearchField.tsx';
import { Failed, Loading } from '../pieces/States.tsx';
import { useNow } from '../words/clock.ts';
import { list } from '../words/count.ts';
import { relative } from '../words/time.ts';
import { ChangesPlaces } from './ChangesPlaces.tsx';
import { coverageGroups } from './coverage-groups.ts';
import './ledger.css';
import type { Coverage as ServiceCoverage } from './lanes.ts';

type Kind = ServiceCoverage['kinds'][number];

const PAGE = 200;
const SERVICES_MAX = 2000;
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
  const listing = useListing<ServiceCoverage>(['services', 'coverage'], '/change-coverage', {
    limit: PAGE,
  });
  const { items, hasNextPage, isFetchingNextPage, fetchNextPage } = listing;
  // They are told apart by what is wrong with them, so that all are needed, and not the first few by name.
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && (items?.length ?? 0) < SERVICES_MAX) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, items?.length]);
  return (
    <Screen
      title="Changes"
      lead="Nothing recorded is evidence only where somebody would have told us. Everything else is unknown."
    >
      <ChangesPlaces current="coverage" />
      {items ? (
        items.length ? (
          <Groups services={items} more={hasNextPage} />
        ) : (
          <p className="nothing">
            There is no service yet. Add one in the directory, and connect what tells of its changes.
          </p>
        )
      ) : listing.isError ? (
        <Failed error={listing.error} again={() => void listing.refetch()} />
      ) : (
        <Loading rows={4} />
      )}
    </Screen>
  );
}

function Groups({ services, more }: { services: ServiceCoverage[]; more: boolean }) {
  const [words, search] = useState('');
  const many = services.length > SEEN_AT_ONCE;
  const found = words ? services.filter(({ name }) => fitsWords(name, words)) : services;
  const { silent, untold, told } = coverageGroups(found);
  const open = found.length <= SEEN_AT_ONCE;
  const rows = (list: ServiceCoverage[], opened: boolean) =>
    list.map((each) => <CoverageRow key={`${each.serviceId}${opened}`} coverage={each} opened={opened} />);
  return (
    <>
      {many ? (
        <div className="coverage-search">
          <SearchField label="Find a service" value={words} search={search} />
        </div>
      ) : null}
      {found.length ? null : <p className="nothing">No service of that name.</p>}
      {silent.length ? (
        <section className="section" aria-labelledby="coverage-silent">
          <h2 className="label" id="coverage-silent">
            <span className="amber">Fell silent</span> · {silent.length}
          </h2>
          <p className="quiet small">
            Somebody told us of these, and has stopped. Look whether the feed still works.
          </p>
          <ul className="rows">{rows(silent, true)}</ul>
        </section>
      ) : null}
      {untold.length ? (
        <section className="section" aria-labelledby="coverage-untold">
          <h2 className="label" id="coverage-untold">
            Nobody tells of any change · {untold.length}
          </h2>
          <p className="quiet small">
            A change to these would not be seen here.{' '}
            <Link to={'/integrations' as '/'}>Connect what tells of them</Link>, or open one and say what it
            does not have.
          </p>
          <ul className={open ? 'rows' : 'coverage-names'}>{rows(untold, open)}</ul>
        </section>
      ) : null}
      {told.length ? (
        <section className="section" aria-labelledby="coverage-told">
          <h2 className="label" id="coverage-told">
            Told of · {told.length}
          </h2>
          <ul className="rows">{rows(told, open)}</ul>
        </section>
      ) : null}
      {more ? <p className="quiet small">Loading more services…</p> : null}
    </>
  );
}

function CoverageRow({ coverage, opened }: { coverage: ServiceCoverage; opened: boolean }) {
  const now = useNow();
  const last = coverage.lastChangeAt;
  const narrow = useMediaQuery('(max-width: 899px)', undefined, { getInitialValueInEffect: false }) ?? false;
  // Where there is little room, kinds of which nobody tells are one line until somebody opens them.
  const folded = narrow ? coverage.kinds.filter(({ state }) => FOLDED.includes(state)) : [];
  const told = coverage.kinds.filter((kind) => !folded.includes(kind));
  const kinds = (
    <>
      {told.length ? (
        <Kinds kinds={told} coverage={coverage} label={`Kinds of change to ${coverage.name}`} />
      ) : null}
      {folded.length ? (
        <details className="folded">
          <summary>{foldedWords(folded)}</summary>
          <Kinds kinds={folded} coverage={coverage} label={`Kinds nobody tells of, ${coverage.name}`} />
        </details>
      ) : null}
    </>
  );
  const lately = last ? `Last change ${relative(last, now)}.` : 'No feed has ever told of a change to it.';
  if (opened)
    return (
      <li className="coverage-row">
        <h3 className="coverage-name">{coverage.name}</h3>
        <p className="small quiet">{lately}</p>
        {kinds}
      </li>
    );
  const heard = coverage.kinds.filter(({ state }) => state === 'connected');
  const unknown = coverage.kinds.filter(({ state }) => state === 'not_connected').length;
  return (
    <li>
      <details className="coverage-one">
        <summary>
          <span className="strong">{coverage.name}</span>
          {heard.length || last ? (
            <span className="small quiet">
              {[
                list(
                  heard.map(({ kind }) => CHANGE_KIND_WORDS[kind]),
                  heard.length,
                ),
                unknown && heard.length ? `${unknown} unknown` : '',
                last ? `last change ${relative(last, now)}` : '',
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          ) : null}
        </summary>
        {kinds}
      </details>
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

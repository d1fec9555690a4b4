/** Whom to call, by whom it is needed most: large numbers to tap, one tap to log it; readable on paper and without a network. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import './call-list.css';
import { Problem } from '../../api/http.ts';
import { ofIncident } from '../../api/queries.ts';
import { sessionQuery } from '../../api/session.ts';
import { useTitle } from '../../pieces/Screen.tsx';
import { Failed, Loading } from '../../pieces/States.tsx';
import { Time } from '../../pieces/Time.tsx';
import { useNow } from '../../words/clock.ts';
import { languageName } from '../../words/language.ts';
import { bothZones } from '../../words/time.ts';
import { type CallList as List, STATE_COLOURS, STATE_MARKS, telOf } from '../board.ts';
import { forgetList, keepList, keptList } from './kept.ts';
import { LogCall } from './LogCall.tsx';
import { keepScreenOffline } from './offline.ts';

const AGAIN_MS = 60_000;

export function CallList() {
  const { id } = useParams({ strict: false }) as { id: string };
  const query = useQuery({
    ...ofIncident<List>(id, 'call-list'),
    refetchInterval: AGAIN_MS,
  });
  // While it is asked again, too: nobody waits in front of an empty page for what this device holds.
  const reason = query.error ?? query.failureReason;
  const unreachable = reason instanceof Problem && reason.status === 0;
  const refused = query.error instanceof Problem && query.error.status >= 400 && query.error.status < 500;
  useTitle('Call list');
  useEffect(() => {
    if (query.data && !query.isError) keepList(id, query.data);
    if (refused) forgetList(id);
  }, [id, query.data, query.isError, refused]);
  const listed = query.data !== undefined;
  // Once the list is drawn, so that what it is written in is kept, too.
  useEffect(() => {
    if (listed) keepScreenOffline();
  }, [listed]);
  const list = refused ? undefined : (query.data ?? (unreachable ? keptList(id) : undefined));
  return (
    <main className="call-list">
      <p className="no-print">
        <Link to={`/incidents/${id}` as '/'} className="back">
          ← The incident
        </Link>
      </p>
      {list ? (
        <Sheet id={id} list={list} offline={unreachable} />
      ) : query.isError ? (
        <Failed error={query.error} again={() => void query.refetch()} />
      ) : (
        <Loading rows={5} />
      )}
    </main>
  );
}

function Sheet({ id, list, offline }: { id: string; list: List; offline: boolean }) {
  const now = useNow();
  const { incident, items, withoutNumber, asOf } = list;
  return (
    <>
      <header className="call-head">
        <div>
          <h1 className="screen-title">Call list</h1>
          <p>
            <span className={incident.severity === 'P1' ? 'red strong' : 'strong'}>{incident.severity}</span>{' '}
            INC-{incident.number} · {incident.title}
          </p>
          <p className="quiet small">
            Clients quote <span className="mono">{incident.reference}</span>
          </p>
        </div>
        <Button variant="default" onClick={() => window.print()}>
          Print
        </Button>
      </header>
      <p className={offline ? 'call-offline' : 'quiet small'} role="status">
        As of <span className="mono">{bothZones(asOf, now)}</span>
        {offline ? ', offline: who has been told since then is not known here.' : ''}
      </p>
      {items.length ? (
        <ul className="call-rows">
          {items.map((each) => (
            <Row key={each.contactId} id={id} line={each} offline={offline} />
          ))}
        </ul>
      ) : (
        <p className="nothing">Nobody of an affected client has a telephone number in the directory.</p>
      )}
      {withoutNumber.length ? (
        <p className="call-missing">
          <span className="red strong">No number:</span> {withoutNumber.map((each) => each.client).join(', ')}
          . Add one to a contact in the directory.
        </p>
      ) : null}
    </>
  );
}

function Row({ id, line, offline }: { id: string; line: List['items'][number]; offline: boolean }) {
  const [calling, setCalling] = useState(false);
  const mayAct = useQuery(sessionQuery).data?.role !== 'viewer' && !offline;
  const colour = STATE_COLOURS[line.told];
  return (
    <li className="call-row">
      <div>
        <p>
          <span className="strong">{line.client.name}</span>{' '}
          <span className={`${colour} small`}>
            <span aria-hidden="true">{STATE_MARKS[line.told]}</span> {line.words}
          </span>
          {line.needsCall ? <span className="red small"> · asks for a call</span> : null}
        </p>
        <p>
          {line.name}
          <span className="quiet small">
            {line.role ? ` · ${line.role}` : ''} · {languageName(line.language)}
            {line.cover
              ? ` · ${line.cover.reads ? 'reads now' : 'nobody reads now'} (${line.cover.words})`
              : ''}
          </span>
        </p>
        {line.lastCall ? (
          <p className={line.lastCall.reached ? 'green small' : 'amber small'}>
            {line.lastCall.reached ? 'Called' : 'Not reached'} <Time at={line.lastCall.at} show="both" />,{' '}
            {line.lastCall.by}
          </p>
        ) : null}
      </div>
      <div className="call-act">
        <a className="call-number mono" href={telOf(line.phone)}>
          {line.phone}
        </a>
        {mayAct ? (
          <Button variant="subtle" size="compact-md" onClick={() => setCalling(true)}>
            Log the call
          </Button>
        ) : null}
        <span className="call-box" aria-hidden="true" />
      </div>
      {calling ? (
        <LogCall
          incidentId={id}
          contact={{ contactId: line.contactId, name: line.name }}
          client={line.client.name}
          close={() => setCalling(false)}
        />
      ) : null}
    </li>
  );
}

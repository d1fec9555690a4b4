/** Mail is down: who has not been told and can be called, each with the number and one tap to log the call. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Shown } from '../../pieces/States.tsx';
import { count } from '../../words/count.ts';
import { type BoardClient, boardQuery, telOf } from '../board.ts';
import { LogCall } from '../calls/LogCall.tsx';
import type { Step } from './acting.ts';

/** So many stand on the card; the call list has them all. */
const SHOWN_MAX = 4;

export function CallUntold({ incident }: Step) {
  const board = useQuery(boardQuery(incident.id));
  return (
    <Shown of={board} rows={2}>
      {({ items }) => (
        <Untold
          incidentId={incident.id}
          clients={items.filter((each) => each.state === 'not_told' || each.state === 'half')}
        />
      )}
    </Shown>
  );
}

function Untold({ incidentId, clients }: { incidentId: string; clients: BoardClient[] }) {
  return (
    <>
      <ul className="rows">
        {clients.slice(0, SHOWN_MAX).map((client) => (
          <Line key={client.id} incidentId={incidentId} client={client} />
        ))}
      </ul>
      <div className="next-actions">
        <Button component={Link} to={`/incidents/${incidentId}/call-list` as '/'} size="md">
          Open the call list: {count(clients.length, 'client')} not told
        </Button>
      </div>
    </>
  );
}

function Line({ incidentId, client }: { incidentId: string; client: BoardClient }) {
  const [calling, setCalling] = useState(false);
  const first = client.recipients.find((each) => each.contactId && each.phone);
  return (
    <li className="row">
      <span>
        <span className="strong">{client.name}</span>
        {first ? (
          <span className="quiet small call-who">
            {first.name}
            {first.role ? `, ${first.role}` : ''}
          </span>
        ) : null}
      </span>
      {first?.phone ? (
        <span className="call-line">
          <a className="mono" href={telOf(first.phone)}>
            {first.phone}
          </a>
          <Button variant="default" size="sm" onClick={() => setCalling(true)}>
            Log a call
          </Button>
        </span>
      ) : (
        <Link to={`/directory/clients/${client.id}` as '/'} className="red">
          No number: add one
        </Link>
      )}
      {calling && first?.contactId ? (
        <LogCall
          incidentId={incidentId}
          contact={{ contactId: first.contactId, name: first.name }}
          client={client.name}
          close={() => setCalling(false)}
        />
      ) : null}
    </li>
  );
}

/** A client whose contract asks for a call: who can be called there, and one tap to log that they were. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { ActButton } from '../../pieces/ActButton.tsx';
import { Shown } from '../../pieces/States.tsx';
import { type BoardClient, boardQuery, telOf } from '../board.ts';
import { LogCall } from '../calls/LogCall.tsx';
import type { Step } from './acting.ts';

export function CallClient({ incident }: Step) {
  const board = useQuery(boardQuery(incident.id));
  const { client } = incident.nextStep;
  if (!client) return null;
  return (
    <Shown of={board} rows={2}>
      {({ items }) => {
        const found = items.find((each) => each.id === client.id);
        return found ? <Callable incidentId={incident.id} client={found} /> : null;
      }}
    </Shown>
  );
}

function Callable({ incidentId, client }: { incidentId: string; client: BoardClient }) {
  const [called, setCalled] = useState<{ contactId: string; name: string }>();
  const people = client.recipients.filter((each) => each.contactId && each.phone);
  const [first] = people;
  return (
    <>
      {people.length ? (
        <ul className="rows">
          {people.map((each) => (
            <li className="row" key={each.contactId}>
              <span>
                {each.name}
                {each.role ? <span className="quiet small"> · {each.role}</span> : null}
              </span>
              <a className="mono" href={telOf(each.phone ?? '')}>
                {each.phone}
              </a>
            </li>
          ))}
        </ul>
      ) : (
        <p className="red">
          Nobody of {client.name} has a number in the directory.{' '}
          <Link to={`/directory/clients/${client.id}` as '/'}>Add one</Link>
        </p>
      )}
      {first?.contactId ? (
        <div className="next-actions">
          <ActButton
            busy={false}
            onClick={() => setCalled({ contactId: first.contactId ?? '', name: first.name })}
          >
            Log the call to {first.name}
          </ActButton>
          <Link to={`/incidents/${incidentId}/call-list` as '/'} className="board-list">
            Call list
          </Link>
        </div>
      ) : null}
      {called ? (
        <LogCall
          incidentId={incidentId}
          contact={called}
          client={client.name}
          close={() => setCalled(undefined)}
        />
      ) : null}
    </>
  );
}

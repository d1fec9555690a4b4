/** The board: each affected client told, half told or not told, with its people and the evidence; those who know nothing on top. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import './told-board.css';
import { TOLD_BY_WORDS, type ToldBy } from '#directory/told-by.ts';
import type { IncidentView } from '#incident/view.ts';
import { useMayAct } from '../../api/session.ts';
import { Shown } from '../../pieces/States.tsx';
import { Time } from '../../pieces/Time.tsx';
import { type BoardClient, boardQuery, STATE_COLOURS, STATE_MARKS, telOf } from '../board.ts';
import { LogCall } from '../calls/LogCall.tsx';
import { toldHead } from '../told-head.ts';

export function ToldBoard({ incident }: { incident: IncidentView }) {
  const board = useQuery(boardQuery(incident.id));
  return <Shown of={board}>{({ items }) => <Board incident={incident} clients={items} />}</Shown>;
}

function Board({ incident, clients }: { incident: IncidentView; clients: BoardClient[] }) {
  if (!clients.length) return <p className="nothing">{nobody(incident)}</p>;
  const head = toldHead(clients);
  return (
    <>
      <div className="board-head">
        <p className={`${head.tone} strong`}>{head.words}</p>
        <Link to={`/incidents/${incident.id}/call-list` as '/'} className="board-list">
          Call list
        </Link>
      </div>
      <ul className="board">
        {clients.map((client) => (
          <Client key={client.id} incidentId={incident.id} client={client} />
        ))}
      </ul>
    </>
  );
}

function nobody({ restricted, drill }: IncidentView): string {
  if (drill) return 'This is a drill: no client hears of it.';
  return restricted
    ? 'This incident is restricted: only clients that somebody names hear of it. None has been named.'
    : 'No client is affected, as far as the directory knows.';
}

function Client({ incidentId, client }: { incidentId: string; client: BoardClient }) {
  const [open, setOpen] = useState(client.state === 'not_told');
  const colour = STATE_COLOURS[client.state];
  return (
    <li className={`board-client board-${client.state}`}>
      <button type="button" className="board-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className={`board-mark ${colour}`} aria-hidden="true">
          {STATE_MARKS[client.state]}
        </span>
        <span className="strong">{client.name}</span>
        <span className={`${colour} small board-words`}>
          {client.words}
          {client.toldAt ? (
            <>
              {/* Of what they know, not of what they lack. */}
              {client.state === 'half' ? ' · last told' : ''}{' '}
              <span className="mono">
                <Time at={client.toldAt} />
              </span>
            </>
          ) : null}
          {client.needsCall ? <span className="red"> · its contract asks for a call</span> : null}
        </span>
        <span className="quiet small board-more" aria-hidden="true">
          {open ? '−' : '+'}
        </span>
      </button>
      {open ? <Details incidentId={incidentId} client={client} /> : null}
    </li>
  );
}

function Details({ incidentId, client }: { incidentId: string; client: BoardClient }) {
  return (
    <div className="board-details">
      {client.cover ? (
        <p className="small quiet">
          {client.cover.reads ? 'Somebody reads now' : 'Nobody reads now'} · {client.cover.words}
        </p>
      ) : null}
      <ul>
        {client.recipients.map((each) => (
          <Recipient
            key={each.contactId ?? each.name}
            incidentId={incidentId}
            client={client.name}
            recipient={each}
          />
        ))}
        {client.calls.map((call) => (
          <li key={call.id} className="board-recipient">
            <span>
              {call.contactName} <span className="quiet small">call by {call.calledBy}</span>
            </span>
            <span className={call.reached ? 'green small' : 'amber small'}>
              {call.reached ? 'reached' : 'not reached'}{' '}
              <span className="mono">
                <Time at={call.at} />
              </span>
            </span>
            <span className="quiet small board-answer">{call.said}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What they asked for, and what is left to do. */
function wish({ askedFor, reachable, phone }: BoardClient['recipients'][number]): string {
  if (reachable) return `asked for ${askedFor}: told in another way`;
  return phone
    ? `asked for ${askedFor}: call them, and log the call`
    : `asked for ${askedFor}: call them; their number is missing in the directory`;
}

function Recipient({
  incidentId,
  client,
  recipient,
}: {
  incidentId: string;
  client: string;
  recipient: BoardClient['recipients'][number];
}) {
  const [calling, setCalling] = useState(false);
  const mayAct = useMayAct();
  const { contactId, name, role, phone, evidence, askedFor } = recipient;
  return (
    <li className="board-recipient">
      <span>
        {name}
        {role ? <span className="quiet small"> · {role}</span> : null}{' '}
        {phone ? (
          <a className="small mono" href={telOf(phone)}>
            {phone}
          </a>
        ) : null}
      </span>
      {mayAct && contactId ? (
        <Button variant="subtle" size="compact-sm" onClick={() => setCalling(true)}>
          Log a call
        </Button>
      ) : null}
      {askedFor ? <span className="small amber board-answer">{wish(recipient)}</span> : null}
      {evidence.length ? (
        evidence.map((each) => (
          <span key={each.channel + each.address} className="small board-answer">
            <span className={each.told ? 'green' : 'red'}>
              {TOLD_BY_WORDS[each.channel as ToldBy] ?? each.channel} {each.at ? <Time at={each.at} /> : null}{' '}
              {each.words}
              {each.told && !each.latest ? <span className="amber"> · not the latest</span> : null}
            </span>{' '}
            <span className="quiet">{each.address}</span>
            {each.answer ? <span className="quiet mono"> {each.answer}</span> : null}
          </span>
        ))
      ) : (
        <span className="quiet small board-answer">nothing was sent to them</span>
      )}
      {calling && contactId ? (
        <LogCall
          incidentId={incidentId}
          contact={{ contactId, name }}
          client={client}
          close={() => setCalling(false)}
        />
      ) : null}
    </li>
  );
}

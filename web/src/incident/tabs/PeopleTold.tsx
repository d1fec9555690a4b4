/** Who has been told, by what, when, with which evidence: a table that a client could be shown; the untold on top. */
import { Button, Code } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { TOLD_BY_WORDS } from '#directory/told-by.ts';
import type { IncidentView } from '#incident/view.ts';
import { useMayAct } from '../../api/session.ts';
import { Because } from '../../pieces/Because.tsx';
import { Shown } from '../../pieces/States.tsx';
import { Time } from '../../pieces/Time.tsx';
import { capital, count } from '../../words/count.ts';
import { useCommand } from '../command.ts';
import { type Deliveries, type Delivery, deliveriesQuery, type Update, updatesQuery } from '../deliveries.ts';
import { ToldBoard } from './ToldBoard.tsx';

export function PeopleTold({ incident, compose }: { incident: IncidentView; compose: () => void }) {
  const deliveries = useQuery(deliveriesQuery(incident.id));
  const updates = useQuery(updatesQuery(incident.id));
  return (
    <>
      <ToldBoard incident={incident} />
      <Shown of={deliveries}>{(told) => <Told told={told} />}</Shown>
      <section className="section">
        <h2 className="label">What was said</h2>
        <Shown of={updates}>{({ items }) => <Said items={items} />}</Shown>
      </section>
      {useMayAct() && !incident.restricted ? (
        <div className="next-actions">
          <Button variant="default" onClick={compose}>
            Write an update
          </Button>
          {incident.updatesSent ? <Untrue id={incident.id} /> : null}
        </div>
      ) : null}
    </>
  );
}

function Told({ told }: { told: Deliveries }) {
  const [all, setAll] = useState(false);
  const people = all ? told.items : told.items.filter((each) => !each.told);
  const done = told.items.filter((each) => each.told).length;
  return (
    <>
      {told.mail.words ? (
        <div className="person-strip" role="status">
          <p className={told.mail.down ? 'red' : undefined}>{capital(told.mail.words)}</p>
          {told.mail.command ? (
            <Code block tabIndex={0}>
              {told.mail.command}
            </Code>
          ) : null}
        </div>
      ) : null}
      {people.length ? (
        <ul className="rows section" aria-label="Every message">
          {people.map((each) => (
            <li className="row" key={each.id}>
              <span>
                {each.who}{' '}
                <span className="quiet small">
                  {each.clients.map((client) => client.name).join(', ') || each.audience} ·{' '}
                  {TOLD_BY_WORDS[each.channel]} {each.address}
                </span>
              </span>
              <span className={colourOf(each)}>
                {each.notTold && !each.words.startsWith('Not told') ? <strong>Not told. </strong> : null}
                {each.words} {each.sentAt ? <Time at={each.sentAt} /> : null}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {told.items.length && done ? (
        <Button variant="subtle" onClick={() => setAll(!all)}>
          {all ? 'Only those not told' : `Show ${count(done, 'message')} with evidence`}
        </Button>
      ) : null}
    </>
  );
}

/** Red only when it is known that they have not heard; on its way is not yet silence. */
function colourOf({ told, notTold, state }: Delivery): string {
  if (told) return 'small green';
  return notTold || ['failed', 'not_configured'].includes(state) ? 'small red' : 'small amber';
}

function Said({ items }: { items: Update[] }) {
  if (items.length === 0) return <p className="nothing">Nothing yet.</p>;
  return (
    <ul className="rows">
      {items.map((update) => (
        <li className="change" key={update.id}>
          <div className="change-top">
            <span className="strong">{update.statusWords}</span>
            <Time at={update.sentAt} show="both" />
          </div>
          <p>{update.text}</p>
          <p className="quiet small">
            {update.automatic ? 'automatic' : update.sentBy} · {deliveryWords(update.deliveries)}
          </p>
        </li>
      ))}
    </ul>
  );
}

function deliveryWords({ total, sent, waiting, failed, notConfigured }: Update['deliveries']): string {
  if (total === 0) return 'nobody by mail';
  const parts = [`${sent} of ${total} handed over`];
  if (waiting) parts.push(`${waiting} on the way`);
  if (failed) parts.push(`${failed} not told`);
  if (notConfigured) parts.push(`${notConfigured} not sent: no mail server`);
  return parts.join(', ');
}

function Untrue({ id }: { id: string }) {
  const owed = useCommand<{ what: string }>(id, 'correction');
  return (
    <Because
      words="Something we said is not true…"
      label="What was not true?"
      placeholder="Refunds are affected as well"
      button="Owe a correction"
      busy={owed.isPending}
      send={(what) => owed.mutate({ what })}
    />
  );
}

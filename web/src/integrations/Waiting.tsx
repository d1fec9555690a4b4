/** Alerts that wait for a person: make an incident of one, or say to which it belongs. */
import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import '../pieces/records.css';
import './integrations.css';
import { post } from '../api/http.ts';
import { nowQuery } from '../api/queries.ts';
import { useMayAct } from '../api/session.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { Screen } from '../pieces/Screen.tsx';
import { Shown } from '../pieces/States.tsx';
import { Time } from '../pieces/Time.tsx';
import { IntakePlaces } from './IntakePlaces.tsx';
import { type Alert, waitingQuery } from './waiting.ts';

const DOUBT = [['alerts'], ['now'], ['incidents']];

export function Waiting() {
  const waiting = useQuery(waitingQuery);
  return (
    <Screen title="Integrations">
      <IntakePlaces current="waiting" />
      <Shown of={waiting}>
        {(alerts) =>
          alerts.length === 0 ? (
            <p className="nothing">
              Nothing waits. Alerts that no rule turns into an incident stand here until somebody looks at
              them, or they resolve.
            </p>
          ) : (
            <ul className="rows" aria-label="Alerts that wait for a person">
              {alerts.map((alert) => (
                <WaitingAlert key={alert.id} alert={alert} />
              ))}
            </ul>
          )
        }
      </Shown>
    </Screen>
  );
}

function WaitingAlert({ alert }: { alert: Alert }) {
  const mayAct = useMayAct();
  const labels = Object.entries(alert.labels).slice(0, 6);
  return (
    <li className="waiting">
      <div className="section-head">
        <span className="record-title">{alert.title}</span>
        <span className="record-end">
          since <Time at={alert.firstAt} /> UTC
        </span>
      </div>
      <p className="small quiet">
        {alert.severity} ·{' '}
        {alert.serviceName ??
          (alert.serviceNamed ? `no service is called “${alert.serviceNamed}”` : 'service not known')}{' '}
        · {alert.integrationName}
        {alert.count > 1 ? ` · sent ${alert.count} times, last ` : ''}
        {alert.count > 1 ? <Time at={alert.lastAt} show="relative" /> : null} · {alert.rule}
        {alert.links.map((link) => (
          <span key={link.href}>
            {' · '}
            <a href={link.href} target="_blank" rel="noreferrer">
              {link.text || 'look at it'}
            </a>
          </span>
        ))}
      </p>
      {labels.length ? (
        <p className="small quiet mono">{labels.map(([name, value]) => `${name}=${value}`).join(' ')}</p>
      ) : null}
      {mayAct ? <Decide alert={alert} /> : null}
    </li>
  );
}

function Decide({ alert }: { alert: Alert }) {
  const navigate = useNavigate();
  const [joining, setJoining] = useState(false);
  const declare = useAct({
    does: () => post<{ incidentId: string }>(`/alerts/${alert.id}/declaration`),
    doubt: DOUBT,
    done: ({ incidentId }) => void navigate({ to: '/incidents/$id', params: { id: incidentId } }),
  });
  if (joining) return <Join alert={alert} cancel={() => setJoining(false)} />;
  return (
    <div className="form-end">
      <ActButton
        size="sm"
        variant="default"
        busy={declare.isPending}
        busyText="Declaring…"
        onClick={() => declare.mutate()}
      >
        Declare an incident from it
      </ActButton>
      <Button size="sm" variant="subtle" onClick={() => setJoining(true)}>
        It belongs to an open incident
      </Button>
    </div>
  );
}

function Join({ alert, cancel }: { alert: Alert; cancel: () => void }) {
  const open = useQuery(nowQuery).data?.incidents ?? [];
  const [incidentId, choose] = useState<string | null>(null);
  const join = useAct({
    does: () => post(`/alerts/${alert.id}/incident`, { incidentId }),
    doubt: DOUBT,
    said: 'The alert belongs to that incident now.',
  });
  if (open.length === 0)
    return (
      <div className="form-end">
        <span className="quiet">No incident is open.</span>
        <Button size="sm" variant="subtle" onClick={cancel}>
          Back
        </Button>
      </div>
    );
  return (
    <div className="form-end">
      <Select
        aria-label="Open incident"
        placeholder="Which incident?"
        size="md"
        style={{ flex: '1 1 280px', maxWidth: 460 }}
        data={open.map((each) => ({ value: each.id, label: `INC-${each.number} ${each.title}` }))}
        value={incidentId}
        onChange={choose}
      />
      <ActButton size="sm" busy={join.isPending} disabled={!incidentId} onClick={() => join.mutate()}>
        Add it there
      </ActButton>
      <Button size="sm" variant="subtle" onClick={cancel}>
        Cancel
      </Button>
    </div>
  );
}

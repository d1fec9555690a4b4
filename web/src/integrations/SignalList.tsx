/** Signals as they came, newest first, each with its payload. Secrets were taken out before anything was stored. */
import { useState } from 'react';
import './integrations.css';
import { Copied } from '../pieces/Copied.tsx';
import { Listed } from '../pieces/Listed.tsx';
import { type Asked, useListing } from '../pieces/listing.ts';
import { Time } from '../pieces/Time.tsx';

type Signal = {
  id: string;
  receivedAt: string;
  integrationName: string;
  dedupKey: string;
  action: 'trigger' | 'acknowledge' | 'resolve';
  title: string;
  result: 'opened' | 'appended' | 'acknowledged' | 'resolved' | 'dropped' | 'ignored';
  payload: unknown;
};

const RESULTS: Record<Signal['result'], string> = {
  opened: 'opened an alert',
  appended: 'the alert was open already',
  acknowledged: 'recorded as acknowledged elsewhere',
  resolved: 'resolved its alert',
  dropped: 'no open alert had this key',
  ignored: 'a rule makes no alert of it',
};

export function SignalList({ asked, empty }: { asked: Asked; empty: string }) {
  const listing = useListing<Signal>(['signals'], '/signals', asked);
  return (
    <Listed
      of={listing}
      label="Signals"
      row={(each) => <SignalRow key={each.id} signal={each} />}
      empty={<p>{empty}</p>}
    />
  );
}

function SignalRow({ signal }: { signal: Signal }) {
  const [open, setOpen] = useState(false);
  return (
    <li className="record">
      <span className="record-title">{signal.title}</span>
      <span className="record-end">
        <Time at={signal.receivedAt} />
      </span>
      <span className="small quiet">
        {signal.integrationName} · {signal.action}: {RESULTS[signal.result]} · key{' '}
        <span className="mono">{signal.dedupKey}</span> ·{' '}
        <button type="button" className="linkish" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide the payload' : 'Payload'}
        </button>
      </span>
      {open ? (
        <div className="small payload">
          <Copied label="As it came, secrets taken out" text={JSON.stringify(signal.payload, null, 2)} />
        </div>
      ) : null}
    </li>
  );
}

/** Duties to notify: since when we know, what is owed to whom by when, and how each ended. */
import { Button, Checkbox, MultiSelect, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { post, put } from '../../api/http.ts';
import { clientsQuery } from '../../api/queries.ts';
import { useMayAct, useSession } from '../../api/session.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { useAct } from '../../pieces/acting.ts';
import { Because } from '../../pieces/Because.tsx';
import { DueTime } from '../../pieces/DueTime.tsx';
import { Refusal } from '../../pieces/Refusal.tsx';
import { Shown } from '../../pieces/States.tsx';
import { Time } from '../../pieces/Time.tsx';
import { TimeField } from '../../pieces/TimeField.tsx';
import { type Duties as All, type Duty, dutiesQuery, KIND_WORDS, type Kind } from './duties.ts';
import '../inbox/inbox.css';

export function Duties({ incident }: { incident: IncidentView }) {
  const duties = useQuery(dutiesQuery(incident.id));
  return <Shown of={duties}>{(all) => <Panel incident={incident} all={all} />}</Shown>;
}

function Panel({ incident, all }: { incident: IncidentView; all: All }) {
  const mayAct = useMayAct();
  const administrator = useSession()?.role === 'administrator';
  const [changing, setChanging] = useState(false);
  if (!all.chosen && !all.items.length)
    return (
      <p className="nothing">
        No duty to notify is chosen for this organisation.{' '}
        {administrator ? (
          <Link to={'/settings/duties' as '/'}>Choose which apply to you</Link>
        ) : (
          'An administrator chooses which apply.'
        )}
      </p>
    );
  const { awareness } = all;
  return (
    <>
      {awareness && !changing ? (
        <div className="section-head">
          <p>
            Aware since <Time at={awareness.awareAt} show="both" />, said by {awareness.setBy}.{' '}
            <span className="quiet">
              {concerned(awareness.kinds)}
              {awareness.note ? ` How we know: ${awareness.note}.` : ''}
            </span>
          </p>
          {mayAct ? (
            <Button
              variant="subtle"
              size="compact-md"
              style={{ flex: 'none' }}
              onClick={() => setChanging(true)}
            >
              Change
            </Button>
          ) : null}
        </div>
      ) : null}
      {!awareness && !mayAct ? <p className="nothing">Nobody has said that anything is concerned.</p> : null}
      {mayAct && (!awareness || changing) ? (
        <AwareForm incident={incident} all={all} done={() => setChanging(false)} />
      ) : null}
      {all.items.length ? (
        <ul className="rows" aria-label="Duties to notify">
          {all.items.toSorted(openFirst).map((duty) => (
            <OneDuty key={duty.id} duty={duty} id={incident.id} mayAct={mayAct} />
          ))}
        </ul>
      ) : awareness ? (
        <p className="nothing">Nothing that was chosen follows from this.</p>
      ) : null}
      <p className="small quiet section">{all.notice}</p>
    </>
  );
}

/** "What may be affected: personal data; the service itself, significantly." */
function concerned(kinds: Kind[]): string {
  if (!kinds.length) return 'Nothing is concerned.';
  const words = kinds.map((kind) => KIND_WORDS[kind]);
  return `What may be affected: ${words.map((each) => each.charAt(0).toLowerCase() + each.slice(1)).join('; ')}.`;
}

function openFirst(one: Duty, other: Duty): number {
  return (
    Number(one.state !== 'open') - Number(other.state !== 'open') || one.dueAt.localeCompare(other.dueAt)
  );
}

function AwareForm({ incident, all, done }: { incident: IncidentView; all: All; done: () => void }) {
  const { awareness } = all;
  const clients = useQuery(clientsQuery).data?.items ?? [];
  const [at, setAt] = useState<string | null>(awareness?.awareAt ?? incident.detectedAt);
  const [kinds, setKinds] = useState<Kind[]>(awareness?.kinds ?? ['personal_data']);
  const [clientIds, setClientIds] = useState<string[]>(
    awareness?.clientIds ?? incident.clients.map((each) => each.id),
  );
  const [note, setNote] = useState(awareness?.note ?? '');
  const say = useAct({
    does: () => put(`/incidents/${incident.id}/duties/awareness`, { awareAt: at, kinds, clientIds, note }),
    doubt: [['incidents', incident.id]],
    inForm: true,
    done,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    say.mutate();
  };
  return (
    <form className="duty-form" onSubmit={submit}>
      <TimeField
        label="Since when do we know that it may be so?"
        direction="past"
        value={at}
        change={setAt}
        description="Every clock starts here: when one of us first knew. Prepared is when it was detected."
      />
      <Checkbox.Group
        label="What may be affected?"
        value={kinds}
        onChange={(chosen) => setKinds(chosen as Kind[])}
      >
        <div className="stack" style={{ marginTop: 6 }}>
          {(Object.keys(KIND_WORDS) as Kind[]).map((kind) => (
            <Checkbox key={kind} size="md" value={kind} label={KIND_WORDS[kind]} />
          ))}
        </div>
      </Checkbox.Group>
      <MultiSelect
        label="Whose data may it be?"
        size="md"
        searchable
        data={clients.map((each) => ({ value: each.id, label: each.name }))}
        value={clientIds}
        onChange={setClientIds}
      />
      <Textarea
        label="How do we know?"
        placeholder="A client sent a screenshot with somebody else's name"
        size="md"
        autosize
        minRows={2}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Refusal error={say.error} />
      <div className="next-actions">
        <ActButton type="submit" busy={say.isPending} disabled={!at}>
          Start the clocks
        </ActButton>
        {awareness ? (
          <Button variant="subtle" onClick={done}>
            Cancel
          </Button>
        ) : null}
      </div>
    </form>
  );
}

function OneDuty({ duty, id, mayAct }: { duty: Duty; id: string; mayAct: boolean }) {
  const open = duty.state === 'open';
  return (
    <li className="duty">
      <div className="section-head">
        <h3>
          {duty.name}
          {duty.client ? <span className="quiet"> · {duty.client.name}</span> : null}
        </h3>
        <span className={duty.overdue ? 'record-end red' : 'record-end'}>
          {open ? <DueTime at={duty.dueAt} soonFrom={duty.soonFrom} /> : <Ended duty={duty} />}
        </span>
      </div>
      {open ? (
        <>
          <p className="duty-step">{duty.what}</p>
          <p className="small quiet">
            {duty.presetName} · due <Time at={duty.dueAt} show="both" /> · {duty.source}
          </p>
        </>
      ) : (
        <p className="duty-step">{outcome(duty)}</p>
      )}
      {open && mayAct ? <Ends duty={duty} id={id} /> : null}
    </li>
  );
}

function Ended({ duty }: { duty: Duty }) {
  const at = duty.notifiedAt ?? duty.endedAt;
  return (
    <span className={duty.state === 'notified' || duty.state === 'decided' ? 'green' : 'quiet'}>
      {duty.state === 'notified' || duty.state === 'decided' ? '✓ ' : ''}
      {at ? <Time at={at} show="both" /> : null}
    </span>
  );
}

function outcome({ state, because, reference, endedBy, presetName }: Duty): string {
  switch (state) {
    case 'notified':
      return `${presetName}: notified, reference ${reference}. Said by ${endedBy}.`;
    case 'decided':
      return `${presetName}: it must be notified, because ${because}. Decided by ${endedBy}.`;
    case 'not_required':
      return `${presetName}: not required, because ${because}. Said by ${endedBy}.`;
    case 'void':
      return `${presetName}: no longer concerned. ${because ?? ''}`;
    case 'open':
      return '';
  }
}

function Ends({ duty, id }: { duty: Duty; id: string }) {
  const [notifying, setNotifying] = useState(false);
  const path = `/incidents/${id}/duties/${duty.id}`;
  const doubt = [['incidents', id]];
  const decide = useAct({ does: (because: string) => post(`${path}/decision`, { because }), doubt });
  const exempt = useAct({ does: (because: string) => post(`${path}/exemption`, { because }), doubt });
  if (notifying) return <NotifiedForm path={path} id={id} cancel={() => setNotifying(false)} />;
  return (
    <div className="next-actions">
      {duty.decision ? (
        <Because
          words="It must be notified…"
          label="Because"
          placeholder="names and addresses of 40 people were shown"
          button="Decide that it must"
          busy={decide.isPending}
          send={(because) => decide.mutate(because)}
        />
      ) : (
        <Button variant="default" onClick={() => setNotifying(true)}>
          Notified…
        </Button>
      )}
      <Because
        words="Not required…"
        label="Not required, because"
        placeholder="only test data was shown"
        button={duty.decision ? 'Decide that nothing is owed' : 'It is not required'}
        busy={exempt.isPending}
        send={(because) => exempt.mutate(because)}
      />
    </div>
  );
}

function NotifiedForm({ path, id, cancel }: { path: string; id: string; cancel: () => void }) {
  const [at, setAt] = useState<string | null>(null);
  const [reference, setReference] = useState('');
  const notify = useAct({
    does: () => post(`${path}/notification`, { at, reference }),
    doubt: [['incidents', id]],
    inForm: true,
    done: cancel,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    notify.mutate();
  };
  return (
    <form className="duty-form" onSubmit={submit}>
      <TimeField label="When was it notified?" direction="past" value={at} change={setAt} />
      <TextInput
        label="Reference"
        placeholder="What they gave you, or how it can be found"
        size="md"
        value={reference}
        onChange={(event) => setReference(event.currentTarget.value)}
      />
      <Refusal error={notify.error} />
      <div className="next-actions">
        <ActButton type="submit" busy={notify.isPending} disabled={!at || !reference.trim()}>
          It was notified
        </ActButton>
        <Button variant="subtle" onClick={cancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

/** One maintenance: what was planned, what is next to be done about it, what was told and to whom it will be. */
import { Button, Modal, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import '../pieces/records.css';
import './pages.css';
import { post, put } from '../api/http.ts';
import { useSession } from '../api/session.ts';
import { Fact, Facts } from '../directory/EntryFacts.tsx';
import { FormOutline } from '../directory/EntryForm.tsx';
import { refusals, useAct } from '../pieces/acting.ts';
import { Back, OneOf } from '../pieces/OneOf.tsx';
import { Screen } from '../pieces/Screen.tsx';
import { Time } from '../pieces/Time.tsx';
import { MaintenanceForm } from './MaintenanceForm.tsx';
import {
  fieldOf,
  type MaintenanceView,
  maintenanceQuery,
  momentIn,
  NOTICE_WORDS,
  overdueWords,
  STATE_WORDS,
} from './page.ts';
import { confirmables, SecondTap } from './SecondTap.tsx';

const DOUBT = [['maintenances']];
const BACK = <Back to="/maintenance" words="Planned maintenance" />;

export function MaintenanceScreen() {
  const { id } = useParams({ strict: false }) as { id: string };
  return id === 'new' ? <NewMaintenance /> : <Known key={id} id={id} />;
}

function NewMaintenance() {
  const navigate = useNavigate();
  const create = useAct({
    does: (body: object) => post<MaintenanceView>('/maintenances', body),
    doubt: DOUBT,
    inForm: true,
    said: 'Planned. The subscribers of these pages are told.',
    done: (made) => void navigate({ to: `/maintenance/${made.id}` as '/' }),
  });
  return (
    <Screen title="Plan a maintenance" lead={BACK}>
      <MaintenanceForm
        maintenance={undefined}
        button="Plan it and tell the subscribers"
        busy={create.isPending}
        error={create.error}
        send={create.mutate}
        cancel={() => void navigate({ to: '/maintenance' as '/' })}
      />
    </Screen>
  );
}

function Known({ id }: { id: string }) {
  return (
    <OneOf of={useQuery(maintenanceQuery(id))} title="Planned maintenance" lead={BACK}>
      {(it) => <Opened it={it} />}
    </OneOf>
  );
}

function Opened({ it }: { it: MaintenanceView }) {
  const responder = useSession()?.role !== 'viewer';
  const [editing, setEditing] = useState(false);
  const save = useAct({
    does: (body: object) => put(`/maintenances/${it.id}`, body),
    doubt: DOUBT,
    inForm: true,
    said: 'Saved.',
    done: () => setEditing(false),
  });
  if (editing)
    return (
      <Screen title={it.title} lead={BACK}>
        <MaintenanceForm
          maintenance={it}
          button="Save"
          busy={save.isPending}
          error={save.error}
          send={save.mutate}
          cancel={() => setEditing(false)}
        />
      </Screen>
    );
  return (
    <Screen
      title={it.title}
      lead={BACK}
      action={
        responder && it.state === 'scheduled' ? (
          <Button variant="default" onClick={() => setEditing(true)}>
            Edit
          </Button>
        ) : null
      }
    >
      <Facts>
        <Fact name="State">
          {STATE_WORDS[it.state]}
          {it.overdue ? <span className="amber"> · {overdueWords(it.state)}</span> : null}
        </Fact>
        <Fact name="Begins">
          <Time at={it.startedAt ?? it.startsAt} show="full" />
        </Fact>
        <Fact name="Ends">
          <Time at={it.finishedAt ?? it.endsAt} show="full" />
        </Fact>
        <Fact name="What they notice">{it.impact}</Fact>
        <Fact name="Services">{it.services.map((each) => each.name).join(', ')}</Fact>
        <Fact name="Pages">
          {it.pages.map((page, index) => (
            <span key={page.id}>
              {index ? ', ' : ''}
              <a href={`${page.path}maintenance/${it.reference}`} target="_blank" rel="noreferrer">
                {page.name}
              </a>
            </span>
          ))}
        </Fact>
        <Fact name="Planned by">{it.createdBy}</Fact>
      </Facts>
      {responder ? <Steps it={it} /> : null}
      <Told it={it} />
    </Screen>
  );
}

type Step = { path: string; words: string; title: string; button: string; usual: string; end?: boolean };

const START: Step = {
  path: 'start',
  words: 'It begins…',
  title: 'Tell that it begins',
  button: 'It begins now',
  usual: 'The planned maintenance has begun.',
};
const FINISH: Step = {
  path: 'completion',
  words: 'It is finished…',
  title: 'Tell that it is finished',
  button: 'It is finished',
  usual: 'The planned maintenance is finished.',
};
const EXTEND: Step = {
  path: 'extension',
  words: 'It takes longer…',
  title: 'Tell that it takes longer',
  button: 'Tell the new end',
  usual: '',
  end: true,
};
const CANCEL: Step = {
  path: 'cancellation',
  words: 'Cancel it…',
  title: 'Tell that it will not take place',
  button: 'Cancel it',
  usual: 'The planned maintenance will not take place.',
};
const SAY: Step = {
  path: 'updates',
  words: 'Say something…',
  title: 'Say something about it',
  button: 'Tell it',
  usual: '',
};

/** One primary step, the others quieter. */
function Steps({ it }: { it: MaintenanceView }) {
  const steps =
    it.state === 'scheduled' ? [START, SAY, CANCEL] : it.state === 'in_progress' ? [FINISH, EXTEND, SAY] : [];
  const [open, setOpen] = useState<Step>();
  if (!steps.length) return null;
  return (
    <section className="section">
      <div className="form-end">
        {steps.map((step, index) => (
          <Button key={step.path} variant={index ? 'default' : 'filled'} onClick={() => setOpen(step)}>
            {step.words}
          </Button>
        ))}
      </div>
      {open ? <StepForm key={open.path} it={it} step={open} close={() => setOpen(undefined)} /> : null}
    </section>
  );
}

function StepForm({ it, step, close }: { it: MaintenanceView; step: Step; close: () => void }) {
  const [text, setText] = useState(step.usual);
  const [end, setEnd] = useState(fieldOf(it.endsAt));
  const [confirmed, setConfirmed] = useState<string[]>([]);
  const act = useAct({
    does: () =>
      post(`/maintenances/${it.id}/${step.path}`, {
        text,
        confirmed,
        ...(step.end ? { endsAt: momentIn(end) ?? end } : {}),
      }),
    doubt: DOUBT,
    inForm: true,
    said: 'Told on the pages and to their subscribers.',
    done: close,
  });
  const refused = refusals(act.error);
  return (
    <Modal opened onClose={close} title={step.title}>
      <FormOutline
        button={step.button}
        busy={act.isPending}
        error={act.error}
        submit={() => act.mutate()}
        cancel={close}
      >
        {step.end ? (
          <TextInput
            label="New end (UTC)"
            type="datetime-local"
            size="md"
            value={end}
            onChange={(event) => setEnd(event.currentTarget.value)}
            error={refused('endsAt')}
          />
        ) : null}
        <Textarea
          label="What readers are told"
          size="md"
          autosize
          minRows={3}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={refused('text')}
        />
        <SecondTap asked={confirmables(act.error)} confirmed={confirmed} confirm={setConfirmed} />
      </FormOutline>
    </Modal>
  );
}

function Told({ it }: { it: MaintenanceView }) {
  return (
    <>
      <section className="section">
        <h2 className="label">What was said</h2>
        {it.updates.length ? (
          <ul className="rows" aria-label="What was said">
            {it.updates.map((each) => (
              <li key={each.seq} className="record">
                <span>{each.text}</span>
                <span className="record-end">
                  <Time at={each.at} show="both" /> · {each.by}
                </span>
              </li>
            ))}
          </ul>
        ) : (
          <p className="quiet">Nothing yet besides the plan itself.</p>
        )}
      </section>
      <section className="section">
        <h2 className="label">When subscribers are told</h2>
        <ul className="rows" aria-label="When subscribers are told">
          {it.notices.map((each) => (
            <li key={`${each.kind}${each.dueAt}`} className="record">
              <span>{NOTICE_WORDS[each.kind] ?? each.kind}</span>
              <span className="record-end">
                <Time at={each.dueAt} show="both" /> ·{' '}
                {each.state === 'waiting' ? 'waits' : each.state === 'told' ? 'told' : 'not needed'}
              </span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

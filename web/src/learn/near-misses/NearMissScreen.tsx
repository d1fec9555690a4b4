/** One near miss: the text, its answer for everybody, and what becomes of it. */
import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import '../../pieces/records.css';
import '../learn.css';
import './near-misses.css';
import { blameIn } from '#src/learn/blame.ts';
import { post, put } from '../../api/http.ts';
import { useMayAct } from '../../api/session.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { refusals, useAct } from '../../pieces/acting.ts';
import { ServicesSelect } from '../../pieces/Choosers.tsx';
import { Back } from '../../pieces/OneOf.tsx';
import { Refusal } from '../../pieces/Refusal.tsx';
import { Screen } from '../../pieces/Screen.tsx';
import { Shown } from '../../pieces/States.tsx';
import { useNow } from '../../words/clock.ts';
import { dayWithYear } from '../../words/time.ts';
import { Hints } from '../Hints.tsx';
import { NewActionItem } from '../NewActionItem.tsx';
import { Standing } from './NearMisses.tsx';
import { NEAR_MISS_KEYS, type NearMiss, nearMissQuery } from './near-miss.ts';
import { Redacted } from './Redacted.tsx';

const TITLE_CHARACTERS_MAX = 300;

export function NearMissScreen() {
  const { id = '' } = useParams({ strict: false }) as { id?: string };
  const found = useQuery(nearMissQuery(id));
  return <Shown of={found}>{(nearMiss) => <One key={nearMiss.id} nearMiss={nearMiss} />}</Shown>;
}

function One({ nearMiss }: { nearMiss: NearMiss }) {
  const now = useNow();
  const mayAct = useMayAct();
  return (
    <Screen
      title="A near miss"
      lead={
        <>
          Reported on {dayWithYear(nearMiss.reportedOn, now)} · <Standing nearMiss={nearMiss} />
          {nearMiss.again && nearMiss.state === 'waiting' ? ' · could happen again this week' : ''}
        </>
      }
    >
      <Back to="/near-misses" words="All near misses" />
      <section className="near-miss-told">
        <p>
          <Redacted text={nearMiss.happened} />
        </p>
        {nearMiss.stopped ? (
          <p>
            <span className="quiet">What stopped it: </span>
            <Redacted text={nearMiss.stopped} />
          </p>
        ) : null}
        {nearMiss.additions.map((each) => (
          <p key={`${each.addedOn} ${each.text}`}>
            <span className="quiet">Added on {dayWithYear(each.addedOn, now)}: </span>
            <Redacted text={each.text} />
          </p>
        ))}
      </section>
      <Answer nearMiss={nearMiss} mayAct={mayAct} />
      <Becomes nearMiss={nearMiss} mayAct={mayAct} />
    </Screen>
  );
}

function Answer({ nearMiss, mayAct }: { nearMiss: NearMiss; mayAct: boolean }) {
  const [open, setOpen] = useState(nearMiss.state === 'waiting');
  const [answer, setAnswer] = useState(nearMiss.answer ?? '');
  const now = useNow();
  const send = useAct({
    does: () => put(`/near-misses/${nearMiss.id}/answer`, { answer }),
    doubt: NEAR_MISS_KEYS,
    inForm: true,
    said: 'Everybody can read it, and whoever has the receipt.',
    done: () => setOpen(false),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (answer.trim()) send.mutate();
  };
  return (
    <section className="section">
      <h2>What was changed</h2>
      {nearMiss.answer && !open ? (
        <>
          <p className="answer-text">{nearMiss.answer}</p>
          <p className="small quiet">
            {nearMiss.answeredBy}
            {nearMiss.answeredAt ? `, ${dayWithYear(nearMiss.answeredAt, now)}` : ''}
          </p>
          {mayAct ? (
            <Button variant="subtle" onClick={() => setOpen(true)}>
              Change the answer
            </Button>
          ) : null}
        </>
      ) : mayAct ? (
        <form className="form near-miss-form" onSubmit={submit}>
          <Textarea
            label="Your answer, for everybody"
            description="What you changed, or why nothing is changed. Thank them; ask nobody who it was."
            placeholder="The clean-up job refuses an empty filter since Tuesday."
            size="md"
            autosize
            minRows={3}
            maxLength={4000}
            value={answer}
            onChange={(event) => setAnswer(event.currentTarget.value)}
          />
          <Hints text={answer} findings={answer ? blameIn(answer) : []} />
          <Refusal error={send.error} />
          <div className="form-end">
            <ActButton type="submit" busy={send.isPending} disabled={!answer.trim()}>
              Answer it, for everybody to read
            </ActButton>
            {nearMiss.answer ? (
              <Button variant="subtle" onClick={() => setOpen(false)}>
                Leave it
              </Button>
            ) : null}
          </div>
        </form>
      ) : (
        <p className="quiet">It is not answered yet.</p>
      )}
    </section>
  );
}

/** It becomes what there are tools for: an action item, or an incident. */
function Becomes({ nearMiss, mayAct }: { nearMiss: NearMiss; mayAct: boolean }) {
  const { id, incident, actionItems } = nearMiss;
  if (!mayAct && !incident && !actionItems.length) return null;
  return (
    <section className="section">
      <h2>What became of it</h2>
      {incident ? (
        <p>
          <Link to={`/incidents/${incident.id}` as '/'}>INC-{incident.number}</Link>
        </p>
      ) : null}
      {actionItems.length ? (
        <ul className="rows" aria-label="Action items of this near miss">
          {actionItems.map((item) => (
            <li key={item.id} className="record">
              <span className="record-title">{item.text}</span>
              <span className="record-end">
                {item.state === 'open' ? (
                  <>
                    by <span className="mono">{item.dueOn}</span>
                  </>
                ) : (
                  item.state
                )}
              </span>
              <span className="small quiet">{item.ownerName}</span>
            </li>
          ))}
        </ul>
      ) : null}
      {mayAct ? (
        <div className="becomes">
          <NewActionItem nearMissId={id} />
          {incident ? null : <ToIncident nearMiss={nearMiss} />}
        </div>
      ) : null}
    </section>
  );
}

const SEVERITIES = [
  { value: 'P3', label: 'P3: nobody is called' },
  { value: 'P2', label: 'P2: people are called' },
  { value: 'P1', label: 'P1: people are called' },
];

function ToIncident({ nearMiss }: { nearMiss: NearMiss }) {
  const [open, setOpen] = useState(false);
  const [title, setTitle] = useState('');
  const [serviceIds, setServiceIds] = useState<string[]>([]);
  const [severity, setSeverity] = useState('P3');
  const declare = useAct({
    does: () => post(`/near-misses/${nearMiss.id}/incident`, { title, serviceIds, severity }),
    doubt: NEAR_MISS_KEYS,
    inForm: true,
  });
  if (!open)
    return (
      <Button variant="default" mt="md" onClick={() => setOpen(true)}>
        Declare an incident of it
      </Button>
    );
  const refused = refusals(declare.error);
  return (
    <form
      className="form"
      style={{ marginTop: 16 }}
      onSubmit={(event) => {
        event.preventDefault();
        declare.mutate();
      }}
    >
      <TextInput
        label="What is wrong?"
        description="In your words; the report’s own words stay here."
        size="md"
        maxLength={TITLE_CHARACTERS_MAX}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        error={refused('title')}
        autoFocus
      />
      <ServicesSelect label="What is affected?" value={serviceIds} choose={setServiceIds} />
      <Select
        label="Until somebody classifies it"
        size="md"
        data={SEVERITIES}
        value={severity}
        onChange={(value) => setSeverity(value ?? 'P3')}
      />
      <Refusal error={declare.error} />
      <div className="form-end">
        <ActButton type="submit" busy={declare.isPending} disabled={!title.trim()}>
          {severity === 'P3' ? 'Declare it' : 'Declare it and call people'}
        </ActButton>
        <Button variant="subtle" onClick={() => setOpen(false)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

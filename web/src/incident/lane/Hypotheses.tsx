/** What people think it might be: who looks into it, until when, what speaks for it and against it. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { HypothesisView, IncidentView } from '#incident/view.ts';
import { useMayAct } from '../../api/session.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { Because } from '../../pieces/Because.tsx';
import { Sentence } from '../../pieces/Sentence.tsx';
import { useNow } from '../../words/clock.ts';
import { clockIn, relative } from '../../words/time.ts';
import { useCommand } from '../command.ts';
import { isOver } from '../Header.tsx';

const MORE_MINUTES = 10;

export function Hypotheses({ incident }: { incident: IncidentView }) {
  const mayAct = useMayAct() && !isOver(incident);
  const [adding, setAdding] = useState(false);
  const add = useCommand<{ what: string }>(incident.id, 'hypotheses', { done: () => setAdding(false) });
  const list = incident.hypotheses;
  if (!mayAct && list.length === 0) return null;
  return (
    <section className="section">
      <h2 className="label">Hypotheses</h2>
      {list.length ? (
        <ul className="rows">
          {list.map((each) => (
            <Hypothesis key={each.id} id={incident.id} hypothesis={each} mayAct={mayAct} />
          ))}
        </ul>
      ) : (
        <p className="quiet small">
          One sentence each, ten minutes each: written down, an idea that was ruled out is not tried twice.
        </p>
      )}
      {mayAct && adding ? (
        <Sentence
          label="What might it be?"
          placeholder="The new connection pool is too small"
          button="I look into it for 10 min"
          busy={add.isPending}
          focus
          send={(what) => add.mutate({ what })}
        />
      ) : null}
      {mayAct && !adding ? (
        <Button variant="default" mt="xs" onClick={() => setAdding(true)}>
          Add a hypothesis
        </Button>
      ) : null}
    </section>
  );
}

const STATE_WORDS = { open: '', confirmed: 'Confirmed', ruled_out: 'Ruled out' };

function Hypothesis({ id, hypothesis, mayAct }: { id: string; hypothesis: HypothesisView; mayAct: boolean }) {
  const now = useNow();
  const over = hypothesis.state === 'open' && Date.parse(hypothesis.dueAt) <= now;
  return (
    <li className="hypothesis" data-state={hypothesis.state}>
      <div className="change-top">
        <span className="strong hypothesis-what">{hypothesis.what}</span>
        {hypothesis.state === 'open' ? (
          <span className={over ? 'mono small amber strong' : 'mono small quiet'}>
            {over
              ? `time box over since ${clockIn(hypothesis.dueAt)}`
              : `until ${clockIn(hypothesis.dueAt)} · ${relative(hypothesis.dueAt, now)}`}
          </span>
        ) : (
          <span className="small">{STATE_WORDS[hypothesis.state]}</span>
        )}
      </div>
      <p className="quiet small">
        {hypothesis.ownerName} {hypothesis.state === 'open' ? 'looks' : 'looked'} into it
        {hypothesis.because ? `: ${hypothesis.because}` : ''}
      </p>
      <ul className="reasons">
        {hypothesis.supports.map((line) => (
          <li key={`+${line.at}${line.text}`}>
            <span className="green strong">for</span>
            <span>{line.text}</span>
          </li>
        ))}
        {hypothesis.contradicts.map((line) => (
          <li key={`-${line.at}${line.text}`}>
            <span className="red strong">against</span>
            <span>{line.text}</span>
          </li>
        ))}
      </ul>
      {mayAct && hypothesis.state === 'open' ? <Acts id={id} hypothesis={hypothesis} over={over} /> : null}
    </li>
  );
}

type Side = 'supports' | 'contradicts';
type Outcome = 'confirmed' | 'ruled_out';

function Acts({ id, hypothesis, over }: { id: string; hypothesis: HypothesisView; over: boolean }) {
  const path = `hypotheses/${hypothesis.id}`;
  const evidence = useCommand<{ side: Side; text: string }>(id, `${path}/evidence`);
  const decide = useCommand<{ outcome: Outcome; because: string }>(id, `${path}/decision`);
  const extend = useCommand<{ minutes: number }>(id, `${path}/extension`);
  return (
    <div className="suspect-acts">
      {over ? (
        <ActButton busy={extend.isPending} onClick={() => extend.mutate({ minutes: MORE_MINUTES })}>
          Go on for {MORE_MINUTES} min
        </ActButton>
      ) : null}
      <Because
        words="Speaks for it…"
        label="What speaks for it?"
        button="Add"
        busy={evidence.isPending}
        send={(text) => evidence.mutate({ side: 'supports', text })}
      />
      <Because
        words="Speaks against it…"
        label="What speaks against it?"
        button="Add"
        busy={evidence.isPending}
        send={(text) => evidence.mutate({ side: 'contradicts', text })}
      />
      <Because
        words="Rule out, because…"
        label="Why is it not this?"
        button="Rule it out"
        busy={decide.isPending}
        send={(because) => decide.mutate({ outcome: 'ruled_out', because })}
      />
      <Because
        words="Confirm, because…"
        label="How do you know?"
        button="Confirm it"
        busy={decide.isPending}
        send={(because) => decide.mutate({ outcome: 'confirmed', because })}
      />
    </div>
  );
}

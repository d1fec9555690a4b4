/** One question: who asked, by when an answer is owed, the thread, and the one place to answer. */
import { Button, Checkbox, Select, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { post, put, remove } from '../../api/http.ts';
import { useMayAct } from '../../api/session.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { useAct } from '../../pieces/acting.ts';
import { Because } from '../../pieces/Because.tsx';
import { DueTime } from '../../pieces/DueTime.tsx';
import { Refusal } from '../../pieces/Refusal.tsx';
import { Time } from '../../pieces/Time.tsx';
import { cannedQuery, type Message, type Question, VIA } from './questions.ts';
import './inbox.css';

const CHARACTERS_MAX = 5000;
const DOUBT = [['incidents'], ['questions'], ['now']];

/** @param base of the question's own address, below the API */
export function Thread({ question, base }: { question: Question; base: string }) {
  const mayAct = useMayAct();
  const open = question.state === 'open';
  const who = question.client?.name ?? question.asker.name;
  return (
    <li className="thread">
      <div className="section-head">
        <h3 className="thread-who">
          {who}
          {question.client && question.asker.name !== who ? (
            <span className="quiet"> · {question.asker.name}</span>
          ) : null}
          {question.asker.known ? null : <span className="quiet"> · not known to us</span>}
        </h3>
        <span className={question.overdue ? 'record-end red' : 'record-end'}>
          {open && question.dueAt ? (
            <>
              answer <DueTime at={question.dueAt} soonFrom={question.soonFrom} short />
            </>
          ) : (
            endWords(question)
          )}
        </span>
      </div>
      <p className="small quiet">
        {VIA[question.via]}
        {question.report?.serviceNamed ? ` · about ${question.report.serviceNamed}` : ''}
        {question.report?.mainTaskImpossible ? ' · they cannot do their work at all' : ''} ·{' '}
        {answersTo(question)}
      </p>
      <ol className="thread-messages">
        {question.messages.map((message) => (
          <Said
            key={message.id}
            message={message}
            base={base}
            mayCarry={mayAct && question.incident !== null}
          />
        ))}
      </ol>
      {mayAct ? <AnswerForm question={question} base={base} /> : null}
    </li>
  );
}

function answersTo({ via, asker }: Question): string {
  if (via === 'slack') return 'answers are posted in their thread';
  return asker.address ?? 'no address: tell them yourself';
}

function endWords({ state, dueAt, asker, setAsideBecause }: Question): string {
  switch (state) {
    case 'open':
      return dueAt || asker.known ? 'waits' : 'waits, without a clock';
    case 'answered':
      return 'answered';
    case 'set_aside':
      return `set aside: ${setAsideBecause ?? ''}`;
  }
}

function Said({ message, base, mayCarry }: { message: Message; base: string; mayCarry: boolean }) {
  const ours = message.direction === 'answered';
  const failed = message.sent?.state === 'failed' || message.sent?.state === 'not_configured';
  const carry = useAct({
    does: (next: boolean) =>
      (next ? put : remove)(`${base}/answers/${message.id}/in-next-update`, next ? {} : (undefined as never)),
    doubt: DOUBT,
  });
  return (
    <li className={ours ? 'said ours' : 'said'}>
      <p className="small quiet">
        {ours ? `${message.by}, for us` : message.by} · <Time at={message.at} show="both" />
      </p>
      <p className="said-text">{message.text}</p>
      {message.sent ? (
        <p className={failed ? 'small red' : 'small quiet'}>
          {failed ? 'Not told. ' : ''}
          {message.sent.words}
        </p>
      ) : null}
      {ours && mayCarry && message.inNextUpdate !== 'done' ? (
        <Checkbox
          size="sm"
          label="Part of the next update, for everybody"
          checked={message.inNextUpdate === 'next'}
          disabled={carry.isPending}
          onChange={(event) => carry.mutate(event.currentTarget.checked)}
        />
      ) : null}
      {message.inNextUpdate === 'done' ? <p className="small quiet">It was part of an update.</p> : null}
    </li>
  );
}

function saidOf({ via, asker }: Question): string {
  if (via === 'slack') return 'The answer is posted in their thread in Slack.';
  return asker.address ? `The answer goes to ${asker.address}.` : 'Noted. Tell them yourself.';
}

function AnswerForm({ question, base }: { question: Question; base: string }) {
  const [writing, setWriting] = useState(false);
  const [text, setText] = useState('');
  const [carry, setCarry] = useState(false);
  const canned = useQuery(cannedQuery).data?.items ?? [];
  const ofIncident = question.incident !== null;
  const answer = useAct({
    does: () => post(`${base}/answers`, ofIncident ? { text, inNextUpdate: carry } : { text }),
    doubt: DOUBT,
    inForm: true,
    said: saidOf(question),
    done: () => {
      setText('');
      setWriting(false);
    },
  });
  const aside = useAct({
    does: (reason: string) => post(`${base}/set-aside`, { reason }),
    doubt: DOUBT,
  });
  const waits = question.state === 'open';
  const setAside = (
    <Because
      words="It needs no answer…"
      label="Why?"
      placeholder="It only says thank you"
      button="Set it aside"
      busy={aside.isPending}
      send={(reason) => aside.mutate(reason)}
      small
    />
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim()) answer.mutate();
  };
  if (!writing)
    return (
      <div className="next-actions">
        <Button variant={waits ? 'default' : 'subtle'} size="compact-md" onClick={() => setWriting(true)}>
          {waits ? 'Answer' : 'Answer again'}
        </Button>
        {waits ? setAside : null}
      </div>
    );
  return (
    <form className="answer-form" onSubmit={submit}>
      {canned.length ? (
        <Select
          aria-label="A canned answer"
          placeholder="Begin with a canned answer"
          size="md"
          value={null}
          data={canned.map((each) => ({ value: each.id, label: each.title }))}
          onChange={(id) => setText(canned.find((each) => each.id === id)?.text ?? text)}
          searchable
        />
      ) : null}
      <Textarea
        aria-label={`Answer to ${question.asker.name}`}
        placeholder={`Answer to ${question.asker.name}. Nobody else reads it.`}
        size="md"
        autosize
        autoFocus
        minRows={2}
        maxRows={10}
        maxLength={CHARACTERS_MAX}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {ofIncident ? (
        <Checkbox
          size="md"
          label="Make it part of the next update as well, for everybody"
          checked={carry}
          onChange={(event) => setCarry(event.currentTarget.checked)}
        />
      ) : null}
      <Refusal error={answer.error} />
      <div className="next-actions">
        <ActButton type="submit" busy={answer.isPending} disabled={!text.trim()}>
          {question.asker.address || question.via === 'slack'
            ? `Answer ${question.asker.name}`
            : 'Note what I told them'}
        </ActButton>
        <Button variant="subtle" onClick={() => setWriting(false)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

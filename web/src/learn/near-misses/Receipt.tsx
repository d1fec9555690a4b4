/** With the receipt: the report as it is kept, its answer, and more to add. Nothing is remembered of whoever reads it. */
import { TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ActButton } from '../../pieces/ActButton.tsx';
import { Refusal } from '../../pieces/Refusal.tsx';
import { add, previewed, readReceipt, type Seen } from './door.ts';
import { Page } from './Page.tsx';
import { REPORT_PAGE } from './pages.ts';
import { Redacted } from './Redacted.tsx';
import { dayOf, Text } from './Report.tsx';

const ADDITION_CHARACTERS_MAX = 4000;

export function Receipt() {
  const [code, setCode] = useState('');
  const [added, setAdded] = useState<Seen>();
  const open = useMutation({ mutationFn: () => readReceipt(code) });
  const seen = added ?? open.data;
  if (seen) return <Opened code={code} seen={seen} changed={setAdded} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (code.trim()) open.mutate();
  };
  return (
    <Page
      title="Your receipt"
      lead="The code that you were shown once. With it you read the answer and add what was missing."
    >
      <form className="form" onSubmit={submit} autoComplete="off">
        <TextInput
          className="mono-input"
          label="Receipt"
          placeholder="7M3K-Q0V9-X2HD-8R4T"
          size="md"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          autoFocus
        />
        <Refusal error={open.error} />
        <div className="form-end">
          <ActButton type="submit" busy={open.isPending} busyText="Looking…" fullWidth>
            Open it
          </ActButton>
        </div>
      </form>
      <p className="small quiet reporter-foot">
        No receipt? <a href={REPORT_PAGE}>Report a near miss</a>
      </p>
    </Page>
  );
}

function Opened({ code, seen, changed }: { code: string; seen: Seen; changed: (seen: Seen) => void }) {
  return (
    <Page title={seen.answer ? 'It is answered' : 'It waits for its answer'}>
      {seen.answer ? (
        <section className="answer">
          <p className="answer-text">{seen.answer}</p>
          {seen.answeredAt ? <p className="small quiet">Answered on {dayOf(seen.answeredAt)}</p> : null}
        </section>
      ) : (
        <p>
          {seen.state === 'in_box'
            ? 'Nobody has read it yet: all that comes in on one day is found together the next morning.'
            : seen.dueAt
              ? `It is answered by ${dayOf(seen.dueAt)}.`
              : ''}
        </p>
      )}
      <div className="kept">
        <p>
          <Redacted text={seen.happened} />
        </p>
        {seen.stopped ? (
          <p>
            <span className="quiet">What stopped it: </span>
            <Redacted text={seen.stopped} />
          </p>
        ) : null}
        <p className="small quiet">Reported on {dayOf(seen.reportedOn)}</p>
        {seen.additions.map((each) => (
          <p key={`${each.addedOn} ${each.text}`}>
            <span className="quiet">Added on {dayOf(each.addedOn)}: </span>
            <Redacted text={each.text} />
          </p>
        ))}
      </div>
      <Adding code={code} changed={changed} />
    </Page>
  );
}

/** The same two steps as a report: looked at first, then sent. */
function Adding({ code, changed }: { code: string; changed: (seen: Seen) => void }) {
  const [text, setText] = useState('');
  const [shown, setShown] = useState<string>();
  const look = useMutation({
    mutationFn: () => previewed([text]),
    onSuccess: ({ texts }) => setShown(texts[0] ?? ''),
  });
  const send = useMutation({
    mutationFn: (kept: string) => add(code, kept),
    onSuccess: (seen) => {
      setText('');
      setShown(undefined);
      changed(seen);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (shown !== undefined) send.mutate(shown);
    else if (text.trim()) look.mutate();
  };
  return (
    <form className="form" onSubmit={submit} autoComplete="off">
      <Text
        label="Add something"
        rows={3}
        max={ADDITION_CHARACTERS_MAX}
        value={text}
        change={(typed) => {
          setText(typed);
          setShown(undefined);
        }}
      />
      {shown === undefined ? null : (
        <div className="kept">
          <p className="small quiet">This is what is kept, with today’s date:</p>
          <p>
            <Redacted text={shown} />
          </p>
        </div>
      )}
      <Refusal error={look.error ?? send.error} />
      <div className="form-end">
        <ActButton
          type="submit"
          variant={shown === undefined ? 'default' : 'filled'}
          busy={look.isPending || send.isPending}
          disabled={!text.trim()}
        >
          {shown === undefined ? 'See what is kept' : 'Add it without my name'}
        </ActButton>
      </div>
    </form>
  );
}

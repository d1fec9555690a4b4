/** Reporting a near miss: written, looked at as others will read it, sent, and a receipt. Under a minute on a phone. */
import { Button, Radio, Textarea } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { blameIn } from '#src/learn/blame.ts';
import { redacted } from '#src/learn/near-misses/redact.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { Refusal } from '../../pieces/Refusal.tsx';
import { Shown } from '../../pieces/States.tsx';
import { ownZone } from '../../words/time.ts';
import { Hints } from '../Hints.tsx';
import { BeforeYouSend } from './BeforeYouSend.tsx';
import { type Door, type Kept, previewed, readDoor, report } from './door.ts';
import { Page } from './Page.tsx';
import { RECEIPT_PAGE } from './pages.ts';
import { Redacted } from './Redacted.tsx';

const HAPPENED_CHARACTERS_MAX = 4000;
const STOPPED_CHARACTERS_MAX = 2000;

export function Report() {
  const door = useQuery({ queryKey: ['near-miss-door'], queryFn: readDoor, staleTime: 60_000 });
  return (
    <Shown of={door}>
      {(state) =>
        state.open ? (
          <Reporting door={state} />
        ) : (
          <Page title="Near misses are not taken here">
            <p>
              Whoever runs this Humdrum has closed the page. A receipt that you have still{' '}
              <a href={RECEIPT_PAGE}>opens its report</a>.
            </p>
          </Page>
        )
      }
    </Shown>
  );
}

type Written = { happened: string; stopped: string; again: boolean };

function Reporting({ door }: { door: Door }) {
  const [written, setWritten] = useState<Written>({ happened: '', stopped: '', again: false });
  const [shown, setShown] = useState<Written>();
  const look = useMutation({
    mutationFn: () => previewed([written.happened, written.stopped]),
    onSuccess: ({ texts: [happened = '', stopped = ''] }) =>
      setShown({ happened, stopped, again: written.again }),
  });
  // What was taken out is not sent at all: the server is handed the text that was looked at.
  const send = useMutation({ mutationFn: (text: Written) => report(text) });
  if (send.data) return <Sent kept={send.data} />;
  if (shown)
    return (
      <Looking
        written={shown}
        warns={door.warns}
        busy={send.isPending}
        error={send.error}
        back={() => setShown(undefined)}
        send={() => send.mutate(shown)}
      />
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (written.happened.trim()) look.mutate();
  };
  return (
    <Page
      title="What nearly went wrong?"
      lead="Nobody will know that it was you: no name, no address, the day alone. You see what is kept before it is sent."
    >
      <form className="form" onSubmit={submit} autoComplete="off">
        <Text
          label="What nearly happened?"
          placeholder="The clean-up job would have deleted live orders; its filter was empty."
          rows={4}
          max={HAPPENED_CHARACTERS_MAX}
          value={written.happened}
          change={(happened) => setWritten({ ...written, happened })}
          focus
        />
        <Text
          label="What stopped it?"
          placeholder="A dry run, by chance"
          rows={2}
          max={STOPPED_CHARACTERS_MAX}
          value={written.stopped}
          change={(stopped) => setWritten({ ...written, stopped })}
        />
        <Radio.Group
          label="Could it happen again this week?"
          value={written.again ? 'yes' : 'no'}
          onChange={(value) => setWritten({ ...written, again: value === 'yes' })}
        >
          <div className="again">
            <Radio size="md" value="no" label="No, or I do not know" />
            <Radio
              size="md"
              value="yes"
              label={
                door.warns ? 'Yes: tell whoever answers at once' : 'Yes: it is answered within a working day'
              }
            />
          </div>
        </Radio.Group>
        <Refusal error={look.error} />
        <div className="form-end">
          <ActButton
            type="submit"
            busy={look.isPending}
            busyText="Looking…"
            disabled={!written.happened.trim()}
            fullWidth
          >
            See what is kept
          </ActButton>
        </div>
      </form>
      <p className="small quiet reporter-foot">
        You have a receipt? <a href={RECEIPT_PAGE}>Read the answer, or add something</a>
      </p>
    </Page>
  );
}

export function Text(props: {
  label: string;
  placeholder?: string;
  rows: number;
  max: number;
  value: string;
  change: (text: string) => void;
  focus?: boolean;
}) {
  const { label, placeholder, rows, max, value, change, focus = false } = props;
  const kept = redacted(value);
  const findings = value ? blameIn(value) : [];
  return (
    <div>
      <Textarea
        label={label}
        placeholder={placeholder}
        size="md"
        autosize
        minRows={rows}
        maxRows={14}
        maxLength={max}
        value={value}
        onChange={(event) => change(event.currentTarget.value)}
        autoFocus={focus}
        spellCheck
        autoComplete="off"
      />
      {kept === value ? null : (
        <p className="small quiet kept-as">
          Others read: <Redacted text={kept} />
        </p>
      )}
      <Hints text={value} findings={findings} />
    </div>
  );
}

function Looking(props: {
  written: Written;
  warns: boolean;
  busy: boolean;
  error: unknown;
  back: () => void;
  send: () => void;
}) {
  const { written, warns, busy, error, back, send } = props;
  const heading = useRef<HTMLDivElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <Page title="This is what is kept">
      <div className="kept" ref={heading} tabIndex={-1}>
        <p>
          <Redacted text={written.happened} />
        </p>
        {written.stopped ? (
          <p>
            <span className="quiet">What stopped it: </span>
            <Redacted text={written.stopped} />
          </p>
        ) : null}
        <p className="small quiet">
          {written.again ? 'It could happen again this week. ' : ''}With it: today’s date. Nothing else.
        </p>
      </div>
      <BeforeYouSend warning={written.again && warns} />
      <Refusal error={error} />
      <div className="form-end reporter-acts">
        <ActButton busy={busy} onClick={send} fullWidth>
          {written.again && warns ? 'Send it now, without my name' : 'Send it without my name'}
        </ActButton>
        <Button variant="subtle" onClick={back} fullWidth>
          Change the text
        </Button>
      </div>
    </Page>
  );
}

function Sent({ kept }: { kept: Kept }) {
  const heading = useRef<HTMLParagraphElement>(null);
  const clipboard = useClipboard({ timeout: 3_000 });
  useEffect(() => heading.current?.focus(), []);
  return (
    <Page title="Thank you. Somebody will be spared an incident.">
      <p ref={heading} tabIndex={-1}>
        This is your receipt. It is shown once, and nobody can find it again: write it down if you want to
        read the answer or add something.
      </p>
      <p className="receipt mono" data-receipt={kept.receipt}>
        {kept.receipt}
      </p>
      <Button variant="default" onClick={() => clipboard.copy(kept.receipt)} aria-live="polite" fullWidth>
        {clipboard.copied ? 'Copied' : clipboard.error ? 'Select it and copy by hand' : 'Copy the receipt'}
      </Button>
      <p className="reporter-next">
        It is found with all others on {dayOf(kept.foundAt)} at {clockOf(kept.foundAt)}, and answered by{' '}
        <strong>{dayOf(kept.dueAt)}</strong>, for everybody to read.
      </p>
      <p className="reporter-foot">
        <a href={RECEIPT_PAGE}>Read the answer, or add something</a>
      </p>
    </Page>
  );
}

export function dayOf(at: string): string {
  return new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long' }).format(
    new Date(at),
  );
}

function clockOf(at: string): string {
  const zone = ownZone();
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: zone });
  return `${clock.format(new Date(at))} ${zone === 'UTC' ? 'UTC' : `(${zone})`}`;
}

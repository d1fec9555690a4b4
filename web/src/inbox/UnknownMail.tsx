/** Mail that arrived and that nobody acted upon: strangers, and what could not be read. Shown, never lost. */
import { Code, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import '../pieces/records.css';
import '../incident/inbox/inbox.css';
import { get, post } from '../api/http.ts';
import type { Page } from '../api/queries.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Screen } from '../pieces/Screen.tsx';
import { Time } from '../pieces/Time.tsx';
import { count } from '../words/count.ts';
import { InboxPlaces } from './InboxPlaces.tsx';

type Mail = {
  id: string;
  state: keyof typeof STATES;
  why: string | null;
  from: { name: string; address: string };
  subject: string;
  text: string;
  attachments: { name: string; bytes: number }[];
  truncated: boolean;
  receivedAt: string;
};
type Mails = Page<Mail> & {
  counts: Record<string, number>;
  mailbox: { name: string; readAt: string | null; failingSince: string | null; error: string | null } | null;
};

const STATES = {
  received: 'not sorted yet',
  bounce: 'came back to us',
  auto_reply: 'written by a program',
  question: 'a question',
  report: 'a report',
  unknown_sender: 'not known to us',
  unreadable: 'cannot be read',
  looked_at: 'looked at',
};

export function UnknownMail() {
  const [show, setShow] = useState('unsorted');
  const listing = useListing<Mail>(['mails'], '/incoming-mails', { show });
  return (
    <Screen title="Inbox">
      <InboxPlaces current="mail" />
      <MailboxState />
      <SegmentedControl
        aria-label="Which mail"
        my="md"
        data={[
          { value: 'unsorted', label: 'To look at' },
          { value: 'all', label: 'Everything' },
        ]}
        value={show}
        onChange={setShow}
      />
      <Listed
        of={listing}
        label="Mail"
        row={(each) => <Row key={each.id} mail={each} />}
        empty={
          <p>
            {show === 'unsorted'
              ? 'Nothing to look at. Mail of people whom we do not know, and what cannot be read, is kept here.'
              : 'No mail has arrived.'}
          </p>
        }
      />
    </Screen>
  );
}

function MailboxState() {
  const state = useQuery({
    queryKey: ['mails', 'state'],
    queryFn: ({ signal }) => get<Mails>('/incoming-mails', { limit: 1 }, signal),
    refetchInterval: 60_000,
  }).data;
  if (!state) return null;
  const { mailbox, counts } = state;
  if (!mailbox)
    return (
      <div className="notice">
        <p>No mailbox is configured: replies to our mails reach nobody here. To mend it:</p>
        <Code block tabIndex={0}>
          IMAP_URL=imaps://user:password@host/INBOX npm start
        </Code>
      </div>
    );
  return (
    <p className={mailbox.error ? 'red' : 'quiet'}>
      {mailbox.error ?? `${mailbox.name}, read `}
      {mailbox.error ? ' Not read since ' : null}
      {mailbox.readAt ? (
        <Time at={mailbox.readAt} show="relative" />
      ) : mailbox.error ? (
        'the start'
      ) : (
        'not yet'
      )}
      . {count(counts['question'] ?? 0, 'question')}, {count(counts['report'] ?? 0, 'report')},{' '}
      {count(counts['bounce'] ?? 0, 'mail')} came back, {counts['auto_reply'] ?? 0} by programs.
    </p>
  );
}

function Row({ mail }: { mail: Mail }) {
  const [open, setOpen] = useState(false);
  const look = useAct({ does: () => post(`/incoming-mails/${mail.id}/look`), doubt: [['mails']] });
  const waits = mail.state === 'unknown_sender' || mail.state === 'unreadable';
  return (
    <li className="thread">
      <div className="section-head">
        <h3 className="thread-who">
          {mail.subject || '(no subject)'}
          <span className="quiet"> · {mail.from.name || mail.from.address || 'no sender'}</span>
        </h3>
        <span className="record-end">
          <Time at={mail.receivedAt} show="both" />
        </span>
      </div>
      <p className="small quiet">
        {mail.from.address} · {STATES[mail.state]}
        {mail.why ? `: ${mail.why}` : ''}
        {mail.truncated ? ' · only its beginning was read' : ''}
        {mail.attachments.length ? ` · ${mail.attachments.map((each) => each.name).join(', ')}` : ''}
      </p>
      {open ? <pre className="mail-text prepared">{mail.text || '(nothing that can be shown)'}</pre> : null}
      <div className="next-actions">
        <ActButton size="compact-md" variant="default" busy={false} onClick={() => setOpen(!open)}>
          {open ? 'Hide it' : 'Read it'}
        </ActButton>
        {waits ? (
          <ActButton size="compact-md" variant="subtle" busy={look.isPending} onClick={() => look.mutate()}>
            I have looked at it
          </ActButton>
        ) : null}
      </div>
    </li>
  );
}

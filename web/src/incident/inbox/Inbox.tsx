/** The incident's inbox for comms: what others ask, what they are owed, what we answered. It never interrupts the hands. */
import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { get, post } from '../../api/http.ts';
import type { Page } from '../../api/queries.ts';
import { useMayAct } from '../../api/session.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { useAct } from '../../pieces/acting.ts';
import { Refusal } from '../../pieces/Refusal.tsx';
import { Shown } from '../../pieces/States.tsx';
import { count } from '../../words/count.ts';
import { type Question, questionsQuery } from './questions.ts';
import { Thread } from './Thread.tsx';

export function Inbox({ incident }: { incident: IncidentView }) {
  const open = useQuery(questionsQuery(incident.id, 'open'));
  const [past, setPast] = useState(false);
  const done = useQuery({ ...questionsQuery(incident.id, 'done'), enabled: past });
  const base = (id: string) => `/incidents/${incident.id}/questions/${id}`;
  return (
    <>
      <Shown of={open}>
        {({ items }) =>
          items.length ? (
            <ul className="rows" aria-label="Questions that wait for an answer">
              {items.toSorted(soonestFirst).map((each) => (
                <Thread key={each.id} question={each} base={base(each.id)} />
              ))}
            </ul>
          ) : (
            <p className="nothing">
              Nobody waits for an answer. Replies to our mails, the form on the status page and reports of
              clients arrive here.
            </p>
          )
        }
      </Shown>
      {useMayAct() ? <NoteQuestion id={incident.id} /> : null}
      <section className="section">
        <Button variant="subtle" onClick={() => setPast(!past)} aria-expanded={past}>
          {past ? 'Hide what was answered' : 'Show what was answered'}
        </Button>
        {past ? (
          <Shown of={done}>
            {({ items }) =>
              items.length ? (
                <>
                  <p className="small quiet">{count(items.length, 'question')}</p>
                  <ul className="rows">
                    {items.map((each) => (
                      <Thread key={each.id} question={each} base={base(each.id)} />
                    ))}
                  </ul>
                </>
              ) : (
                <p className="nothing">Nothing yet.</p>
              )
            }
          </Shown>
        ) : null}
      </section>
    </>
  );
}

/** What is due first stands first; what has no clock comes last. */
function soonestFirst(one: Question, other: Question): number {
  return (one.dueAt ?? '9').localeCompare(other.dueAt ?? '9') || one.askedAt.localeCompare(other.askedAt);
}

type Contact = { id: string; name: string; client: { id: string; name: string } };

/** A question that came by telephone or in passing counts like every other. */
function NoteQuestion({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  const [form, setForm] = useState({ contactId: null as string | null, name: '', text: '' });
  const contacts = useQuery({
    queryKey: ['contacts', 'all'],
    queryFn: ({ signal }) => get<Page<Contact>>('/contacts', { limit: 200 }, signal),
    enabled: open,
    staleTime: 60_000,
  });
  const ask = useAct({
    does: () =>
      post(`/incidents/${id}/questions`, {
        asker: form.contactId ? { contactId: form.contactId } : { name: form.name },
        text: form.text,
      }),
    doubt: [['incidents', id], ['now']],
    inForm: true,
    done: () => {
      setForm({ contactId: null, name: '', text: '' });
      setOpen(false);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask.mutate();
  };
  if (!open)
    return (
      <div className="next-actions">
        <Button variant="default" onClick={() => setOpen(true)}>
          Note a question
        </Button>
      </div>
    );
  return (
    <form className="answer-form" onSubmit={submit}>
      <Select
        label="Who asks?"
        placeholder="A contact of a client"
        size="md"
        searchable
        clearable
        data={(contacts.data?.items ?? []).map((each) => ({
          value: each.id,
          label: `${each.name}, ${each.client.name}`,
        }))}
        value={form.contactId}
        onChange={(contactId) => setForm({ ...form, contactId })}
        nothingFoundMessage="Nobody of that name"
      />
      {form.contactId ? null : (
        <TextInput
          label="Or their name"
          size="md"
          value={form.name}
          onChange={(event) => setForm({ ...form, name: event.currentTarget.value })}
        />
      )}
      <Textarea
        label="What do they ask?"
        size="md"
        autosize
        minRows={2}
        value={form.text}
        onChange={(event) => setForm({ ...form, text: event.currentTarget.value })}
      />
      <Refusal error={ask.error} />
      <div className="next-actions">
        <ActButton
          type="submit"
          busy={ask.isPending}
          disabled={!form.text.trim() || !(form.contactId || form.name.trim())}
        >
          Note it: an answer is owed
        </ActButton>
        <Button variant="subtle" onClick={() => setOpen(false)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

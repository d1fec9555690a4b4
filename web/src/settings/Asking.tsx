/** How others may ask, and the answers that are always at hand. */
import { Button, Switch, Textarea, TextInput } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { get, post, put, remove } from '../api/http.ts';
import type { Canned } from '../incident/inbox/questions.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { refusals, useAct } from '../pieces/acting.ts';
import { Confirm } from '../pieces/Confirm.tsx';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Refusal } from '../pieces/Refusal.tsx';
import { Shown } from '../pieces/States.tsx';

const inboxSettingsQuery = queryOptions({
  queryKey: ['inbox', 'settings'],
  queryFn: ({ signal }) => get<{ publicForm: boolean }>('/settings/inbox', {}, signal),
});
const DOUBT = [['canned']];

export function Asking() {
  const settings = useQuery(inboxSettingsQuery);
  const listing = useListing<Canned>(['canned'], '/canned-answers');
  return (
    <>
      <Shown of={settings}>{({ publicForm }) => <PublicForm on={publicForm} />}</Shown>
      <section className="section">
        <h2 className="label">Canned answers</h2>
        <Listed
          of={listing}
          label="Canned answers"
          row={(each) => <Row key={each.id} canned={each} />}
          empty={<p>None yet. Keep here what you are asked again and again.</p>}
        />
        <CannedForm />
      </section>
    </>
  );
}

function PublicForm({ on }: { on: boolean }) {
  const save = useAct({
    does: (publicForm: boolean) => put('/settings/inbox', { publicForm }),
    doubt: [['inbox']],
  });
  return (
    <Switch
      size="md"
      label="A form for everybody, linked from the status page"
      description="Questions and reports come into the inbox. What strangers write has no clock and wakes nobody. Contacts of clients always have a form of their own."
      checked={on}
      disabled={save.isPending}
      onChange={(event) => save.mutate(event.currentTarget.checked)}
    />
  );
}

function Row({ canned }: { canned: Canned }) {
  const [editing, setEditing] = useState(false);
  const away = useAct({ does: () => remove(`/canned-answers/${canned.id}`), doubt: DOUBT });
  if (editing)
    return (
      <li>
        <CannedForm canned={canned} done={() => setEditing(false)} />
      </li>
    );
  return (
    <li className="record">
      <span className="record-title">{canned.title}</span>
      <span className="record-end">
        <Button variant="subtle" size="compact-md" onClick={() => setEditing(true)}>
          Change
        </Button>
        <Confirm
          words="Remove"
          size="compact-md"
          title={`Remove “${canned.title}”`}
          button="Remove it"
          danger
          busy={away.isPending}
          act={(close) => away.mutate(undefined, { onSettled: close })}
        >
          <p>Answers that were given with it stay as they are.</p>
        </Confirm>
      </span>
      <span className="small quiet">{canned.text}</span>
    </li>
  );
}

function CannedForm({ canned, done }: { canned?: Canned; done?: () => void }) {
  const [form, setForm] = useState({ title: canned?.title ?? '', text: canned?.text ?? '' });
  const save = useAct({
    does: () => (canned ? put(`/canned-answers/${canned.id}`, form) : post('/canned-answers', form)),
    doubt: DOUBT,
    inForm: true,
    done: () => {
      if (!canned) setForm({ title: '', text: '' });
      done?.();
    },
  });
  const refused = refusals(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className="form" onSubmit={submit} style={{ marginTop: 16 }}>
      <TextInput
        label={canned ? 'Title' : 'A new one: its title'}
        placeholder="Is our data safe?"
        size="md"
        value={form.title}
        onChange={(event) => setForm({ ...form, title: event.currentTarget.value })}
        error={refused('title')}
      />
      <Textarea
        label="What we answer"
        size="md"
        autosize
        minRows={2}
        value={form.text}
        onChange={(event) => setForm({ ...form, text: event.currentTarget.value })}
        error={refused('text')}
      />
      <Refusal error={save.error} />
      <div className="form-end">
        <ActButton
          type="submit"
          variant={canned ? 'filled' : 'default'}
          busy={save.isPending}
          busyText="Saving…"
          disabled={!form.title.trim() || !form.text.trim()}
        >
          {canned ? 'Save' : 'Keep it'}
        </ActButton>
        {done ? (
          <Button variant="subtle" onClick={done}>
            Cancel
          </Button>
        ) : null}
      </div>
    </form>
  );
}

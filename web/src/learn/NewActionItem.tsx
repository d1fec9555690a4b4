/** Agreeing on something to do: specific, one owner, a date, and how somebody else sees that it is done. */
import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { actionFindings } from '#src/learn/action.ts';
import { post } from '../api/http.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { refusals, useAct } from '../pieces/acting.ts';
import { PersonSelect } from '../pieces/Choosers.tsx';
import { Refusal } from '../pieces/Refusal.tsx';
import { nowMs } from '../words/clock.ts';
import { Hints } from './Hints.tsx';
import { knownQuery } from './KnownBefore.tsx';
import { LEARN_KEYS } from './postmortem.ts';

const STRENGTHS = [
  { value: 'stronger', label: 'Stronger: makes the mistake impossible, or harmless' },
  { value: 'intermediate', label: 'Intermediate: makes it harder, or visible' },
  { value: 'weaker', label: 'Weaker: reminds people' },
];
const EMPTY = {
  text: '',
  ownerId: null as string | null,
  dueOn: '',
  doneCondition: '',
  strength: 'intermediate',
};

/** Where it is agreed: under the postmortem of an incident, or under a near miss. */
type Place = { postmortemId: string; incidentId: string } | { nearMissId: string };

export function NewActionItem(place: Place) {
  const [open, setOpen] = useState(false);
  const [form, setForm] = useState(EMPTY);
  const set = (part: Partial<typeof EMPTY>) => setForm({ ...form, ...part });
  const incidentId = 'incidentId' in place ? place.incidentId : undefined;
  const earlier = useQuery({ ...knownQuery(incidentId ?? ''), enabled: open && Boolean(incidentId) }).data
    ?.ended;
  const of =
    'nearMissId' in place ? `/near-misses/${place.nearMissId}` : `/postmortems/${place.postmortemId}`;
  const agree = useAct({
    does: () =>
      post(`${of}/action-items`, {
        ...form,
        ownerId: form.ownerId ?? undefined,
      }),
    doubt: LEARN_KEYS,
    inForm: true,
    done: () => {
      setForm(EMPTY);
      setOpen(false);
    },
  });
  if (!open)
    return (
      <Button variant="default" mt="md" onClick={() => setOpen(true)}>
        Agree on an action
      </Button>
    );
  const refused = refusals(agree.error);
  const today = new Date(nowMs()).toISOString().slice(0, 10);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    agree.mutate();
  };
  return (
    <form className="form" style={{ marginTop: 16 }} onSubmit={submit}>
      <Textarea
        label="What will exist that does not exist now?"
        placeholder="The pool refuses a size that the database cannot serve"
        size="md"
        autosize
        minRows={2}
        value={form.text}
        onChange={(event) => set({ text: event.currentTarget.value })}
        error={refused('text')}
        autoFocus
      />
      {form.text ? (
        <Hints
          text={form.text}
          findings={actionFindings({
            text: form.text,
            owner: form.ownerId ? 'one person' : undefined,
            due: form.dueOn || undefined,
            today,
            earlier,
          }).filter((each) => each.end > each.start)}
          insert={(text) => set({ text })}
        />
      ) : null}
      <div className="pair">
        <div>
          <PersonSelect label="One owner" value={form.ownerId} choose={(ownerId) => set({ ownerId })} />
          {refused('ownerId') ? <p className="red small">{refused('ownerId')}</p> : null}
        </div>
        <TextInput
          label="By"
          type="date"
          size="md"
          value={form.dueOn}
          onChange={(event) => set({ dueOn: event.currentTarget.value })}
          error={refused('dueOn')}
        />
      </div>
      <TextInput
        label="Done when"
        placeholder="A deployment with pool size 200 is refused in staging"
        size="md"
        value={form.doneCondition}
        onChange={(event) => set({ doneCondition: event.currentTarget.value })}
        error={refused('doneCondition')}
      />
      <Select
        label="How much it changes the system"
        size="md"
        data={STRENGTHS}
        value={form.strength}
        onChange={(strength) => set({ strength: strength ?? 'intermediate' })}
      />
      <Refusal error={agree.error} />
      <div className="form-end">
        <ActButton type="submit" variant="default" busy={agree.isPending}>
          Agree on it
        </ActButton>
        <Button variant="subtle" onClick={() => setOpen(false)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

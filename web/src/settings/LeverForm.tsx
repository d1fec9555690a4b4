/** Defining a lever: what it does and where, the sentence that is confirmed, its inputs, whom to ask, how the answer comes. */
import { Button, Checkbox, MultiSelect, NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { CATEGORY_NAMES } from '#incident/words.ts';
import type { ShownLever } from '#src/restore/levers/shapes.ts';
import { namesIn } from '#src/restore/levers/words.ts';
import { get, post, put } from '../api/http.ts';
import { type Named, type Page, servicesQuery } from '../api/queries.ts';
import { DOES_WORDS } from '../incident/levers/levers.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { refusals, useAct } from '../pieces/acting.ts';
import { Refusal } from '../pieces/Refusal.tsx';
import { LeverEnd } from './LeverEnd.tsx';
import { LeverInputs } from './LeverInputs.tsx';
import { LeverTarget } from './LeverTarget.tsx';
import { draftOf, LEVERS_KEY, type LeverDraft, type Made, sentOf } from './lever-draft.ts';

type Kept = ShownLever & { signingSecret: string | null };

export function LeverForm({
  lever,
  close,
}: {
  lever: ShownLever | undefined;
  close: (made: Made | undefined) => void;
}) {
  const [draft, setDraft] = useState<LeverDraft>(() => draftOf(lever));
  const set = (part: Partial<LeverDraft>) => setDraft({ ...draft, ...part });
  const services = useQuery(servicesQuery).data?.items ?? [];
  const parties =
    useQuery({
      queryKey: ['third-parties', 'list'],
      queryFn: ({ signal }) => get<Page<Named>>('/third-parties', { limit: 200 }, signal),
    }).data?.items ?? [];
  const save = useAct({
    does: () =>
      lever ? put<Kept>(`/levers/${lever.id}`, sentOf(draft)) : post<Kept>('/levers', sentOf(draft)),
    doubt: [LEVERS_KEY, ['incidents']],
    inForm: true,
    said: lever ? 'Saved.' : 'The lever can be pulled from now on.',
    done: ({ name, signingSecret }) => close(signingSecret ? { name, signingSecret } : undefined),
  });
  const refused = refusals(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const switches = draft.does === 'switch_on' || draft.does === 'switch_off';
  const unknown = namesIn(draft.effect).filter(
    (name) =>
      !['service', 'third_party', 'incident', 'run'].includes(name) &&
      !draft.inputs.some((input) => input.name === name),
  );
  return (
    <form className="form section" onSubmit={submit}>
      <h2 className="label">{lever ? `Change “${lever.name}”` : 'A new lever'}</h2>
      <TextInput
        label="Name"
        placeholder="Roll checkout back"
        size="md"
        value={draft.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
        error={refused('name')}
        autoFocus
      />
      <div className="pair">
        <Select
          label="What does it do?"
          size="md"
          data={Object.entries(DOES_WORDS).map(([value, label]) => ({ value, label }))}
          value={draft.does}
          onChange={(does) => set({ does: (does ?? 'other') as LeverDraft['does'] })}
        />
        <Select
          label="For which kind of failure?"
          size="md"
          clearable
          placeholder="Any"
          data={Object.entries(CATEGORY_NAMES).map(([value, label]) => ({ value, label }))}
          value={draft.category}
          onChange={(category) => set({ category })}
        />
      </div>
      <MultiSelect
        label="For which services?"
        placeholder={draft.serviceIds.length ? '' : 'Any service'}
        size="md"
        searchable
        data={services.map(({ id, name }) => ({ value: id, label: name }))}
        value={draft.serviceIds}
        onChange={(serviceIds) => set({ serviceIds })}
        error={refused('serviceIds')}
      />
      {switches ? (
        <Select
          label="Which provider?"
          size="md"
          searchable
          data={parties.map(({ id, name }) => ({ value: id, label: name }))}
          value={draft.thirdPartyId}
          onChange={(thirdPartyId) => set({ thirdPartyId })}
          error={refused('thirdPartyId')}
        />
      ) : null}
      <LeverInputs inputs={draft.inputs} change={(inputs) => set({ inputs })} error={save.error} />
      <TextInput
        label="The sentence that is confirmed"
        description="What it will do, with inputs in braces. {service} and {incident} are filled in by Humdrum."
        size="md"
        value={draft.effect}
        onChange={(event) => set({ effect: event.currentTarget.value })}
        error={
          refused('effect') ?? (unknown.length ? `There is no input called {${unknown[0]}}.` : undefined)
        }
      />
      <LeverTarget draft={draft} set={set} error={save.error} />
      <div className="pair">
        <NumberInput
          label="Wait for its answer, minutes"
          size="md"
          min={1}
          max={1440}
          value={draft.timeOutMinutes}
          onChange={(value) => set({ timeOutMinutes: Number(value) })}
          error={refused('timeOutMinutes')}
        />
        <NumberInput
          label="Time box, minutes"
          size="md"
          min={1}
          max={1440}
          value={draft.timeBoxMinutes}
          onChange={(value) => set({ timeBoxMinutes: Number(value) })}
          error={refused('timeBoxMinutes')}
        />
      </div>
      <Checkbox
        size="md"
        label="A temporary fix: it needs an owner and a date before the incident closes"
        checked={draft.temporary}
        onChange={(event) => set({ temporary: event.currentTarget.checked })}
      />
      <Refusal error={save.error} />
      <div className="form-end">
        <ActButton type="submit" busy={save.isPending} busyText="Saving…">
          {lever ? 'Save the lever' : 'Define the lever'}
        </ActButton>
        <Button variant="subtle" onClick={() => close(undefined)}>
          Cancel
        </Button>
      </div>
      {lever ? <LeverEnd lever={lever} close={close} /> : null}
    </form>
  );
}

/** Which duties to notify apply to us and to single clients. Nothing is chosen until somebody does. */
import '../incident/inbox/inbox.css';
import { Checkbox, MultiSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { put } from '../api/http.ts';
import { clientsQuery } from '../api/queries.ts';
import { type DutySettings as All, dutySettingsQuery, type Preset } from '../incident/duties/duties.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { PeopleSelect } from '../pieces/Choosers.tsx';
import { Refusal } from '../pieces/Refusal.tsx';
import { Shown } from '../pieces/States.tsx';

export function DutySettings() {
  const settings = useQuery(dutySettingsQuery);
  return <Shown of={settings}>{(all) => <Form all={all} />}</Shown>;
}

type Choice = All['choices'][number];

function Form({ all }: { all: All }) {
  const [choices, setChoices] = useState<Choice[]>(all.choices);
  const [contactIds, setContactIds] = useState(all.contactIds);
  const clients = useQuery(clientsQuery).data?.items ?? [];
  const save = useAct({
    does: () => put('/settings/duties', { choices, contactIds }),
    doubt: [['duties'], ['incidents']],
    inForm: true,
    said: 'Saved. It applies from the next “aware since” on.',
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const choose = (preset: Preset, clientIds: (string | null)[]) =>
    setChoices([
      ...choices.filter((each) => each.preset !== preset),
      ...clientIds.map((clientId) => ({ preset, clientId })),
    ]);
  return (
    <form className="form" onSubmit={submit}>
      <p>
        When data or a service may be affected, somebody says on the incident since when we know. What you
        choose here then has a time, somebody who is reminded, and an ending: notified, or not required and
        why. <span className="quiet">{all.notice}</span>
      </p>
      {all.presets.map((preset) => {
        const chosen = choices.filter((each) => each.preset === preset.preset).map((each) => each.clientId);
        const everybody = chosen.includes(null);
        const single = chosen.filter((each) => each !== null);
        return (
          <section key={preset.preset} className="duty">
            <Checkbox
              size="md"
              label={<strong>{preset.name}</strong>}
              description={preset.about}
              checked={everybody}
              onChange={(event) =>
                choose(preset.preset, event.currentTarget.checked ? [null, ...single] : single)
              }
            />
            <ul className="small quiet">
              {preset.steps.map((step) => (
                <li key={step.step}>
                  {step.name} · {step.source}
                </li>
              ))}
            </ul>
            {everybody && preset.per === 'client' ? (
              <p className="small quiet">For every client whose data is concerned.</p>
            ) : (
              <MultiSelect
                label={everybody ? 'And for these clients in their own right' : 'Only for these clients'}
                size="md"
                searchable
                clearable
                placeholder={single.length ? undefined : 'None'}
                data={clients.map((each) => ({ value: each.id, label: each.name }))}
                value={single}
                onChange={(ids) => choose(preset.preset, everybody ? [null, ...ids] : ids)}
              />
            )}
          </section>
        );
      })}
      <PeopleSelect
        label="Who is reminded first"
        description="The security or data protection contacts. After them the lead and comms of the incident."
        value={contactIds}
        choose={setContactIds}
      />
      <Refusal error={save.error} />
      <div className="form-end">
        <ActButton type="submit" busy={save.isPending} busyText="Saving…">
          Save
        </ActButton>
      </div>
    </form>
  );
}

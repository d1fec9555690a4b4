/** An action: what, who, for how long. Whoever starts it owns it unless somebody else is named. */
import { Button, Checkbox, NumberInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { useSession } from '../../api/session.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { PersonSelect } from '../../pieces/Choosers.tsx';
import { useCommand } from '../command.ts';

type Suggestion = { changeId: string; summary: string };
const TIME_BOX_MINUTES = 15;

export function StartAction({
  incident,
  done,
  suggestions = [],
}: {
  incident: IncidentView;
  done: () => void;
  suggestions?: Suggestion[];
}) {
  const me = useSession()?.personId ?? null;
  const [what, setWhat] = useState('');
  const [change, setChange] = useState<Suggestion>();
  const [ownerId, setOwnerId] = useState<string | null>(me);
  const [minutes, setMinutes] = useState<number | string>(TIME_BOX_MINUTES);
  const [temporary, setTemporary] = useState(false);
  const start = useCommand(incident.id, 'actions', { done });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!what.trim()) return;
    start.mutate({
      what: what.trim(),
      ownerId: ownerId ?? undefined,
      timeBoxMinutes: minutes === '' ? undefined : Number(minutes),
      temporary,
      changeId: change?.changeId,
    });
  };
  const suggest = (each: Suggestion) => {
    setChange(each);
    setWhat(`Roll back ${each.summary}`);
    setTemporary(true);
  };
  return (
    <form className="stack" onSubmit={submit}>
      {suggestions.length ? (
        <div className="chips">
          {suggestions.map((each) => (
            <Button key={each.changeId} size="compact-md" variant="default" onClick={() => suggest(each)}>
              Roll back {each.summary}
            </Button>
          ))}
        </div>
      ) : null}
      <TextInput
        label="What is done?"
        placeholder="Roll checkout back to 2.13"
        size="md"
        value={what}
        onChange={(event) => setWhat(event.currentTarget.value)}
        autoFocus
      />
      <div className="two">
        <PersonSelect label="Who does it?" value={ownerId} choose={setOwnerId} />
        <NumberInput
          label="Time box, minutes"
          size="md"
          min={1}
          max={1440}
          value={minutes}
          onChange={setMinutes}
        />
      </div>
      <Checkbox
        size="md"
        label="A temporary fix: it needs an owner and a date before the incident closes"
        checked={temporary}
        onChange={(event) => setTemporary(event.currentTarget.checked)}
      />
      <div className="next-actions">
        <ActButton type="submit" busy={start.isPending} disabled={!what.trim()} variant="filled">
          Start it
        </ActButton>
        <Button variant="subtle" onClick={done}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

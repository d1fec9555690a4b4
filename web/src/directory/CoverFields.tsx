/** When somebody at a client reads: days, from, to, in their own zone; or nobody knows. */
import { Chip, Switch, TextInput } from '@mantine/core';
import './directory.css';
import type { Cover, Day } from '#directory/contract.ts';
import { ZoneSelect } from '../pieces/ZoneSelect.tsx';
import { ownZone } from '../words/time.ts';

const DAYS: [Day, string][] = [
  ['mon', 'Mon'],
  ['tue', 'Tue'],
  ['wed', 'Wed'],
  ['thu', 'Thu'],
  ['fri', 'Fri'],
  ['sat', 'Sat'],
  ['sun', 'Sun'],
];

const office = (): Cover => ({
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '09:00',
  to: '18:00',
  zone: ownZone(),
});

type Props = {
  value: Cover | null;
  change: (value: Cover | null) => void;
  refused: (field: string) => string | undefined;
};

export function CoverFields({ value, change, refused }: Props) {
  const set = (part: Partial<Cover>) => value && change({ ...value, ...part });
  return (
    <fieldset className="terms">
      <legend className="label">When somebody there reads</legend>
      <Switch
        label="They told us their hours"
        description="Messages go out at any hour; the call list says whether anybody reads now."
        checked={value !== null}
        onChange={(event) => change(event.currentTarget.checked ? office() : null)}
      />
      {value ? (
        <>
          <Chip.Group multiple value={value.days} onChange={(days) => set({ days: days as Day[] })}>
            <div className="terms-days">
              {DAYS.map(([day, words]) => (
                <Chip key={day} value={day} size="md">
                  {words}
                </Chip>
              ))}
            </div>
          </Chip.Group>
          {refused('cover.days') ? <p className="small red">{refused('cover.days')}</p> : null}
          <div className="pair">
            <TextInput
              label="From"
              size="md"
              placeholder="09:00"
              value={value.from}
              onChange={(event) => set({ from: event.currentTarget.value })}
              error={refused('cover.from')}
            />
            <TextInput
              label="To"
              size="md"
              placeholder="18:00"
              description="Before the beginning: on the next day."
              value={value.to}
              onChange={(event) => set({ to: event.currentTarget.value })}
              error={refused('cover.to')}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
            />
          </div>
          <ZoneSelect
            value={value.zone}
            choose={(zone) => set({ zone })}
            description="The zone in which these hours are meant."
            error={refused('cover.zone')}
          />
        </>
      ) : null}
    </fieldset>
  );
}

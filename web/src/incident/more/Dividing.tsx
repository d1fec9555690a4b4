/** One incident that is two, two that are one, and one that only named people may see. */
import { Checkbox, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { nowQuery } from '../../api/queries.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { PeopleSelect } from '../../pieces/Choosers.tsx';
import { useCommand } from '../command.ts';
import type { Form } from './More.tsx';

export function Merge({ incident, done }: Form) {
  const [into, setInto] = useState<string | null>(null);
  const open = (useQuery(nowQuery).data?.incidents ?? []).filter((each) => each.id !== incident.id);
  const merge = useCommand(incident.id, 'merge', { done });
  return (
    <div className="stack">
      <Select
        label="Which one goes on?"
        size="md"
        data={open.map((each) => ({ value: each.id, label: `INC-${each.number} ${each.title}` }))}
        value={into}
        onChange={setInto}
        searchable
        nothingFoundMessage="No other open incident"
      />
      <p className="quiet small">Its alerts, services and promises go over; it can be split off again.</p>
      <div>
        <ActButton busy={merge.isPending} disabled={!into} onClick={() => merge.mutate({ into })}>
          Merge INC-{incident.number} into it
        </ActButton>
      </div>
    </div>
  );
}

export function Split({ incident, done }: Form) {
  const navigate = useNavigate();
  const [title, setTitle] = useState('');
  const [serviceIds, setServiceIds] = useState<string[]>([]);
  const [alertIds, setAlertIds] = useState<string[]>([]);
  const split = useCommand(incident.id, 'split', { done, said: 'Split off. This is the new incident.' });
  const toggle = (ids: string[], id: string) =>
    ids.includes(id) ? ids.filter((each) => each !== id) : [...ids, id];
  const send = async () => {
    const fresh = (await split.mutateAsync({ title: title.trim(), serviceIds, alertIds })) as { id?: string };
    if (fresh?.id) void navigate({ to: '/incidents/$id', params: { id: fresh.id } });
  };
  return (
    <div className="stack">
      <TextInput
        label="What is wrong in the new one?"
        size="md"
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      {incident.services.map((each) => (
        <Checkbox
          key={each.id}
          label={each.name}
          checked={serviceIds.includes(each.id)}
          onChange={() => setServiceIds(toggle(serviceIds, each.id))}
        />
      ))}
      {incident.alerts.map((each) => (
        <Checkbox
          key={each.alertId}
          label={`Alert: ${each.title}`}
          checked={alertIds.includes(each.alertId)}
          onChange={() => setAlertIds(toggle(alertIds, each.alertId))}
        />
      ))}
      <div>
        <ActButton
          busy={split.isPending}
          disabled={!title.trim() || serviceIds.length + alertIds.length === 0}
          onClick={() => void send().catch(() => undefined)}
        >
          Split it off
        </ActButton>
      </div>
    </div>
  );
}

export function Restrict({ incident, done }: Form) {
  const [viewers, setViewers] = useState(incident.viewers.map((each) => each.personId));
  const restrict = useCommand(incident.id, 'restriction', { done });
  return (
    <div className="stack">
      <p>
        Only these people see it; for everybody else, administrators included, it is a number. No message and
        no public page is offered.
      </p>
      <PeopleSelect label="Who may see it?" value={viewers} choose={setViewers} />
      <div>
        <ActButton
          busy={restrict.isPending}
          disabled={viewers.length === 0}
          onClick={() => restrict.mutate({ viewers })}
        >
          Only these people see it
        </ActButton>
      </div>
    </div>
  );
}

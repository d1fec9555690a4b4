/** Calendars of planned maintenance: an address that is asked, or a file that somebody handed in. */
import { Button, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get, post, remove as take } from '../api/http.ts';
import { type Page, servicesQuery } from '../api/queries.ts';
import { useSession } from '../api/session.ts';
import { FormOutline } from '../directory/EntryForm.tsx';
import { refusals, useAct } from '../pieces/acting.ts';
import '../pieces/records.css';
import { Screen } from '../pieces/Screen.tsx';
import { Shown } from '../pieces/States.tsx';
import { Time } from '../pieces/Time.tsx';
import { count } from '../words/count.ts';
import { ChangesPlaces } from './ChangesPlaces.tsx';

type Calendar = {
  id: string;
  name: string;
  host: string | null;
  kind: 'infra' | 'job';
  entries: number | null;
  readAt: string | null;
  nextReadAt: string | null;
  failure: string | null;
  failedAt: string | null;
};

const calendarsQuery = queryOptions({
  queryKey: ['changes', 'calendars'],
  queryFn: ({ signal }) => get<Page<Calendar>>('/change-calendars', {}, signal),
});

export function Calendars() {
  const administrator = useSession()?.role === 'administrator';
  const [adding, setAdding] = useState(false);
  const calendars = useQuery(calendarsQuery);
  return (
    <Screen
      title="Changes"
      lead="Planned maintenance from a calendar stands in the ledger before it begins."
      action={
        administrator && !adding ? <Button onClick={() => setAdding(true)}>Add a calendar</Button> : null
      }
    >
      <ChangesPlaces current="calendars" />
      {adding ? <AddCalendar close={() => setAdding(false)} /> : null}
      <Shown of={calendars}>
        {({ items }) =>
          items.length ? (
            <ul className="rows" aria-label="Calendars">
              {items.map((each) => (
                <CalendarRow key={each.id} calendar={each} mayRemove={administrator} />
              ))}
            </ul>
          ) : (
            <p className="nothing">
              No calendar is read. Give the address of an iCalendar (.ics), as every calendar program
              publishes it, or paste a file.
            </p>
          )
        }
      </Shown>
    </Screen>
  );
}

function CalendarRow({ calendar, mayRemove }: { calendar: Calendar; mayRemove: boolean }) {
  const doubt = [['changes']];
  const again = useAct({
    does: () => post(`/change-calendars/${calendar.id}/readings`, {}),
    doubt,
    said: 'It is being read.',
  });
  const remove = useAct({ does: () => take(`/change-calendars/${calendar.id}`), doubt });
  return (
    <li className="record">
      <span className="record-title">{calendar.name}</span>
      <span className="record-end">
        {mayRemove && calendar.host ? (
          <Button
            size="compact-md"
            variant="subtle"
            disabled={again.isPending}
            onClick={() => again.mutate()}
          >
            Read now
          </Button>
        ) : null}
        {mayRemove ? (
          <Button
            size="compact-md"
            variant="subtle"
            disabled={remove.isPending}
            onClick={() => remove.mutate()}
          >
            Remove
          </Button>
        ) : null}
      </span>
      <span className="small quiet">
        {calendar.host ?? 'a file'} · {calendar.kind === 'job' ? 'scheduled jobs' : 'infrastructure'} ·{' '}
        {calendar.readAt ? (
          <>
            {count(calendar.entries ?? 0, 'entry', 'entries')}, read{' '}
            <Time at={calendar.readAt} show="relative" />
          </>
        ) : (
          'not read yet'
        )}
      </span>
      {calendar.failure ? (
        <span className="small red">
          {calendar.readAt ? 'Stale since' : 'Could not be read at'} <Time at={calendar.failedAt ?? ''} />{' '}
          UTC: {calendar.failure}{' '}
          {calendar.readAt ? 'What was read before stays.' : 'Nothing of it is in the ledger yet.'}
        </span>
      ) : null}
    </li>
  );
}

function AddCalendar({ close }: { close: () => void }) {
  const services = useQuery(servicesQuery).data?.items ?? [];
  const [by, setBy] = useState<'url' | 'file'>('url');
  const [form, setForm] = useState({ name: '', url: '', file: '', kind: 'infra', service: '' });
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const add = useAct({
    does: () =>
      post('/change-calendars', {
        name: form.name,
        kind: form.kind,
        ...(by === 'url' ? { url: form.url.trim() } : { file: form.file }),
        ...(form.service ? { service: form.service } : {}),
      }),
    doubt: [['changes']],
    inForm: true,
    done: close,
  });
  const refused = refusals(add.error);
  return (
    <section className="card" style={{ marginBottom: 24 }} aria-label="Add a calendar">
      <FormOutline
        button="Add it"
        busy={add.isPending}
        error={add.error}
        submit={() => add.mutate()}
        cancel={close}
      >
        <TextInput
          label="Name"
          placeholder="Maintenance of the data centre"
          size="md"
          value={form.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={refused('name')}
          required
          autoFocus
          withAsterisk={false}
        />
        <SegmentedControl
          aria-label="Where it comes from"
          data={[
            { value: 'url', label: 'From an address' },
            { value: 'file', label: 'From a file' },
          ]}
          value={by}
          onChange={(value) => setBy(value as 'url' | 'file')}
        />
        {by === 'url' ? (
          <TextInput
            label="Address of the calendar"
            placeholder="https://…/maintenance.ics"
            description="It is asked every 15 minutes. Afterwards only its host is shown."
            type="url"
            size="md"
            value={form.url}
            onChange={(event) => set({ url: event.currentTarget.value })}
            error={refused('url')}
            required
            withAsterisk={false}
          />
        ) : (
          <Textarea
            label="Text of the file"
            placeholder="BEGIN:VCALENDAR"
            autosize
            minRows={4}
            maxRows={12}
            size="md"
            value={form.file}
            onChange={(event) => set({ file: event.currentTarget.value })}
            error={refused('file')}
            required
            withAsterisk={false}
          />
        )}
        <div className="pair">
          <Select
            label="What its entries are"
            size="md"
            data={[
              { value: 'infra', label: 'infrastructure' },
              { value: 'job', label: 'scheduled jobs' },
            ]}
            value={form.kind}
            onChange={(kind) => set({ kind: kind ?? 'infra' })}
          />
          <Select
            label="Service, where an entry names none"
            size="md"
            searchable
            data={[
              { value: '', label: 'none' },
              ...services.map((each) => ({ value: each.id, label: each.name })),
            ]}
            value={form.service}
            onChange={(service) => set({ service: service ?? '' })}
            nothingFoundMessage="No service of that name"
          />
        </div>
      </FormOutline>
    </section>
  );
}

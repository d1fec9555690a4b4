/** Who is told through a page: counted, searched, and removed when they ask for it by telephone. */
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get, remove } from '../api/http.ts';
import { useAct } from '../pieces/acting.ts';
import { Confirm } from '../pieces/Confirm.tsx';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { SearchField } from '../pieces/SearchField.tsx';
import { Time } from '../pieces/Time.tsx';
import type { StatusPageView, Subscriber } from './page.ts';

const STATES = [
  { value: 'active', label: 'told' },
  { value: 'waiting', label: 'asked, not confirmed' },
  { value: 'ended', label: 'ended' },
];

type Counts = { waiting: number; active: number; ended: number };

export function Subscribers({ page }: { page: StatusPageView }) {
  const [search, setSearch] = useState('');
  const [state, setState] = useState<string | null>(null);
  const path = `/status-pages/${page.id}/subscribers`;
  const listing = useListing<Subscriber>(['status_pages', page.id], path, {
    search: search || undefined,
    state: state ?? undefined,
  });
  const counts = useQuery({
    queryKey: ['status_pages', page.id, 'counts'],
    queryFn: ({ signal }) => get<{ counts: Counts }>(path, { limit: 1 }, signal),
  }).data?.counts;
  const narrowed = search || state;
  const some = counts && counts.active + counts.waiting + counts.ended > 0;
  return (
    <section className="section">
      <h2 className="label">Subscribers</h2>
      {some ? (
        <p className="quiet subscriber-counts">
          {counts?.active} told · {counts?.waiting} asked and not confirmed · {counts?.ended} ended
        </p>
      ) : null}
      {some ? (
        <div className="filters">
          <SearchField label="Find an address" value={search} search={setSearch} />
          <Select
            label="State"
            size="md"
            clearable
            clearButtonProps={{ 'aria-label': 'Show every state' }}
            placeholder="every state"
            data={STATES}
            value={state}
            onChange={setState}
          />
        </div>
      ) : null}
      <Listed
        of={listing}
        label="Subscribers"
        row={(each) => <SubscriberRow key={each.id} page={page} subscriber={each} />}
        empty={<p>Nobody has asked to be told yet. Readers find “Get updates” on top of the page.</p>}
        noMatch={narrowed ? <p>Nobody fits.</p> : undefined}
      />
    </section>
  );
}

function SubscriberRow({ page, subscriber }: { page: StatusPageView; subscriber: Subscriber }) {
  const end = useAct({
    does: () => remove(`/status-pages/${page.id}/subscribers/${subscriber.id}`),
    doubt: [['status_pages']],
    said: `${subscriber.address} is told nothing more.`,
  });
  const { address, state, services, endedBecause, lastSentAt, lastError, kind } = subscriber;
  return (
    <li className="record">
      <span className="record-title">{address}</span>
      <span className="record-end">
        {state === 'ended' ? (
          'ended'
        ) : (
          <Confirm
            words="Remove…"
            size="compact-sm"
            title={`Tell ${address} nothing more?`}
            button="Tell nothing more"
            busy={end.isPending}
            act={(close) => end.mutate(undefined, { onSuccess: close })}
          >
            <p>It ends at once. Whoever reads there can ask again.</p>
          </Confirm>
        )}
      </span>
      <span className="small quiet">
        {kind} · {state === 'waiting' ? 'asked, not confirmed' : state === 'active' ? 'told' : endedBecause} ·{' '}
        {services.map((each) => each.name).join(', ') || 'everything'}
        {lastSentAt ? (
          <>
            {' '}
            · last told <Time at={lastSentAt} show="relative" />
          </>
        ) : null}
        {lastError && state !== 'ended' ? <span className="amber"> · {lastError}</span> : null}
      </span>
    </li>
  );
}

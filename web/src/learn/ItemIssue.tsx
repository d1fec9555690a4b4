/** Where an action item stands in a tracker: its issue, what is different there, what went wrong, and the way there and back. */
import { Button, Select } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ShownTracker } from '#src/learn/trackers/shapes.ts';
import { get, post, remove } from '../api/http.ts';
import { useAct } from '../pieces/acting.ts';
import { Time } from '../pieces/Time.tsx';
import { type ActionItem, LEARN_KEYS } from './postmortem.ts';

export const trackersQuery = queryOptions({
  queryKey: ['trackers', 'list'],
  queryFn: ({ signal }) => get<{ items: ShownTracker[] }>('/trackers', {}, signal),
});

/** @returns nothing for an item that is in no tracker */
export function ItemIssue({ item: { issue } }: { item: ActionItem }) {
  if (!issue) return null;
  return (
    <div className="item-issue">
      {issue.url && issue.state !== 'deleted' ? (
        <a href={issue.url} rel="noreferrer" target="_blank">
          {issue.tracker} {issue.shown}
        </a>
      ) : (
        <>
          {issue.tracker} {issue.shown}
        </>
      )}
      <span className="quiet"> · {stateWords(issue)}</span>
      {issue.seenAt ? (
        <span className="quiet">
          {' '}
          · seen <Time at={issue.seenAt} show="relative" />
        </span>
      ) : null}
      {issue.failure ? (
        <p className="red item-note">
          {issue.failure}{' '}
          {issue.nextAt ? (
            <>
              Tried again <Time at={issue.nextAt} show="relative" />.
            </>
          ) : (
            'It is not tried again by itself.'
          )}
        </p>
      ) : null}
      {issue.differences.map((each) => (
        <p key={each} className="amber item-note">
          {each}
        </p>
      ))}
    </div>
  );
}

function stateWords({ state }: NonNullable<ActionItem['issue']>): string {
  switch (state) {
    case 'waiting':
      return 'on its way there';
    case 'linked':
      return 'followed';
    case 'refused':
      return 'not there';
    case 'deleted':
      return 'deleted there; the item stays';
  }
}

/** Buttons for the row of an item: there, back, now, and what happened. */
export function IssueWays({ item }: { item: ActionItem }) {
  const [shows, setShows] = useState(false);
  const trackers = useQuery(trackersQuery).data?.items ?? [];
  const { issue } = item;
  const there = issue?.state === 'linked' || issue?.state === 'waiting';
  const look = useAct({
    does: () => post(`/action-items/${item.id}/issue/look`, {}),
    doubt: LEARN_KEYS,
    said: 'It is being asked.',
  });
  const take = useAct({ does: () => remove(`/action-items/${item.id}/issue`), doubt: LEARN_KEYS });
  return (
    <>
      {!there && item.state === 'open' && trackers.length ? <Send item={item} trackers={trackers} /> : null}
      {issue && issue.state !== 'deleted' ? (
        <Button size="compact-md" variant="subtle" disabled={look.isPending} onClick={() => look.mutate()}>
          {issue.failure ? 'Try again' : 'Look now'}
        </Button>
      ) : null}
      {issue ? (
        <Button size="compact-md" variant="subtle" disabled={take.isPending} onClick={() => take.mutate()}>
          {issue.state === 'refused' ? 'Do not send it' : 'Stop following'}
        </Button>
      ) : null}
      <Button size="compact-md" variant="subtle" aria-expanded={shows} onClick={() => setShows(!shows)}>
        {shows ? 'Hide what happened' : 'What happened'}
      </Button>
      {shows ? <Lines id={item.id} /> : null}
    </>
  );
}

function Send({ item, trackers }: { item: ActionItem; trackers: ShownTracker[] }) {
  const [open, setOpen] = useState(false);
  const [trackerId, setTrackerId] = useState<string | null>(trackers[0]?.id ?? null);
  const send = useAct({
    does: () => post(`/action-items/${item.id}/issue`, { trackerId }),
    doubt: LEARN_KEYS,
    done: () => setOpen(false),
  });
  const chosen = trackers.find((each) => each.id === trackerId);
  if (!open)
    return (
      <Button size="compact-md" variant="subtle" onClick={() => setOpen(true)}>
        Send to a tracker…
      </Button>
    );
  return (
    <div className="because">
      <Select
        aria-label="To which tracker"
        data={trackers.map(({ id, name }) => ({ value: id, label: name }))}
        value={trackerId}
        onChange={setTrackerId}
        allowDeselect={false}
      />
      <span className="quiet small">
        {chosen?.audience === 'public'
          ? 'Everybody reads it there: roles stand instead of names.'
          : 'Its text, day, owner and done-condition go there.'}
      </span>
      <Button variant="default" disabled={send.isPending || !trackerId} onClick={() => send.mutate()}>
        Send it
      </Button>
      <Button variant="subtle" onClick={() => setOpen(false)}>
        Cancel
      </Button>
    </div>
  );
}

function Lines({ id }: { id: string }) {
  const lines = useQuery({
    queryKey: ['action_items', 'lines', id],
    queryFn: ({ signal }) =>
      get<{ items: { at: string; by: string; text: string }[] }>(`/action-items/${id}/lines`, {}, signal),
  });
  if (lines.isError) return <p className="red">What happened cannot be shown just now.</p>;
  if (!lines.data) return <p className="quiet">Loading…</p>;
  if (lines.data.items.length === 0)
    return <p className="quiet">Nothing happened to it since it was agreed.</p>;
  return (
    <ul className="item-lines" style={{ flexBasis: '100%' }}>
      {lines.data.items.map((line) => (
        <li key={`${line.at}${line.text}`}>
          <Time at={line.at} show="relative" /> · {line.by}: {line.text}
        </li>
      ))}
    </ul>
  );
}

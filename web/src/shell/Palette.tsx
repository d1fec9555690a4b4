/** Ctrl K: screens, open incidents and the things one may do, by typing. */
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import '@mantine/spotlight/styles.css';
import { useMantineColorScheme } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { remove } from '../api/http.ts';
import { nowQuery } from '../api/queries.ts';
import { useMayAct } from '../api/session.ts';
import { forgetLists } from '../incident/calls/kept.ts';
import { forgetAllUnsent } from '../incident/message/unsent.ts';
import { PLACES, STATUS_PAGE } from './places.ts';
import { sayFailed } from './toast.ts';

const SEARCH_CHARACTERS_MIN = 3;

export function Palette({ close, help }: { close: () => void; help: () => void }) {
  const [typed, setTyped] = useState('');
  const groups = closing([...useGroups(help), ...useSearchFor(typed)], close);
  return (
    <Spotlight
      forceOpened
      overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
      attributes={{ content: { 'aria-label': 'Go to or do' } }}
      onSpotlightClose={close}
      actions={groups}
      query={typed}
      onQueryChange={setTyped}
      shortcut={null}
      highlightQuery
      scrollable
      maxHeight={420}
      nothingFound="Nothing of that name"
      searchProps={{ placeholder: 'Go to or do…', 'aria-label': 'Go to or do' }}
    />
  );
}

function useGroups(help: () => void): SpotlightActionGroupData[] {
  const go = useGo();
  const incidents = useQuery(nowQuery).data?.incidents ?? [];
  const doings = useDoings(help);
  return [
    {
      group: 'Open incidents',
      actions: incidents.map((each) => ({
        id: each.id,
        label: `${each.severity} ${each.title}`,
        description: `INC-${each.number} · ${each.nextStep.title}`,
        onClick: go(`/incidents/${each.id}`),
      })),
    },
    { group: 'Do', actions: doings },
    {
      group: 'Go to',
      actions: PLACES.map((place) => ({
        id: place.to,
        label: place.name,
        description: `g ${place.letter}`,
        onClick: go(place.to),
      })),
    },
  ].filter((group) => group.actions.length > 0);
}

/** Whatever is typed can be looked for in the postmortems. */
function useSearchFor(typed: string): SpotlightActionGroupData[] {
  const navigate = useNavigate();
  const q = typed.trim();
  if (q.length < SEARCH_CHARACTERS_MIN) return [];
  return [
    {
      group: 'Search',
      actions: [
        {
          id: 'search-postmortems',
          label: `Search all postmortems for “${q}”`,
          keywords: [typed],
          onClick: () => void navigate({ to: '/postmortems' as '/', search: { q } as never }),
        },
      ],
    },
  ];
}

function useDoings(help: () => void): SpotlightActionData[] {
  const go = useGo();
  const queries = useQueryClient();
  const mayAct = useMayAct();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = () =>
    void remove('/session').then(() => {
      forgetLists();
      forgetAllUnsent();
      queries.setQueryData(['session'], null);
    }, sayFailed);
  return [
    ...(mayAct ? [{ id: 'declare', label: 'Declare an incident', onClick: go('/declare') }] : []),
    { id: 'status', label: 'Open the status page', onClick: () => location.assign(STATUS_PAGE) },
    {
      id: 'dark',
      label: colorScheme === 'dark' ? 'Light colours' : 'Dark colours',
      onClick: () => setColorScheme(colorScheme === 'dark' ? 'light' : 'dark'),
    },
    { id: 'help', label: 'Keys', onClick: help },
    { id: 'out', label: 'Sign out', onClick: signOut },
  ];
}

function useGo(): (to: string) => () => void {
  const navigate = useNavigate();
  return (to) => () => void navigate({ to });
}

/** Whatever was chosen, the palette has done its work; what it opens comes after it. */
function closing(groups: SpotlightActionGroupData[], close: () => void): SpotlightActionGroupData[] {
  return groups.map((group) => ({
    ...group,
    actions: group.actions.map((action) => ({
      ...action,
      onClick: (event) => {
        close();
        action.onClick?.(event);
      },
    })),
  }));
}

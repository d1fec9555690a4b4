/** Whoever is at work in the room is reminded here, with a strip and a sound, instead of being called. */
import type { QueryClient } from '@tanstack/react-query';
import type { Hint } from '../api/live.ts';
import { incidentQuery, nowQuery } from '../api/queries.ts';
import { clockIn } from '../words/time.ts';
import { chime } from './sound.ts';
import { say } from './toast.ts';

export function remind(hint: Hint, queries: QueryClient): void {
  if (hint.kind !== 'strip' || document.visibilityState !== 'visible') return;
  chime();
  const known =
    queries.getQueryData(incidentQuery(hint.id).queryKey) ??
    queries.getQueryData(nowQuery.queryKey)?.incidents.find((each) => each.id === hint.id);
  const what = known?.urgent
    ? `${known.urgent.name} by ${clockIn(known.urgent.dueAt)} UTC`
    : 'Something is due';
  say(known ? `INC-${known.number}: ${what}.` : `${what}.`);
}

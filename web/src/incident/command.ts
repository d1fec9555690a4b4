/** Asks something of an incident, and shows the incident that comes back. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { IncidentView } from '#incident/view.ts';
import { post, remove } from '../api/http.ts';
import { incidentQuery } from '../api/queries.ts';
import { say, sayFailed } from '../shell/toast.ts';

type After = { said?: string | undefined; done?: (() => void) | undefined };

/** @param path below the incident; a function when it depends on what is sent */
export function useCommand<Body extends object = object>(
  id: string,
  path: string | ((body: Body) => string),
  { said, done }: After = {},
) {
  const settle = useSettle(id);
  return useMutation({
    mutationFn: (body: Body) =>
      post(`/incidents/${id}/${typeof path === 'string' ? path : path(body)}`, body),
    onError: sayFailed,
    onSuccess: async (answer) => {
      await settle(answer);
      if (said) say(said);
      done?.();
    },
  });
}

export function useLeaveRole(id: string) {
  const settle = useSettle(id);
  return useMutation({
    mutationFn: (role: string) => remove(`/incidents/${id}/roles/${role}`),
    onError: sayFailed,
    onSuccess: settle,
  });
}

/** The answer is shown at once if it is the incident; everything that hangs on it is asked again. */
export function useSettle(id: string): (answer: unknown) => Promise<void> {
  const queries = useQueryClient();
  return async (answer) => {
    const known = isView(answer) && answer.id === id;
    if (known) queries.setQueryData(incidentQuery(id).queryKey, answer);
    void queries.invalidateQueries({ queryKey: ['now'] });
    void queries.invalidateQueries({ queryKey: ['incidents', 'list'] });
    const below = queries.invalidateQueries({ queryKey: ['incidents', id] });
    if (!known) await below;
  };
}

function isView(answer: unknown): answer is IncidentView {
  return typeof answer === 'object' && answer !== null && 'seq' in answer && 'nextStep' in answer;
}

/** Who is looking at this page. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { get, Problem } from './http.ts';

export type Session = {
  loginId: string;
  personId: string | null;
  name: string;
  email?: string;
  role: 'viewer' | 'responder' | 'administrator';
};

/** Null when nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    try {
      return await get<Session>('/session', {}, signal);
    } catch (error) {
      if (error instanceof Problem && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export function useSession(): Session | null {
  return useQuery(sessionQuery).data ?? null;
}

/** Viewers read; everything else needs at least a responder. */
export function useMayAct(): boolean {
  const session = useSession();
  return session !== null && session.role !== 'viewer';
}

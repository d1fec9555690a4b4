/** What happens when somebody has come in: the app learns who it is, and they go where they wanted to. */
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { sessionQuery } from '../api/session.ts';
import { ownAddress } from './address.ts';

export function useEnter(): (to: unknown) => Promise<void> {
  const queries = useQueryClient();
  const router = useRouter();
  return async (to) => {
    queries.clear();
    await queries.fetchQuery(sessionQuery);
    router.history.push(ownAddress(to));
  };
}

/** What is searched for stands in the address, so that it can be sent to somebody and Back leads to it. */
import { useNavigate, useSearch } from '@tanstack/react-router';

export type Asked = { q?: string; severity?: string; service?: string; days?: string; state?: string };
export type Searching = { asked: Asked; ask: (part: Asked) => void };

export function useSearching(): Searching {
  const { q, severity, service, days, state, ...rest } = useSearch({ strict: false }) as Asked &
    Record<string, string>;
  const navigate = useNavigate();
  const asked = filled({
    q: q === undefined ? undefined : String(q),
    severity,
    service,
    days: days === undefined ? undefined : String(days),
    state,
  });
  return {
    asked,
    ask(part) {
      const next = filled({ ...asked, ...part });
      // Without words there is nothing to narrow.
      const search = next.q ? { ...rest, ...next } : rest;
      void navigate({ to: '/postmortems' as '/', search: search as never, replace: true });
    },
  };
}

function filled(asked: { [Key in keyof Asked]: Asked[Key] | undefined }): Asked {
  return Object.fromEntries(Object.entries(asked).filter(([, value]) => value));
}

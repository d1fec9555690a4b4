/** It was not over: everything opens again, and the same people hear of it. */
import { Because } from '../../pieces/Because.tsx';
import { useCommand } from '../command.ts';

export function ItIsBack({ id, main = false }: { id: string; main?: boolean }) {
  const reopen = useCommand<{ reason: string }>(id, 'reopening');
  return (
    <Because
      main={main}
      words="It is back…"
      label="What do you see?"
      placeholder="Payments fail again since 03:20"
      button="Reopen: it is back"
      busy={reopen.isPending}
      send={(reason) => reopen.mutate({ reason })}
    />
  );
}

/** What is rarely done to a lever: a new signing secret, or taking it out of use. */
import type { ShownLever } from '#src/restore/levers/shapes.ts';
import { post, remove } from '../api/http.ts';
import { useAct } from '../pieces/acting.ts';
import { Confirm } from '../pieces/Confirm.tsx';
import { LEVERS_KEY, type Made } from './lever-draft.ts';

export function LeverEnd({ lever, close }: { lever: ShownLever; close: (made: Made | undefined) => void }) {
  const archive = useAct({
    does: () => remove(`/levers/${lever.id}`),
    doubt: [LEVERS_KEY],
    done: () => close(undefined),
  });
  const renew = useAct({
    does: () => post<{ signingSecret: string }>(`/levers/${lever.id}/signing-secret`),
    doubt: [LEVERS_KEY],
    done: ({ signingSecret }) => close({ name: lever.name, signingSecret }),
  });
  return (
    <div className="next-actions">
      {lever.target.kind === 'webhook' ? (
        <Confirm
          words="New signing secret"
          size="compact-md"
          title="A new signing secret"
          button="Make a new one"
          busy={renew.isPending}
          act={(close) => renew.mutate(undefined, { onSettled: close })}
        >
          <p>The old one signs nothing from then on: the target refuses us until it knows the new one.</p>
        </Confirm>
      ) : null}
      <Confirm
        words="Take out of use"
        size="compact-md"
        title={`Take “${lever.name}” out of use`}
        button="Take it out of use"
        danger
        busy={archive.isPending}
        act={(close) => archive.mutate(undefined, { onSettled: close })}
      >
        <p>Nobody can pull it any more. What it is doing now is still waited for.</p>
      </Confirm>
    </div>
  );
}

/** Wording from the operator's language model: marked as such, with what it was shown; a person takes it or leaves it. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { get, post } from '../../api/http.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { useAct } from '../../pieces/acting.ts';
import { Refusal } from '../../pieces/Refusal.tsx';
import type { UpdateKind } from './drafts.ts';

type Words = { impact: string; action: string };
type Proposal = Words & { by: string; shown: Words };
type Props = { id: string; kind: UpdateKind; choose: (words: Words) => void };

export function Propose({ id, kind, choose }: Props) {
  const model = useQuery({
    queryKey: ['language-model'],
    queryFn: ({ signal }) => get<{ name: string | null }>('/language-model', {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const propose = useAct({
    does: () => post<Proposal>(`/incidents/${id}/updates/proposal`, { kind }),
    doubt: [],
    inForm: true,
  });
  if (!model.data?.name) return null;
  const proposal = propose.data;
  return (
    <div className="stack">
      <ActButton
        variant="default"
        size="sm"
        className="at-the-start"
        busy={propose.isPending}
        busyText="Asking…"
        onClick={() => propose.mutate()}
      >
        Ask {model.data.name} for wording
      </ActButton>
      <Refusal error={propose.error} />
      {proposal ? (
        <div className="preview" role="status">
          <p className="small quiet">
            Proposed by {proposal.by}, from the prepared draft alone. Nothing is sent until you send it.
          </p>
          <p className="preview-text">
            {proposal.impact} {proposal.action}
          </p>
          <Button
            variant="default"
            size="sm"
            onClick={() => choose({ impact: proposal.impact, action: proposal.action })}
          >
            Use these words
          </Button>
        </div>
      ) : null}
    </div>
  );
}

/** What a card asks to be collected while its lever is pulled: lines to check off, each with its result. */
import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import '../../playbooks/playbooks.css';
import { useMayAct } from '../../api/session.ts';
import { Time } from '../../pieces/Time.tsx';
import type { Card } from '../changes.ts';
import { useCommand } from '../command.ts';
import { Result } from './Result.tsx';

type Line = Card['evidence'][number];

export function EvidenceLines({ incidentId, lines }: { incidentId: string; lines: Line[] }) {
  const [open, setOpen] = useState<string>();
  const found = lines.filter((each) => each.collected).length;
  return (
    <div className="evidence">
      <p className="small quiet">Keep meanwhile{found ? ` · ${found} of ${lines.length}` : ''}:</p>
      <ul>
        {lines.map((line) => (
          <EvidenceLine
            key={line.id}
            line={line}
            incidentId={incidentId}
            open={open === line.id}
            toggle={() => setOpen(open === line.id ? undefined : line.id)}
          />
        ))}
      </ul>
    </div>
  );
}

function EvidenceLine({
  line,
  incidentId,
  open,
  toggle,
}: {
  line: Line;
  incidentId: string;
  open: boolean;
  toggle: () => void;
}) {
  const mayAct = useMayAct();
  const [result, setResult] = useState('');
  const collect = useCommand(incidentId, 'evidence', { done: toggle });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (result.trim()) collect.mutate({ evidenceId: line.id, result: result.trim() });
  };
  return (
    <li data-found={line.collected ? '' : undefined}>
      <button
        type="button"
        className="evidence-line"
        disabled={!mayAct}
        aria-expanded={open}
        onClick={toggle}
      >
        <span aria-hidden="true" className="evidence-box">
          {line.collected ? '✓' : ''}
        </span>
        <span>
          {line.what}{' '}
          {line.collected ? (
            <>
              <strong>
                <Result text={line.collected.result} />
              </strong>{' '}
              <span className="quiet small">
                {line.collected.by}, <Time at={line.collected.at} />
              </span>
            </>
          ) : null}
        </span>
      </button>
      {open ? (
        <form className="because" onSubmit={submit}>
          <TextInput
            aria-label={line.what}
            placeholder="a sentence, a number or a link"
            size="md"
            autoFocus
            value={result}
            maxLength={500}
            onChange={(event) => setResult(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" disabled={collect.isPending || !result.trim()}>
            {line.collected ? 'Correct it' : 'Write it down'}
          </Button>
        </form>
      ) : null}
    </li>
  );
}

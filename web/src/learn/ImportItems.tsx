/** Action items that were agreed elsewhere, from a file: tried first, then all of it or nothing. */
import { Button, FileButton, SegmentedControl, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/http.ts';
import { FileProblems } from '../directory/FileProblems.tsx';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { Refusal } from '../pieces/Refusal.tsx';
import { count } from '../words/count.ts';
import { LEARN_KEYS } from './postmortem.ts';

type Format = 'csv' | 'yaml' | 'json';
type Answer = { read: number; created: number; unchanged: number };
const SHOWN_CHARACTERS_MAX = 20_000;
const EXAMPLE = `id,text,owner,due,done_when,strength,state,evidence,incident,service
OPS-12,Refuse a pool size above 100,bo@example.com,2027-01-15,A deployment with 200 is refused,stronger,open,,INC-12,`;

export function ImportItems({ close }: { close: () => void }) {
  const [format, setFormat] = useState<Format>('csv');
  const [text, setText] = useState('');
  const body = { format, text };
  const trial = useMutation({ mutationFn: () => post<Answer>('/action-items/import?dryRun=true', body) });
  const apply = useAct({
    does: () => post<Answer>('/action-items/import', body),
    doubt: LEARN_KEYS,
    inForm: true,
    done: () => trial.reset(),
  });
  const change = (next: string) => {
    setText(next);
    trial.reset();
    apply.reset();
  };
  const choose = async (file: File | null) => {
    if (!file) return;
    const ending = /\.(csv|ya?ml|json)$/i.exec(file.name)?.[1]?.toLowerCase();
    if (ending) setFormat(ending === 'yml' ? 'yaml' : (ending as Format));
    change(await file.text());
  };
  const error = trial.error ?? apply.error;
  // A file of thousands of lines is not for a text field.
  const long = text.length > SHOWN_CHARACTERS_MAX;
  return (
    <section className="form section" aria-label="Import action items">
      <h2 className="label">Import action items</h2>
      <p className="quiet prose">
        One line for each: what will exist, the address of its one owner, its day, and how somebody sees that
        it is done. At most 10,000 at once. What has an id that is here already stays as it is; nothing is
        sent to a tracker by itself.
      </p>
      <SegmentedControl
        aria-label="Kind of file"
        data={[
          { value: 'csv', label: 'CSV' },
          { value: 'yaml', label: 'YAML' },
          { value: 'json', label: 'JSON' },
        ]}
        value={format}
        onChange={(value) => {
          setFormat(value as Format);
          trial.reset();
          apply.reset();
        }}
      />
      {long ? (
        <p>
          A file with {count(text.split('\n').length, 'line')} is chosen.{' '}
          <Button size="compact-md" variant="subtle" onClick={() => change('')}>
            Choose another
          </Button>
        </p>
      ) : (
        <Textarea
          className="mono-input"
          label="The file"
          size="md"
          autosize
          minRows={6}
          maxRows={16}
          spellCheck={false}
          placeholder={EXAMPLE}
          value={text}
          onChange={(event) => change(event.currentTarget.value)}
        />
      )}
      <div className="form-end">
        <FileButton accept=".csv,.yaml,.yml,.json" onChange={(file) => void choose(file)}>
          {(props) => (
            <Button {...props} variant="default">
              Choose a file…
            </Button>
          )}
        </FileButton>
        {trial.data ? (
          <ActButton busy={apply.isPending} busyText="Importing…" onClick={() => apply.mutate()}>
            Import {count(trial.data.created, 'action item')}
          </ActButton>
        ) : (
          <ActButton
            busy={trial.isPending}
            busyText="Trying…"
            disabled={!text.trim()}
            onClick={() => trial.mutate()}
          >
            Try it
          </ActButton>
        )}
        <Button variant="subtle" onClick={close}>
          {apply.data ? 'Back to the list' : 'Cancel'}
        </Button>
      </div>
      {trial.data ? (
        <p role="status">
          {count(trial.data.read, 'action item')} read, {trial.data.unchanged} here already. Nothing is
          changed yet.
        </p>
      ) : null}
      {apply.data ? (
        <p className="notice good" role="status">
          {count(apply.data.created, 'action item')} imported, {apply.data.unchanged} were here already.
        </p>
      ) : null}
      <Refusal error={error} />
      <FileProblems error={error} />
    </section>
  );
}

/** The policy as the document it is: checked as one writes, put in force by an administrator, with the reason. */
import { Button, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import '../pieces/records.css';
import './policy.css';
import { post, put } from '../api/http.ts';
import { useSession } from '../api/session.ts';
import { FileProblems } from '../directory/FileProblems.tsx';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { Refusal } from '../pieces/Refusal.tsx';
import { Screen } from '../pieces/Screen.tsx';
import { Shown } from '../pieces/States.tsx';
import { count } from '../words/count.ts';
import { PolicyPlaces } from './PolicyPlaces.tsx';
import { POLICY_KEYS, type Policy, policyQuery, type ReadablePolicy } from './policy.ts';
import { Sentences } from './Sentences.tsx';

export function PolicyEditor() {
  const policy = useQuery({ ...policyQuery, refetchOnWindowFocus: false });
  return (
    <Screen title="Policy">
      <PolicyPlaces current="edit" />
      <Shown of={policy} rows={8}>
        {(data) => <Editor policy={data} />}
      </Shown>
    </Screen>
  );
}

type Checked = { readable: ReadablePolicy; changedLines: number };

function Editor({ policy }: { policy: Policy }) {
  const administrator = useSession()?.role === 'administrator';
  const navigate = useNavigate();
  const [yaml, setYaml] = useState(policy.yaml);
  const [basedOn] = useState(policy.version);
  const [note, setNote] = useState('');
  const check = useMutation({ mutationFn: () => post<Checked>('/policy/check', { yaml }) });
  const save = useAct({
    does: () => put('/policy', { yaml, note, basedOn }),
    doubt: POLICY_KEYS,
    inForm: true,
    done: () => void navigate({ to: '/policy' }),
  });
  const change = (text: string) => {
    setYaml(text);
    check.reset();
    save.reset();
  };
  const problem = check.error ?? save.error;
  return (
    <div className="form" style={{ maxWidth: 860 }}>
      {policy.version > basedOn ? (
        <p className="notice">
          Version {policy.version} came into force while you were writing. Yours is kept here; look at the
          versions before you go on.
        </p>
      ) : null}
      <Textarea
        className="mono-input"
        label="The document, in YAML"
        description="Durations as PT10M or P2D. Open incidents keep the version under which they were declared."
        size="md"
        autosize
        minRows={16}
        maxRows={32}
        spellCheck={false}
        readOnly={!administrator}
        value={yaml}
        onChange={(event) => change(event.currentTarget.value)}
      />
      <Refusal error={problem} />
      <FileProblems error={problem} />
      {administrator ? null : <p className="quiet">An administrator can change it.</p>}
      {administrator && !check.data ? (
        <div className="form-end">
          <ActButton
            busy={check.isPending}
            busyText="Checking…"
            disabled={yaml === policy.yaml}
            onClick={() => check.mutate()}
          >
            Check what it would mean
          </ActButton>
          {yaml === policy.yaml ? <span className="quiet small">Nothing is changed yet.</span> : null}
        </div>
      ) : null}
      {check.data ? (
        <>
          <p className="notice good" role="status">
            It can be accepted. {count(check.data.changedLines, 'line')} would change. Read below what it
            would mean.
          </p>
          <TextInput
            label="Why"
            placeholder="For those who read the history"
            size="md"
            value={note}
            maxLength={500}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <div className="form-end">
            <ActButton busy={save.isPending} onClick={() => save.mutate()}>
              Put it in force
            </ActButton>
            <Button variant="subtle" onClick={() => check.reset()}>
              Not yet
            </Button>
          </div>
          <Sentences policy={check.data.readable} />
        </>
      ) : null}
    </div>
  );
}

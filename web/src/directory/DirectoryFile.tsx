/** The whole directory as one file: taken along, edited, tried, and brought back with a look at every change first. */
import { Button, FileButton, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import '../pieces/records.css';
import './directory.css';
import { post } from '../api/http.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { Refusal } from '../pieces/Refusal.tsx';
import { Screen } from '../pieces/Screen.tsx';
import { count } from '../words/count.ts';
import { DirectoryPlaces } from './DirectoryPlaces.tsx';
import { FileProblems } from './FileProblems.tsx';
import { ImportChanges, type Imported } from './ImportChanges.tsx';
import { DIRECTORY_KEYS } from './kinds.ts';

const EXPORT = '/api/v1/directory/export.yaml';

export function DirectoryFile() {
  const [yaml, setYaml] = useState('');
  const trial = useMutation({ mutationFn: () => post<Imported>('/directory/import?dryRun=true', { yaml }) });
  const apply = useAct({
    does: () => post<Imported>('/directory/import', { yaml }),
    doubt: DIRECTORY_KEYS,
    inForm: true,
    done: () => trial.reset(),
  });
  const change = (text: string) => {
    setYaml(text);
    trial.reset();
    apply.reset();
  };
  const found = trial.data;
  return (
    <Screen
      title="Directory"
      action={
        <Button component="a" href={EXPORT} download="directory.yaml" variant="default">
          Download as YAML
        </Button>
      }
    >
      <DirectoryPlaces current="file" />
      <p className="quiet prose">
        One file holds people, teams, services, providers, clients and contacts. Entries are matched by email,
        slug or name; what is left out stays as it is, and nothing is deleted.
      </p>
      <div className="form" style={{ maxWidth: 860, marginTop: 16 }}>
        <Textarea
          className="mono-input"
          label="The file"
          size="md"
          autosize
          minRows={10}
          maxRows={24}
          spellCheck={false}
          placeholder={EXAMPLE}
          value={yaml}
          onChange={(event) => change(event.currentTarget.value)}
        />
        <div className="form-end">
          <FileButton
            accept=".yaml,.yml,text/yaml,application/yaml"
            onChange={(file) => void file?.text().then(change)}
          >
            {(props) => (
              <Button {...props} variant="default">
                Choose a file…
              </Button>
            )}
          </FileButton>
          {found ? null : (
            <ActButton
              busy={trial.isPending}
              busyText="Trying…"
              disabled={!yaml.trim()}
              onClick={() => trial.mutate()}
            >
              Show what would change
            </ActButton>
          )}
        </div>
        <Refusal error={trial.error ?? apply.error} />
        <FileProblems error={trial.error ?? apply.error} />
        {apply.data ? (
          <p className="notice good" role="status">
            {count(apply.data.changes.length, 'entry', 'entries')} changed, {apply.data.unchanged} were like
            that already.
          </p>
        ) : null}
        {found ? <ImportChanges imported={found} /> : null}
        {found && found.changes.length > 0 ? (
          <div className="form-end">
            <ActButton busy={apply.isPending} busyText="Importing…" onClick={() => apply.mutate()}>
              Import {count(found.changes.length, 'change')}
            </ActButton>
            <Button variant="subtle" onClick={() => trial.reset()}>
              Not yet
            </Button>
          </div>
        ) : null}
      </div>
    </Screen>
  );
}

const EXAMPLE = `people:
  - { name: Mara Lindqvist, email: mara@example.com, zone: Europe/Stockholm }
teams:
  - { name: Payments, members: [mara@example.com] }
services:
  - slug: card-payments
    name: Card payments
    public_name: Card payments
    owner: Payments
    primary: mara@example.com
clients:
  - name: Northwind
    services: [card-payments]
    contacts:
      - { name: Greta Olsen, email: greta@northwind.example }`;

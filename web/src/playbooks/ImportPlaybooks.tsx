/** Markdown files become playbooks: first what would change, every wrong line named, then one button. */
import { Button, FileButton, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/http.ts';
import { FileProblems } from '../directory/FileProblems.tsx';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { Refusal } from '../pieces/Refusal.tsx';
import { count } from '../words/count.ts';
import { PLAYBOOK_KEYS } from './playbook.ts';

type Given = { path: string; text: string };
type Imported = {
  changes: { path: string; title: string; change: 'create' | 'update' }[];
  unchanged: number;
};

export function ImportPlaybooks() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        Import…
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title="Import playbooks" size="lg">
        <Files close={() => setOpen(false)} />
      </Modal>
    </>
  );
}

function Files({ close }: { close: () => void }) {
  const [files, setFiles] = useState<Given[]>([]);
  const trial = useMutation({
    mutationFn: (given: Given[]) => post<Imported>('/playbooks/import?dryRun=true', { files: given }),
  });
  const apply = useAct({
    does: () => post<Imported>('/playbooks/import', { files }),
    doubt: PLAYBOOK_KEYS,
    inForm: true,
  });
  const choose = async (chosen: File[]) => {
    if (!chosen.length) return;
    const given = await Promise.all(
      chosen.map(async (file) => ({ path: file.webkitRelativePath || file.name, text: await file.text() })),
    );
    setFiles(given);
    apply.reset();
    trial.mutate(given);
  };
  const found = trial.data;
  const error = trial.error ?? apply.error;
  if (apply.data)
    return (
      <div className="stack">
        <p className="notice good" role="status">
          {words(apply.data)}
        </p>
        <div className="form-end">
          <Button onClick={close}>Done</Button>
        </div>
      </div>
    );
  return (
    <div className="stack">
      <p className="quiet">
        Markdown files, one for each playbook, with a title, services and the kind of failure in their heads.
        All of them are imported, or none. A playbook of the same title and purpose gets a new version.{' '}
        <a href="/api/v1/playbooks/export" download="playbooks.zip">
          Download all of yours
        </a>{' '}
        as such files.
      </p>
      {found && found.changes.length === 0 ? (
        <p className="notice">
          Nothing would change: {count(found.unchanged, 'playbook')} are like that already.
        </p>
      ) : null}
      {found?.changes.length ? (
        <ul className="rows" aria-label="What would change">
          {found.changes.map((each) => (
            <li className="record" key={each.path}>
              <span>
                {each.change === 'create' ? 'A new playbook: ' : 'A new version: '}
                <span className="strong">{each.title}</span>
              </span>
              <span className="small quiet mono">{each.path}</span>
            </li>
          ))}
        </ul>
      ) : null}
      <Refusal error={error} />
      <FileProblems error={error} />
      <div className="form-end">
        {found?.changes.length ? (
          <ActButton busy={apply.isPending} busyText="Importing…" onClick={() => apply.mutate()}>
            Import {count(found.changes.length, 'playbook')}
          </ActButton>
        ) : null}
        <FileButton multiple accept=".md,.markdown,text/markdown" onChange={(chosen) => void choose(chosen)}>
          {(props) => (
            <Button {...props} variant={found?.changes.length ? 'subtle' : 'filled'}>
              {trial.isPending ? 'Reading…' : files.length ? 'Choose other files…' : 'Choose files…'}
            </Button>
          )}
        </FileButton>
      </div>
    </div>
  );
}

function words({ changes, unchanged }: Imported): string {
  const made = changes.filter((each) => each.change === 'create').length;
  const revised = changes.length - made;
  return [
    made ? `${count(made, 'playbook')} added.` : '',
    revised ? `${count(revised, 'new version', 'new versions')}.` : '',
    unchanged ? `${count(unchanged, 'playbook')} stayed as they were.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** Every version of a playbook, who wrote it and why, and what changed against the one before. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DiffLine } from '#promise/diff.ts';
import { get } from '../api/http.ts';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Shown } from '../pieces/States.tsx';
import { Time } from '../pieces/Time.tsx';
import { DiffLines } from '../policy/DiffLines.tsx';
import type { VersionView } from './playbook.ts';

export function PlaybookVersions({ id }: { id: string }) {
  const listing = useListing<VersionView>(['playbooks'], `/playbooks/${id}/versions`, { limit: 30 });
  return (
    <Listed
      of={listing}
      label="Versions of the playbook"
      row={(each) => <Version key={each.version} id={id} it={each} />}
      empty={<p>There is no version yet.</p>}
    />
  );
}

function Version({ id, it }: { id: string; it: VersionView }) {
  const [open, setOpen] = useState(false);
  return (
    <li className="record">
      <span className="record-title">Version {it.version}</span>
      <span className="record-end">
        <Time at={it.createdAt} show="both" />
      </span>
      <span className="small quiet">
        {it.note || 'no reason given'} · {it.createdBy === 'folder' ? 'its folder' : it.createdBy}
        {it.version > 1 ? (
          <>
            {' · '}
            <button type="button" className="linkish" aria-expanded={open} onClick={() => setOpen(!open)}>
              {open ? 'Hide what changed' : `What changed since version ${it.version - 1}`}
            </button>
          </>
        ) : null}
      </span>
      {open ? (
        <div className="small">
          <Diff id={id} from={it.version - 1} to={it.version} />
        </div>
      ) : null}
    </li>
  );
}

function Diff({ id, from, to }: { id: string; from: number; to: number }) {
  const diff = useQuery({
    queryKey: ['playbooks', id, 'diff', from, to],
    queryFn: ({ signal }) => get<{ lines: DiffLine[] }>(`/playbooks/${id}/diff`, { from, to }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return <Shown of={diff}>{({ lines }) => <DiffLines lines={lines} />}</Shown>;
}

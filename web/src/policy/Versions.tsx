/** How the policy came to be: every version with its reason, and what changed against the one before. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import '../pieces/records.css';
import './policy.css';
import type { DiffLine } from '#promise/diff.ts';
import { get } from '../api/http.ts';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Screen } from '../pieces/Screen.tsx';
import { Shown } from '../pieces/States.tsx';
import { Time } from '../pieces/Time.tsx';
import { DiffLines } from './DiffLines.tsx';
import { PolicyPlaces } from './PolicyPlaces.tsx';
import type { PolicySummary } from './policy.ts';

export function Versions() {
  const listing = useListing<PolicySummary>(['policys'], '/policy/versions', { limit: 30 });
  return (
    <Screen title="Policy">
      <PolicyPlaces current="versions" />
      <Listed
        of={listing}
        label="Versions of the policy"
        row={(each) => <Version key={each.version} summary={each} />}
        empty={<p>There is no version yet.</p>}
      />
    </Screen>
  );
}

function Version({ summary: { version, note, createdBy, createdAt, inForce } }: { summary: PolicySummary }) {
  const [open, setOpen] = useState(false);
  return (
    <li className="record">
      <span className="record-title">
        Version {version} {inForce ? <span className="green small">in force</span> : null}
      </span>
      <span className="record-end">
        <Time at={createdAt} /> UTC
      </span>
      <span className="small quiet">
        {note || 'no reason given'} · {createdBy ?? 'Humdrum'}
        {version > 1 ? (
          <>
            {' · '}
            <button type="button" className="linkish" aria-expanded={open} onClick={() => setOpen(!open)}>
              {open ? 'Hide what changed' : `What changed since version ${version - 1}`}
            </button>
          </>
        ) : null}
      </span>
      {open ? (
        <div className="small">
          <Diff from={version - 1} to={version} />
        </div>
      ) : null}
    </li>
  );
}

function Diff({ from, to }: { from: number; to: number }) {
  const diff = useQuery({
    queryKey: ['policys', 'diff', from, to],
    queryFn: ({ signal }) => get<{ lines: DiffLine[] }>('/policy/diff', { from, to }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return <Shown of={diff}>{({ lines }) => <DiffLines lines={lines} />}</Shown>;
}

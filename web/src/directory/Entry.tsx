/** One entry of the directory: what is known, changed in place, archived; or a new one. */
import { Button } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import '../pieces/records.css';
import { get, patch, post, remove } from '../api/http.ts';
import { useSession } from '../api/session.ts';
import { useAct } from '../pieces/acting.ts';
import { Confirm } from '../pieces/Confirm.tsx';
import { Back, OneOf } from '../pieces/OneOf.tsx';
import { Screen } from '../pieces/Screen.tsx';
import { Time } from '../pieces/Time.tsx';
import { NotFound } from '../shell/Failure.tsx';
import { EntryFacts } from './EntryFacts.tsx';
import { EntryForm } from './EntryForm.tsx';
import { DIRECTORY_KEYS, isKind, KINDS, type KindName, type Views } from './kinds.ts';
import { ServiceReadiness } from './ServiceReadiness.tsx';

export const entryQuery = (kind: KindName, id: string) =>
  queryOptions({
    queryKey: [KINDS[kind].key, 'one', id],
    queryFn: ({ signal }) => get<Views[KindName]>(`/${kind}/${id}`, {}, signal),
  });

export function Entry() {
  const { kind, id } = useParams({ strict: false }) as { kind?: string; id: string };
  if (!isKind(kind)) return <NotFound />;
  return id === 'new' ? <NewEntry key={kind} kind={kind} /> : <KnownEntry key={id} kind={kind} id={id} />;
}

function NewEntry({ kind }: { kind: KindName }) {
  const navigate = useNavigate();
  const create = useAct({
    does: (body: object) => post<{ id: string }>(`/${kind}`, body),
    doubt: DIRECTORY_KEYS,
    inForm: true,
    done: ({ id }) => void navigate({ to: `/directory/${kind}/${id}`, replace: true }),
  });
  return (
    <Screen
      title={`Add a ${KINDS[kind].one}`}
      lead={<Back to={`/directory/${kind}`} words={KINDS[kind].plural} />}
    >
      <EntryForm
        kind={kind}
        entry={undefined}
        button={`Add the ${KINDS[kind].one}`}
        busy={create.isPending}
        error={create.error}
        send={create.mutate}
        cancel={() => void navigate({ to: `/directory/${kind}` })}
      />
    </Screen>
  );
}

function KnownEntry({ kind, id }: { kind: KindName; id: string }) {
  return (
    <OneOf
      of={useQuery(entryQuery(kind, id))}
      title={KINDS[kind].plural}
      lead={<Back to={`/directory/${kind}`} words={KINDS[kind].plural} />}
    >
      {(entry) => <EntryScreen kind={kind} entry={entry} />}
    </OneOf>
  );
}

function EntryScreen({ kind, entry }: { kind: KindName; entry: Views[KindName] }) {
  const administrator = useSession()?.role === 'administrator';
  const [editing, setEditing] = useState(false);
  const save = useAct({
    does: (body: object) => patch(`/${kind}/${entry.id}`, body),
    doubt: DIRECTORY_KEYS,
    inForm: true,
    done: () => setEditing(false),
  });
  const edit =
    administrator && !editing && !entry.archivedAt ? (
      <Button onClick={() => setEditing(true)}>Edit</Button>
    ) : null;
  return (
    <Screen
      title={entry.name}
      lead={<Back to={`/directory/${kind}`} words={KINDS[kind].plural} />}
      action={edit}
    >
      {entry.archivedAt ? <Archived kind={kind} entry={entry} /> : null}
      {editing ? (
        <EntryForm
          kind={kind}
          entry={entry}
          button="Save"
          busy={save.isPending}
          error={save.error}
          send={save.mutate}
          cancel={() => setEditing(false)}
        />
      ) : (
        <EntryFacts kind={kind} entry={entry} />
      )}
      {kind === 'services' && !editing && !entry.archivedAt ? (
        <ServiceReadiness serviceId={entry.id} />
      ) : null}
      {administrator && !editing && !entry.archivedAt ? <Archive kind={kind} entry={entry} /> : null}
    </Screen>
  );
}

function Archive({ kind, entry }: { kind: KindName; entry: Views[KindName] }) {
  const archive = useAct({ does: () => post(`/${kind}/${entry.id}/archival`), doubt: DIRECTORY_KEYS });
  return (
    <div className="section no-print">
      <Confirm
        words={`Archive this ${KINDS[kind].one}`}
        title={`Archive ${entry.name}`}
        button={`Archive ${entry.name}`}
        busy={archive.isPending}
        act={(close) => archive.mutate(undefined, { onSettled: close })}
      >
        <p>
          It is no longer offered or called. What has happened keeps its name, and it can be brought back.
        </p>
      </Confirm>
    </div>
  );
}

function Archived({ kind, entry }: { kind: KindName; entry: Views[KindName] }) {
  const administrator = useSession()?.role === 'administrator';
  const bringBack = useAct({ does: () => remove(`/${kind}/${entry.id}/archival`), doubt: DIRECTORY_KEYS });
  return (
    <div className="notice" style={{ marginBottom: 16 }}>
      Archived <Time at={entry.archivedAt ?? ''} show="both" />. Nobody is called by it.{' '}
      {administrator ? (
        <button
          type="button"
          className="linkish"
          disabled={bringBack.isPending}
          onClick={() => bringBack.mutate()}
        >
          Bring it back
        </button>
      ) : null}
    </div>
  );
}

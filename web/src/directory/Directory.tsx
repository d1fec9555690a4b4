/** The directory: who and what there is before anything breaks. One kind at a time, found by words. */
import { Anchor, Button } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useSession } from '../api/session.ts';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Screen } from '../pieces/Screen.tsx';
import { SearchField } from '../pieces/SearchField.tsx';
import { NotFound } from '../shell/Failure.tsx';
import { DirectoryPlaces } from './DirectoryPlaces.tsx';
import { EntryRow } from './EntryRow.tsx';
import { isKind, KINDS, type KindName, type Views } from './kinds.ts';

export function Directory() {
  const { kind = 'services' } = useParams({ strict: false }) as { kind?: string };
  return isKind(kind) ? <Entries key={kind} kind={kind} /> : <NotFound />;
}

function Entries({ kind }: { kind: KindName }) {
  const words = KINDS[kind];
  const administrator = useSession()?.role === 'administrator';
  const [q, search] = useState('');
  const [archived, setArchived] = useState(false);
  const listing = useListing<Views[KindName]>([words.key], `/${kind}`, {
    q,
    archived: archived || undefined,
  });
  return (
    <Screen
      title="Directory"
      action={
        administrator ? (
          <Button component={Link} to={`/directory/${kind}/new`}>
            Add a {words.one}
          </Button>
        ) : null
      }
    >
      <DirectoryPlaces current={kind} />
      <search className="filters">
        <SearchField label={`Search ${words.plural.toLowerCase()}`} value={q} search={search} />
      </search>
      <Listed
        of={listing}
        label={words.plural}
        row={(entry) => <EntryRow key={entry.id} kind={kind} entry={entry} />}
        empty={
          archived ? (
            <p>Nothing is archived here.</p>
          ) : (
            <>
              <p>{words.empty}</p>
              {administrator ? (
                <p>
                  <Link to={'/directory/file' as '/'}>Import a whole organisation from one file</Link>, or add
                  the first {words.one} above.
                </p>
              ) : null}
            </>
          )
        }
        noMatch={q ? <p>Nothing here is called “{q}”.</p> : undefined}
      />
      <p className="small" style={{ marginTop: 24 }}>
        <Anchor component="button" type="button" className="linkish" onClick={() => setArchived(!archived)}>
          {archived
            ? `Back to ${words.plural.toLowerCase()} in use`
            : `Archived ${words.plural.toLowerCase()}`}
        </Anchor>
      </p>
    </Screen>
  );
}

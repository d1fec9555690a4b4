/** Who is called when nobody knows yet which service it is. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get, put } from '../api/http.ts';
import { peopleQuery } from '../api/queries.ts';
import { useSession } from '../api/session.ts';
import { Fact, Facts } from '../directory/EntryFacts.tsx';
import { FormOutline } from '../directory/EntryForm.tsx';
import { NamedOne } from '../directory/Named.tsx';
import { useAct } from '../pieces/acting.ts';
import { Shown } from '../pieces/States.tsx';

type Cover = { primaryId: string | null; backupId: string | null; managerId: string | null };
const RUNGS: { field: keyof Cover; name: string }[] = [
  { field: 'primaryId', name: 'Primary' },
  { field: 'backupId', name: 'Backup' },
  { field: 'managerId', name: 'Manager' },
];

export function DefaultCover() {
  const cover = useQuery({
    queryKey: ['oncall', 'default'],
    queryFn: ({ signal }) => get<Cover>('/oncall/default-cover', {}, signal),
  });
  return (
    <section className="section">
      <h2 className="label">When the service is not known</h2>
      <Shown of={cover}>{(data) => <Kept cover={data} />}</Shown>
    </section>
  );
}

function Kept({ cover }: { cover: Cover }) {
  const people = useQuery(peopleQuery).data?.items ?? [];
  const administrator = useSession()?.role === 'administrator';
  const [editing, setEditing] = useState(false);
  const nameOf = (id: string | null) => people.find((each) => each.id === id)?.name;
  if (editing) return <Edit cover={cover} close={() => setEditing(false)} />;
  return (
    <>
      <Facts>
        {RUNGS.map(({ field, name }) => (
          <Fact key={field} name={name}>
            {nameOf(cover[field]) ?? (
              <span className="quiet">
                {field === 'primaryId' ? 'nobody: everybody is called' : 'nobody'}
              </span>
            )}
          </Fact>
        ))}
      </Facts>
      {administrator ? (
        <Button variant="default" mt="sm" onClick={() => setEditing(true)}>
          Change who is called
        </Button>
      ) : null}
    </>
  );
}

function Edit({ cover, close }: { cover: Cover; close: () => void }) {
  const people = useQuery(peopleQuery).data?.items ?? [];
  const [form, setForm] = useState(cover);
  const save = useAct({
    does: () => put('/oncall/default-cover', form),
    doubt: [['oncall'], ['readiness']],
    inForm: true,
    done: close,
  });
  return (
    <FormOutline
      button="Save"
      busy={save.isPending}
      error={save.error}
      submit={() => save.mutate()}
      cancel={close}
    >
      {RUNGS.map(({ field, name }) => (
        <NamedOne
          key={field}
          kind="people"
          label={name}
          known={people}
          value={form[field]}
          choose={(id) => setForm({ ...form, [field]: id })}
        />
      ))}
    </FormOutline>
  );
}

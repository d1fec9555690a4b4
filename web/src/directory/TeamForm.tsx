/** A team: its name and who is in it. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { refusals } from '../pieces/acting.ts';
import { type FormOf, FormOutline } from './EntryForm.tsx';
import type { Views } from './kinds.ts';
import { NamedMany } from './Named.tsx';

export function TeamForm({ entry, send, ...outline }: FormOf<Views['teams']>) {
  const [name, setName] = useState(entry?.name ?? '');
  const [memberIds, setMemberIds] = useState((entry?.members ?? []).map((each) => each.id));
  const refused = refusals(outline.error);
  return (
    <FormOutline {...outline} submit={() => send({ name, memberIds })}>
      <TextInput
        label="Name"
        size="md"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={refused('name')}
        required
        autoFocus={!entry}
        withAsterisk={false}
      />
      <NamedMany
        kind="people"
        label="Members"
        known={entry?.members ?? []}
        value={memberIds}
        choose={setMemberIds}
        error={refused('memberIds')}
      />
    </FormOutline>
  );
}

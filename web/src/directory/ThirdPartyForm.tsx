/** A third party: its name and where it says how it is. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { refusals } from '../pieces/acting.ts';
import { type FormOf, FormOutline } from './EntryForm.tsx';
import type { Views } from './kinds.ts';

export function ThirdPartyForm({ entry, send, ...outline }: FormOf<Views['third-parties']>) {
  const [name, setName] = useState(entry?.name ?? '');
  const [statusUrl, setStatusUrl] = useState(entry?.statusUrl ?? '');
  const refused = refusals(outline.error);
  return (
    <FormOutline {...outline} submit={() => send({ name, statusUrl: statusUrl.trim() || null })}>
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
      <TextInput
        label="Status page"
        placeholder="https://status.example.com"
        type="url"
        size="md"
        value={statusUrl}
        onChange={(event) => setStatusUrl(event.currentTarget.value)}
        error={refused('statusUrl')}
      />
    </FormOutline>
  );
}

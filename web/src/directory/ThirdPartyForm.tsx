/** A third party: its name and where it says how it is. */
import { Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { refusals } from '../pieces/acting.ts';
import { type FormOf, FormOutline } from './EntryForm.tsx';
import type { Views } from './kinds.ts';

export function ThirdPartyForm({ entry, send, ...outline }: FormOf<Views['third-parties']>) {
  const [name, setName] = useState(entry?.name ?? '');
  const [statusUrl, setStatusUrl] = useState(entry?.statusUrl ?? '');
  const [stillWorks, setStillWorks] = useState(entry?.stillWorks ?? '');
  const refused = refusals(outline.error);
  return (
    <FormOutline
      {...outline}
      submit={() =>
        send({ name, statusUrl: statusUrl.trim() || null, stillWorks: stillWorks.trim() || null })
      }
    >
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
      <Textarea
        label="What still works without it"
        description="In words that clients may read: they go into the next update while we work without it."
        placeholder="Orders are taken; cards are charged later"
        size="md"
        autosize
        minRows={2}
        value={stillWorks}
        onChange={(event) => setStillWorks(event.currentTarget.value)}
        error={refused('stillWorks')}
      />
    </FormOutline>
  );
}

/** A client: who looks after it, which services it uses, when it reads, what its contract asks. Its contacts are kept on its own screen. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { refusals } from '../pieces/acting.ts';
import { ContractFields } from './ContractFields.tsx';
import { CoverFields } from './CoverFields.tsx';
import { type FormOf, FormOutline } from './EntryForm.tsx';
import type { Views } from './kinds.ts';
import { NamedMany, NamedOne } from './Named.tsx';

export function ClientForm({ entry, send, ...outline }: FormOf<Views['clients']>) {
  const [name, setName] = useState(entry?.name ?? '');
  const [accountOwnerId, setAccountOwnerId] = useState(entry?.accountOwner?.id ?? null);
  const [serviceIds, setServiceIds] = useState((entry?.services ?? []).map((each) => each.id));
  const [cover, setCover] = useState(entry?.cover ?? null);
  const [contract, setContract] = useState(entry?.contract ?? null);
  const refused = refusals(outline.error);
  return (
    <FormOutline {...outline} submit={() => send({ name, accountOwnerId, serviceIds, cover, contract })}>
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
      <NamedOne
        kind="people"
        label="Account owner"
        description="Hears first when something of this client breaks."
        known={entry?.accountOwner ? [entry.accountOwner] : []}
        value={accountOwnerId}
        choose={setAccountOwnerId}
        error={refused('accountOwnerId')}
      />
      <NamedMany
        kind="services"
        label="Services it uses"
        known={entry?.services ?? []}
        value={serviceIds}
        choose={setServiceIds}
        error={refused('serviceIds')}
      />
      <CoverFields value={cover} change={setCover} refused={refused} />
      <ContractFields value={contract} change={setContract} refused={refused} />
    </FormOutline>
  );
}

/** A service: what clients call it, who is woken, what it stands on, whom it serves. */
import { Checkbox, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { refusals } from '../pieces/acting.ts';
import { ZoneSelect } from '../pieces/ZoneSelect.tsx';
import { ownZone } from '../words/time.ts';
import { type FormOf, FormOutline } from './EntryForm.tsx';
import type { Bodies, Ref, Views } from './kinds.ts';
import { NamedMany, NamedOne } from './Named.tsx';
import { slugOf } from './slug.ts';

export function ServiceForm({ entry, send, ...outline }: FormOf<Views['services']>) {
  const [form, setForm] = useState(() => bodyOf(entry));
  const [slugTouched, setSlugTouched] = useState(entry !== undefined);
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const refused = refusals(outline.error);
  const refs = (of: (Ref | null)[] | undefined) => (of ?? []).filter((each) => each !== null);
  const rename = (name: string) => set(slugTouched ? { name } : { name, slug: slugOf(name) });
  return (
    <FormOutline
      {...outline}
      submit={() =>
        send({ ...form, publicName: form.publicName?.trim() || null, region: form.region?.trim() || null })
      }
    >
      <div className="pair">
        <TextInput
          label="Name"
          size="md"
          value={form.name}
          onChange={(event) => rename(event.currentTarget.value)}
          error={refused('name')}
          required
          autoFocus={!entry}
          withAsterisk={false}
        />
        <TextInput
          label="Slug"
          description="What monitoring calls it"
          size="md"
          className="mono-input"
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={form.slug}
          onChange={(event) => {
            setSlugTouched(true);
            set({ slug: event.currentTarget.value });
          }}
          error={refused('slug')}
          required
          withAsterisk={false}
        />
      </div>
      <Textarea
        label="What it does"
        size="md"
        autosize
        minRows={2}
        value={form.description}
        onChange={(event) => set({ description: event.currentTarget.value })}
        error={refused('description')}
      />
      <TextInput
        label="Public name"
        description="The only name that clients ever see."
        size="md"
        value={form.publicName ?? ''}
        onChange={(event) => set({ publicName: event.currentTarget.value })}
        error={refused('publicName')}
      />
      <Checkbox
        size="md"
        label="On the public status page"
        description={
          form.publicName?.trim()
            ? `Everybody sees it as “${form.publicName.trim()}”.`
            : 'It needs a public name first.'
        }
        checked={form.onPublicPage}
        onChange={(event) => set({ onPublicPage: event.currentTarget.checked })}
        error={refused('onPublicPage')}
      />
      <h2 className="label">Who is woken</h2>
      <div className="pair">
        <NamedOne
          kind="people"
          label="Primary"
          known={refs([entry?.primary ?? null])}
          value={form.primaryId}
          choose={(primaryId) => set({ primaryId })}
          error={refused('primaryId')}
        />
        <NamedOne
          kind="people"
          label="Backup"
          known={refs([entry?.backup ?? null])}
          value={form.backupId}
          choose={(backupId) => set({ backupId })}
          error={refused('backupId')}
        />
        <NamedOne
          kind="people"
          label="Manager"
          known={refs([entry?.manager ?? null])}
          value={form.managerId}
          choose={(managerId) => set({ managerId })}
          error={refused('managerId')}
        />
        <NamedOne
          kind="teams"
          label="Second team"
          known={refs([entry?.secondTeam ?? null])}
          value={form.secondTeamId}
          choose={(secondTeamId) => set({ secondTeamId })}
          error={refused('secondTeamId')}
        />
        <NamedOne
          kind="teams"
          label="Owned by"
          known={refs([entry?.ownerTeam ?? null])}
          value={form.ownerTeamId}
          choose={(ownerTeamId) => set({ ownerTeamId })}
          error={refused('ownerTeamId')}
        />
        <ZoneSelect value={form.zone} choose={(zone) => set({ zone })} error={refused('zone')} />
      </div>
      <h2 className="label">What it stands on, and whom it serves</h2>
      <NamedMany
        kind="services"
        label="Depends on"
        known={refs(entry?.dependsOn)}
        not={entry?.id}
        value={form.dependsOnIds}
        choose={(dependsOnIds) => set({ dependsOnIds })}
        error={refused('dependsOnIds')}
      />
      <NamedMany
        kind="third-parties"
        label="Providers"
        known={refs(entry?.thirdParties)}
        value={form.thirdPartyIds}
        choose={(thirdPartyIds) => set({ thirdPartyIds })}
        error={refused('thirdPartyIds')}
      />
      <NamedMany
        kind="clients"
        label="Clients served"
        known={refs(entry?.clients)}
        value={form.clientIds}
        choose={(clientIds) => set({ clientIds })}
        error={refused('clientIds')}
      />
      <TextInput
        label="Region"
        description="Services of one region that fail together join one incident."
        size="md"
        value={form.region ?? ''}
        onChange={(event) => set({ region: event.currentTarget.value })}
        error={refused('region')}
      />
    </FormOutline>
  );
}

function bodyOf(entry: Views['services'] | undefined): Bodies['services'] {
  const ids = (refs: Ref[] | undefined) => (refs ?? []).map((each) => each.id);
  return {
    name: entry?.name ?? '',
    slug: entry?.slug ?? '',
    description: entry?.description ?? '',
    publicName: entry?.publicName ?? null,
    onPublicPage: entry?.onPublicPage ?? false,
    ownerTeamId: entry?.ownerTeam?.id ?? null,
    region: entry?.region ?? null,
    zone: entry?.zone ?? ownZone(),
    primaryId: entry?.primary?.id ?? null,
    backupId: entry?.backup?.id ?? null,
    managerId: entry?.manager?.id ?? null,
    secondTeamId: entry?.secondTeam?.id ?? null,
    dependsOnIds: ids(entry?.dependsOn),
    thirdPartyIds: ids(entry?.thirdParties),
    clientIds: ids(entry?.clients),
  };
}

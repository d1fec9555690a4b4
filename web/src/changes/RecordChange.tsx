/** A change that no pipeline told of, recorded by hand. */
import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CHANGE_KINDS } from '#src/incident/change.ts';
import { CHANGE_KIND_WORDS } from '#src/triage/relation.ts';
import { post } from '../api/http.ts';
import { servicesQuery } from '../api/queries.ts';
import { FormOutline } from '../directory/EntryForm.tsx';
import { refusals, useAct } from '../pieces/acting.ts';
import { TimeField } from '../pieces/TimeField.tsx';
import { say } from '../shell/toast.ts';
import { nowMs } from '../words/clock.ts';
import { type Change, ROLLBACK_WORDS } from './change.ts';

export function RecordChange({ close }: { close: () => void }) {
  const services = useQuery(servicesQuery).data?.items ?? [];
  const [form, setForm] = useState({
    summary: '',
    service: '',
    kind: 'deploy',
    rollback: 'unknown',
    url: '',
    happenedAt: new Date(nowMs()).toISOString() as string | null,
  });
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const record = useAct({
    does: () =>
      post<Change & { note: string | null }>('/changes', {
        summary: form.summary,
        kind: form.kind,
        rollback: form.rollback,
        ...(form.service ? { service: form.service } : {}),
        ...(form.url.trim() ? { url: form.url.trim() } : {}),
        ...(form.happenedAt ? { happenedAt: form.happenedAt } : {}),
      }),
    doubt: [['changes'], ['incidents']],
    inForm: true,
    done: ({ note }) => {
      if (note) say(note);
      close();
    },
  });
  const refused = refusals(record.error);
  return (
    <section className="card" style={{ marginBottom: 24 }} aria-label="Record a change">
      <FormOutline
        button="Record it"
        busy={record.isPending}
        error={record.error}
        submit={() => record.mutate()}
        cancel={close}
      >
        <TextInput
          label="What changed"
          placeholder="checkout 4.12.0"
          size="md"
          value={form.summary}
          onChange={(event) => set({ summary: event.currentTarget.value })}
          error={refused('summary')}
          required
          autoFocus
          withAsterisk={false}
        />
        <div className="pair">
          <Select
            label="Which service"
            size="md"
            searchable
            data={[
              { value: '', label: 'not one of ours' },
              ...services.map((each) => ({ value: each.id, label: each.name })),
            ]}
            value={form.service}
            onChange={(service) => set({ service: service ?? '' })}
            nothingFoundMessage="No service of that name"
          />
          <Select
            label="Kind"
            size="md"
            data={CHANGE_KINDS.map((value) => ({ value, label: CHANGE_KIND_WORDS[value] }))}
            value={form.kind}
            onChange={(kind) => set({ kind: kind ?? 'other' })}
          />
          <TimeField
            label="When"
            direction="past"
            value={form.happenedAt}
            change={(happenedAt) => set({ happenedAt })}
            error={refused('happenedAt')}
          />
          <Select
            label="Rolling it back"
            size="md"
            data={Object.entries(ROLLBACK_WORDS).map(([value, label]) => ({ value, label }))}
            value={form.rollback}
            onChange={(rollback) => set({ rollback: rollback ?? 'unknown' })}
          />
        </div>
        <TextInput
          label="Where to look at it"
          placeholder="https://…"
          type="url"
          size="md"
          value={form.url}
          onChange={(event) => set({ url: event.currentTarget.value })}
          error={refused('url')}
        />
      </FormOutline>
    </section>
  );
}

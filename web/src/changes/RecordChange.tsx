/** A change that no pipeline told of, recorded by hand. */
import { Button, Checkbox, NumberInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CHANGE_KINDS, type ChangeState } from '#src/incident/change.ts';
import { CHANGE_KIND_WORDS } from '#src/triage/relation.ts';
import { post } from '../api/http.ts';
import { servicesQuery } from '../api/queries.ts';
import { FormOutline } from '../directory/EntryForm.tsx';
import { momentIn } from '../pages/page.ts';
import { refusals, useAct } from '../pieces/acting.ts';
import { TimeField } from '../pieces/TimeField.tsx';
import { say } from '../shell/toast.ts';
import { nowMs } from '../words/clock.ts';
import { type Change, ROLLBACK_WORDS } from './change.ts';

const STATE_CHOICES: { value: ChangeState; label: string }[] = [
  { value: 'done', label: 'done' },
  { value: 'started', label: 'under way' },
  { value: 'failed', label: 'failed' },
  { value: 'rolled_back', label: 'rolled back' },
  { value: 'planned', label: 'planned for later' },
];

export function RecordChange({ close }: { close: () => void }) {
  const services = useQuery(servicesQuery).data?.items ?? [];
  const [form, setForm] = useState({
    summary: '',
    service: '',
    kind: 'deploy',
    rollback: 'unknown',
    url: '',
    happenedAt: new Date(nowMs()).toISOString() as string | null,
    state: 'done' as ChangeState,
    begins: '',
    ends: '',
    rollbackHow: '',
    environment: '',
    versionBefore: '',
    versionAfter: '',
    source: '',
    externalId: '',
    percent: '' as number | string,
    size: '' as number | string,
    mends: false,
  });
  const [more, setMore] = useState(false);
  const planned = form.state === 'planned';
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const record = useAct({
    does: () => post<Change & { note: string | null }>('/changes', bodyOf(form)),
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
          <Select
            label="How far it has come"
            size="md"
            data={STATE_CHOICES}
            value={form.state}
            onChange={(state) => set({ state: (state ?? 'done') as ChangeState })}
          />
          {planned ? (
            <>
              <TextInput
                label="From (UTC)"
                type="datetime-local"
                size="md"
                value={form.begins}
                onChange={(event) => set({ begins: event.currentTarget.value })}
                error={refused('happenedAt')}
                required
                withAsterisk={false}
              />
              <TextInput
                label="Until (UTC)"
                type="datetime-local"
                size="md"
                value={form.ends}
                onChange={(event) => set({ ends: event.currentTarget.value })}
                error={refused('endsAt')}
              />
            </>
          ) : (
            <TimeField
              label="When"
              direction="past"
              value={form.happenedAt}
              change={(happenedAt) => set({ happenedAt })}
              error={refused('happenedAt')}
            />
          )}
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
        {more ? (
          <div className="pair">
            <TextInput
              label="How to roll it back"
              placeholder="the command, the page, the button"
              size="md"
              value={form.rollbackHow}
              onChange={(event) => set({ rollbackHow: event.currentTarget.value })}
              error={refused('rollbackHow')}
            />
            <TextInput
              label="Environment"
              placeholder="production"
              size="md"
              value={form.environment}
              onChange={(event) => set({ environment: event.currentTarget.value })}
              error={refused('environment')}
            />
            <TextInput
              label="Version before"
              size="md"
              value={form.versionBefore}
              onChange={(event) => set({ versionBefore: event.currentTarget.value })}
              error={refused('versionBefore')}
            />
            <TextInput
              label="Version after"
              size="md"
              value={form.versionAfter}
              onChange={(event) => set({ versionAfter: event.currentTarget.value })}
              error={refused('versionAfter')}
            />
            <NumberInput
              label="Live for how many per cent, so far"
              min={0}
              max={100}
              size="md"
              value={form.percent}
              onChange={(percent) => set({ percent })}
              error={refused('ramp')}
            />
            <NumberInput
              label="Lines that changed"
              min={0}
              allowDecimal={false}
              size="md"
              value={form.size}
              onChange={(size) => set({ size })}
              error={refused('size')}
            />
            <TextInput
              label="What it comes from"
              placeholder="by hand"
              size="md"
              value={form.source}
              onChange={(event) => set({ source: event.currentTarget.value })}
              error={refused('source')}
            />
            <TextInput
              label="Its number there"
              description="Recorded again with it, it is the same change."
              size="md"
              value={form.externalId}
              onChange={(event) => set({ externalId: event.currentTarget.value })}
              error={refused('externalId')}
            />
            <Checkbox
              label="It undoes something, or repairs it in haste"
              checked={form.mends}
              onChange={(event) => set({ mends: event.currentTarget.checked })}
            />
          </div>
        ) : (
          <Button variant="subtle" onClick={() => setMore(true)} style={{ justifySelf: 'start' }}>
            More: versions, rollout, how to roll back
          </Button>
        )}
      </FormOutline>
    </section>
  );
}

type Form = {
  summary: string;
  service: string;
  kind: string;
  rollback: string;
  url: string;
  happenedAt: string | null;
  state: ChangeState;
  begins: string;
  ends: string;
  percent: number | string;
  size: number | string;
  mends: boolean;
} & Record<(typeof TEXTS)[number], string>;

const TEXTS = [
  'rollbackHow',
  'environment',
  'versionBefore',
  'versionAfter',
  'source',
  'externalId',
] as const;

/** Only what was filled in: the server knows what the rest is. */
function bodyOf(form: Form): object {
  const planned = form.state === 'planned';
  const at = planned ? momentIn(form.begins) : form.happenedAt;
  return {
    summary: form.summary,
    kind: form.kind,
    rollback: form.rollback,
    state: form.state,
    ...(form.service ? { service: form.service } : {}),
    ...(form.url.trim() ? { url: form.url.trim() } : {}),
    ...(at ? { happenedAt: at } : {}),
    ...(planned && form.ends ? { endsAt: momentIn(form.ends) } : {}),
    ...Object.fromEntries(TEXTS.map((name) => [name, form[name].trim()]).filter(([, value]) => value)),
    ...(form.percent !== '' && at ? { ramp: [{ at, percent: Number(form.percent) }] } : {}),
    ...(form.size !== '' ? { size: Number(form.size) } : {}),
    ...(form.mends ? { mends: true } : {}),
  };
}

/** Prepared words for messages: who reads them, when they fit, and how they would read. */
import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { post, put, remove } from '../api/http.ts';
import { useSession } from '../api/session.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { refusals, useAct } from '../pieces/acting.ts';
import { Confirm } from '../pieces/Confirm.tsx';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Refusal } from '../pieces/Refusal.tsx';

type Words = {
  name: string;
  kind: string;
  severity: string | null;
  category: string | null;
  audience: string;
  impact: string;
  action: string;
};
type Template = Words & { id: string; updatedBy: string };

const KINDS = {
  first: 'Holding message',
  next: 'Update',
  works_again: 'It works again',
  is_back: 'It is back',
  stand_down: 'Stand down',
  correction: 'Correction',
  final: 'Final message',
};
const CATEGORIES = {
  deployment_regression: 'a deployment regression',
  infrastructure: 'an infrastructure failure',
  third_party: 'a provider outage',
  data: 'a data issue',
  security: 'security',
  other: 'something else',
};
const AUDIENCES = { clients: 'all affected clients', internal: 'our own people', public: 'the status page' };
const GAPS = '{{services}} {{since}} {{restored}} {{workaround}} {{reference}} {{organisation}}';
const CHARACTERS_MAX = 2000;
const PREVIEW_AFTER_MS = 400;
const EMPTY: Words = {
  name: '',
  kind: 'first',
  severity: null,
  category: null,
  audience: 'clients',
  impact: '',
  action: '',
};

export function Templates() {
  const listing = useListing<Template>(['message-templates'], '/message-templates');
  const administrator = useSession()?.role === 'administrator';
  const [edited, setEdited] = useState<Template | 'new'>();
  return (
    <>
      <section>
        <div className="section-head">
          <h2 className="label">Prepared words</h2>
          {administrator && edited === undefined ? (
            <Button variant="default" onClick={() => setEdited('new')}>
              Write a template
            </Button>
          ) : null}
        </div>
        <Listed
          of={listing}
          label="Message templates"
          row={(each) => (
            <Row key={each.id} template={each} edit={administrator ? () => setEdited(each) : undefined} />
          )}
          empty={
            <p>
              None. Every message has words of its own already; a template replaces them where it fits: for a
              kind of failure, a severity, an audience.
            </p>
          }
        />
      </section>
      {edited ? (
        <TemplateForm
          key={edited === 'new' ? 'new' : edited.id}
          template={edited === 'new' ? undefined : edited}
          done={() => setEdited(undefined)}
        />
      ) : null}
    </>
  );
}

function TemplateForm({ template, done }: { template: Template | undefined; done: () => void }) {
  const [form, setForm] = useState<Words>(template ?? EMPTY);
  const set = (part: Partial<Words>) => setForm({ ...form, ...part });
  const save = useAct({
    does: () => {
      const { name, kind, severity, category, audience, impact, action } = form;
      const body = { name, kind, severity, category, audience, impact, action };
      return template ? put(`/message-templates/${template.id}`, body) : post('/message-templates', body);
    },
    doubt: [['message-templates'], ['incidents']],
    inForm: true,
    said: 'Saved. Drafts use it from now on.',
    done,
  });
  const refused = refusals(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <section className="section" ref={intoSight}>
      <h2 className="label">{template ? `Change “${template.name}”` : 'A new template'}</h2>
      <form className="form" onSubmit={submit} style={{ marginTop: 8 }}>
        <TextInput
          label="Name"
          placeholder="Payment provider is down"
          size="md"
          value={form.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={refused('name')}
          required
          withAsterisk={false}
        />
        <div className="pair">
          <Choice
            label="For"
            of={KINDS}
            value={form.kind}
            choose={(kind) => set({ kind: kind ?? 'first' })}
          />
          <Choice
            label="Read by"
            of={AUDIENCES}
            value={form.audience}
            choose={(audience) => set({ audience: audience ?? 'clients' })}
          />
        </div>
        <div className="pair">
          <Choice
            label="When it is"
            of={CATEGORIES}
            value={form.category}
            choose={(category) => set({ category })}
            any="any kind of failure"
          />
          <Choice
            label="Of severity"
            of={{ P1: 'P1', P2: 'P2', P3: 'P3' }}
            value={form.severity}
            choose={(severity) => set({ severity })}
            any="any severity"
          />
        </div>
        {(['impact', 'action'] as const).map((field) => (
          <Textarea
            key={field}
            label={field === 'impact' ? 'Impact' : 'Action'}
            description={
              field === 'impact'
                ? `Gaps: ${GAPS}. A sentence with a gap for which nothing is known is left out.`
                : 'What we are doing now'
            }
            size="md"
            autosize
            minRows={2}
            maxRows={8}
            maxLength={CHARACTERS_MAX}
            value={form[field]}
            onChange={(event) => set({ [field]: event.currentTarget.value })}
            error={refused(field)}
            required
            withAsterisk={false}
          />
        ))}
        <Example impact={form.impact} action={form.action} />
        <Refusal error={save.error} />
        <div className="form-end">
          <ActButton type="submit" busy={save.isPending} busyText="Saving…">
            {template ? 'Save the change' : 'Keep it'}
          </ActButton>
          <Button variant="subtle" onClick={done}>
            Cancel
          </Button>
        </div>
      </form>
    </section>
  );
}

/** What was asked for stands below the list: it is brought into sight, and the first field waits for words. */
function intoSight(form: HTMLElement | null): void {
  form?.querySelector<HTMLElement>('input')?.focus();
  form?.scrollIntoView({ block: 'nearest' });
}

type Choosing = {
  label: string;
  of: Record<string, string>;
  value: string | null;
  choose: (value: string | null) => void;
  any?: string;
};

function Choice({ label, of, value, choose, any }: Choosing) {
  const data = Object.entries(of).map(([key, words]) => ({ value: key, label: words }));
  return (
    <Select
      label={label}
      size="md"
      data={any ? [{ value: '', label: any }, ...data] : data}
      value={value ?? ''}
      allowDeselect={false}
      onChange={(chosen) => choose(chosen || null)}
    />
  );
}

/** The same filling as in a real message, with an incident that did not happen. */
function Example(words: { impact: string; action: string }) {
  const [settled] = useDebouncedValue(words, PREVIEW_AFTER_MS);
  const example = useQuery({
    queryKey: ['message-templates', 'preview', settled],
    queryFn: () => post<{ impact: string; action: string }>('/message-templates/preview', settled),
    enabled: Boolean(settled.impact.trim() && settled.action.trim()),
    retry: false,
    gcTime: 0,
  });
  if (!example.data) return null;
  return (
    <div>
      <p className="label">As it would read</p>
      <p>
        {example.data.impact} {example.data.action}
      </p>
    </div>
  );
}

function Row({ template, edit }: { template: Template; edit: (() => void) | undefined }) {
  const gone = useAct({
    does: () => remove(`/message-templates/${template.id}`),
    doubt: [['message-templates'], ['incidents']],
    said: 'Removed. Drafts use our own words again.',
  });
  const { kind, audience, category, severity } = template;
  const when = [
    KINDS[kind as keyof typeof KINDS],
    `for ${AUDIENCES[audience as keyof typeof AUDIENCES]}`,
    ...(category ? [`when it is ${CATEGORIES[category as keyof typeof CATEGORIES]}`] : []),
    ...(severity ? [severity] : []),
  ].join(' · ');
  return (
    <li className="template">
      <div className="section-head">
        <h3>{template.name}</h3>
        {edit ? (
          <span className="row-acts">
            <Button variant="subtle" size="compact-md" onClick={edit}>
              Change
            </Button>
            <Confirm
              words="Remove"
              title={`Remove “${template.name}”?`}
              button="Remove it"
              busy={gone.isPending}
              act={(close) => gone.mutate(undefined, { onSuccess: close })}
              size="compact-md"
              danger
            >
              <p>Messages that were sent with it stay as they are.</p>
            </Confirm>
          </span>
        ) : null}
      </div>
      <p className="quiet small">{when}</p>
      <p>
        {template.impact} {template.action}
      </p>
    </li>
  );
}

/** One template of postmortems: when it fits, what it asks, what stands beside the usual questions, what a draft begins with. */
import { Button, Checkbox, MultiSelect, Select, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { QUESTION_GROUPS, type Question } from '#src/learn/questions.ts';
import { BEGINNINGS, CATEGORIES } from '#src/learn/template.ts';
import { post, put } from '../api/http.ts';
import '../learn/learn.css';
import type { ShownTemplate } from '../learn/ChooseTemplate.tsx';
import { ActButton } from '../pieces/ActButton.tsx';
import { refusals, useAct } from '../pieces/acting.ts';
import { Refusal } from '../pieces/Refusal.tsx';
import { CATEGORY_WORDS } from '../playbooks/playbook.ts';

type Asked = Omit<ShownTemplate['questions'][number], 'id'> & { id?: string | undefined; key: string };
type Form = {
  name: string;
  categories: ShownTemplate['categories'];
  questions: Asked[];
  guidance: Record<string, string>;
  beginnings: Record<string, string | undefined>;
};

const QUESTIONS_MAX = 20;
const WORDS_CHARACTERS_MAX = 500;
const BEGINNING_CHARACTERS_MAX = 5000;
const BEGINS: readonly string[] = BEGINNINGS;
const EMPTY: Form = { name: '', categories: [], questions: [], guidance: {}, beginnings: {} };

export function PostmortemTemplateForm({
  template,
  done,
}: {
  template: ShownTemplate | undefined;
  done: () => void;
}) {
  const [form, setForm] = useState<Form>(
    template
      ? { ...template, questions: template.questions.map((each) => ({ ...each, key: each.id })) }
      : EMPTY,
  );
  const set = (part: Partial<Form>) => setForm({ ...form, ...part });
  const save = useAct({
    does: () => {
      const { name, categories, guidance, beginnings } = form;
      const questions = form.questions.map(({ key: _key, ...each }) => each);
      const body = { name, categories, questions, guidance, beginnings };
      return template
        ? put(`/postmortem-templates/${template.id}`, body)
        : post('/postmortem-templates', body);
    },
    doubt: [['postmortem-templates'], ['postmortems']],
    inForm: true,
    said: 'Saved. Postmortems that are opened from now on follow it.',
    done,
  });
  const refused = refusals(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <section className="section">
      <h2 className="label">{template ? `Change “${template.name}”` : 'A new template'}</h2>
      <form className="form" onSubmit={submit} style={{ marginTop: 8 }}>
        <TextInput
          label="Name"
          placeholder="Security incident"
          size="md"
          value={form.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={refused('name')}
          required
          withAsterisk={false}
          autoFocus
        />
        <MultiSelect
          label="When it is"
          description="Nothing chosen: any kind of failure that has no template of its own"
          size="md"
          data={CATEGORIES.map((value) => ({ value, label: CATEGORY_WORDS[value] }))}
          value={form.categories}
          onChange={(categories) => set({ categories: categories as Form['categories'] })}
          error={refused('categories')}
        />
        {QUESTION_GROUPS.map((group) => (
          <fieldset key={group.section} className="template-group">
            <legend>{group.title}</legend>
            {group.questions.map((question) => (
              <Usual key={question.field} question={question} form={form} set={set} />
            ))}
            <Own section={group.section} form={form} set={set} refused={refused} />
          </fieldset>
        ))}
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

type Part = { form: Form; set: (part: Partial<Form>) => void };

/** A question that is always asked; its words are folded until somebody wants others. */
function Usual({ question: { field, label, question, help }, form, set }: Part & { question: Question }) {
  const begins = BEGINS.includes(field);
  const changed = Boolean(form.guidance[field]?.trim() || form.beginnings[field]?.trim());
  return (
    <details className="template-usual" open={changed || undefined}>
      <summary>
        {label} <span className="quiet small">{question}</span>
      </summary>
      <div className="template-words">
        <TextInput
          label="Beside it"
          placeholder={help}
          size="md"
          maxLength={WORDS_CHARACTERS_MAX}
          value={form.guidance[field] ?? ''}
          onChange={(event) => set({ guidance: { ...form.guidance, [field]: event.currentTarget.value } })}
        />
        {begins ? (
          <Textarea
            label="A draft begins with"
            placeholder="Nothing"
            size="md"
            autosize
            minRows={1}
            maxLength={BEGINNING_CHARACTERS_MAX}
            value={form.beginnings[field] ?? ''}
            onChange={(event) =>
              set({ beginnings: { ...form.beginnings, [field]: event.currentTarget.value } })
            }
          />
        ) : null}
      </div>
    </details>
  );
}

type OwnPart = Part & { section: Asked['section']; refused: ReturnType<typeof refusals> };

function Own({ section, form, set, refused }: OwnPart) {
  const add = () => {
    const key = crypto.randomUUID();
    set({
      questions: [...form.questions, { key, section, label: '', question: '', help: '', required: false }],
    });
  };
  const change = (key: string, part: Partial<Asked>) =>
    set({ questions: form.questions.map((each) => (each.key === key ? { ...each, ...part } : each)) });
  return (
    <>
      {form.questions.map((asked, place) =>
        asked.section === section ? (
          <div key={asked.key} className="template-own">
            <TextInput
              label="Question"
              placeholder="Which data could have been read?"
              size="md"
              maxLength={WORDS_CHARACTERS_MAX}
              value={asked.question}
              onChange={(event) => change(asked.key, { question: event.currentTarget.value })}
              error={refused(`questions.${place}.question`)}
              autoFocus={!asked.id}
            />
            <div className="pair">
              <TextInput
                label="Its answer is called"
                placeholder="Data at risk"
                size="md"
                value={asked.label}
                onChange={(event) => change(asked.key, { label: event.currentTarget.value })}
                error={refused(`questions.${place}.label`)}
              />
              <TextInput
                label="Beside it"
                placeholder="What the logs show, and what they cannot"
                size="md"
                maxLength={WORDS_CHARACTERS_MAX}
                value={asked.help}
                onChange={(event) => change(asked.key, { help: event.currentTarget.value })}
              />
            </div>
            <div className="template-own-end">
              <Checkbox
                label="Needed for publishing"
                checked={asked.required}
                onChange={(event) => change(asked.key, { required: event.currentTarget.checked })}
              />
              <Select
                aria-label={`Section of “${asked.label || 'the question'}”`}
                size="sm"
                allowDeselect={false}
                data={QUESTION_GROUPS.map((each) => ({ value: each.section, label: each.title }))}
                value={asked.section}
                onChange={(chosen) => chosen && change(asked.key, { section: chosen as Asked['section'] })}
              />
              <Button
                variant="subtle"
                size="compact-md"
                onClick={() => set({ questions: form.questions.filter(({ key }) => key !== asked.key) })}
                aria-label={`Remove: ${asked.label || 'the question'}`}
              >
                Remove
              </Button>
            </div>
          </div>
        ) : null,
      )}
      <Button
        variant="subtle"
        size="compact-md"
        className="template-add"
        onClick={add}
        disabled={form.questions.length >= QUESTIONS_MAX}
        aria-label={`Add a question under ${QUESTION_GROUPS.find((each) => each.section === section)?.title}`}
      >
        Add a question
      </Button>
    </>
  );
}

/** What the organisation adds to its postmortems: everybody reads it, administrators keep it. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { remove } from '../api/http.ts';
import { useSession } from '../api/session.ts';
import { postmortemTemplatesQuery, type ShownTemplate } from '../learn/ChooseTemplate.tsx';
import { useAct } from '../pieces/acting.ts';
import { Confirm } from '../pieces/Confirm.tsx';
import { Shown } from '../pieces/States.tsx';
import '../learn/learn.css';
import { CATEGORY_ISSUES } from '../playbooks/playbook.ts';
import { PostmortemTemplateForm } from './PostmortemTemplateForm.tsx';

export function PostmortemTemplates() {
  const templates = useQuery(postmortemTemplatesQuery);
  const administrator = useSession()?.role === 'administrator';
  const [edited, setEdited] = useState<ShownTemplate | 'new'>();
  if (edited)
    return (
      <PostmortemTemplateForm
        template={edited === 'new' ? undefined : edited}
        done={() => setEdited(undefined)}
      />
    );
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">Postmortem templates</h2>
        {administrator ? (
          <Button variant="default" onClick={() => setEdited('new')}>
            Write a template
          </Button>
        ) : null}
      </div>
      <p className="quiet small">
        The four sections and their questions are the same everywhere. A template asks more, says in your
        words what belongs where, and begins a text. A draft takes it over when it is opened.
      </p>
      <Shown of={templates}>
        {({ items }) =>
          items.length ? (
            <ul className="rows" aria-label="Postmortem templates">
              {items.map((each) => (
                <Row key={each.id} template={each} edit={administrator ? () => setEdited(each) : undefined} />
              ))}
            </ul>
          ) : (
            <p className="nothing">None. Every postmortem asks the usual questions.</p>
          )
        }
      </Shown>
    </section>
  );
}

function Row({ template, edit }: { template: ShownTemplate; edit: (() => void) | undefined }) {
  const gone = useAct({
    does: () => remove(`/postmortem-templates/${template.id}`),
    doubt: [['postmortem-templates']],
    said: 'Removed. New postmortems do not follow it.',
  });
  const { name, categories, questions } = template;
  return (
    <li className="template">
      <div className="section-head">
        <h3>{name}</h3>
        {edit ? (
          <span className="row-acts">
            <Button variant="subtle" size="compact-md" onClick={edit}>
              Change
            </Button>
            <Confirm
              words="Remove"
              title={`Remove “${name}”?`}
              button="Remove it"
              busy={gone.isPending}
              act={(close) => gone.mutate(undefined, { onSuccess: close })}
              size="compact-md"
              danger
            >
              <p>Postmortems that follow it keep its questions and what was answered.</p>
            </Confirm>
          </span>
        ) : null}
      </div>
      <p className="quiet small">
        For{' '}
        {categories.length
          ? categories.map((each) => CATEGORY_ISSUES[each]).join(', ')
          : 'any kind of failure'}
      </p>
      {questions.length ? (
        <ul className="small template-asks">
          {questions.map(({ id, label, question, required }) => (
            <li key={id}>
              <span className="strong">{label}</span>: {question}
              {required ? <span className="quiet"> (needed for publishing)</span> : null}
            </li>
          ))}
        </ul>
      ) : (
        <p className="small">It asks the usual questions, in your words.</p>
      )}
    </li>
  );
}

/** The writer's screen. Questions stand beside the fields; what is missing before publishing is named exactly. */

import { Button, Textarea } from '@mantine/core';
import { blameIn } from '#src/learn/blame.ts';
import { QUESTION_GROUPS, type Question } from '#src/learn/questions.ts';
import { type Missing, whatIsMissing } from '#src/learn/sections.ts';
import { Problem, post, put } from '../api/http.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { PersonSelect } from '../pieces/Choosers.tsx';
import { Refusal } from '../pieces/Refusal.tsx';
import { ActionItemRow } from './ActionItems.tsx';
import { Collision } from './Collision.tsx';
import { FactorField } from './FactorField.tsx';
import { factorOf, valueAt, written } from './fields.ts';
import { Hints } from './Hints.tsx';
import { NewActionItem } from './NewActionItem.tsx';
import { LEARN_KEYS, type Postmortem } from './postmortem.ts';
import { Saved } from './Saved.tsx';
import { SetHints } from './SetHints.tsx';
import { TimelineEditor } from './TimelineEditor.tsx';
import { useWriting, type Writing } from './writing.ts';

const FIELD_CHARACTERS_MAX = 20_000;

export function Editor({ postmortem }: { postmortem: Postmortem }) {
  const writing = useWriting(postmortem);
  const agreed = postmortem.actionItems.filter((item) => item.state !== 'dropped').length;
  const missing = whatIsMissing(writing.sections, agreed);
  return (
    <>
      <Saved writing={writing} missing={missing.length} />
      {writing.theirs ? (
        <Collision mine={writing.sections} theirs={writing.theirs} settle={writing.settle} />
      ) : null}
      {QUESTION_GROUPS.map((group) => (
        <section className="section learn-section" key={group.section} id={group.section}>
          <h2>{group.title}</h2>
          <p className="quiet prose">{group.explanation}</p>
          {group.questions.map((question) => (
            <QuestionField
              key={question.field}
              question={question}
              writing={writing}
              postmortem={postmortem}
            />
          ))}
        </section>
      ))}
      <Publish postmortem={postmortem} writing={writing} missing={missing} />
    </>
  );
}

function QuestionField({
  question,
  writing,
  postmortem,
}: {
  question: Question;
  writing: Writing;
  postmortem: Postmortem;
}) {
  const { field, label, help } = question;
  const { sections, write } = writing;
  const text = valueAt(sections, field);
  return (
    <div className="question" id={field}>
      <div className="question-field">
        {field === 'timeline' ? (
          <TimelineEditor lines={sections.timeline} change={(timeline) => write({ timeline })} />
        ) : field === 'actionItems' ? (
          <Agreed postmortem={postmortem} />
        ) : factorOf(field) ? (
          <FactorField
            label={label}
            factor={sections.contributingFactors[factorOf(field)!]}
            change={(factor) =>
              write({ contributingFactors: { ...sections.contributingFactors, [factorOf(field)!]: factor } })
            }
          />
        ) : (
          <>
            <Textarea
              label={label}
              size="md"
              autosize
              minRows={field === 'rootCause' ? 4 : 2}
              maxLength={FIELD_CHARACTERS_MAX}
              value={text}
              onChange={(event) => write(written(sections, field, event.currentTarget.value))}
              aria-describedby={`${field}-asks`}
            />
            <Hints
              text={text}
              findings={blameIn(text, { field })}
              insert={(next) => write(written(sections, field, next))}
            />
          </>
        )}
      </div>
      <div className="question-asks" id={`${field}-asks`}>
        <p>{question.question}</p>
        <p className="quiet small">{help}</p>
      </div>
    </div>
  );
}

function Agreed({ postmortem }: { postmortem: Postmortem }) {
  return (
    <>
      <h3 className="label">Agreed</h3>
      {postmortem.actionItems.length === 0 ? <p className="quiet">Nothing is agreed yet.</p> : null}
      <ul className="rows">
        {postmortem.actionItems.map((item) => (
          <ActionItemRow key={item.id} item={item} />
        ))}
      </ul>
      <SetHints postmortem={postmortem} />
      <NewActionItem postmortemId={postmortem.id} incidentId={postmortem.incidentId} />
    </>
  );
}

function Publish({
  postmortem,
  writing,
  missing,
}: {
  postmortem: Postmortem;
  writing: Writing;
  missing: Missing[];
}) {
  const again = postmortem.state === 'published';
  const publish = useAct({
    does: async () => {
      if (!(await writing.saveNow()))
        throw new Problem(0, {
          title: 'The text could not be saved, so nothing was published.',
          detail: 'The reason stands at the top.',
        });
      await post(`/postmortems/${postmortem.id}/publication`);
    },
    doubt: LEARN_KEYS,
    inForm: true,
  });
  const own = useAct({
    does: (ownerId: string) => put(`/postmortems/${postmortem.id}/owner`, { ownerId }),
    doubt: LEARN_KEYS,
  });
  return (
    <section className="section learn-publish" aria-labelledby="publish">
      <h2 id="publish">{again ? 'Published' : 'Publish'}</h2>
      <p className="quiet prose">
        The published copy names roles instead of people; owners of actions stand by name.
      </p>
      <div style={{ maxWidth: 320, margin: '12px 0' }}>
        <PersonSelect
          label="Owner of this postmortem"
          value={postmortem.ownerId}
          choose={(ownerId) => ownerId && own.mutate(ownerId)}
        />
      </div>
      {missing.length ? (
        <>
          <p className="strong">Before it can be published:</p>
          <ul className="missing">
            {missing.map((each) => (
              <li key={each.path}>
                <a href={`#${each.path}`}>{each.message}</a>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      <Refusal error={publish.error} />
      <div className="form-end" style={{ marginTop: 12 }}>
        <ActButton
          variant={again ? 'default' : 'filled'}
          busy={publish.isPending}
          busyText="Publishing…"
          disabled={missing.length > 0 || writing.state === 'collided'}
          onClick={() => publish.mutate()}
        >
          {again ? 'Publish it again, as it is now' : 'Publish the postmortem'}
        </ActButton>
        <Button
          component="a"
          variant="subtle"
          href={`/api/v1/postmortems/${postmortem.id}/export.md`}
          download
        >
          As Markdown
        </Button>
      </div>
    </section>
  );
}

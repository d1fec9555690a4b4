/**
 * The writer's screen. Questions stand beside the fields; what is missing before publishing is named exactly.
 * Its children stand between the text and its publishing.
 */
import type { ReactNode } from 'react';
import { QUESTION_GROUPS, type Question } from '#src/learn/questions.ts';
import { type Missing, type OwnAnswer, ownIn, whatIsMissing } from '#src/learn/sections.ts';
import { Problem, post, put } from '../api/http.ts';
import { useAct } from '../pieces/acting.ts';
import { PersonSelect } from '../pieces/Choosers.tsx';
import { Refusal } from '../pieces/Refusal.tsx';
import { Failed, Loading } from '../pieces/States.tsx';
import { Time } from '../pieces/Time.tsx';
import { ActionItemRow } from './ActionItems.tsx';
import { BlameHints } from './BlameHints.tsx';
import { ChooseTemplate } from './ChooseTemplate.tsx';
import { SectionComments } from './Comments.tsx';
import { FactorField } from './FactorField.tsx';
import { factorOf, valueAt } from './fields.ts';
import { MarkedTrigger } from './MarkedTrigger.tsx';
import { NewActionItem } from './NewActionItem.tsx';
import { PublishButton } from './PublishButton.tsx';
import { LEARN_KEYS, type Postmortem } from './postmortem.ts';
import { Saved } from './Saved.tsx';
import { SetHints } from './SetHints.tsx';
import { TimelineEditor } from './TimelineEditor.tsx';
import { WritingHere } from './Writers.tsx';
import { insertInto, WrittenText } from './WrittenText.tsx';
import { rootOf, useWriting, type Writing } from './writing.ts';

const FIELD_CHARACTERS_MAX = 20_000;

export function Editor({ postmortem, children }: { postmortem: Postmortem; children: ReactNode }) {
  const writing = useWriting(postmortem);
  const agreed = postmortem.actionItems.filter((item) => item.state !== 'dropped').length;
  const missing = whatIsMissing(writing.sections, agreed, postmortem.template?.beginnings);
  if (writing.unread) return <Failed {...writing.unread} />;
  if (writing.state === 'loading') return <Loading />;
  return (
    <>
      <Saved writing={writing} missing={missing.length} published={publishedOf(postmortem)} />
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
          {ownIn(writing.sections, group.section).map((asked) => (
            <OwnField key={asked.id} asked={asked} writing={writing} />
          ))}
          <SectionComments id={postmortem.id} section={group.section} />
        </section>
      ))}
      <ChooseTemplate postmortem={postmortem} writing={writing} />
      {children}
      <Publish postmortem={postmortem} writing={writing} missing={missing} />
    </>
  );
}

function publishedOf({ publishedVersion, version }: Postmortem): 'as it is' | 'before' | undefined {
  if (publishedVersion === null) return undefined;
  return publishedVersion === version ? 'as it is' : 'before';
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
        <WritingHere others={writing.others} field={field} />
        {field === 'timeline' ? (
          <TimelineEditor
            lines={sections.timeline}
            change={(timeline) => write({ timeline })}
            writing={writing}
          />
        ) : field === 'actionItems' ? (
          <Agreed postmortem={postmortem} />
        ) : factorOf(field) ? (
          <FactorField
            label={label}
            factor={sections.contributingFactors[factorOf(field)!]}
            text={writing.together.root(factorOf(field)!)}
            writing={writing}
            change={(factor) =>
              write({ contributingFactors: { ...sections.contributingFactors, [factorOf(field)!]: factor } })
            }
          />
        ) : (
          <>
            <WrittenText
              label={label}
              text={writing.together.root(rootOf(field))}
              writing={writing}
              minRows={field === 'rootCause' ? 4 : 2}
              maxLength={FIELD_CHARACTERS_MAX}
              aria-describedby={`${field}-asks`}
            />
            <BlameHints
              text={text}
              field={field}
              insert={(typed) => insertInto(writing.together.root(rootOf(field)), typed, writing)}
            />
            {field === 'trigger' ? (
              <MarkedTrigger marked={postmortem.markedTrigger} sections={sections} write={write} />
            ) : null}
          </>
        )}
      </div>
      <div className="question-asks" id={`${field}-asks`}>
        <p>{question.question}</p>
        <p className="quiet small">{postmortem.template?.guidance[field] ?? help}</p>
      </div>
    </div>
  );
}

/** What the organisation asks; the answer stays to be read and changed when it is not asked any more. */
function OwnField({ asked, writing }: { asked: OwnAnswer; writing: Writing }) {
  const field = `own.${asked.id}`;
  const text = writing.together.ownText(asked.id);
  if (!text) return null;
  return (
    <div className="question" id={field}>
      <div className="question-field">
        <WritingHere others={writing.others} field={field} />
        <WrittenText
          label={asked.label}
          text={text}
          writing={writing}
          minRows={2}
          maxLength={FIELD_CHARACTERS_MAX}
          aria-describedby={`${field}-asks`}
        />
        <BlameHints
          text={asked.text}
          field={asked.section}
          insert={(typed) => insertInto(text, typed, writing)}
        />
      </div>
      <div className="question-asks" id={`${field}-asks`}>
        <p>{asked.question}</p>
        <p className="quiet small">
          {asked.asked ? asked.help : 'The template of this postmortem does not ask this any more.'}
          {asked.asked && asked.required ? ' Needed for publishing.' : ''}
        </p>
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
    does: async (withoutSignOff: boolean) => {
      if (!(await writing.saveNow()))
        throw new Problem(0, {
          title: 'The text could not be saved, so nothing was published.',
          detail: 'The reason stands at the top.',
        });
      await post(`/postmortems/${postmortem.id}/publication`, { withoutSignOff });
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
      {again && postmortem.publishedAt ? (
        <p className="prose">
          <Time at={postmortem.publishedAt} /> UTC
          {postmortem.publishedBy ? ` by ${postmortem.publishedBy}` : ''}.
        </p>
      ) : null}
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
        <PublishButton
          id={postmortem.id}
          again={again}
          busy={publish.isPending}
          disabled={missing.length > 0}
          publish={publish.mutate}
        />
      </div>
    </section>
  );
}

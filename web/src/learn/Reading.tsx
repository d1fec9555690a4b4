/** A postmortem to be read: the published copy if there is one, else the draft as it stands. */
import { QUESTION_GROUPS, type QuestionGroup } from '#src/learn/questions.ts';
import { ownIn } from '#src/learn/sections.ts';
import { toldTimeline } from '#src/learn/timeline.ts';
import { ActionItemRow } from './ActionItems.tsx';
import { Beside } from './Arrange.tsx';
import { SectionComments } from './Comments.tsx';
import { valueAt } from './fields.ts';
import { LineTime } from './LineTime.tsx';
import type { Postmortem, Sections } from './postmortem.ts';

export function Reading({ postmortem }: { postmortem: Postmortem }) {
  const sections = postmortem.published?.sections ?? postmortem.sections;
  return (
    <div className="prose learn-reading">
      {postmortem.published || postmortem.coveredBy ? null : (
        <p className="notice">This is a draft. It is not published yet.</p>
      )}
      {QUESTION_GROUPS.map((group) => (
        <section className="section" key={group.section}>
          <h2>{group.title}</h2>
          {group.questions.map(({ field, label }) => (
            <Field key={field} field={field} label={label} sections={sections} />
          ))}
          {ownIn(sections, group.section).map(({ id, label, text }) => (
            <Paragraphs key={id} label={label} text={text} />
          ))}
          <Lacking group={group} postmortem={postmortem} sections={sections} />
          {group.section === 'action_items' ? (
            <ul className="rows">
              {postmortem.actionItems.map((item) => (
                <ActionItemRow key={item.id} item={item} />
              ))}
            </ul>
          ) : null}
          <SectionComments id={postmortem.id} section={group.section} />
        </section>
      ))}
    </div>
  );
}

/** What is empty says so: a heading with nothing under it could be a fault of the screen. */
function Lacking({
  group: { section, questions },
  postmortem: { actionItems },
  sections,
}: {
  group: QuestionGroup;
  postmortem: Postmortem;
  sections: Sections;
}) {
  if (section === 'action_items')
    return actionItems.length || sections.noActionBecause.trim() ? null : (
      <p className="quiet">No action is agreed.</p>
    );
  const written =
    ownIn(sections, section).some(({ text }) => text.trim()) ||
    questions.some(({ field }) =>
      field === 'timeline' ? sections.timeline.length > 0 : valueAt(sections, field).trim(),
    );
  return written ? null : <p className="quiet">Nothing is written here.</p>;
}

function Field({ field, label, sections }: { field: string; label: string; sections: Sections }) {
  if (field === 'timeline')
    return (
      <>
        <h3 className="label">Timeline, in UTC</h3>
        <ol className="rows">
          {toldTimeline(sections.timeline).map((line, index, lines) => (
            <li key={line.id} className="line-read">
              <LineTime at={line.at} before={lines[index - 1]?.at} />
              <span>
                {line.text} <Beside line={line} lines={[]} />
              </span>
            </li>
          ))}
        </ol>
      </>
    );
  return <Paragraphs label={label} text={valueAt(sections, field)} />;
}

function Paragraphs({ label, text }: { label: string; text: string }) {
  if (!text.trim()) return null;
  return (
    <div>
      <h3 className="label">{label}</h3>
      {text.split('\n').map((paragraph, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: paragraphs of one text
        <p key={index}>{paragraph}</p>
      ))}
    </div>
  );
}

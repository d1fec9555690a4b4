/** Beside the trigger: what was marked as such in "What changed", taken over by one tap where the two differ. */
import { Button } from '@mantine/core';
import type { Postmortem, Sections } from './postmortem.ts';
import './library.css';

type Props = {
  marked: Postmortem['markedTrigger'];
  sections: Sections;
  write: (part: Partial<Sections>) => void;
};

export function MarkedTrigger({ marked, sections, write }: Props) {
  if (!marked) return null;
  const linked = marked.changeId !== null && marked.changeId === sections.triggerChangeId;
  if (linked)
    return <p className="quiet small">Linked with the change that was marked as trigger: {marked.text}</p>;
  if (marked.changeId === null && (sections.trigger.includes(marked.text) || sections.triggerChangeId))
    return null;
  return (
    <div className="marked-trigger small">
      <span className="quiet">
        Marked as trigger in “What changed”: <span className="strong">{marked.text}</span>
      </span>
      <Button
        variant="default"
        size="compact-md"
        onClick={() =>
          write({ triggerChangeId: marked.changeId, trigger: withMarked(sections.trigger, marked.text) })
        }
      >
        Use it
      </Button>
    </div>
  );
}

/** What somebody wrote stays. */
function withMarked(written: string, marked: string): string {
  if (!written.trim()) return marked;
  return written.includes(marked) ? written : `${written.trimEnd()}\n${marked}`;
}

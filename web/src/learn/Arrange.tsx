/** What may be done with a line of the timeline: hide it, tell it together with the one above, add a note. The line itself stays. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { TimelineEntry } from '#src/learn/sections.ts';
import { leadersOf, lineAbove, NOTE_CHARACTERS_MAX, recordedLater } from '#src/learn/timeline.ts';

type Props = {
  line: TimelineEntry;
  lines: TimelineEntry[];
  put: (part: Pick<TimelineEntry, 'hidden' | 'joinedTo' | 'note'>) => void;
};

/** The buttons of a line. */
export function Arrange({ line, lines, put, annotate }: Props & { annotate: () => void }) {
  const joined = leadersOf(lines).has(line.id);
  const above = lineAbove(lines, line.id);
  const what = line.text || 'the new line';
  if (line.hidden)
    return (
      <Button
        variant="subtle"
        size="compact-md"
        onClick={() => put({ hidden: false })}
        aria-label={`Show: ${what}`}
      >
        Show
      </Button>
    );
  return (
    <>
      {joined || above ? (
        <Button
          variant="subtle"
          size="compact-md"
          onClick={() => put({ joinedTo: joined ? null : (above?.id ?? null) })}
          aria-label={`${joined ? 'Separate' : 'Join with the line above'}: ${what}`}
        >
          {joined ? 'Separate' : 'Join'}
        </Button>
      ) : null}
      <Button variant="subtle" size="compact-md" onClick={annotate} aria-label={`Note on: ${what}`}>
        Note
      </Button>
      <Button
        variant="subtle"
        size="compact-md"
        onClick={() => put({ hidden: true })}
        aria-label={`Hide: ${what}`}
      >
        Hide
      </Button>
    </>
  );
}

/** Beside a line: when it was recorded where that was later, where it is known from, how it is told. */
export function Beside({ line, lines }: Omit<Props, 'put'>) {
  const recorded = recordedLater(line);
  const words = [
    recorded ? `recorded ${timeFrom(recorded, line.at)}` : '',
    line.from === 'record' ? line.source : 'written afterwards',
    line.hidden ? 'hidden: not published' : '',
    !line.hidden && leadersOf(lines).has(line.id) ? 'told with the line above' : '',
  ].filter(Boolean);
  return (
    <>
      <span className="quiet small">{words.join(' · ')}</span>
      {line.note ? <span className="line-note small">Note: {line.note}</span> : null}
    </>
  );
}

/** The clock time, with its day where that is another one. */
function timeFrom(at: string, beside: string): string {
  const clock = `${at.slice(11, 16)}`;
  return at.slice(0, 10) === beside.slice(0, 10) ? clock : `${at.slice(0, 10)} ${clock}`;
}

export function NoteField({ line, put, close }: Omit<Props, 'lines'> & { close: () => void }) {
  const [note, setNote] = useState(line.note ?? '');
  const keep = () => {
    put({ note: note.trim() });
    close();
  };
  return (
    <form
      className="line-note-field"
      onSubmit={(event) => {
        event.preventDefault();
        keep();
      }}
    >
      <TextInput
        label="Note, told after the line"
        size="md"
        maxLength={NOTE_CHARACTERS_MAX}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        autoFocus
      />
      <Button type="submit" variant="default">
        {note.trim() ? 'Keep the note' : 'No note'}
      </Button>
    </form>
  );
}

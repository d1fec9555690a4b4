/** The timeline, drafted from the record: its lines are hidden, joined or annotated, never reworded; one's own are added, taken out and put back. */
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { TimelineEntry } from '#src/learn/sections.ts';
import { nowMs } from '../words/clock.ts';
import { Arrange, Beside, NoteField } from './Arrange.tsx';
import { BlameHints } from './BlameHints.tsx';
import { LineTime } from './LineTime.tsx';
import { TakenOut } from './TakenOut.tsx';
import { insertInto, WrittenText } from './WrittenText.tsx';
import type { Writing } from './writing.ts';

const LINE_CHARACTERS_MAX = 2_000;

export function TimelineEditor({
  lines,
  change,
  writing,
}: {
  lines: TimelineEntry[];
  change: (lines: TimelineEntry[]) => void;
  writing: Writing;
}) {
  const [added, setAdded] = useState<string>();
  const [arranging, setArranging] = useState(false);
  const put = (id: string, part: Partial<TimelineEntry>) =>
    change(lines.map((line) => (line.id === id ? { ...line, ...part } : line)));
  const add = () => {
    const at = lines.at(-1)?.at ?? new Date(nowMs()).toISOString();
    const id = newLineId();
    setAdded(id);
    change([
      ...lines,
      {
        id,
        at,
        recordedAt: new Date(nowMs()).toISOString(),
        text: '',
        source: 'written afterwards',
        from: 'person',
      },
    ]);
  };
  return (
    <div>
      <h3 className="label">Timeline, in UTC</h3>
      {lines.length === 0 ? <p className="quiet">Nothing is on it yet.</p> : null}
      <Button
        className="timeline-arrange"
        variant="subtle"
        size="compact-md"
        aria-pressed={arranging}
        onClick={() => setArranging(!arranging)}
      >
        {arranging ? 'Done with the lines' : 'Hide, join or note lines'}
      </Button>
      <ol className="rows timeline-edit" data-arranging={arranging || undefined}>
        {lines.map((line, index) => (
          <Line
            key={line.id}
            line={line}
            before={lines[index - 1]?.at}
            lines={lines}
            put={(part) => put(line.id, part)}
            added={line.id === added}
            writing={writing}
            remove={() => change(lines.filter((each) => each.id !== line.id))}
          />
        ))}
      </ol>
      <Button variant="default" mt="sm" onClick={add}>
        Add a line
      </Button>
      <TakenOut lines={writing.takenOut} putBack={(line) => change([...lines, line])} />
    </div>
  );
}

type LineProps = {
  line: TimelineEntry;
  /** When the line above it happened. */
  before: string | undefined;
  lines: TimelineEntry[];
  put: (part: Partial<TimelineEntry>) => void;
  remove: () => void;
  /** Added in this window just now. */
  added: boolean;
  writing: Writing;
};

function Line({ line, before, lines, put, remove, added, writing }: LineProps) {
  const [open, setOpen] = useState(added);
  const [noting, setNoting] = useState(false);
  const [at, setAt] = useState(line.at.slice(0, 16));
  const text = writing.together.lineText(line.id);
  const what = line.text || 'an empty line';
  if (!open || !text)
    return (
      <li className="line-read" data-hidden={line.hidden || undefined} data-from={line.from}>
        <LineTime at={line.at} before={before} />
        <span>
          <span className="line-text">
            {line.text || <span className="quiet">Nothing is written on it yet.</span>}
          </span>{' '}
          <Beside line={line} lines={lines} />
          {noting ? <NoteField line={line} put={put} close={() => setNoting(false)} /> : null}
        </span>
        <span className="line-end">
          <Arrange line={line} lines={lines} put={put} annotate={() => setNoting(true)} />
          {line.from === 'person' ? (
            <>
              <Button
                variant="subtle"
                size="compact-md"
                onClick={() => {
                  setAt(line.at.slice(0, 16));
                  setOpen(true);
                }}
                aria-label={`Edit: ${what}`}
              >
                Edit
              </Button>
              <Button variant="subtle" size="compact-md" onClick={remove} aria-label={`Take out: ${what}`}>
                Take out
              </Button>
            </>
          ) : null}
        </span>
      </li>
    );
  // A line takes its place in time when its time is written, not while it is.
  const settle = () => {
    if (at && at !== line.at.slice(0, 16)) put({ at: `${at}:00Z` });
  };
  return (
    <li className="line-edit">
      <TextInput
        type="datetime-local"
        aria-label="When, in UTC"
        size="md"
        value={at}
        onChange={(event) => setAt(event.currentTarget.value)}
        onBlur={settle}
      />
      <div>
        <WrittenText
          aria-label="What happened"
          placeholder="What happened, as it was known then"
          minRows={1}
          maxLength={LINE_CHARACTERS_MAX}
          text={text}
          writing={writing}
          autoFocus={added}
        />
        <BlameHints text={line.text} insert={(typed) => insertInto(text, typed, writing)} />
      </div>
      <Button variant="default" onClick={() => setOpen(false)}>
        Done
      </Button>
    </li>
  );
}

function newLineId(): string {
  return `lin-${[...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(36)).join('')}`;
}

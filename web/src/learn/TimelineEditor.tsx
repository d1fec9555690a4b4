/** The timeline, drafted from the record: its lines are hidden, joined or annotated, never reworded; one's own are added beside. */
import { Button, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { TimelineEntry } from '#src/learn/sections.ts';
import { nowMs } from '../words/clock.ts';
import { Arrange, Beside, NoteField } from './Arrange.tsx';
import { inOrder } from './together.ts';

const LINE_CHARACTERS_MAX = 2_000;

export function TimelineEditor({
  lines,
  change,
}: {
  lines: TimelineEntry[];
  change: (lines: TimelineEntry[]) => void;
}) {
  const put = (id: string, part: Partial<TimelineEntry>) =>
    change(lines.map((line) => (line.id === id ? { ...line, ...part } : line)));
  const add = () => {
    const at = lines.at(-1)?.at ?? new Date(nowMs()).toISOString();
    change([
      ...lines,
      { id: `new-${nowMs()}`, at, recordedAt: null, text: '', source: 'written afterwards', from: 'person' },
    ]);
  };
  return (
    <div>
      <h3 className="label">Timeline, in UTC</h3>
      {lines.length === 0 ? <p className="quiet">Nothing is on it yet.</p> : null}
      <ol className="rows timeline-edit">
        {lines.map((line) => (
          <Line
            key={line.id}
            line={line}
            lines={lines}
            put={(part) => put(line.id, part)}
            settle={() => change(inOrder(lines))}
            remove={() => change(lines.filter((each) => each.id !== line.id))}
          />
        ))}
      </ol>
      <Button variant="default" mt="sm" onClick={add}>
        Add a line
      </Button>
    </div>
  );
}

type LineProps = {
  line: TimelineEntry;
  lines: TimelineEntry[];
  put: (part: Partial<TimelineEntry>) => void;
  settle: () => void;
  remove: () => void;
};

function Line({ line, lines, put, settle, remove }: LineProps) {
  const [open, setOpen] = useState(line.text === '');
  const [noting, setNoting] = useState(false);
  const what = line.text || 'the new line';
  if (!open)
    return (
      <li className="line-read" data-hidden={line.hidden || undefined}>
        <time dateTime={line.at} title={line.at.slice(0, 10)}>
          {line.at.slice(11, 16)}
        </time>
        <span>
          <span className="line-text">{line.text}</span> <Beside line={line} lines={lines} />
          {noting ? <NoteField line={line} put={put} close={() => setNoting(false)} /> : null}
        </span>
        <span className="line-end">
          <Arrange line={line} lines={lines} put={put} annotate={() => setNoting(true)} />
          {line.from === 'person' ? (
            <>
              <Button
                variant="subtle"
                size="compact-md"
                onClick={() => setOpen(true)}
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
  const close = () => {
    setOpen(false);
    settle();
  };
  return (
    <li className="line-edit">
      <TextInput
        type="datetime-local"
        aria-label="When, in UTC"
        size="md"
        value={line.at.slice(0, 16)}
        onChange={(event) => event.currentTarget.value && put({ at: `${event.currentTarget.value}:00Z` })}
      />
      <Textarea
        aria-label="What happened"
        placeholder="What happened, as it was known then"
        size="md"
        autosize
        minRows={1}
        maxLength={LINE_CHARACTERS_MAX}
        value={line.text}
        onChange={(event) => put({ text: event.currentTarget.value })}
        autoFocus={line.text === ''}
      />
      <Button variant="default" onClick={close}>
        Done
      </Button>
    </li>
  );
}

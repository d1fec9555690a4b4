/** Comments on one section: open and answered threads are shown, resolved ones folded away. A mention writes a mail, never a page. */
import { Button, Group, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { QuestionGroup } from '#src/learn/questions.ts';
import { post, remove } from '../api/http.ts';
import { useMayAct } from '../api/session.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { PeopleSelect } from '../pieces/Choosers.tsx';
import { Refusal } from '../pieces/Refusal.tsx';
import { Failed } from '../pieces/States.tsx';
import { Time } from '../pieces/Time.tsx';
import { count } from '../words/count.ts';
import { commentsQuery, type Thread } from './agree.ts';
import { BlameHints } from './BlameHints.tsx';
import { LEARN_KEYS } from './postmortem.ts';

const COMMENT_CHARACTERS_MAX = 4000;
const STATE_WORDS: Record<Thread['state'], string> = {
  open: 'open',
  answered: 'answered',
  resolved: 'resolved',
};

type Props = { id: string; section: QuestionGroup['section'] };

export function SectionComments({ id, section }: Props) {
  const comments = useQuery(commentsQuery(id));
  const mayAct = useMayAct();
  const [writing, setWriting] = useState(false);
  const [all, setAll] = useState(false);
  if (comments.isError && !comments.data)
    return <Failed error={comments.error} again={() => void comments.refetch()} />;
  const threads = comments.data?.items.filter((each) => each.section === section) ?? [];
  const resolved = threads.filter((each) => each.state === 'resolved');
  const shown = all ? threads : threads.filter((each) => each.state !== 'resolved');
  if (!threads.length && !mayAct) return null;
  return (
    <div className="comments">
      {shown.map((thread) => (
        <OneThread key={thread.id} id={id} thread={thread} mayAct={mayAct} />
      ))}
      <Group gap="xs" className="comments-acts">
        {mayAct && !writing ? (
          <Button variant="subtle" size="compact-md" onClick={() => setWriting(true)}>
            Comment on this section
          </Button>
        ) : null}
        {resolved.length ? (
          <Button variant="subtle" size="compact-md" onClick={() => setAll(!all)} aria-expanded={all}>
            {all ? 'Hide resolved' : `Show ${count(resolved.length, 'resolved thread')}`}
          </Button>
        ) : null}
      </Group>
      {writing ? (
        <Write
          label="Comment"
          button="Comment"
          close={() => setWriting(false)}
          send={(body) => post(`/postmortems/${id}/comments`, { section, ...body })}
        />
      ) : null}
    </div>
  );
}

function OneThread({ id, thread, mayAct }: { id: string; thread: Thread; mayAct: boolean }) {
  const [answering, setAnswering] = useState(false);
  const path = `/postmortems/${id}/comments/${thread.id}`;
  const settle = useAct({
    does: () => (thread.state === 'resolved' ? remove(`${path}/resolution`) : post(`${path}/resolution`)),
    doubt: LEARN_KEYS,
  });
  const first = thread.comments[0];
  return (
    <article className="comment-thread" data-state={thread.state} aria-label={`Thread of ${first?.byName}`}>
      {thread.comments.map((each, index) => (
        <div key={each.id} className="comment">
          <p className="small quiet">
            <span className="strong">{each.byName}</span> · <Time at={each.at} /> UTC
            {index === 0 ? (
              <>
                {' · '}
                {STATE_WORDS[thread.state]}
                {thread.resolvedBy ? ` by ${thread.resolvedBy}` : ''}
              </>
            ) : null}
          </p>
          <p className="comment-text">{each.text}</p>
          {each.mentions.length ? (
            <p className="small quiet">for {each.mentions.map((person) => person.name).join(', ')}</p>
          ) : null}
        </div>
      ))}
      {mayAct && !answering ? (
        <div className="record-acts">
          <Button
            variant="subtle"
            size="compact-md"
            onClick={() => setAnswering(true)}
            aria-label={`Answer ${first?.byName}`}
          >
            Answer
          </Button>
          <Button
            variant="subtle"
            size="compact-md"
            disabled={settle.isPending}
            onClick={() => settle.mutate()}
            aria-label={`${thread.state === 'resolved' ? 'Open it again' : 'Resolve'}: ${first?.text.slice(0, 60)}`}
          >
            {thread.state === 'resolved' ? 'Open it again' : 'Resolve'}
          </Button>
        </div>
      ) : null}
      {answering ? (
        <Write
          label="Answer"
          button="Answer"
          close={() => setAnswering(false)}
          send={(body) => post(`${path}/answers`, body)}
        />
      ) : null}
    </article>
  );
}

type Written = { text: string; mentions: string[] };

function Write({
  label,
  button,
  close,
  send,
}: {
  label: string;
  button: string;
  close: () => void;
  send: (body: Written) => Promise<unknown>;
}) {
  const [text, setText] = useState('');
  const [mentions, setMentions] = useState<string[]>([]);
  const write = useAct({
    does: () => send({ text: text.trim(), mentions }),
    doubt: LEARN_KEYS,
    done: close,
    inForm: true,
  });
  return (
    <div className="learn-form">
      <Textarea
        label={label}
        size="md"
        autosize
        minRows={2}
        maxLength={COMMENT_CHARACTERS_MAX}
        value={text}
        autoFocus
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <BlameHints text={text} />
      <PeopleSelect
        label="Mention"
        description="They get a mail in their working hours. Nobody is paged."
        placeholder={mentions.length ? '' : 'Nobody'}
        value={mentions}
        choose={setMentions}
      />
      <Refusal error={write.error} />
      <Group>
        <ActButton busy={write.isPending} disabled={!text.trim()} onClick={() => write.mutate()}>
          {button}
        </ActButton>
        <Button variant="subtle" onClick={close}>
          Cancel
        </Button>
      </Group>
    </div>
  );
}

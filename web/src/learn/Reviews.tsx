/** Review and sign-off: people asked by name, what each said about which version, and what has changed since. Nothing waits for them. */
import { Button, Group, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { post, remove } from '../api/http.ts';
import { useMayAct, useSession } from '../api/session.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { PeopleSelect } from '../pieces/Choosers.tsx';
import { Refusal } from '../pieces/Refusal.tsx';
import { Shown } from '../pieces/States.tsx';
import { Time } from '../pieces/Time.tsx';
import { count } from '../words/count.ts';
import { type Review, reviewsQuery } from './agree.ts';
import { LEARN_KEYS, type Postmortem } from './postmortem.ts';

const TEXT_CHARACTERS_MAX = 4000;
const NAMED_MAX = 4;

export function Reviews({ postmortem }: { postmortem: Postmortem }) {
  const { id } = postmortem;
  const reviews = useQuery(reviewsQuery(id));
  const mayAct = useMayAct();
  const session = useSession();
  // What another postmortem covers is not published by itself: nobody has to be asked.
  if (postmortem.coveredBy && !reviews.data?.items.length) return null;
  return (
    <section className="section" aria-labelledby="reviews">
      <h2 id="reviews" className="learn-heading">
        Review
      </h2>
      <Shown of={reviews} rows={1}>
        {({ items }) => {
          const own = items.find((each) => each.personId === session?.personId);
          return (
            <>
              {items.length ? (
                <ul className="rows">
                  {items.map((each) => (
                    <Row key={each.personId} id={id} review={each} mayAct={mayAct} />
                  ))}
                </ul>
              ) : (
                <p className="quiet prose">
                  Nobody is asked to review it. That is allowed: publishing never waits for a reviewer.
                </p>
              )}
              {own ? <Answer postmortem={postmortem} own={own} /> : null}
              {mayAct ? <Ask id={id} asked={items.map((each) => each.personId)} /> : null}
            </>
          );
        }}
      </Shown>
    </section>
  );
}

function Row({ id, review, mayAct }: { id: string; review: Review; mayAct: boolean }) {
  const back = useAct({
    does: () => remove(`/postmortems/${id}/reviews/${review.personId}`),
    doubt: LEARN_KEYS,
  });
  const again = useAct({
    does: () => post(`/postmortems/${id}/reviews`, { personIds: [review.personId] }),
    doubt: LEARN_KEYS,
    said: `${review.name} is asked again.`,
  });
  const since = sinceWords(review);
  return (
    <li className="record review">
      <span className="record-title">{review.name}</span>
      <span className="record-end">
        <Said review={review} />
      </span>
      <span className="small quiet">
        {review.state === 'asked' ? (
          <>
            asked by {review.askedBy}, <Time at={review.askedAt} /> UTC
          </>
        ) : (
          <>
            version {review.version}, <Time at={review.answeredAt!} /> UTC
            {since ? <span className="amber"> · {since}</span> : ' · nothing has changed since'}
          </>
        )}
      </span>
      {review.text ? <span className="comment-text">{review.text}</span> : null}
      {mayAct ? (
        <span className="record-acts">
          {review.state !== 'asked' ? (
            <Button
              variant="subtle"
              size="compact-md"
              disabled={again.isPending}
              onClick={() => again.mutate()}
              aria-label={`Ask again: ${review.name}`}
            >
              Ask again
            </Button>
          ) : null}
          <Button
            variant="subtle"
            size="compact-md"
            disabled={back.isPending}
            onClick={() => back.mutate()}
            aria-label={`${review.state === 'asked' ? 'Do not wait' : 'Take off the list'}: ${review.name}`}
          >
            {review.state === 'asked' ? 'Do not wait' : 'Take off the list'}
          </Button>
        </span>
      ) : null}
    </li>
  );
}

function Said({ review }: { review: Review }) {
  if (review.state === 'asked') return <>asked, no answer yet</>;
  if (review.state === 'changes_asked') return <span className="amber">asks for changes</span>;
  return <span className="green">signed off</span>;
}

/** "3 parts changed since: Root cause, Trigger, Impact". */
function sinceWords({ changedSince }: Review): string {
  if (!changedSince?.length) return '';
  const named = changedSince.slice(0, NAMED_MAX).join(', ');
  const more = changedSince.length > NAMED_MAX ? ' and others' : '';
  return `${count(changedSince.length, 'part')} changed since: ${named}${more}`;
}

function Answer({ postmortem, own }: { postmortem: Postmortem; own: Review }) {
  const [text, setText] = useState('');
  const answer = useAct({
    does: (how: 'sign-off' | 'change-request') =>
      post(`/postmortems/${postmortem.id}/${how}`, { version: postmortem.version, text: text.trim() }),
    doubt: LEARN_KEYS,
    done: () => setText(''),
    inForm: true,
  });
  return (
    <div className="learn-form">
      <Textarea
        label={own.state === 'asked' ? 'You are asked to review this' : 'Say something else'}
        description={`It is about version ${postmortem.version}, which you read here.`}
        placeholder="What should change; or a word with the sign-off"
        size="md"
        autosize
        minRows={2}
        maxLength={TEXT_CHARACTERS_MAX}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Refusal error={answer.error} />
      <Group>
        <ActButton busy={answer.isPending} onClick={() => answer.mutate('sign-off')}>
          Sign off version {postmortem.version}
        </ActButton>
        <ActButton
          variant="default"
          busy={answer.isPending}
          disabled={!text.trim()}
          onClick={() => answer.mutate('change-request')}
        >
          Ask for changes
        </ActButton>
      </Group>
    </div>
  );
}

function Ask({ id, asked }: { id: string; asked: string[] }) {
  const [people, choose] = useState<string[]>([]);
  const ask = useAct({
    does: () => post(`/postmortems/${id}/reviews`, { personIds: people }),
    doubt: LEARN_KEYS,
    done: () => choose([]),
    inForm: true,
  });
  return (
    <div className="learn-form">
      <PeopleSelect
        label={asked.length ? 'Ask somebody else' : 'Ask somebody to review it'}
        description="By mail, in their working hours. Nobody is paged."
        value={people}
        choose={choose}
      />
      <Refusal error={ask.error} />
      {people.length ? (
        <Group>
          <ActButton busy={ask.isPending} onClick={() => ask.mutate()}>
            Ask {count(people.length, 'person', 'people')}
          </ActButton>
        </Group>
      ) : null}
    </div>
  );
}

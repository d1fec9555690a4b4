/** The pages that rang at me: why, by what, and what I answered. */

import { Button, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { answerPage, type PageAnswer } from '../api/oncall.ts';
import { type TestedPage, TestPage } from '../directory/TestPage.tsx';
import { useAct } from '../pieces/acting.ts';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Time } from '../pieces/Time.tsx';

const ANSWERS: Record<PageAnswer, string> = {
  have_it: 'I have it',
  have_it_no_computer: 'I have it, no computer',
  cant: "I can't",
};
const STATES: Record<TestedPage['state'], string> = {
  held: 'waits, so that you are not called twice',
  sent: 'rings now',
  acknowledged: 'answered',
  declined: 'passed on',
  unanswered: 'was not answered in time; the next person was called',
  withdrawn: 'was no longer needed',
};

export function MyPages() {
  const listing = useListing<TestedPage>(['pages'], '/pages', { all: true, limit: 10 });
  return (
    <section className="section">
      <h2 className="label">Pages to me</h2>
      <Listed
        of={listing}
        label="Pages to me"
        row={(page) => <Row key={page.id} page={page} />}
        empty={<p>Nothing has rung at you yet. Ring at yourself once, above, to know that it works.</p>}
      />
    </section>
  );
}

function Row({ page }: { page: TestedPage }) {
  const [reason] = page.reasons;
  return (
    <li className="record">
      {reason ? (
        <Link to="/incidents/$id" params={{ id: reason.incidentId }} className="record-title">
          {page.title}
        </Link>
      ) : (
        <span className="record-title">{page.title}</span>
      )}
      <span className="record-end">
        <Time at={page.sentAt ?? page.createdAt} /> UTC
      </span>
      <span className="small quiet">
        {reason ? `${reason.text} · ` : ''}
        {STATES[page.state]}
        {page.answer ? `: “${ANSWERS[page.answer]}”` : ''}
        {page.answeredAt ? (
          <>
            {' '}
            at <Time at={page.answeredAt} />
          </>
        ) : null}
        {page.deliveries.length
          ? ` · by ${[...new Set(page.deliveries.map((each) => `${each.channel} (${each.state})`))].join(', ')}`
          : ''}
      </span>
      {page.state === 'sent' || page.state === 'unanswered' ? <Answer page={page} /> : null}
      {page.kind === 'test' && page.state === 'sent' ? (
        <div className="small">
          <TestPage page={page} />
        </div>
      ) : null}
    </li>
  );
}

function Answer({ page }: { page: TestedPage }) {
  const answer = useAct({
    does: (given: PageAnswer) => answerPage(page.id, given),
    doubt: [['pages'], ['now'], ['incidents'], ['persons'], ['readiness']],
  });
  return (
    <Group className="small" mt="xs" gap="xs">
      {(Object.keys(ANSWERS) as PageAnswer[])
        .map((given) => (
          <Button
            key={given}
            size="sm"
            variant={given === 'have_it' ? 'filled' : 'default'}
            disabled={answer.isPending}
            onClick={() => answer.mutate(given)}
          >
            {page.kind === 'test' && given === 'have_it' ? 'It has reached me' : ANSWERS[given]}
          </Button>
        ))
        .slice(0, page.kind === 'test' ? 1 : 3)}
    </Group>
  );
}

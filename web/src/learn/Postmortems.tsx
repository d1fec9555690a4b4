/** Postmortems: those that are owed, with their clock; those that are published; and what was agreed to do. */

import { SegmentedControl } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import './learn.css';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Screen } from '../pieces/Screen.tsx';
import { Severity } from '../pieces/Severity.tsx';
import { Time } from '../pieces/Time.tsx';
import { useNow } from '../words/clock.ts';
import { count } from '../words/count.ts';
import { relative } from '../words/time.ts';
import { ActionItems } from './ActionItems.tsx';
import { REPORT_PAGE } from './near-misses/pages.ts';
import type { PostmortemSummary } from './postmortem.ts';
import { Results, SearchFields } from './Search.tsx';
import { useSearching } from './searching.ts';
import { TemporaryFixes } from './TemporaryFixes.tsx';

type Show = 'all' | 'due' | 'published' | 'actions' | 'fixes';
const SHOWN: { value: Show; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'due', label: 'Due' },
  { value: 'published', label: 'Published' },
  { value: 'actions', label: 'Action items' },
  { value: 'fixes', label: 'Temporary fixes' },
];
const EMPTY: Record<Exclude<Show, 'actions' | 'fixes'>, string> = {
  all: 'No postmortem yet. When a P1 or P2 works again, its postmortem opens with the timeline drafted from the record.',
  due: 'Nothing is due. Every postmortem that is owed is published.',
  published: 'None is published yet.',
};

export function Postmortems() {
  const search = useSearch({ strict: false }) as { show?: Show };
  const searching = useSearching();
  const show = SHOWN.some((each) => each.value === search.show) ? search.show! : 'all';
  return (
    <Screen
      title="Postmortems"
      lead={
        <>
          What happened, what in the system made it possible, and what will be different.{' '}
          <Link to={'/postmortem-themes' as '/'}>What returns</Link> ·{' '}
          <a href={REPORT_PAGE}>Report a near miss</a>
        </>
      }
    >
      <SearchFields of={searching} />
      {searching.asked.q ? <Results of={searching} /> : <Listing show={show} />}
    </Screen>
  );
}

function Listing({ show }: { show: Show }) {
  const navigate = useNavigate();
  return (
    <>
      <SegmentedControl
        className="learn-show"
        aria-label="Which to show"
        data={SHOWN}
        value={show}
        onChange={(value) =>
          void navigate({
            to: '/postmortems',
            search: (value === 'all' ? {} : { show: value }) as never,
            replace: true,
          })
        }
      />
      {show === 'actions' ? (
        <ActionItems />
      ) : show === 'fixes' ? (
        <TemporaryFixes />
      ) : (
        <List key={show} show={show} />
      )}
    </>
  );
}

function List({ show }: { show: Exclude<Show, 'actions' | 'fixes'> }) {
  const listing = useListing<PostmortemSummary>(['postmortems'], '/postmortems', { show, limit: 30 });
  return (
    <Listed
      of={listing}
      label="Postmortems"
      row={(each) => <Row key={each.id} postmortem={each} />}
      empty={<p>{EMPTY[show]}</p>}
    />
  );
}

function Row({ postmortem }: { postmortem: PostmortemSummary }) {
  const { id, title, severity, incidentNumber, ownerName, openActionItems } = postmortem;
  return (
    <li className="record">
      <span>
        <Severity is={severity as 'P1'} over />{' '}
        <Link to={`/postmortems/${id}` as '/'} className="record-title">
          {title}
        </Link>
      </span>
      <span className="record-end">
        <Standing postmortem={postmortem} />
      </span>
      <span className="small quiet">
        INC-{incidentNumber} · {ownerName ?? 'nobody owns it yet'}
        {openActionItems ? ` · ${count(openActionItems, 'open action item')}` : ''}
      </span>
    </li>
  );
}

/** Its clock, or how it ended. */
export function Standing({ postmortem }: { postmortem: PostmortemSummary }) {
  const now = useNow();
  const { state, publishedAt, dueAt, overdue, coveredBy } = postmortem;
  if (coveredBy) return <>covered by INC-{coveredBy.number}</>;
  if (state === 'published' && publishedAt)
    return (
      <span className="green">
        published <Time at={publishedAt} /> UTC
      </span>
    );
  if (!dueAt) return <>not due now</>;
  return (
    <span className={overdue ? 'red' : ''}>
      {overdue ? 'late: was due' : 'due'} <Time at={dueAt} show="clock" /> UTC · {relative(dueAt, now)}
    </span>
  );
}

/** Near misses: what we were spared, what waits for an answer, and what was changed. More of them is better. */
import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import '../learn.css';
import './near-misses.css';
import { Listed } from '../../pieces/Listed.tsx';
import { useListing } from '../../pieces/listing.ts';
import { Screen } from '../../pieces/Screen.tsx';
import { useNow } from '../../words/clock.ts';
import { count } from '../../words/count.ts';
import { dayWithYear, relative } from '../../words/time.ts';
import { monthsQuery, type NearMiss } from './near-miss.ts';
import { REPORT_PAGE } from './pages.ts';
import { Redacted } from './Redacted.tsx';

type Show = 'all' | 'waiting' | 'answered';
const SHOWN: { value: Show; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'waiting', label: 'Waiting' },
  { value: 'answered', label: 'Answered' },
];

export function NearMisses() {
  const search = useSearch({ strict: false }) as { show?: Show };
  const navigate = useNavigate();
  const show = SHOWN.some((each) => each.value === search.show) ? search.show! : 'all';
  return (
    <Screen
      title="Near misses"
      lead="What nearly went wrong, reported by whoever saw it. Nobody knows who: that is why it is reported."
      action={
        <Button component="a" href={REPORT_PAGE}>
          Report a near miss
        </Button>
      }
    >
      <Months />
      <SegmentedControl
        className="learn-show"
        aria-label="Which to show"
        data={SHOWN}
        value={show}
        onChange={(value) =>
          void navigate({
            to: '/near-misses' as '/',
            search: (value === 'all' ? {} : { show: value }) as never,
            replace: true,
          })
        }
      />
      <List key={show} show={show} />
    </Screen>
  );
}

/** How many were reported in each month. They are not counted in any other way. */
function Months() {
  const months = useQuery(monthsQuery).data?.items ?? [];
  if (!months.length) return null;
  const most = Math.max(...months.map((each) => each.reported));
  const total = months.reduce((sum, each) => sum + each.reported, 0);
  const answered = months.reduce((sum, each) => sum + each.answered, 0);
  return (
    <section className="months" aria-label="Near misses by month">
      <p>
        <strong>{count(total, 'near miss', 'near misses')}</strong> reported,{' '}
        <span className="green">{answered} answered</span>.{' '}
        <span className="quiet">The more are reported, the more we can mend before it breaks.</span>
      </p>
      {months.length > 1 ? (
        <ol>
          {months.toReversed().map(({ month, reported }) => (
            <li key={month}>
              <span className="mono">{reported}</span>
              <span className="month-bar" style={{ height: `${Math.max(4, (reported / most) * 40)}px` }} />
              <span className="small quiet">{monthWords(month)}</span>
            </li>
          ))}
        </ol>
      ) : null}
    </section>
  );
}

function monthWords(month: string): string {
  return new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' }).format(
    new Date(`${month}-01`),
  );
}

function List({ show }: { show: Show }) {
  const listing = useListing<NearMiss>(['near_miss'], '/near-misses', { show, limit: 30 });
  return (
    <Listed
      of={listing}
      label="Near misses"
      row={(each) => <Row key={each.id} nearMiss={each} />}
      empty={<Empty show={show} />}
    />
  );
}

function Empty({ show }: { show: Show }) {
  if (show === 'waiting') return <p>None waits. Every near miss that was reported has its answer.</p>;
  if (show === 'answered') return <p>None is answered yet.</p>;
  return (
    <p>
      None has been reported yet, which seldom means that there were none. The next time something goes well
      by luck, <a href={REPORT_PAGE}>report it in a minute</a>: no name, no address, the day alone. What comes
      in is found every morning.
    </p>
  );
}

function Row({ nearMiss }: { nearMiss: NearMiss }) {
  const { id, happened, reportedOn, again, answer, incident, actionItems, additions } = nearMiss;
  const now = useNow();
  return (
    <li className="record near-miss">
      <Link to={`/near-misses/${id}` as '/'} className="record-title near-miss-text">
        <Redacted text={happened} />
      </Link>
      <span className="record-end">
        <Standing nearMiss={nearMiss} />
      </span>
      {answer ? (
        <span className="small near-miss-answer">
          <span className="green">What was changed:</span> {answer}
        </span>
      ) : null}
      <span className="small quiet">
        {dayWithYear(reportedOn, now)}
        {again && !answer ? ' · could happen again this week' : ''}
        {additions.length ? ` · ${count(additions.length, 'addition')}` : ''}
        {incident ? ` · INC-${incident.number}` : ''}
        {actionItems.length ? ` · ${count(actionItems.length, 'action item')}` : ''}
      </span>
    </li>
  );
}

export function Standing({ nearMiss }: { nearMiss: NearMiss }) {
  const now = useNow();
  const { state, dueAt, overdue, answeredAt } = nearMiss;
  if (state === 'answered' && answeredAt)
    return <span className="green">answered {dayWithYear(answeredAt, now)}</span>;
  return (
    <span className={overdue ? 'red' : nearMiss.again ? 'amber' : ''}>
      {overdue ? 'late: answer was due ' : 'answer by '}
      {dayWithYear(dueAt, now)} · {relative(dueAt, now)}
    </span>
  );
}

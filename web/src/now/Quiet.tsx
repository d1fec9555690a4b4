/** When nothing is wrong, that is what it says. */
import type { NowView } from '../api/queries.ts';
import { REPORT_PAGE } from '../learn/near-misses/pages.ts';
import { useNow } from '../words/clock.ts';
import { capital, numberWord } from '../words/count.ts';
import { lasting } from '../words/time.ts';

export function Quiet({ view }: { view: NowView }) {
  const now = useNow();
  const { lastIncidentAt, actionsDueThisWeek } = view.quiet;
  const last = lastIncidentAt
    ? `Last incident ${lasting(now - Date.parse(lastIncidentAt))} ago.`
    : 'There has been no incident yet.';
  const due = actionsDueThisWeek
    ? `${capital(numberWord(actionsDueThisWeek))} postmortem ${actionsDueThisWeek === 1 ? 'action is' : 'actions are'} due this week.`
    : 'No postmortem action is due this week.';
  return (
    <section className="quiet-now">
      <h2>Nothing is wrong.</h2>
      <p>
        {last} {due}
      </p>
      <p>
        Something nearly went wrong? <a href={REPORT_PAGE}>Report a near miss</a>, without your name, in a
        minute.
      </p>
    </section>
  );
}

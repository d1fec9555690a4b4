/** What returns across the published postmortems of a time: systems counted, never people, with how many were looked at. */
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { CATEGORY_NAMES } from '#incident/words.ts';
import type { Theme, Themes as ThemesShown } from '#src/learn/library/themes.ts';
import { get } from '../api/http.ts';
import '../pieces/records.css';
import './library.css';
import { Screen } from '../pieces/Screen.tsx';
import { Shown } from '../pieces/States.tsx';
import { useNow } from '../words/clock.ts';
import { count } from '../words/count.ts';
import { DAYS, sinceDays } from './days.ts';

type Answer = ThemesShown & { from: string; to: string; notPublished: number };

const DAYS_DEFAULT = '90';
const ALL = '36500';
/** Below this many, a share says little. */
const FEW = 5;
const FACTORS: Record<string, string> = {
  slowDetection: 'Slow detection',
  missingDocumentation: 'Missing documentation',
  missingMonitoring: 'Missing monitoring',
};

export function Themes() {
  const now = useNow();
  const navigate = useNavigate();
  const { days } = useSearch({ strict: false }) as { days?: string };
  const chosen = days ? String(days) : DAYS_DEFAULT;
  const from = sinceDays(chosen, now);
  const themes = useQuery({
    queryKey: ['postmortems', 'themes', from],
    queryFn: ({ signal }) => get<Answer>('/postmortem-themes', { from }, signal),
  });
  return (
    <Screen
      title="What returns"
      lead={
        <>
          <Link to={'/postmortems' as '/'} className="back">
            ← Postmortems
          </Link>
          <br />
          Across published postmortems. Systems are counted here, never people or teams.
        </>
      }
    >
      <div className="filters">
        <Select
          label="Incidents of the"
          size="md"
          allowDeselect={false}
          data={[...DAYS, { value: ALL, label: 'Whole record' }]}
          value={chosen}
          onChange={(value) =>
            void navigate({
              to: '/postmortem-themes' as '/',
              search: (value === DAYS_DEFAULT ? {} : { days: value }) as never,
              replace: true,
            })
          }
        />
      </div>
      <Shown of={themes}>
        {(found) => (found.n ? <Found themes={found} /> : <Nothing themes={found} />)}
      </Shown>
    </Screen>
  );
}

function Nothing({ themes }: { themes: Answer }) {
  return (
    <p className="nothing">
      No postmortem of this time is published yet
      {themes.notPublished ? `; ${count(themes.notPublished, 'draft is', 'drafts are')} being written` : ''}.
    </p>
  );
}

function Found({ themes }: { themes: Answer }) {
  const { n, notPublished, strengths, setOffByChange } = themes;
  const agreed = strengths.stronger + strengths.intermediate + strengths.weaker;
  return (
    <>
      <p className="prose">
        {count(n, 'published postmortem')}
        {notPublished ? `; ${count(notPublished, 'more is a draft', 'more are drafts')} and not counted` : ''}
        .{n < FEW ? ' That is too few to call anything a pattern.' : ''}
      </p>
      <div className="themes">
        <Group
          title="Contributing factors"
          themes={themes.factors.map((each) => ({ ...each, name: FACTORS[each.key] ?? each.name }))}
          n={n}
          nothing="None was answered with yes."
        />
        <Group
          title="Kinds of failure"
          themes={themes.categories.map((each) => ({
            ...each,
            name: CATEGORY_NAMES[each.key] ?? each.name,
          }))}
          n={n}
          nothing="Nobody has said which kind it was."
        />
        <Group title="Services" themes={themes.services} n={n} nothing="No service was named." />
        <Group
          title="The same trigger again"
          themes={themes.triggers}
          n={n}
          nothing="No trigger returned."
          note={
            setOffByChange.n
              ? `Set off by a change: ${setOffByChange.count} of the ${setOffByChange.n} where it is marked.`
              : 'Whether a change set it off is marked in none of them.'
          }
        />
        <Group title="The same alert again" themes={themes.alerts} n={n} nothing="No alert returned." />
        <Group
          title="What was agreed"
          n={n}
          themes={[
            { ...themes.onlyWeaker, name: 'Nothing stronger than training, a policy or a warning' },
            { ...themes.onlyDashboards, name: 'Only more alerts, graphs or dashboards' },
          ].filter((each) => each.count)}
          nothing={agreed ? 'Each agreed on something that changes a system.' : ''}
          note={
            agreed
              ? `${count(agreed, 'action item')}: ${strengths.stronger} stronger, ${strengths.intermediate} intermediate, ${strengths.weaker} weaker.`
              : 'No action item was agreed.'
          }
        />
      </div>
    </>
  );
}

type GroupProps = { title: string; themes: Theme[]; n: number; nothing: string; note?: string };

function Group({ title, themes, n, nothing, note }: GroupProps) {
  return (
    <section className="section">
      <h2>{title}</h2>
      {note ? <p className="quiet">{note}</p> : null}
      {themes.length ? (
        <ul className="rows" aria-label={title}>
          {themes.map((each) => (
            <Row key={each.key} theme={each} n={n} />
          ))}
        </ul>
      ) : nothing ? (
        <p className="quiet">{nothing}</p>
      ) : null}
    </section>
  );
}

function Row({ theme, n }: { theme: Theme; n: number }) {
  const more = theme.count - theme.postmortems.length;
  return (
    <li className="theme">
      <details>
        <summary>
          <span>{theme.name}</span>
          <span className="theme-count">
            {theme.count} of {n}
          </span>
          <span className="theme-share" aria-hidden>
            <span style={{ width: `${(100 * theme.count) / n}%` }} />
          </span>
        </summary>
        <ul>
          {theme.postmortems.map((each) => (
            <li key={each.id}>
              <Link to={`/postmortems/${each.id}` as '/'}>
                INC-{each.incidentNumber} {each.title}
              </Link>
            </li>
          ))}
          {more > 0 ? <li className="quiet">and {more} older ones</li> : null}
        </ul>
      </details>
    </li>
  );
}

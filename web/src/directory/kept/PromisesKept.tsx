/** A client's page of kept promises, for the service review: figures, each incident with its promises, the evidence; a PDF and a table to take along. */
import { Button, NativeSelect } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import './promises-kept.css';
import type { PromisesKept as Page } from '#src/communicate/promises-kept/read.ts';
import { get } from '../../api/http.ts';
import { Screen } from '../../pieces/Screen.tsx';
import { Shown } from '../../pieces/States.tsx';
import { useNow } from '../../words/clock.ts';
import { count, list } from '../../words/count.ts';
import { clockIn, dayIn, lasting } from '../../words/time.ts';
import { periods } from './periods.ts';

const pageQuery = (id: string, period: string) =>
  queryOptions({
    queryKey: ['clients', 'promises-kept', id, period],
    queryFn: ({ signal }) => get<Page>(`/clients/${id}/promises-kept`, { period }, signal),
  });

export function PromisesKept() {
  const { id } = useParams({ strict: false }) as { id: string };
  const offered = periods(new Date(useNow()));
  const asked = (useSearch({ strict: false }) as { period?: string }).period;
  const period = asked ?? offered[0]!.value;
  const navigate = useNavigate();
  const page = useQuery(pageQuery(id, period));
  const file = (kind: string) => `/api/v1/clients/${id}/promises-kept.${kind}?period=${period}`;
  return (
    <Screen
      title="Promises kept"
      lead={
        <Link to={`/directory/clients/${id}` as '/'} className="back">
          ← {page.data?.client.name ?? 'The client'}
        </Link>
      }
      action={
        <div className="kept-files no-print">
          <Button component="a" href={file('pdf')} download>
            PDF
          </Button>
          <Button component="a" href={file('csv')} variant="default" download>
            Table (CSV)
          </Button>
        </div>
      }
    >
      <NativeSelect
        label="Period"
        size="md"
        className="kept-period no-print"
        value={period}
        data={
          offered.some((each) => each.value === period)
            ? offered
            : [{ value: period, label: period }, ...offered]
        }
        onChange={(event) =>
          void navigate({ to: '.', search: { period: event.currentTarget.value } as never, replace: true })
        }
      />
      <Shown of={page} rows={6}>
        {(kept) => <Kept page={kept} />}
      </Shown>
    </Screen>
  );
}

function Kept({ page }: { page: Page }) {
  const { totals, incidents, client, period, notShown } = page;
  return (
    <>
      <p className="quiet small kept-lead">
        {client.name}, {period.name}. Times in {period.zone}. Counted from what was promised and what was
        delivered.
      </p>
      <dl className="kept-figures">
        <Figure value={String(totals.incidents)} words={totals.incidents === 1 ? 'incident' : 'incidents'} />
        <Figure
          value={`${totals.kept} of ${totals.promised}`}
          words="promises kept in time"
          colour={totals.kept === totals.promised ? 'green' : 'red'}
        />
        <Figure
          value={totals.longestSilenceMinutes === null ? '–' : silence(totals.longestSilenceMinutes)}
          words="longest silence"
        />
        <Figure
          value={`${totals.messagesWithEvidence} of ${totals.messages}`}
          words="messages with evidence"
        />
      </dl>
      <p>{more(totals)}</p>
      {notShown ? (
        <p className="amber">
          {count(notShown, 'restricted incident')} of which this client was told{' '}
          {notShown === 1 ? 'is' : 'are'} not shown to you, and not counted.
        </p>
      ) : null}
      {incidents.length ? (
        incidents.map((incident) => <Incident key={incident.id} incident={incident} zone={period.zone} />)
      ) : (
        <p className="nothing">No incident affected {client.name} in this period.</p>
      )}
    </>
  );
}

function more({ late, broken, calls, longestSilenceIn, longestSilenceMinutes }: Page['totals']): string {
  return [
    late ? `${count(late, 'promise was', 'promises were')} kept late.` : '',
    broken ? `${count(broken, 'promise was', 'promises were')} not kept.` : '',
    calls ? `${count(calls, 'call')} reached them besides.` : '',
    longestSilenceIn && longestSilenceMinutes ? `The longest silence was in ${longestSilenceIn}.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

function Figure({ value, words, colour }: { value: string; words: string; colour?: string }) {
  return (
    <div>
      <dd className={`kept-figure mono ${colour ?? ''}`}>{value}</dd>
      <dt className="quiet small">{words}</dt>
    </div>
  );
}

function Incident({ incident, zone }: { incident: Page['incidents'][number]; zone: string }) {
  const at = (text: string) =>
    dayIn(text, zone) === dayIn(incident.detectedAt, zone)
      ? clockIn(text, zone)
      : `${dayIn(text, zone)} ${clockIn(text, zone)}`;
  return (
    <section className="kept-incident">
      <div className="section-head">
        <h2 className="kept-title">
          <Link to={`/incidents/${incident.id}` as '/'}>{capitalised(list(incident.services))}</Link>
        </h2>
        <span className="quiet small mono">
          {incident.reference} · {incident.severity}
        </span>
      </div>
      <p className="quiet small">
        {dayIn(incident.detectedAt, zone)}, <span className="mono">{clockIn(incident.detectedAt, zone)}</span>{' '}
        ·{' '}
        {incident.restoredAt
          ? `worked again after ${lasting(Date.parse(incident.restoredAt) - Date.parse(incident.detectedAt))}`
          : 'not yet restored'}{' '}
        · longest silence {silence(incident.longestSilenceMinutes)}
      </p>
      {incident.promises.length ? (
        <ul className="rows">
          {incident.promises.map((each) => (
            <li className="row" key={`${each.name} ${each.dueAt}`}>
              <span>
                {each.name} <span className="quiet small mono">by {at(each.dueAt)}</span>
              </span>
              <Outcome promise={each} at={at} />
            </li>
          ))}
        </ul>
      ) : (
        <p className="quiet small">No promise was due yet.</p>
      )}
      {incident.heard.length ? (
        <details className="kept-evidence">
          <summary>Evidence, {count(incident.heard.length, 'message')}</summary>
          <ul>
            {incident.heard.map((each) => (
              <li key={each.at + each.what}>
                <span className="mono">{at(each.at)}</span> {each.what}
                {each.automatic ? ' (automatic)' : ''}:{' '}
                {each.evidence.length ? (
                  each.evidence
                    .map(
                      (one) =>
                        `${one.who} by ${one.channel} ${at(one.at)}${one.answer ? `, ${one.answer}` : ''}`,
                    )
                    .join('; ')
                ) : (
                  <span className="red">nobody of them has evidence of it</span>
                )}
              </li>
            ))}
          </ul>
        </details>
      ) : (
        <p className="red small">Nothing has been sent to them.</p>
      )}
    </section>
  );
}

function Outcome({
  promise,
  at,
}: {
  promise: Page['incidents'][number]['promises'][number];
  at: (text: string) => string;
}) {
  switch (promise.outcome) {
    case 'kept':
      return <span className="green small mono">{at(promise.keptAt ?? promise.dueAt)} ✓ kept</span>;
    case 'late':
      return <span className="amber small mono">{at(promise.keptAt ?? promise.dueAt)} late</span>;
    case 'broken':
      return <span className="red small">not kept</span>;
  }
}

function silence(minutes: number): string {
  return minutes ? lasting(minutes * 60_000) : 'under 1 min';
}

function capitalised(text: string): string {
  return text ? text.charAt(0).toUpperCase() + text.slice(1) : 'One of our services';
}

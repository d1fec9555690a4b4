/** One change: what it was, how far it came, how to take it back, and whom to ask. */
import { Button } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { CHANGE_KIND_WORDS } from '#src/triage/relation.ts';
import { get } from '../api/http.ts';
import { Shown } from '../pieces/States.tsx';
import { Time } from '../pieces/Time.tsx';
import { useNow } from '../words/clock.ts';
import { capital, list } from '../words/count.ts';
import { bothZones, stretch } from '../words/time.ts';
import type { Change } from './change.ts';
import { standing } from './lanes.ts';
import { Shape } from './Shape.tsx';

type Card = Change & {
  via: string | null;
  ask: {
    team: { id: string; name: string } | null;
    called: { id: string; name: string } | null;
    note: string;
  };
};

const cardQuery = (id: string) =>
  queryOptions({
    queryKey: ['changes', 'card', id],
    queryFn: ({ signal }) => get<Card>(`/changes/${id}`, {}, signal),
  });

const ROLLBACK_SENTENCES: Record<Change['rollback'], string> = {
  safe: 'Safe to roll back.',
  unsafe: 'Not safe to roll back.',
  unknown: 'Nobody said whether it is safe to roll back.',
};

/** `framed`: on a card of its own; in a drawer it has a frame already. `services`: all that it concerns, where it is more than one. */
type Props = { id: string; services: string[]; framed: boolean; close: () => void };

export function ChangeCard({ id, services, framed, close }: Props) {
  const card = useQuery(cardQuery(id));
  return (
    <section className={framed ? 'card' : undefined} aria-label="The change">
      <Shown of={card} rows={6}>
        {(change) => <Facts change={change} services={services} />}
      </Shown>
      <Button variant="default" mt="md" onClick={close}>
        Back to the list
      </Button>
    </section>
  );
}

function Facts({ change, services }: { change: Card; services: string[] }) {
  const now = useNow();
  const versions = change.versionBefore || change.versionAfter;
  return (
    <>
      <p className="change-kind">
        <Shape change={change} /> {capital(CHANGE_KIND_WORDS[change.kind])}, {standing(change, now)}
      </p>
      <h2 className="change-title">{change.summary}</h2>
      <dl className="change-facts">
        <Fact name="When">
          {change.endsAt ? (
            <time dateTime={change.happenedAt}>{stretch(change.happenedAt, change.endsAt, now)}</time>
          ) : (
            <Time at={change.happenedAt} show="full" />
          )}
          {change.claimedAt ? (
            <p className="small amber">
              The clock of the sender said {bothZones(change.claimedAt, now)}, which was still to come.
            </p>
          ) : null}
        </Fact>
        <Fact name={services.length > 1 ? 'Services' : 'Service'}>
          {services.length > 1 ? (
            list(services, services.length)
          ) : change.serviceId ? (
            <Link to="/directory/$kind/$id" params={{ kind: 'services', id: change.serviceId }}>
              {change.serviceName}
            </Link>
          ) : change.serviceNamed ? (
            `No service is called “${change.serviceNamed}”.`
          ) : (
            'No service stated.'
          )}
          {change.environment ? ` · ${change.environment}` : ''}
        </Fact>
        {versions ? (
          <Fact name="Version">
            <span className="mono">
              {change.versionBefore ?? 'not known'} → {change.versionAfter ?? 'not known'}
            </span>
          </Fact>
        ) : null}
        {change.ramp.length ? (
          <Fact name="Rollout">
            <ol className="ramp">
              {change.ramp.map((step) => (
                <li key={`${step.at} ${step.where ?? ''} ${step.percent}`}>
                  <span className="ramp-percent mono">{step.percent}%</span>
                  <span className="ramp-bar" aria-hidden="true">
                    <i style={{ width: `${step.percent}%` }} />
                  </span>
                  <span>
                    <Time at={step.at} /> UTC{step.where ? ` · ${step.where}` : ''}
                  </span>
                </li>
              ))}
            </ol>
          </Fact>
        ) : null}
        {change.kind === 'third_party' ? null : (
          <Fact name="Rollback">
            <span
              className={change.rollback === 'unsafe' ? 'red' : change.rollback === 'safe' ? 'green' : ''}
            >
              {ROLLBACK_SENTENCES[change.rollback]}
            </span>
            {change.rollbackHow ? <p className="mono small change-how">{change.rollbackHow}</p> : null}
          </Fact>
        )}
        <Fact name="Ask">{change.ask.note}</Fact>
        {change.links.length ? (
          <Fact name="Look at">
            {change.links.map((link) => (
              <p key={link.href}>
                <a href={link.href} target="_blank" rel="noreferrer" className="change-link">
                  {link.text === link.href ? shortened(link.href) : link.text}
                </a>
              </p>
            ))}
          </Fact>
        ) : null}
        <Fact name="Told by">
          {change.via ? `${change.via} (${change.source})` : change.recordedBy},{' '}
          <Time at={change.receivedAt} /> UTC
          {change.size === null ? '' : ` · ${change.size} lines`}
          {change.mends ? ' · it mends something' : ''}
        </Fact>
      </dl>
      {Object.keys(change.details).length ? (
        <details className="change-details">
          <summary>Details as they came</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre tabIndex={0}>{JSON.stringify(change.details, null, 2)}</pre>
        </details>
      ) : null}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function shortened(href: string): string {
  const url = new URL(href);
  const path = url.pathname === '/' ? '' : url.pathname;
  return `${url.host}${path.length > 40 ? `${path.slice(0, 39)}…` : path}`;
}

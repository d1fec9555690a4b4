/** What we stand on and cannot repair: how each is, as of when, and who stands behind it. */
import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import '../pieces/records.css';
import './providers.css';
import { useSession } from '../api/session.ts';
import { Screen } from '../pieces/Screen.tsx';
import { Shown } from '../pieces/States.tsx';
import { Time } from '../pieces/Time.tsx';
import { count, list } from '../words/count.ts';
import { Bars, Legend } from './Bars.tsx';
import { byUrgency, type Provider, providersQuery, tone } from './provider.ts';
import { StateMark } from './StateMark.tsx';

const RANGES = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
];

export function Providers() {
  const administrator = useSession()?.role === 'administrator';
  const [days, setDays] = useState('30');
  const providers = useQuery({ ...providersQuery(Number(days)), placeholderData: (before) => before });
  return (
    <Screen
      title="Providers"
      lead={<Summary providers={providers.data?.items} />}
      action={
        administrator ? (
          <Button component={Link} to="/directory/third-parties/new">
            Add a provider
          </Button>
        ) : null
      }
    >
      <Shown of={providers} rows={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty administrator={administrator} />
          ) : (
            <>
              <SegmentedControl
                aria-label="How far back the bars go"
                data={RANGES}
                value={days}
                onChange={setDays}
                mb="xs"
              />
              <ul
                className="rows providers-list"
                aria-label="Providers"
                aria-busy={providers.isPlaceholderData}
              >
                {byUrgency(items).map((each) => (
                  <Row key={each.id} provider={each} />
                ))}
              </ul>
              <Legend />
            </>
          )
        }
      </Shown>
    </Screen>
  );
}

function Summary({ providers }: { providers: Provider[] | undefined }) {
  if (!providers || providers.length === 0)
    return <>What our services stand on and we cannot repair, asked once a minute how it is.</>;
  const asked = providers.filter((each) => each.feed || each.probe);
  const trouble = asked.filter((each) => tone(each.state) === 'red' || each.state === 'degraded');
  const unknown = asked.filter((each) => each.state === 'unknown');
  const parts = [
    trouble.length ? `${count(trouble.length, 'provider')} in trouble` : '',
    unknown.length ? `${unknown.length} not known` : '',
    `${asked.filter((each) => each.state === 'operational').length} of ${providers.length} green`,
  ];
  return <>{parts.filter(Boolean).join(' · ')}</>;
}

function Row({ provider }: { provider: Provider }) {
  const watched = provider.feed !== null || provider.probe !== null;
  return (
    <li className="provider">
      <span className="provider-name">
        <Link to={`/providers/${provider.id}` as '/'} className="record-title">
          {provider.name}
        </Link>
        <StateMark of={provider} />
        {provider.asOf ? (
          <span className="small quiet">
            as of <Time at={provider.asOf} /> UTC
          </span>
        ) : null}
      </span>
      <span className="provider-bars">{watched ? <Bars days={provider.history} /> : null}</span>
      {provider.incidents.map((each) => (
        <p key={each.id}>
          {each.url ? (
            <a href={each.url} target="_blank" rel="noreferrer">
              {each.title}
            </a>
          ) : (
            each.title
          )}{' '}
          <span className="small quiet">
            since <Time at={each.startedAt} /> UTC
          </span>
        </p>
      ))}
      {provider.note ? <p className="small quiet">{provider.note}</p> : null}
      <p className="small quiet">{behind(provider)}</p>
    </li>
  );
}

function behind({ services, feed }: Provider): string {
  const names = list(services.map((each) => each.name));
  const part = feed?.components.length ? ` · only ${list(feed.components)}` : '';
  if (services.length === 0) return `No service stands on it${part}`;
  return `${names} ${services.length === 1 ? 'stands' : 'stand'} on it${part}`;
}

function Empty({ administrator }: { administrator: boolean }) {
  return (
    <div className="nothing">
      <p>
        No provider is known yet. Providers are what our services stand on and we cannot repair: card
        payments, a cloud, a mail service.
      </p>
      {administrator ? (
        <p>
          <Link to={'/directory/third-parties/new' as '/'}>Add the first one</Link>: for many, one choice
          fills in where they say how they are.
        </p>
      ) : (
        <p>An administrator can add them in the directory.</p>
      )}
    </div>
  );
}

/** One provider: how it is and by what evidence, its incidents with their updates, its components, what it was. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { FEED_KIND_WORDS } from '#directory/feed-kinds.ts';
import './providers.css';
import '../pieces/records.css';
import { post } from '../api/http.ts';
import { useMayAct } from '../api/session.ts';
import { Fact, Facts, Links } from '../directory/EntryFacts.tsx';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { Screen } from '../pieces/Screen.tsx';
import { Shown } from '../pieces/States.tsx';
import { Time } from '../pieces/Time.tsx';
import { clockIn } from '../words/time.ts';
import { Bars, Legend } from './Bars.tsx';
import { type ProviderDetail, providerQuery } from './provider.ts';
import { StateMark } from './StateMark.tsx';

const COMPONENTS_SHOWN = 60;

export function ProviderScreen() {
  const { id } = useParams({ strict: false }) as { id: string };
  const provider = useQuery(providerQuery(id));
  const { data } = provider;
  return (
    <Screen
      title={data?.name ?? 'Provider'}
      lead={
        <Link to={'/providers' as '/'} className="back">
          ← Providers
        </Link>
      }
      action={data ? <CheckNow provider={data} /> : null}
    >
      <Shown of={provider}>{(found) => <Provider provider={found} />}</Shown>
    </Screen>
  );
}

function CheckNow({ provider }: { provider: ProviderDetail }) {
  const mayAct = useMayAct();
  const check = useAct({
    does: () => post<ProviderDetail>(`/third-parties/${provider.id}/check`),
    doubt: [['providers'], ['incidents']],
  });
  if (!mayAct) return null;
  if (!provider.feed && !provider.probe)
    return (
      <Button component={Link} to={`/directory/third-parties/${provider.id}`}>
        Say where it tells
      </Button>
    );
  return (
    <ActButton busy={check.isPending} busyText="Asking…" onClick={() => check.mutate()}>
      Ask it now
    </ActButton>
  );
}

function Provider({ provider }: { provider: ProviderDetail }) {
  return (
    <>
      <p className="provider-sentence" role="status">
        {provider.sentence}
      </p>
      <Incidents title="Going on" incidents={provider.incidents} none={noneWords(provider)} />
      {provider.feed || provider.probe ? (
        <section className="section" style={{ maxWidth: 620 }}>
          <h2 className="label">The last 30 days</h2>
          <div style={{ marginTop: 8 }}>
            <Bars days={provider.history} />
          </div>
          <Legend />
        </section>
      ) : null}
      <Components provider={provider} />
      <Incidents title="Before" incidents={provider.pastIncidents} />
      <section className="section">
        <h2 className="label">What is asked</h2>
        <Asked provider={provider} />
      </section>
    </>
  );
}

/** A feed that is not heard cannot say that nothing is open. */
function noneWords({ asOf, stale }: ProviderDetail): string | undefined {
  if (!asOf) return undefined;
  return stale
    ? `Nothing that concerns us was open there as of ${clockIn(asOf)} UTC; since then nobody knows.`
    : 'Nothing that concerns us is open there.';
}

function Asked({ provider }: { provider: ProviderDetail }) {
  const { feed, probe } = provider;
  return (
    <Facts>
      <Fact name="State">
        <StateMark of={provider} />
      </Fact>
      <Fact name="Their page">
        {provider.statusUrl ? (
          <a href={provider.statusUrl} target="_blank" rel="noreferrer">
            {provider.statusUrl}
          </a>
        ) : (
          'not known'
        )}
      </Fact>
      <Fact name="Feed">
        {feed ? (
          <>
            {FEED_KIND_WORDS[feed.kind]} · <span className="mono small">{feed.url}</span>
          </>
        ) : (
          'none'
        )}
      </Fact>
      {feed?.components.length ? <Fact name="Only">{feed.components.join(', ')}</Fact> : null}
      <Fact name="Our own check">
        {probe ? (
          <>
            <span className="mono small">{probe.url}</span>
            {provider.probeNote ? <span className="quiet small"> · {provider.probeNote}</span> : null}
          </>
        ) : (
          'none'
        )}
      </Fact>
      {provider.unchangedSince ? (
        <Fact name="Says the same since">
          <Time at={provider.unchangedSince} show="both" />
        </Fact>
      ) : null}
      {provider.attemptedAt ? (
        <Fact name="Last asked">
          <Time at={provider.attemptedAt} show="both" />
        </Fact>
      ) : null}
      <Fact name="Stands on it">
        <Links kind="services" to={provider.services} none="no service" />
      </Fact>
      <Fact name="Directory">
        <Link to={`/directory/third-parties/${provider.id}` as '/'}>Change what is asked</Link>
      </Fact>
    </Facts>
  );
}

function Incidents({
  title,
  incidents,
  none,
}: {
  title: string;
  incidents: ProviderDetail['incidents'];
  none?: string | undefined;
}) {
  if (incidents.length === 0 && !none) return null;
  return (
    <section className="section">
      <h2 className="label">{title}</h2>
      {incidents.length === 0 ? <p className="quiet">{none}</p> : null}
      <ul className="rows">
        {incidents.map((each) => (
          <Incident key={each.id} incident={each} />
        ))}
      </ul>
    </section>
  );
}

function Incident({ incident }: { incident: ProviderDetail['incidents'][number] }) {
  const [newest, ...older] = incident.updates;
  return (
    <li className="provider-incident">
      {incident.url ? (
        <a href={incident.url} target="_blank" rel="noreferrer" className="strong">
          {incident.title}
        </a>
      ) : (
        <span className="strong">{incident.title}</span>
      )}
      <p className="small quiet">
        {incident.maintenance ? 'planned work · ' : ''}
        {incident.endedAt ? '' : 'since '}
        <Time at={incident.startedAt} /> UTC
        {incident.endedAt ? (
          <>
            {' to '}
            <Time at={incident.endedAt} /> UTC{incident.vanished ? ', when it was gone from the feed' : ''}
          </>
        ) : null}
        {incident.components.length ? ` · ${incident.components.slice(0, 6).join(', ')}` : ''}
        {incident.touches ? '' : ' · does not concern us'}
      </p>
      {newest?.text ? (
        <div className="provider-updates">
          <p>
            <Time at={newest.at} /> {newest.text}
          </p>
          {older.length ? (
            <details>
              <summary className="small">Earlier updates ({older.length})</summary>
              {older.map((each) => (
                <p key={each.at + each.text}>
                  <Time at={each.at} /> {each.text}
                </p>
              ))}
            </details>
          ) : null}
        </div>
      ) : null}
    </li>
  );
}

function Components({ provider }: { provider: ProviderDetail }) {
  const { components } = provider;
  if (components.length === 0) return null;
  return (
    <section className="section">
      <h2 className="label">Components that its feed names</h2>
      <ul className="components small">
        {components.slice(0, COMPONENTS_SHOWN).map((each) => (
          <li key={each.id}>
            <span>
              {each.group ? <span className="quiet">{each.group} / </span> : null}
              {each.name}
            </span>
            <StateMark
              of={{ state: each.state, stale: provider.stale, last: each.state, asOf: provider.asOf }}
            />
          </li>
        ))}
      </ul>
      {components.length > COMPONENTS_SHOWN ? (
        <p className="small quiet">and {components.length - COMPONENTS_SHOWN} more</p>
      ) : null}
    </section>
  );
}

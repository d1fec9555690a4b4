/** The ways in for signals: what is connected, and when each was last heard. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { servicesQuery } from '../api/queries.ts';
import { useSession } from '../api/session.ts';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Screen } from '../pieces/Screen.tsx';
import { Time } from '../pieces/Time.tsx';
import { useNow } from '../words/clock.ts';
import { IntakePlaces } from './IntakePlaces.tsx';
import { type Integration, KIND_WORDS } from './kinds.ts';

export function Integrations() {
  const administrator = useSession()?.role === 'administrator';
  const listing = useListing<Integration>(['integrations'], '/integrations');
  return (
    <Screen
      title="Integrations"
      action={
        administrator ? (
          <Button component={Link} to="/integrations/new">
            Connect a tool
          </Button>
        ) : null
      }
    >
      <IntakePlaces current="ways" />
      <Listed
        of={listing}
        label="Integrations"
        row={(each) => <IntegrationRow key={each.id} integration={each} />}
        empty={
          <p>
            Nothing is connected yet, so incidents are declared by people alone. Prometheus, Alertmanager,
            Grafana, anything that speaks to PagerDuty, or any JSON can send its alerts here; GitHub, GitLab,
            Argo CD, feature flags and others tell what changed.
          </p>
        }
      />
    </Screen>
  );
}

const LATELY_MILLISECONDS = 24 * 3_600_000;

/** Refusals of long ago are on its own page. */
function refusedLately({ refused, lastRefusedAt }: Integration['came'], now: number): boolean {
  return refused > 0 && lastRefusedAt !== null && now - Date.parse(lastRefusedAt) < LATELY_MILLISECONDS;
}

function IntegrationRow({
  integration: { id, name, kind, serviceId, routing, lastReceivedAt, came },
}: {
  integration: Integration;
}) {
  const services = useQuery(servicesQuery).data?.items ?? [];
  const now = useNow();
  const service = services.find((each) => each.id === serviceId);
  return (
    <li className="record">
      <Link to={`/integrations/${id}` as '/'} className="record-title">
        {name}
      </Link>
      <span className="record-end">
        {lastReceivedAt ? (
          <>
            last heard <Time at={lastReceivedAt} show="relative" />
          </>
        ) : (
          <span className="amber">never heard</span>
        )}
        {refusedLately(came, now) ? <span className="amber"> · {came.refused} refused</span> : null}
      </span>
      <span className="small quiet">
        {KIND_WORDS[kind].name} ·{' '}
        {service
          ? `for ${service.name}`
          : routing.length
            ? 'by routing rules'
            : 'by the service that each event names'}
      </span>
    </li>
  );
}

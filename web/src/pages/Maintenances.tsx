/** Planned maintenance: what is coming, what is under way, what was. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useSession } from '../api/session.ts';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Screen } from '../pieces/Screen.tsx';
import { useNow } from '../words/clock.ts';
import { stretch } from '../words/time.ts';
import { PagesPlaces } from './PagesPlaces.tsx';
import { type MaintenanceView, overdueWords, STATE_WORDS } from './page.ts';

export function Maintenances() {
  const responder = useSession()?.role !== 'viewer';
  const listing = useListing<MaintenanceView>(['maintenances'], '/maintenances');
  return (
    <Screen
      title="Planned maintenance"
      action={
        responder ? (
          <Button component={Link} to="/maintenance/new">
            Plan a maintenance
          </Button>
        ) : null
      }
    >
      <PagesPlaces current="maintenance" />
      <Listed
        of={listing}
        label="Planned maintenance"
        row={(each) => <MaintenanceRow key={each.id} maintenance={each} />}
        empty={
          <p>
            Nothing is planned. What is planned stands on the status pages that you choose, and their
            subscribers are told now, a day and an hour before.
          </p>
        }
      />
    </Screen>
  );
}

function MaintenanceRow({ maintenance: it }: { maintenance: MaintenanceView }) {
  return (
    <li className="record">
      <Link to={`/maintenance/${it.id}` as '/'} className="record-title">
        {it.title}
      </Link>
      <span className="record-end">
        {it.overdue ? <span className="amber">{overdueWords(it.state)}</span> : STATE_WORDS[it.state]}
      </span>
      <span className="small quiet">
        <span className="mono">{stretch(it.startsAt, it.endsAt, useNow())}</span> ·{' '}
        {it.services.map((each) => each.name).join(', ')}
      </span>
    </li>
  );
}

/** Every incident that one may see: found by words, state, severity and service; each with its line of beats. */
import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { IncidentSummary } from '#incident/view.ts';
import '../incident/room.css';
import './incidents.css';
import { servicesQuery } from '../api/queries.ts';
import { useMayAct } from '../api/session.ts';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Screen } from '../pieces/Screen.tsx';
import { SearchField } from '../pieces/SearchField.tsx';
import { IncidentRow } from './IncidentRow.tsx';

const STATES = [
  { value: 'all', label: 'Any' },
  { value: 'open', label: 'Not over' },
  { value: 'detected', label: 'Detected' },
  { value: 'confirmed', label: 'Confirmed' },
  { value: 'restored', label: 'Restored' },
  { value: 'resolved', label: 'Resolved' },
  { value: 'closed', label: 'Closed' },
  { value: 'dismissed', label: 'Dismissed' },
  { value: 'merged', label: 'Merged' },
];
const SEVERITIES = [
  { value: '', label: 'Any' },
  { value: 'P1', label: 'P1' },
  { value: 'P2', label: 'P2' },
  { value: 'P3', label: 'P3' },
];

type Filter = { q?: string; state?: string; severity?: string; service?: string };

export function Incidents() {
  const [filter, narrow] = useFilter();
  const listing = useListing<IncidentSummary>(['incidents', 'list'], '/incidents', { limit: 30, ...filter });
  const narrowed = Object.keys(filter).length > 0;
  return (
    <Screen title="Incidents" action={<DeclareButton />}>
      <Filters filter={filter} narrow={narrow} />
      <Listed
        of={listing}
        label="Incidents"
        row={(incident) => <IncidentRow key={incident.id} incident={incident} />}
        empty={
          <p>
            No incident has been declared yet. When an alert arrives, or somebody declares one, it stands
            here.
          </p>
        }
        noMatch={
          narrowed ? (
            <>
              <p>No incident fits what is chosen above.</p>
              <Button
                variant="default"
                mt="sm"
                onClick={() => narrow({ q: '', state: '', severity: '', service: '' })}
              >
                Show every incident
              </Button>
            </>
          ) : undefined
        }
      />
    </Screen>
  );
}

function DeclareButton() {
  const mayAct = useMayAct();
  return mayAct ? (
    <Button component={Link} to="/declare">
      Declare an incident
    </Button>
  ) : null;
}

function Filters({ filter, narrow }: { filter: Filter; narrow: (part: Filter) => void }) {
  const services = useQuery(servicesQuery).data?.items ?? [];
  return (
    <search className="filters">
      <SearchField
        label="Search"
        placeholder="Words of the title, or a number such as 142"
        value={filter.q ?? ''}
        search={(q) => narrow({ q })}
      />
      <Select
        label="State"
        size="md"
        data={STATES}
        value={filter.state ?? 'all'}
        onChange={(state) => narrow({ state: state === 'all' ? '' : (state ?? '') })}
      />
      <Select
        label="Severity"
        size="md"
        data={SEVERITIES}
        value={filter.severity ?? ''}
        onChange={(severity) => narrow({ severity: severity ?? '' })}
      />
      <Select
        label="Service"
        size="md"
        searchable
        data={[
          { value: '', label: 'Any' },
          ...services.map((each) => ({ value: each.id, label: each.name })),
        ]}
        value={filter.service ?? ''}
        onChange={(service) => narrow({ service: service ?? '' })}
        nothingFoundMessage="No service of that name"
      />
    </search>
  );
}

/** What is chosen stands in the address, so that a list can be sent to somebody and Back leads to it. */
function useFilter(): [Filter, (part: Filter) => void] {
  const { q, state, severity, service } = useSearch({ strict: false }) as Filter;
  const navigate = useNavigate();
  const filter = filled({ q: q === undefined ? undefined : String(q), state, severity, service });
  const narrow = (part: Filter) =>
    void navigate({
      to: '/incidents' as '/',
      search: filled({ ...filter, ...part }) as never,
      replace: true,
    });
  return [filter, narrow];
}

function filled(filter: Filter): Filter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value));
}

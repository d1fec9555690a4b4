/** What was found in all postmortems, the best first, with the words around each hit. */
import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { FoundPostmortem } from '#src/learn/library/search.ts';
import { servicesQuery } from '../api/queries.ts';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { SearchField } from '../pieces/SearchField.tsx';
import { Severity } from '../pieces/Severity.tsx';
import { Time } from '../pieces/Time.tsx';
import { useNow } from '../words/clock.ts';
import './library.css';
import { DAYS, sinceDays } from './days.ts';
import type { Searching } from './searching.ts';

const SEVERITIES = ['P1', 'P2', 'P3'];
const STATES = [
  { value: 'published', label: 'Published' },
  { value: 'draft', label: 'Drafts' },
];
const ANY = { value: '', label: 'Any' };

export function SearchFields({ of: { asked, ask } }: { of: Searching }) {
  const services = useQuery({ ...servicesQuery, enabled: Boolean(asked.q) }).data?.items ?? [];
  return (
    <search className="filters search-filters">
      <SearchField
        label="Search all postmortems"
        placeholder="Words, “a phrase”, -without"
        value={asked.q ?? ''}
        search={(q) => ask({ q })}
      />
      {asked.q ? (
        <>
          <Select
            label="Severity"
            size="md"
            data={[ANY, ...SEVERITIES]}
            value={asked.severity ?? ''}
            onChange={(severity) => ask({ severity: severity ?? '' })}
          />
          <Select
            label="Service"
            size="md"
            searchable
            data={[ANY, ...services.map((each) => ({ value: each.id, label: each.name }))]}
            value={asked.service ?? ''}
            onChange={(service) => ask({ service: service ?? '' })}
            nothingFoundMessage="No service of that name"
          />
          <Select
            label="When"
            size="md"
            data={[{ value: '', label: 'At any time' }, ...DAYS]}
            value={asked.days ?? ''}
            onChange={(days) => ask({ days: days ?? '' })}
          />
          <Select
            label="State"
            size="md"
            data={[ANY, ...STATES]}
            value={asked.state ?? ''}
            onChange={(state) => ask({ state: state ?? '' })}
          />
        </>
      ) : null}
    </search>
  );
}

export function Results({ of: { asked, ask } }: { of: Searching }) {
  const now = useNow();
  const { q = '', severity, service, days, state } = asked;
  const from = sinceDays(days, now);
  const listing = useListing<FoundPostmortem>(['postmortems', 'search'], '/postmortem-search', {
    q,
    severity,
    service,
    from,
    state,
  });
  const narrowed = Boolean(severity || service || days || state);
  return (
    <Listed
      of={listing}
      label="Found postmortems"
      row={(each) => <Found key={each.id} found={each} />}
      empty={<p>No postmortem holds all of “{q}”. Fewer words find more.</p>}
      noMatch={
        narrowed ? (
          <>
            <p>No postmortem holds all of “{q}” and fits what is chosen above.</p>
            <Button
              variant="default"
              mt="sm"
              onClick={() => ask({ severity: '', service: '', days: '', state: '' })}
            >
              Search all of them
            </Button>
          </>
        ) : undefined
      }
    />
  );
}

function Found({ found }: { found: FoundPostmortem }) {
  return (
    <li className="record">
      <span>
        <Severity is={found.severity as 'P1'} over />{' '}
        <Link to={`/postmortems/${found.id}` as '/'} className="record-title">
          <Marked parts={found.title} />
        </Link>
      </span>
      <span className="record-end">
        {found.state === 'draft' ? (
          'draft'
        ) : found.publishedAt ? (
          <span className="green">
            published <Time at={found.publishedAt} show="day" />
          </span>
        ) : null}
      </span>
      <p className="found-excerpt">
        {beginsInside(found.excerpt) ? '… ' : ''}
        <Marked parts={found.excerpt} />
        {endsInside(found.excerpt) ? ' …' : ''}
      </p>
      <span className="small quiet">
        INC-{found.incidentNumber} · <Time at={found.detectedAt} show="day" />
        {found.services.length ? ` · ${found.services.join(', ')}` : ''}
      </span>
    </li>
  );
}

/** It was cut out of a sentence. */
function beginsInside(parts: FoundPostmortem['excerpt']): boolean {
  return /^\p{Ll}/u.test(parts[0]?.text ?? '');
}

function endsInside(parts: FoundPostmortem['excerpt']): boolean {
  return !/[.!?]\s*$/.test(parts.at(-1)?.text ?? '.');
}

function Marked({ parts }: { parts: FoundPostmortem['excerpt'] }) {
  return (
    <>
      {parts.map((part, index) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text
        part.hit ? <mark key={index}>{part.text}</mark> : <span key={index}>{part.text}</span>,
      )}
    </>
  );
}

/** What is prepared for when a service fails: every playbook, how fresh it is, and what nobody has written yet. */
import { Button, Group, Select, TextInput, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import '../pieces/records.css';
import './playbooks.css';
import { servicesQuery } from '../api/queries.ts';
import { useMayAct } from '../api/session.ts';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Screen } from '../pieces/Screen.tsx';
import { Time } from '../pieces/Time.tsx';
import { count, list } from '../words/count.ts';
import { FolderState } from './FolderState.tsx';
import { ImportPlaybooks } from './ImportPlaybooks.tsx';
import {
  CATEGORY_ISSUES,
  CATEGORY_WORDS,
  type Category,
  missingQuery,
  type PlaybookSummary,
  purposeWords,
  sizeWords,
} from './playbook.ts';

const PAUSE_MS = 250;
const MISSING_SHOWN = 6;
/** Every kind of failure but "something else". */
const KINDS_NEEDED = Object.keys(CATEGORY_WORDS).length - 1;
const STATES = [
  { value: 'active', label: 'In use' },
  { value: 'archived', label: 'Archived' },
];

export function Playbooks() {
  const mayAct = useMayAct();
  const [search, setSearch] = useState('');
  const [wanted] = useDebouncedValue(search, PAUSE_MS);
  const [serviceId, setServiceId] = useState<string | null>(null);
  const [category, setCategory] = useState<string | null>(null);
  const [state, setState] = useState('active');
  const services = useQuery(servicesQuery).data?.items ?? [];
  const listing = useListing<PlaybookSummary>(['playbooks'], '/playbooks', {
    search: wanted,
    serviceId: serviceId ?? undefined,
    category: category ?? undefined,
    state,
  });
  const narrowed = Boolean(wanted || serviceId || category || state !== 'active');
  return (
    <Screen
      title="Playbooks"
      lead="What to do when a service fails in one way, so that anybody can do it."
      action={
        mayAct ? (
          <Group gap="xs">
            <Button component={Link} to="/playbooks/new">
              Write a playbook
            </Button>
            <ImportPlaybooks />
          </Group>
        ) : null
      }
    >
      <FolderState />
      <div className="filters">
        <TextInput
          className="filter-search"
          label="Search"
          placeholder="Words of the title or the text"
          size="md"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Select
          label="Service"
          placeholder="All"
          size="md"
          clearable
          searchable
          data={services.map((each) => ({ value: each.id, label: each.name }))}
          value={serviceId}
          onChange={setServiceId}
        />
        <Select
          label="Kind of failure"
          placeholder="All"
          size="md"
          clearable
          data={Object.entries(CATEGORY_WORDS).map(([value, label]) => ({ value, label }))}
          value={category}
          onChange={setCategory}
        />
        <Select
          label="State"
          size="md"
          allowDeselect={false}
          data={STATES}
          value={state}
          onChange={(value) => setState(value ?? 'active')}
        />
      </div>
      <Listed
        of={listing}
        label="Playbooks"
        row={(each) => <Row key={each.id} playbook={each} />}
        empty={
          <>
            <p>There is no playbook yet.</p>
            <p>
              Write down what you would do at 2 am, step by step, import Markdown files, or set{' '}
              <code>HUMDRUM_PLAYBOOKS</code> to a folder or repository of Markdown files.
            </p>
          </>
        }
        noMatch={narrowed ? <p>No playbook fits.</p> : undefined}
      />
      {narrowed ? null : <Missing />}
    </Screen>
  );
}

function Row({ playbook: it }: { playbook: PlaybookSummary }) {
  return (
    <li className="record">
      <Link to={`/playbooks/${it.id}` as '/'} className="record-title">
        {it.title}
      </Link>
      <span className="record-end">{sizeWords(it)}</span>
      <span className="small quiet">
        {purposeWords(it)} ·{' '}
        {it.lastExecutedAt ? (
          <>
            last executed <Time at={it.lastExecutedAt} show="day" />
          </>
        ) : (
          'never executed'
        )}{' '}
        ·{' '}
        {it.reviewedBy && it.reviewedAt ? (
          <>
            reviewed by {it.reviewedBy} <Time at={it.reviewedAt} show="day" />
          </>
        ) : (
          <>
            written by {it.updatedBy === 'folder' ? 'its folder' : it.updatedBy}{' '}
            <Time at={it.updatedAt} show="day" />
          </>
        )}
        {it.source === 'folder' ? ` · ${it.path}` : ''}
        {it.reviewOverdue ? <span className="amber"> · review is due</span> : null}
        {it.steps === 0 ? <span className="amber"> · has no step</span> : null}
        {it.steps > 0 && it.missing ? (
          <span className="amber"> · {count(it.missing, 'thing')} missing</span>
        ) : null}
      </span>
    </li>
  );
}

/** What nobody has written: the services with the most gaps are not worse, they are only named. */
function Missing() {
  const missing = useQuery(missingQuery).data?.items ?? [];
  const [all, setAll] = useState(false);
  if (!missing.length) return null;
  const shown = all ? missing : missing.slice(0, MISSING_SHOWN);
  return (
    <section className="section">
      <h2 className="label">What nobody has written yet</h2>
      <ul className="rows" aria-label="What nobody has written yet">
        {shown.map((each) => (
          <li key={each.serviceId} className="record">
            <span>
              {each.serviceName}{' '}
              {each.categories.length === KINDS_NEEDED
                ? 'has no playbook at all.'
                : `has no playbook for ${list(
                    each.categories.map((category: Category) => CATEGORY_ISSUES[category]),
                    each.categories.length,
                  )}.`}
            </span>
            <div className="record-end">
              <Button
                size="compact-md"
                variant="default"
                renderRoot={(props) => (
                  <Link
                    {...props}
                    to="/playbooks/new"
                    search={{ service: each.serviceId, category: each.categories[0] } as never}
                  />
                )}
              >
                Write one<VisuallyHidden> for {each.serviceName}</VisuallyHidden>
              </Button>
            </div>
          </li>
        ))}
      </ul>
      {missing.length > MISSING_SHOWN ? (
        <Button variant="subtle" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${missing.length} services`}
        </Button>
      ) : null}
    </section>
  );
}

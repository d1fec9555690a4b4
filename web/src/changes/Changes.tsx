/** What changed lately, so that it is at hand when something breaks; recorded by pipelines, or by hand. */
import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CHANGE_KIND_WORDS } from '#src/triage/relation.ts';
import { servicesQuery } from '../api/queries.ts';
import { useMayAct } from '../api/session.ts';
import { Copied } from '../pieces/Copied.tsx';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { Screen } from '../pieces/Screen.tsx';
import { Time } from '../pieces/Time.tsx';
import { type Change, ROLLBACK_WORDS } from './change.ts';
import { RecordChange } from './RecordChange.tsx';

export function Changes() {
  const mayAct = useMayAct();
  const [recording, setRecording] = useState(false);
  const [service, setService] = useState('');
  const services = useQuery(servicesQuery).data?.items ?? [];
  const listing = useListing<Change>(['changes'], '/changes', { service, limit: 30 });
  return (
    <Screen
      title="Changes"
      lead="Most incidents begin with one. The newest is on top."
      action={
        mayAct && !recording ? <Button onClick={() => setRecording(true)}>Record a change</Button> : null
      }
    >
      {recording ? <RecordChange close={() => setRecording(false)} /> : null}
      <search className="filters">
        <Select
          label="Service"
          size="md"
          searchable
          data={[
            { value: '', label: 'Any' },
            ...services.map((each) => ({ value: each.id, label: each.name })),
          ]}
          value={service}
          onChange={(id) => setService(id ?? '')}
          nothingFoundMessage="No service of that name"
        />
      </search>
      <Listed
        of={listing}
        label="Changes"
        row={(each) => <ChangeRow key={each.id} change={each} />}
        empty={
          <p>
            No change has been recorded. That is silence, not calm: until a pipeline tells of its changes, an
            incident cannot show what changed before it.
          </p>
        }
        noMatch={service ? <p>No change of this service has been recorded.</p> : undefined}
      />
      <section className="section" style={{ maxWidth: 860 }}>
        <h2 className="label">One line in any pipeline</h2>
        <p className="quiet small" style={{ margin: '4px 0 10px' }}>
          With an API token from Settings, and the slug of the service.
        </p>
        <Copied label="At the end of a deployment" text={CURL(location.origin)} />
      </section>
    </Screen>
  );
}

const CURL = (base: string) =>
  `curl -X POST ${base}/api/v1/changes -H "authorization: Bearer $HUMDRUM_TOKEN" -H 'content-type: application/json' -d '{"summary": "checkout 4.12.0", "service": "checkout", "source": "ci"}'`;

function ChangeRow({ change }: { change: Change }) {
  return (
    <li className="record">
      <span className="record-title">{change.summary}</span>
      <span className="record-end">
        <Time at={change.happenedAt} /> UTC
      </span>
      <span className="small quiet">
        {CHANGE_KIND_WORDS[change.kind]} ·{' '}
        {change.serviceName ??
          (change.serviceNamed ? `no service is called “${change.serviceNamed}”` : 'no service stated')}{' '}
        · {change.source}
        {change.kind === 'third_party' ? '' : ` · ${ROLLBACK_WORDS[change.rollback]}`}
        {change.environment ? ` · ${change.environment}` : ''}
        {change.links.map((link) => (
          <span key={link.href}>
            {' · '}
            <a href={link.href} target="_blank" rel="noreferrer">
              {link.text === link.href ? 'look at it' : link.text}
            </a>
          </span>
        ))}
      </span>
    </li>
  );
}

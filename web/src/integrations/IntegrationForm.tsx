/** A way in: its name, its kind, what its events mean and what comes of them. */
import { Radio, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import './integrations.css';
import { servicesQuery } from '../api/queries.ts';
import { FormOutline } from '../directory/EntryForm.tsx';
import { refusals } from '../pieces/acting.ts';
import {
  ALERT_KINDS,
  bringsAlerts,
  CHANGE_SENDERS,
  type Integration,
  type IntegrationKind,
  KIND_WORDS,
  sendsChanges,
} from './kinds.ts';
import { MappingEditor } from './MappingEditor.tsx';
import { mappingOf, textOf } from './mapping-text.ts';
import { ReadingEditor } from './ReadingEditor.tsx';
import { OutcomeRules, RoutingRules } from './Rules.tsx';
import { readingOf, textOfReading } from './reading-text.ts';
import { Trial } from './Trial.tsx';

type Props = {
  integration: Integration | undefined;
  button: string;
  busy: boolean;
  error: unknown;
  send: (body: object) => void;
  cancel: () => void;
};

export function IntegrationForm({ integration, send, ...outline }: Props) {
  const services = useQuery(servicesQuery).data?.items ?? [];
  const [name, setName] = useState(integration?.name ?? '');
  const [kind, setKind] = useState<IntegrationKind>(integration?.kind ?? 'alertmanager_api');
  const [serviceId, setServiceId] = useState(integration?.serviceId ?? null);
  const [routing, setRouting] = useState(integration?.routing ?? []);
  const [outcomes, setOutcomes] = useState(integration?.outcomes ?? []);
  const [mapping, setMapping] = useState(() => textOf(integration?.mapping ?? null));
  const nameOf = (id: string) => services.find((each) => each.id === id)?.name ?? id;
  const [reading, setReading] = useState(() => textOfReading(integration?.reading, nameOf));
  const [more, setMore] = useState(integration !== undefined);
  const refused = refusals(outline.error);
  const rules = {
    kind,
    serviceId,
    routing,
    outcomes,
    mapping: kind === 'generic' ? mappingOf(mapping) : null,
  };
  const knows = sendsChanges(kind) ? { reading: readingOf(reading, integration?.reading) } : {};
  return (
    <>
      <FormOutline {...outline} submit={() => send({ name, ...rules, ...knows })}>
        {integration ? null : (
          <>
            <Senders label="What sends alerts" kinds={ALERT_KINDS} kind={kind} choose={setKind} />
            <Senders label="What sends changes" kinds={CHANGE_SENDERS} kind={kind} choose={setKind} />
          </>
        )}
        <TextInput
          label="Name"
          placeholder={`${KIND_WORDS[kind].name} production`}
          size="md"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={refused('name')}
          required
          withAsterisk={false}
        />
        <Select
          label="Every event is about"
          size="md"
          searchable
          clearable
          clearButtonProps={{ 'aria-label': 'Choose no service' }}
          placeholder="the service that the event names"
          data={services.map((each) => ({ value: each.id, label: each.name }))}
          value={serviceId}
          onChange={setServiceId}
          error={refused('serviceId')}
          nothingFoundMessage="No service of that name"
        />
        {sendsChanges(kind) ? <ReadingEditor kind={kind} text={reading} change={setReading} /> : null}
        {kind === 'generic' ? <MappingEditor text={mapping} change={setMapping} /> : null}
        {more ? (
          <>
            <RoutingRules rules={routing} change={setRouting} />
            {bringsAlerts(kind) ? <OutcomeRules rules={outcomes} change={setOutcomes} /> : null}
          </>
        ) : (
          <p>
            <button type="button" className="linkish" onClick={() => setMore(true)}>
              {bringsAlerts(kind)
                ? 'Rules: which service, and what comes of an event'
                : 'Rules: which service, and what is left out'}
            </button>
          </p>
        )}
      </FormOutline>
      {!sendsChanges(kind) && (kind === 'generic' || more) ? <Trial rules={rules} /> : null}
    </>
  );
}

type SendersProps = {
  label: string;
  kinds: IntegrationKind[];
  kind: IntegrationKind;
  choose: (kind: IntegrationKind) => void;
};

function Senders({ label, kinds, kind, choose }: SendersProps) {
  return (
    <Radio.Group label={label} size="md" value={kind} onChange={(value) => choose(value as IntegrationKind)}>
      <Stack gap="sm" mt="xs" className="senders">
        {kinds.map((each) => (
          <Radio
            key={each}
            size="md"
            value={each}
            label={KIND_WORDS[each].name}
            description={KIND_WORDS[each].what}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

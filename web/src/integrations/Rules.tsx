/** The rules of an integration, read from the top; the first that fits decides. */
import { Button, Fieldset, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { servicesQuery } from '../api/queries.ts';
import type { OutcomeRule, RoutingRule } from './kinds.ts';
import { Matchers } from './Matchers.tsx';

const RULES_MAX = 100;
const IGNORE = 'ignore';

export function RoutingRules({
  rules,
  change,
}: {
  rules: RoutingRule[];
  change: (rules: RoutingRule[]) => void;
}) {
  const services = useQuery(servicesQuery).data?.items ?? [];
  const targets = [
    ...services.map((each) => ({ value: each.id, label: each.name })),
    { value: IGNORE, label: 'no service: keep the signal, make no alert' },
  ];
  return (
    <Fieldset legend="Which service an event means" radius="md">
      <p className="quiet small">
        The first rule that fits decides. Without one: the service chosen above, else what the event itself
        calls its service.
      </p>
      {rules.map((rule, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a rule has no identity but its place
        <Rule key={index} remove={() => change(rules.toSpliced(index, 1))} name={`Routing rule ${index + 1}`}>
          <Matchers
            of={`Routing rule ${index + 1}`}
            matchers={rule.match}
            change={(match) => change(rules.with(index, { ...rule, match }))}
          />
          <Select
            label="It means"
            size="md"
            searchable
            data={targets}
            value={rule.ignore ? IGNORE : rule.service}
            onChange={(to) =>
              change(
                rules.with(index, { ...rule, ignore: to === IGNORE, service: to === IGNORE ? null : to }),
              )
            }
          />
        </Rule>
      ))}
      {rules.length < RULES_MAX ? (
        <Button
          variant="default"
          mt="sm"
          onClick={() =>
            change([
              ...rules,
              {
                match: [{ field: 'labels.team', op: 'equals', value: '' }],
                service: services[0]?.id ?? null,
                ignore: services.length === 0,
              },
            ])
          }
        >
          Add a routing rule
        </Button>
      ) : null}
    </Fieldset>
  );
}

const OUTCOMES: { value: OutcomeRule['outcome']; label: string }[] = [
  { value: 'declare', label: 'declare an incident by itself' },
  { value: 'wait', label: 'wait for a person' },
  { value: 'record', label: 'only record it' },
];
const SEVERITIES = [
  { value: '', label: 'by the severity of the event' },
  { value: 'P1', label: 'P1' },
  { value: 'P2', label: 'P2' },
  { value: 'P3', label: 'P3' },
];

export function OutcomeRules({
  rules,
  change,
}: {
  rules: OutcomeRule[];
  change: (rules: OutcomeRule[]) => void;
}) {
  return (
    <Fieldset legend="What comes of it" radius="md">
      <p className="quiet small">
        The first rule that fits decides. Without one: critical and error declare an incident, warnings wait
        for a person, the rest is recorded.
      </p>
      {rules.map((rule, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a rule has no identity but its place
        <Rule key={index} remove={() => change(rules.toSpliced(index, 1))} name={`Outcome rule ${index + 1}`}>
          <Matchers
            of={`Outcome rule ${index + 1}`}
            matchers={rule.match}
            change={(match) => change(rules.with(index, { ...rule, match }))}
          />
          <div className="pair">
            <Select
              label="Then"
              size="md"
              data={OUTCOMES}
              value={rule.outcome}
              onChange={(outcome) =>
                change(rules.with(index, { ...rule, outcome: outcome as OutcomeRule['outcome'] }))
              }
            />
            <Select
              label="Proposed severity"
              size="md"
              data={SEVERITIES}
              value={rule.proposedSeverity ?? ''}
              onChange={(severity) =>
                change(
                  rules.with(index, {
                    ...rule,
                    proposedSeverity: (severity || null) as OutcomeRule['proposedSeverity'],
                  }),
                )
              }
            />
          </div>
        </Rule>
      ))}
      {rules.length < RULES_MAX ? (
        <Button
          variant="default"
          mt="sm"
          onClick={() =>
            change([
              ...rules,
              {
                match: [{ field: 'severity', op: 'equals', value: 'warning' }],
                outcome: 'wait',
                proposedSeverity: null,
              },
            ])
          }
        >
          Add an outcome rule
        </Button>
      ) : null}
    </Fieldset>
  );
}

function Rule({ name, remove, children }: { name: string; remove: () => void; children: ReactNode }) {
  return (
    <div className="rule">
      <div className="section-head">
        <span className="label">{name}</span>
        <Button
          variant="subtle"
          size="compact-md"
          onClick={remove}
          aria-label={`Remove ${name.toLowerCase()}`}
        >
          Remove
        </Button>
      </div>
      {children}
    </div>
  );
}

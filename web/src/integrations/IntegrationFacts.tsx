/** An integration as sentences: what its events mean and what comes of them. */
import { useQuery } from '@tanstack/react-query';
import type { Matcher } from '#src/intake/match.ts';
import { servicesQuery } from '../api/queries.ts';
import { Fact, Facts } from '../directory/EntryFacts.tsx';
import { Time } from '../pieces/Time.tsx';
import { bringsAlerts, type Integration, KIND_WORDS, type OutcomeRule, sendsChanges } from './kinds.ts';

export function IntegrationFacts({ integration }: { integration: Integration }) {
  const services = useQuery(servicesQuery).data?.items ?? [];
  const nameOf = (id: string | null) =>
    services.find((each) => each.id === id)?.name ?? 'a service that is archived';
  const { kind, serviceId, routing, outcomes, lastReceivedAt, keyHint, came, reading } = integration;
  return (
    <Facts>
      <Fact name="Kind">
        {KIND_WORDS[kind].name} <span className="quiet">· {KIND_WORDS[kind].what}</span>
      </Fact>
      <Fact name="Last heard">
        {lastReceivedAt ? (
          <Time at={lastReceivedAt} show="full" />
        ) : (
          <span className="amber">never: paste what stands below</span>
        )}
      </Fact>
      {sendsChanges(kind) ? (
        <Fact name="What came">
          <span className="mono">{came.changes}</span>{' '}
          {bringsAlerts(kind) ? 'changes and alerts' : came.changes === 1 ? 'change' : 'changes'} ·{' '}
          <span className="mono">{came.notChanges}</span> not a change
          {came.lastNotChange ? <p className="quiet small">Last: {came.lastNotChange}</p> : null}
        </Fact>
      ) : null}
      {came.refused ? (
        <Fact name="Refused">
          <span className="amber">
            <span className="mono">{came.refused}</span>
            {came.lastRefusedAt ? (
              <>
                , last <Time at={came.lastRefusedAt} show="full" />
              </>
            ) : null}
          </span>
          {came.lastRefusedReason ? <p>{came.lastRefusedReason}</p> : null}
        </Fact>
      ) : null}
      <Fact name="Key">
        ends in <span className="mono">{keyHint}</span>
      </Fact>
      <Fact name="Which service">
        {routing.map((rule) => (
          <p key={JSON.stringify(rule)}>
            {sentence(rule.match)} →{' '}
            {rule.ignore ? (sendsChanges(kind) ? 'left out' : 'no alert') : nameOf(rule.service)}
          </p>
        ))}
        <p>
          {serviceId
            ? `${routing.length ? 'otherwise ' : ''}${nameOf(serviceId)}`
            : `${routing.length ? 'otherwise ' : ''}${reading.services.length ? 'by the names below, else ' : ''}what the event calls its service`}
        </p>
      </Fact>
      {sendsChanges(kind) && reading.services.length ? (
        <Fact name="Names">
          {reading.services.map((each) => (
            <p key={JSON.stringify(each)}>
              {each.name}
              {each.environment ? ` in ${each.environment}` : ''} → {nameOf(each.service)}
            </p>
          ))}
        </Fact>
      ) : null}
      {bringsAlerts(kind) ? (
        <Fact name="What comes of it">
          {outcomes.map((rule) => (
            <p key={JSON.stringify(rule)}>
              {sentence(rule.match)} → {comes(rule)}
            </p>
          ))}
          <p>
            {outcomes.length ? 'otherwise ' : ''}critical and error declare an incident, warnings wait for a
            person, the rest is recorded
          </p>
        </Fact>
      ) : null}
    </Facts>
  );
}

const OPS: Record<Matcher['op'], string> = {
  equals: 'is',
  not_equals: 'is not',
  contains: 'contains',
  starts_with: 'starts with',
  ends_with: 'ends with',
  present: 'is there',
  absent: 'is not there',
};

function sentence(match: Matcher[]): string {
  return match.length
    ? `if ${match.map(({ field, op, value }) => `${field} ${OPS[op]} ${value}`.trim()).join(' and ')}`
    : 'always';
}

function comes({ outcome, proposedSeverity }: OutcomeRule): string {
  const words = { declare: 'declare an incident', wait: 'wait for a person', record: 'only record it' };
  return `${words[outcome]}${proposedSeverity ? ` as ${proposedSeverity}` : ''}`;
}

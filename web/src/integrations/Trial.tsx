/** A pasted example, read by the rules as they stand in the form: what would come of it. Nothing is stored. */
import { Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/http.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { Refusal } from '../pieces/Refusal.tsx';
import type { IntegrationKind } from './kinds.ts';

export type Rules = {
  kind: IntegrationKind;
  serviceId: string | null;
  routing: unknown[];
  outcomes: unknown[];
  mapping: unknown;
};

type Signal = {
  action: string;
  dedupKey: string;
  title: string;
  severity: string;
  source: string;
  labels: Record<string, string>;
  ignored: boolean;
  service: { id: string; name: string } | null;
  serviceNamed: string | null;
  outcome: 'declare' | 'wait' | 'record';
  proposedSeverity: string | null;
  rule: string;
};

const EXAMPLE_CHARACTERS_MAX = 256 * 1024;

export function Trial({ rules: { kind, ...rules } }: { rules: Rules }) {
  const [example, setExample] = useState('');
  const trial = useMutation({
    mutationFn: () =>
      post<{ signals: Signal[] }>('/integrations/mapping-trial', { ...rules, format: kind, example }),
  });
  return (
    <section className="section" style={{ maxWidth: 860 }}>
      <h2 className="label">Try it on an example</h2>
      <Textarea
        className="mono-input"
        label="JSON as your tool sends it"
        size="md"
        autosize
        minRows={5}
        maxRows={16}
        spellCheck={false}
        maxLength={EXAMPLE_CHARACTERS_MAX}
        value={example}
        onChange={(event) => setExample(event.currentTarget.value)}
      />
      <div className="form-end" style={{ margin: '12px 0' }}>
        <ActButton
          variant="default"
          busy={trial.isPending}
          busyText="Trying…"
          disabled={!example.trim()}
          onClick={() => trial.mutate()}
        >
          Show what would come of it
        </ActButton>
        <span className="quiet small">Nothing is stored and nobody is called.</span>
      </div>
      <Refusal error={trial.error} />
      {trial.data ? (
        <ul className="rows" aria-label="What would come of it" aria-live="polite">
          {trial.data.signals.map((signal, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: signals of one trial never move
            <TriedSignal key={index} signal={signal} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function TriedSignal({ signal }: { signal: Signal }) {
  return (
    <li className="record">
      <span className="record-title">{signal.title}</span>
      <span className="record-end">
        {signal.action} · {signal.severity}
      </span>
      <span className="small">
        {whatComes(signal)} <span className="quiet">({signal.rule})</span>
      </span>
      <span className="small quiet">
        key <span className="mono">{signal.dedupKey}</span> · source {signal.source || 'not said'} ·{' '}
        {serviceWords(signal)}
      </span>
    </li>
  );
}

function whatComes({ ignored, action, outcome, proposedSeverity }: Signal): string {
  if (ignored) return 'Kept as a signal; a rule makes no alert of it.';
  if (action === 'resolve') return 'Resolves the alert with this key.';
  if (action === 'acknowledge') return 'Is recorded as an acknowledgement elsewhere; it stops no ladder.';
  switch (outcome) {
    case 'declare':
      return `Declares an incident, proposed as ${proposedSeverity ?? 'P1'}.`;
    case 'wait':
      return 'Waits for a person.';
    case 'record':
      return 'Is recorded; nobody is called.';
  }
}

function serviceWords({ service, serviceNamed }: Signal): string {
  if (service) return `service ${service.name}`;
  return serviceNamed ? `no service is called “${serviceNamed}”` : 'names no service';
}

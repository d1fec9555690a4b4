/** Playbooks that fit, the best first; starting one asks only for what the incident does not know. */
import { Button, Modal, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { get, post } from '../../api/http.ts';
import type { Page } from '../../api/queries.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { refusals, useAct } from '../../pieces/acting.ts';
import { Refusal } from '../../pieces/Refusal.tsx';
import { Shown } from '../../pieces/States.tsx';
import { Time } from '../../pieces/Time.tsx';
import {
  type OfferedView,
  offeredQuery,
  type PlaybookSummary,
  sizeWords,
  type VariableView,
} from '../../playbooks/playbook.ts';

const WHY: Record<OfferedView['why'], string> = {
  service_and_category: 'for this service and this kind of failure',
  service: 'for this service',
  category: 'for this kind of failure',
  asked: 'chosen by hand',
};

type Props = { incident: IncidentView; only?: string; cancel?: (() => void) | undefined };

export function Offered({ incident, only, cancel }: Props) {
  const [also, setAlso] = useState<string | null>(null);
  const offered = useQuery(offeredQuery(incident.id, also ?? undefined));
  return (
    <div className="offered">
      {only ? null : <h3 className="label">Playbooks that fit</h3>}
      <Shown of={offered} rows={2}>
        {({ items }) => {
          const shown = only ? items.filter((each) => each.id === only) : items;
          return shown.length ? (
            <ul className="rows">
              {shown.map((each) => (
                <Offer key={each.id} it={each} incident={incident} done={cancel} />
              ))}
            </ul>
          ) : (
            <p className="quiet">
              {incident.playbooks.length
                ? 'No other playbook fits.'
                : 'Nobody has written a playbook that fits.'}{' '}
              Write down what you do as actions; <Link to="/playbooks/new">make one of them afterwards</Link>.
            </p>
          );
        }}
      </Shown>
      {only ? null : (
        <div className="next-actions">
          <OtherPlaybook chosen={also} choose={setAlso} />
          {cancel ? (
            <Button variant="subtle" onClick={cancel}>
              Cancel
            </Button>
          ) : null}
        </div>
      )}
    </div>
  );
}

/** The one that somebody knows by name, whatever it is for. */
function OtherPlaybook({ chosen, choose }: { chosen: string | null; choose: (id: string | null) => void }) {
  const all = useQuery({
    queryKey: ['playbooks', 'names'],
    queryFn: ({ signal }) => get<Page<PlaybookSummary>>('/playbooks', { limit: 200 }, signal),
  }).data?.items;
  if (!all?.length) return null;
  return (
    <Select
      aria-label="Another playbook"
      placeholder="Another playbook…"
      size="md"
      searchable
      clearable
      data={all.filter((each) => each.steps).map((each) => ({ value: each.id, label: each.title }))}
      value={chosen}
      onChange={choose}
      nothingFoundMessage="No playbook of that name"
    />
  );
}

function Offer({
  it,
  incident,
  done,
}: {
  it: OfferedView;
  incident: IncidentView;
  done: (() => void) | undefined;
}) {
  const [asking, setAsking] = useState(false);
  return (
    <li className="offer">
      <div>
        <p className="strong">{it.title}</p>
        <p className="small quiet">
          {WHY[it.why]} · {sizeWords(it)} ·{' '}
          {it.lastExecutedAt ? (
            <>
              last executed <Time at={it.lastExecutedAt} show="day" />
            </>
          ) : (
            'never executed'
          )}
        </p>
      </div>
      <div className="offer-acts">
        <Link to={`/playbooks/${it.id}` as '/'} className="small" target="_blank">
          Read it first
        </Link>
        <Button variant="default" onClick={() => setAsking(true)}>
          Start it
        </Button>
      </div>
      {asking ? (
        <Start
          it={it}
          incident={incident}
          close={() => {
            setAsking(false);
            done?.();
          }}
        />
      ) : null}
    </li>
  );
}

function Start({ it, incident, close }: { it: OfferedView; incident: IncidentView; close: () => void }) {
  const known = it.variables.filter((each) => each.value !== null);
  const asked = it.variables.filter((each) => each.value === null);
  const [values, setValues] = useState<Record<string, string>>({});
  const start = useAct({
    does: () =>
      post(`/incidents/${incident.id}/playbook-runs`, { playbookId: it.id, version: it.version, values }),
    doubt: [['incidents', incident.id], ['playbooks']],
    inForm: true,
    done: close,
  });
  const refused = refusals(start.error);
  return (
    <Modal opened onClose={close} title={`Start “${it.title}”`}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate();
        }}
      >
        <p className="quiet">
          {sizeWords(it)}. Everybody who may see this incident sees the ticks, and each stands on the
          timeline.
        </p>
        {known.length ? (
          <p className="small quiet">
            Filled in:{' '}
            {known.map((each, index) => (
              <span key={each.name}>
                {index ? ' · ' : ''}
                {each.name.replace('.', ' ')}{' '}
                <span className="filled-gap" data-filled="">
                  {each.value}
                </span>
              </span>
            ))}
          </p>
        ) : null}
        {asked.map((each) => (
          <Answer
            key={each.name}
            it={each}
            value={values[each.name] ?? ''}
            error={refused(`values.${each.name}`) ? shortOf(refused(`values.${each.name}`)) : undefined}
            answer={(value) => setValues((before) => ({ ...before, [each.name]: value }))}
          />
        ))}
        <Refusal error={start.error} />
        <div className="form-end">
          <ActButton type="submit" busy={start.isPending}>
            Start it
          </ActButton>
          <Button variant="subtle" onClick={close}>
            Not yet
          </Button>
        </div>
      </form>
    </Modal>
  );
}

/** "Values namespace must not be empty." says its field already. */
function shortOf(sentence: string | undefined): string | undefined {
  return sentence?.replace(
    /^.*?(must|is)\b/,
    (_, word: string) => word.charAt(0).toUpperCase() + word.slice(1),
  );
}

function Answer({
  it,
  value,
  error,
  answer,
}: {
  it: VariableView;
  value: string;
  error: string | undefined;
  answer: (value: string) => void;
}) {
  const label = it.name.replaceAll(/[._]/g, ' ').replace(/^./, (first) => first.toUpperCase());
  if (it.type === 'choice')
    return (
      <Select
        label={label}
        size="md"
        data={it.options}
        value={value || null}
        onChange={(chosen) => answer(chosen ?? '')}
        error={error}
      />
    );
  return (
    <TextInput
      label={label}
      size="md"
      value={value}
      maxLength={200}
      error={error}
      {...(it.type === 'number' ? { inputMode: 'decimal' as const } : {})}
      {...(it.type === 'link' ? { inputMode: 'url' as const, placeholder: 'https://' } : {})}
      onChange={(event) => answer(event.currentTarget.value)}
    />
  );
}

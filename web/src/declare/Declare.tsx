/** Declare: what is wrong, what is affected, who noticed. Everything else can wait for the room. */
import { Button, Collapse, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { severityOf } from '#incident/severity.ts';
import type { IncidentView } from '#incident/view.ts';
import { post } from '../api/http.ts';
import { nowQuery } from '../api/queries.ts';
import { useSession } from '../api/session.ts';
import { complete, type Given } from '../incident/asked.ts';
import { Outcome, Questions, type Users, UsersAffected, usersToSend } from '../incident/Questions.tsx';
import { ActButton } from '../pieces/ActButton.tsx';
import { PeopleSelect, ServicesSelect } from '../pieces/Choosers.tsx';
import { Screen } from '../pieces/Screen.tsx';
import { Severity } from '../pieces/Severity.tsx';
import { TimeField } from '../pieces/TimeField.tsx';
import { sayFailed } from '../shell/toast.ts';
import '../incident/room.css';
import { likely } from './duplicates.ts';

const TITLE_CHARACTERS_MAX = 300;

export function Declare() {
  const me = useSession();
  const [title, setTitle] = useState('');
  const [serviceIds, setServiceIds] = useState<string[]>([]);
  const [by, setBy] = useState<'person' | 'monitoring'>('person');
  const [who, setWho] = useState('');
  const [how, setHow] = useState('');
  const [detectedAt, setDetectedAt] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const [given, setGiven] = useState<Given>({});
  const [users, setUsers] = useState<Users>({ low: null, high: null, source: '' });
  const [restricted, setRestricted] = useState(false);
  const [viewers, setViewers] = useState<string[]>([]);
  const answers = complete(given);
  const declare = useDeclare();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!title.trim()) return;
    declare.mutate({
      title: title.trim(),
      serviceIds,
      noticed:
        by === 'monitoring' ? { by } : { by, who: who.trim() || me?.name, how: how.trim() || undefined },
      detectedAt: detectedAt ?? undefined,
      answers,
      usersAffected: answers ? usersToSend(users) : undefined,
      restricted,
      viewers: restricted ? viewers : [],
    });
  };
  return (
    <Screen
      title="Declare an incident"
      lead="Three fields. Everything else can wait; a false alarm counts against nobody."
    >
      <form className="declare stack" onSubmit={submit}>
        <div>
          <TextInput
            label="What is wrong?"
            placeholder="Card payments fail at checkout"
            size="md"
            maxLength={TITLE_CHARACTERS_MAX}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
            autoFocus
            required
            withAsterisk={false}
          />
          <Duplicates title={title} serviceIds={serviceIds} />
        </div>
        <ServicesSelect
          label="Which service?"
          placeholder="Don’t know yet"
          description="May stay empty: the next step then asks who could be affected."
          value={serviceIds}
          choose={setServiceIds}
        />
        <div>
          <p className="field-label">Who noticed?</p>
          <SegmentedControl
            aria-label="Who noticed?"
            data={[
              { value: 'person', label: 'A person' },
              { value: 'monitoring', label: 'Monitoring' },
            ]}
            value={by}
            onChange={(value) => setBy(value as typeof by)}
          />
        </div>
        {by === 'person' ? (
          <div className="two">
            <TextInput
              label="Who"
              placeholder={me?.name ?? 'Priya at Northwind'}
              size="md"
              value={who}
              onChange={(event) => setWho(event.currentTarget.value)}
            />
            <TextInput
              label="How"
              placeholder="By telephone"
              size="md"
              value={how}
              onChange={(event) => setHow(event.currentTarget.value)}
            />
          </div>
        ) : null}
        <TimeField
          label="When"
          direction="past"
          value={detectedAt}
          change={setDetectedAt}
          description="Empty means now. A reporter’s time is the time of detection: the clocks run from it."
        />
        <div>
          <Button variant="subtle" onClick={() => setAsking(!asking)} aria-expanded={asking}>
            {asking ? 'Leave the questions for later' : 'Say how serious it is now: four questions'}
          </Button>
          <Collapse expanded={asking}>
            <div className="stack declare-questions">
              <Questions given={given} change={setGiven} />
              {answers ? <UsersAffected users={users} change={setUsers} /> : null}
              <Outcome answers={answers} />
            </div>
          </Collapse>
        </div>
        <Switch
          size="md"
          label="Restricted: seen by named people only"
          description="For security and personal data. Elsewhere it is a number; no message and no public page is offered."
          checked={restricted}
          onChange={(event) => setRestricted(event.currentTarget.checked)}
        />
        {restricted ? (
          <PeopleSelect
            label="Who else may see it?"
            placeholder="You do anyway"
            value={viewers}
            choose={setViewers}
          />
        ) : null}
        <div className="next-actions">
          <ActButton type="submit" busy={declare.isPending} busyText="Declaring…" disabled={!title.trim()}>
            {answers ? `Declare a ${severityOf(answers)}` : 'Declare it'}
          </ActButton>
          {answers ? null : (
            <span className="quiet small">It runs on the clocks of a P1 until somebody classifies it.</span>
          )}
        </div>
      </form>
    </Screen>
  );
}

function useDeclare() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: object) => post<IncidentView>('/incidents', body),
    onError: sayFailed,
    onSuccess: (incident) => {
      queries.setQueryData(['incidents', incident.id], incident);
      void queries.invalidateQueries({ queryKey: ['now'] });
      void navigate({ to: '/incidents/$id', params: { id: incident.id } });
    },
  });
}

function Duplicates({ title, serviceIds }: { title: string; serviceIds: string[] }) {
  const open = useQuery(nowQuery).data?.incidents ?? [];
  const found = likely(open, title, serviceIds);
  if (found.length === 0) return <div aria-live="polite" />;
  return (
    <div className="duplicates" aria-live="polite">
      <p className="small">Is it one of these? They are open already.</p>
      <ul className="rows">
        {found.map((each) => (
          <li className="row" key={each.id}>
            <span>
              <Severity is={each.severity} classified={each.classified} />{' '}
              <Link to="/incidents/$id" params={{ id: each.id }}>
                INC-{each.number} {each.title}
              </Link>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

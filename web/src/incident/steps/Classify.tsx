/** How serious is it? Four questions and an estimate; used by the card and, later, to answer them again. */
import { useState } from 'react';
import { severityOf } from '#incident/severity.ts';
import type { IncidentView } from '#incident/view.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { complete, type Given } from '../asked.ts';
import { useCommand } from '../command.ts';
import { Outcome, Questions, type Users, UsersAffected, usersToSend } from '../Questions.tsx';
import type { Step } from './acting.ts';
import { TellFirst } from './TellFirst.tsx';

const NOBODY_KNOWS: Users = { low: null, high: null, source: '' };

export function Classify(step: Step) {
  return (
    <>
      <ClassifyForm incident={step.incident} />
      <div className="next-actions">
        <TellFirst {...step} />
      </div>
    </>
  );
}

export function ClassifyForm({ incident, done }: { incident: IncidentView; done?: () => void }) {
  const [given, setGiven] = useState<Given>((incident.answers as Given | null) ?? {});
  const [users, setUsers] = useState<Users>(incident.usersAffected ?? NOBODY_KNOWS);
  const classify = useCommand(incident.id, 'classification', { done });
  const answers = complete(given);
  const send = () => classify.mutate({ answers, usersAffected: usersToSend(users) });
  return (
    <div className="stack">
      <Questions given={given} change={setGiven} />
      {answers ? <UsersAffected users={users} change={setUsers} /> : null}
      <Outcome answers={answers} />
      <div>
        <ActButton busy={classify.isPending} disabled={!answers} onClick={send}>
          {answers ? `Classify as ${severityOf(answers)}` : 'Answer the questions'}
        </ActButton>
      </div>
    </div>
  );
}

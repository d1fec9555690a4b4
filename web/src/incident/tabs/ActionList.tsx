/** What is done about it: each with one owner, a time box and an outcome. */
import { Button, Group } from '@mantine/core';
import { useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { Sentence } from '../../pieces/Sentence.tsx';
import { Time } from '../../pieces/Time.tsx';
import { useNow } from '../../words/clock.ts';
import { relative } from '../../words/time.ts';
import { useCommand } from '../command.ts';
import { RunState } from '../levers/RunState.tsx';
import { Settle } from '../steps/SettleFix.tsx';

type Action = IncidentView['actions'][number];
type Outcome = NonNullable<Action['outcome']>;

const OUTCOMES: Record<Outcome, string> = {
  worked: 'It worked',
  did_not_work: 'It did not work',
  stopped: 'Stopped',
};

export function ActionList({ incident, actions }: { incident: IncidentView; actions: Action[] }) {
  return (
    <ul className="rows">
      {actions.map((action) => (
        <li className="change" key={action.id}>
          <ActionRow incident={incident} action={action} />
        </li>
      ))}
    </ul>
  );
}

function ActionRow({ incident, action }: { incident: IncidentView; action: Action }) {
  const [ending, setEnding] = useState<Outcome>();
  const end = useCommand(incident.id, `actions/${action.id}/outcome`);
  return (
    <>
      <div className="change-top">
        <span>{action.what}</span>
        <span className="small">
          {action.outcome ? OUTCOMES[action.outcome] : <TimeBox action={action} />}
        </span>
      </div>
      <p className="quiet small">
        {action.ownerName} · started <Time at={action.startedAt} />
        {action.endedAt ? (
          <>
            {' '}
            · ended <Time at={action.endedAt} />
          </>
        ) : null}
        {action.outcomeNote && action.outcomeNote !== action.run?.words ? ` · ${action.outcomeNote}` : ''}
        {action.temporary ? ` · temporary${settledWords(action)}` : ''}
      </p>
      {action.run ? <RunState run={action.run} over={action.outcome !== null} /> : null}
      {action.outcome || ending ? null : (
        <Group gap="xs" mt={8}>
          {(Object.keys(OUTCOMES) as Outcome[]).map((outcome) => (
            <Button key={outcome} size="compact-md" variant="default" onClick={() => setEnding(outcome)}>
              {OUTCOMES[outcome]}
            </Button>
          ))}
        </Group>
      )}
      {ending && !action.outcome ? (
        <Sentence
          label={`${OUTCOMES[ending]}: what did you see? (may stay empty)`}
          button={OUTCOMES[ending]}
          busy={end.isPending}
          optional
          focus
          send={(note) => end.mutate({ outcome: ending, note })}
        />
      ) : null}
      {action.outcome && action.temporary && !action.settled && incident.restoredAt ? (
        <Settle incident={incident} action={action} />
      ) : null}
    </>
  );
}

function settledWords(action: Action): string {
  if (!action.settled) return '';
  return 'gone' in action.settled
    ? ', gone since'
    : `, ${action.settled.ownerName} removes it by ${action.settled.by}`;
}

/** A time box that is over asks for a decision, it does not shout. */
function TimeBox({ action }: { action: Action }) {
  const now = useNow();
  if (!action.timeBoxMinutes) return null;
  const ends = Date.parse(action.startedAt) + action.timeBoxMinutes * 60_000;
  return ends < now ? (
    <span className="amber">time box over, {relative(ends, now)}</span>
  ) : (
    <>time box ends {relative(ends, now)}</>
  );
}

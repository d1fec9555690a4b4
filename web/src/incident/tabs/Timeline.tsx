/** Everything that happened, newest first: when, what, who. What was written down later says so. */
import { Checkbox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { IncidentView, TimelineLine } from '#incident/view.ts';
import { timelineQuery } from '../../api/queries.ts';
import { useMayAct } from '../../api/session.ts';
import { Sentence } from '../../pieces/Sentence.tsx';
import { Shown } from '../../pieces/States.tsx';
import { Time } from '../../pieces/Time.tsx';
import { useNow } from '../../words/clock.ts';
import { clockIn, clockWithDay, dayIn } from '../../words/time.ts';
import { changesQuery } from '../changes.ts';
import { useCommand } from '../command.ts';
import { withChanges } from './with-changes.ts';

/** Recording takes a moment; only more than this is "later". */
const RECORDED_LATER_MS = 60_000;

export function Timeline({ incident, me }: { incident: IncidentView; me: string | null }) {
  const lines = useQuery(timelineQuery(incident.id));
  const changes = useQuery(changesQuery(incident.id)).data?.items ?? [];
  return (
    <>
      <Shown of={lines} rows={5}>
        {({ items }) => (
          <ol className="timeline">
            {withChanges(items, changes)
              .toReversed()
              .map((line) => (
                <Line
                  key={`${line.seq}-${line.kind}-${line.happenedAt}`}
                  line={line}
                  mine={isMine(line, incident, me)}
                />
              ))}
          </ol>
        )}
      </Shown>
      {useMayAct() ? <Note incident={incident} /> : null}
    </>
  );
}

function Line({ line, mine }: { line: TimelineLine; mine: boolean }) {
  const now = useNow();
  const another = dayIn(line.happenedAt) !== dayIn(now);
  return (
    <li data-tone={line.tone}>
      <time dateTime={line.happenedAt} title={clockWithDay(line.happenedAt, now)}>
        {another ? `${dayIn(line.happenedAt)} ` : ''}
        {clockIn(line.happenedAt, 'UTC', !another)}
      </time>
      <span className="dot" data-tone={line.tone} aria-hidden="true" />
      <span className="text">
        {line.text}
        {later(line) ? (
          <span className="quiet small">
            {' '}
            · recorded <Time at={line.recordedAt} />
          </span>
        ) : null}
      </span>
      <span className="who">{mine ? 'you' : line.actor.name}</span>
    </li>
  );
}

function later({ happenedAt, recordedAt }: TimelineLine): boolean {
  return Date.parse(recordedAt) - Date.parse(happenedAt) > RECORDED_LATER_MS;
}

function isMine(line: TimelineLine, incident: IncidentView, me: string | null): boolean {
  const { lead, comms, hands } = incident.roles;
  return (
    line.actor.kind === 'person' &&
    [lead, comms, ...hands].some((each) => each?.personId === me && each?.name === line.actor.name)
  );
}

function Note({ incident }: { incident: IncidentView }) {
  const [parked, setParked] = useState(false);
  const [round, setRound] = useState(0);
  const write = useCommand(incident.id, 'notes', { done: () => setRound(round + 1) });
  const working = incident.restoredAt !== null;
  return (
    <div className="section">
      <Sentence
        key={round}
        label="Write a line"
        placeholder="What you saw or did"
        button="Write it down"
        busy={write.isPending}
        quiet
        send={(text) => write.mutate({ text, parked })}
      />
      {working ? null : (
        <Checkbox
          mt="sm"
          label="About the cause: park it until it works again"
          checked={parked}
          onChange={(event) => setParked(event.currentTarget.checked)}
        />
      )}
    </div>
  );
}

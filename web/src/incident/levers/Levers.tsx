/** The levers that fit, the first to try first; each says what it would do before anybody presses it. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { useMayAct } from '../../api/session.ts';
import { Shown } from '../../pieces/States.tsx';
import { Time } from '../../pieces/Time.tsx';
import { count } from '../../words/count.ts';
import './levers.css';
import { Degradations } from './Degradations.tsx';
import { isSwitch, leversQuery, type Offered, TARGET_WORDS } from './levers.ts';
import { PullSheet } from './PullSheet.tsx';

const FEW = 3;

export function Levers({ incident, changeId }: { incident: IncidentView; changeId?: string }) {
  const suspect =
    changeId ?? Object.entries(incident.suspects).find(([, mark]) => mark.state === 'suspect')?.[0];
  const levers = useQuery(leversQuery(incident.id, suspect));
  const [all, setAll] = useState(false);
  return (
    <section className="pulls" aria-label="Levers">
      <h3 className="label">Levers</h3>
      <Shown of={levers} rows={2}>
        {({ levers, change, degradations }) => {
          const usual = levers.filter((lever) => !isSwitch(lever));
          const shown = all ? usual : usual.slice(0, FEW);
          return (
            <>
              {change ? <p className="small quiet">{change.says}</p> : null}
              {usual.length ? (
                <ul className="rows">
                  {shown.map((lever) => (
                    <Lever key={lever.id} incident={incident} lever={lever} changeId={suspect} />
                  ))}
                </ul>
              ) : (
                <p className="small quiet">
                  No lever is defined for these services. An administrator adds a rollback, a flag or a
                  failover under Settings, Levers; until then, start an action by hand.
                </p>
              )}
              {usual.length > FEW && !all ? (
                <Button variant="subtle" size="compact-md" onClick={() => setAll(true)}>
                  {count(usual.length - FEW, 'more lever')}
                </Button>
              ) : null}
              <Degradations incident={incident} degradations={degradations} levers={levers} />
            </>
          );
        }}
      </Shown>
    </section>
  );
}

function Lever({
  incident,
  lever,
  changeId,
}: {
  incident: IncidentView;
  lever: Offered;
  changeId: string | undefined;
}) {
  const [open, setOpen] = useState(false);
  const mayAct = useMayAct();
  const failed = lastFailure(incident, lever.id);
  return (
    <li className="pull">
      <div className="pull-words">
        <span className="strong">{lever.effect}</span>
        <span className="small quiet">
          {lever.name} · {TARGET_WORDS[lever.target]}
        </span>
        {lever.caution ? <span className="small amber">Not known to be safe.</span> : null}
        {lever.cannot ? <span className="small amber">{lever.cannot}</span> : null}
        {failed && !lever.running ? (
          <span className="small">
            <span className="red">It failed here</span> at{' '}
            <Time at={failed.answeredAt ?? failed.waitsUntil} /> UTC: {failed.words}
          </span>
        ) : null}
        {lever.running ? (
          <span className="small">
            {lever.running.ownerName} pulled it <Time at={lever.running.since} show="relative" />
            {lever.running.here ? '' : ', in another incident'};{' '}
            {inDoubt(incident, lever.running.actionId) ? (
              <span className="amber">
                nobody knows whether it happened. Look there, and say below how it ended; then it can be
                pulled again.
              </span>
            ) : (
              'its answer is awaited.'
            )}
          </span>
        ) : null}
      </div>
      {mayAct && !lever.running && !lever.cannot ? (
        <Button variant="default" onClick={() => setOpen(true)}>
          Look and pull…
        </Button>
      ) : null}
      {open ? (
        <PullSheet incident={incident} lever={lever} changeId={changeId} close={() => setOpen(false)} />
      ) : null}
    </li>
  );
}

/** The other side did not say whether it did it: waiting alone will not tell. */
function inDoubt({ actions }: IncidentView, actionId: string): boolean {
  return actions.find((each) => each.id === actionId)?.run?.state === 'unknown';
}

/** Whoever pulls it again knows what came of it last time; a run that did better since says more. */
function lastFailure({ actions }: IncidentView, leverId: string) {
  const last = actions
    .flatMap((each) => (each.run?.leverId === leverId ? [{ at: each.startedAt, run: each.run }] : []))
    .toSorted((one, other) => one.at.localeCompare(other.at))
    .at(-1)?.run;
  return last?.state === 'failed' ? last : undefined;
}

/** One change: what, how far, how long before, every reason; check it, suspect it, rule it out, or take it back. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { shortVersion } from '#platform/versions.ts';
import { CHANGE_KIND_WORDS } from '#src/triage/relation.ts';
import { useMayAct } from '../../api/session.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { Sentence } from '../../pieces/Sentence.tsx';
import { Time } from '../../pieces/Time.tsx';
import { ROLLBACK_WORDS } from '../changes.ts';
import { useCommand } from '../command.ts';
import { RollBack } from '../levers/RollBack.tsx';
import { pointsText, type Suspect } from './lane.ts';

const QUICK_REASONS = [
  'Not live where it hurts',
  'It hurt before this',
  'Taken back, and nothing changed',
  'Touches nothing that is affected',
];

type Props = {
  incident: IncidentView;
  suspect: Suspect;
  /** It stands under a heading that names its group. */
  grouped?: boolean;
};

export function SuspectRow({ incident, suspect, grouped }: Props) {
  const mayAct = useMayAct();
  const [open, setOpen] = useState(suspect.group !== 'weak' && !suspect.after);
  const [ruling, setRuling] = useState(false);
  const state = suspect.mark?.state;
  const struck = suspect.after || state === 'ruled_out';
  const [look] = suspect.links;
  return (
    <li className="suspect" data-mark={state} data-struck={struck || undefined}>
      <button type="button" className="suspect-top" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="suspect-score mono" data-group={suspect.group}>
          {pointsText(suspect.score)}
        </span>
        <span className="suspect-what">{suspect.summary}</span>
        <span className="mono small amber suspect-when">{suspect.beforeText}</span>
        <span className="suspect-line quiet small">
          {grouped ? null : (
            <>
              <span className="suspect-group" data-group={suspect.group}>
                {suspect.after ? 'after it began' : suspect.group}
              </span>
              {' · '}
            </>
          )}
          {[
            suspect.serviceName,
            suspect.relationText,
            CHANGE_KIND_WORDS[suspect.kind as keyof typeof CHANGE_KIND_WORDS],
          ]
            .filter(Boolean)
            .join(' · ')}
          {state === 'suspect' ? (
            <span className="amber strong"> · suspected, worth checking first</span>
          ) : null}
        </span>
      </button>
      {state === 'ruled_out' ? <p className="small suspect-in">Ruled out: {suspect.mark?.reason}</p> : null}
      {open ? <Reasons suspect={suspect} /> : null}
      {open ? (
        <div className="suspect-acts suspect-in">
          {look ? (
            <Button component="a" href={look.href} target="_blank" rel="noreferrer" variant="default">
              Check it
            </Button>
          ) : null}
          {mayAct ? (
            <Acts incident={incident} suspect={suspect} ruling={ruling} rule={() => setRuling(!ruling)} />
          ) : null}
        </div>
      ) : null}
      {ruling ? <RuleOut id={incident.id} suspect={suspect} done={() => setRuling(false)} /> : null}
    </li>
  );
}

function Reasons({ suspect }: { suspect: Suspect }) {
  const version = [suspect.versionBefore, suspect.versionAfter]
    .filter((each) => each !== null && each !== undefined)
    .map(shortVersion)
    .join(' → ');
  return (
    <div className="suspect-in">
      <ul className="reasons">
        {suspect.terms.map((term) => (
          <li key={term.term}>
            <span className="mono" data-sign={Math.sign(term.points)}>
              {pointsText(term.points)}
            </span>
            <span>{term.because}</span>
          </li>
        ))}
      </ul>
      <p className="quiet small">
        <Time at={suspect.happenedAt} /> UTC
        {version ? ` · ${version}` : ''}
        {suspect.environment ? ` · ${suspect.environment}` : ''} · from {suspect.source}
        {suspect.kind === 'third_party' ? '' : ` · ${ROLLBACK_WORDS[suspect.rollback]}`}
        {suspect.rollbackHow ? ` (${suspect.rollbackHow})` : ''}
        {suspect.ask ? ` · ask: ${suspect.ask.name}` : ''}
      </p>
    </div>
  );
}

type ActsProps = { incident: IncidentView; suspect: Suspect; ruling: boolean; rule: () => void };

function Acts({ incident, suspect, ruling, rule }: ActsProps) {
  const mark = useCommand(incident.id, 'suspects');
  const state = suspect.mark?.state;
  const worthIt =
    state === 'suspect' || (!state && suspect.rollback === 'safe' && suspect.group === 'strong');
  return (
    <>
      {state === 'suspect' ? null : (
        <ActButton
          variant="default"
          busy={mark.isPending}
          onClick={() => mark.mutate({ changeId: suspect.id })}
        >
          {state === 'ruled_out' ? 'Suspect after all' : 'Suspect it'}
        </ActButton>
      )}
      {state === 'ruled_out' ? null : (
        <Button variant="subtle" aria-expanded={ruling} onClick={rule}>
          Rule out, because…
        </Button>
      )}
      {/* Once users can work again nothing is taken back in a hurry. */}
      {worthIt && incident.restoredAt === null ? <RollBack incident={incident} change={suspect} /> : null}
    </>
  );
}

function RuleOut({ id, suspect, done }: { id: string; suspect: Suspect; done: () => void }) {
  const ruleOut = useCommand<{ reason: string }>(id, `suspects/${suspect.id}/ruling-out`, { done });
  return (
    <div className="suspect-in stack ruling">
      <div className="chips">
        {QUICK_REASONS.map((reason) => (
          <Button
            key={reason}
            variant="default"
            disabled={ruleOut.isPending}
            onClick={() => ruleOut.mutate({ reason })}
          >
            {reason}
          </Button>
        ))}
      </div>
      <Sentence
        label="Or why was it not this?"
        placeholder="It went to the test system only"
        button="Rule it out"
        quiet
        busy={ruleOut.isPending}
        send={(reason) => ruleOut.mutate({ reason })}
      />
    </div>
  );
}
